import Torch

/// Confidence against accuracy: what a reliability diagram shows (Guo et al., arXiv 1706.04599).
///
/// The confidence of a prediction is its highest probability.
public struct Calibration: Sendable, Equatable {
  /// How predictions are put into bins by their confidence.
  public enum Scheme: Sendable, Equatable {
    /// So many bins of equal width on [0, 1]; bin b of B holds confidences in (b/B, (b + 1)/B].
    case equalWidth(Int)
    /// So many bins of as nearly equal numbers of predictions as can be: of N sorted by confidence,
    /// bin b of B holds those from ⌊bN/B⌋ to before ⌊(b + 1)N/B⌋. Predictions of the same confidence are
    /// alike: where they fall into several bins, each bin gets their common accuracy, so that nothing
    /// depends on the order of the inputs.
    case equalCount(Int)

    /// `15 equal-width bins`: what an output calls its calibration error.
    public var text: String {
      switch self {
      case .equalWidth(let bins): "\(bins) equal-width \(bins == 1 ? "bin" : "bins")"
      case .equalCount(let bins): "\(bins) equal-count \(bins == 1 ? "bin" : "bins")"
      }
    }
  }

  /// The predictions of one bin; bins without predictions are left out.
  public struct Bin: Sendable, Equatable {
    /// Its edges for equal widths, its min and max confidence for equal counts.
    public var range: ClosedRange<Double>
    /// The number of predictions.
    public var count: Int
    /// Their mean confidence.
    public var confidence: Double
    /// The fraction of them that is right.
    public var accuracy: Double

    /// accuracy − confidence: below 0 the classifier is overconfident.
    public var gap: Double { accuracy - confidence }
  }

  /// How the bins were made.
  public var scheme: Scheme
  /// Bins with predictions, by rising confidence.
  public var bins: [Bin]
  /// Confidences of all predictions, in the order of the inputs.
  public var confidences: [Double]

  /// Puts predictions into bins.
  ///
  /// - Parameters:
  ///   - confidences: The highest probability of each input.
  ///   - correct: Whether each prediction is right.
  ///   - scheme: How to make bins; at least one.
  public init(confidences: [Double], correct: [Bool], scheme: Scheme) {
    self.scheme = scheme
    self.confidences = confidences
    let places: [(range: ClosedRange<Double>?, members: [Int])]
    // 1 for a right prediction and 0 for a wrong one, or the part that is right of several alike.
    var rightness = correct.map { $0 ? 1.0 : 0 }
    switch scheme {
    case .equalWidth(let count):
      let width = Double(max(count, 1))
      var members = Array(repeating: [Int](), count: max(count, 1))
      for (place, confidence) in confidences.enumerated() {
        let bin = (confidence * width).rounded(.up) - 1
        members[min(max(bin.isFinite ? Int(bin) : 0, 0), members.count - 1)].append(place)
      }
      places = members.enumerated().map { bin, members in
        (Double(bin) / width...Double(bin + 1) / width, members)
      }
    case .equalCount(let count):
      let sorted = confidences.indices.sorted {
        (confidences[$0], $0) < (confidences[$1], $1)
      }
      for tie in Self.ties(sorted, confidences) where tie.count > 1 {
        let part = tie.reduce(0) { $0 + rightness[$1] } / Double(tie.count)
        for member in tie { rightness[member] = part }
      }
      let count = max(count, 1)
      places = (0..<count).map { bin in
        (nil, Array(sorted[(bin * sorted.count / count)..<((bin + 1) * sorted.count / count)]))
      }
    }
    bins = places.compactMap { range, members in
      guard let first = members.first, let last = members.last else { return nil }
      let sum = members.reduce(0) { $0 + confidences[$1] }
      return Bin(
        range: range ?? confidences[first]...confidences[last], count: members.count,
        confidence: sum / Double(members.count),
        accuracy: members.reduce(0) { $0 + rightness[$1] } / Double(members.count))
    }
  }

  // Runs of the same confidence among sorted predictions.
  private static func ties(_ sorted: [Int], _ confidences: [Double]) -> [ArraySlice<Int>] {
    var ties: [ArraySlice<Int>] = []
    var start = 0
    for place in sorted.indices.dropFirst()
    where confidences[sorted[place]] != confidences[sorted[start]] {
      ties.append(sorted[start..<place])
      start = place
    }
    return sorted.isEmpty ? [] : ties + [sorted[start...]]
  }

  /// The expected calibration error Σ_b n_b/N · |accuracy_b − confidence_b|, from 0 to 1.
  public var error: Double {
    guard !confidences.isEmpty else { return 0 }
    return bins.reduce(0) { $0 + Double($1.count) * abs($1.gap) } / Double(confidences.count)
  }
}

extension MemberPredictions {
  /// One member's calibration.
  public func calibration(of member: Int, _ scheme: Calibration.Scheme) throws -> Calibration {
    let one = try self.member(member)
    let highest = try one.max(1)
    return Calibration(
      confidences: try highest.values.array(of: Double.self),
      correct: try highest.indices.equal(to: labels).array(of: UInt8.self).map { $0 != 0 },
      scheme: scheme)
  }
}
