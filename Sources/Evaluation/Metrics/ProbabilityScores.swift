import Torch

/// How well probabilities fit labels: what a reader of an ensemble's predictions wants to know.
public struct ProbabilityScores: Sendable, Equatable {
  /// The fraction of inputs whose most probable class is the right one, from 0 to 1.
  public var accuracy: Double
  /// −mean log p_y in nats, at least 0; infinite only when a right class was given the probability 0,
  /// which no finite logits do.
  public var negativeLogLikelihood: Double
  /// mean Σ_c (p_c − 1[y = c])² = mean (Σ_c p_c² − 2 p_y + 1), from 0 to 2 (Brier 1950; the form of
  /// arXiv 1912.02757's notebook).
  public var brier: Double
  /// Σ_b n_b/N · |accuracy_b − confidence_b| over 15 bins of equal width of the highest probability
  /// (Guo et al., arXiv 1706.04599), from 0 to 1.
  public var expectedCalibrationError: Double

  /// Bins of ``expectedCalibrationError``, of equal width.
  public static let bins = 15
}

extension MemberPredictions {
  /// The scores of each member.
  public func scores() throws -> [ProbabilityScores] {
    let (members, inputs) = (count, labels.count)
    guard members > 0, inputs > 0 else { return [] }
    let right = try rightProbabilities()
    let highest = try probabilities.max(2)
    let correct = try highest.indices.equal(to: labels).to(.float64)

    let accuracy = try correct.mean(1).array(of: Double.self)
    let likelihood = try rightLogProbabilities.mean(1).array(of: Double.self)
    let squares = try (probabilities * probabilities).sum(2)
    let brier = try (squares - right * 2).mean(1).array(of: Double.self)
    let calibration = try calibrationErrors(confidence: highest.values, correct: correct)
    return (0..<members).map { member in
      ProbabilityScores(
        accuracy: accuracy[member], negativeLogLikelihood: -likelihood[member],
        brier: brier[member] + 1, expectedCalibrationError: calibration[member])
    }
  }

  // Every member's bins are counted at once: bin b of member m is number m·bins + b.
  private func calibrationErrors(confidence: Tensor, correct: Tensor) throws -> [Double] {
    let bins = ProbabilityScores.bins
    let (members, inputs) = (confidence.shape[0], confidence.shape[1])
    let scaled = try confidence * Double(bins)
    let bin = try (scaled.ceiling() + -1).clamped(min: 0, max: Double(bins - 1)).to(.int64)
    let first = try Tensor((0..<members).map { Int64($0 * bins) }, shape: [members, 1])
    let gaps = try (bin + first).flattened().binCounts(
      weights: (correct - confidence).flattened(), bins: members * bins)
    let absolute = try gaps.absolute().reshaped([members, bins])
    return try absolute.sum(1).array(of: Double.self).map { $0 / Double(inputs) }
  }
}
