import BasinCore
import Landscape
import Torch

/// How well ensembles of one size do: scores of the mean of their members' probabilities, over
/// subsets of the members (arXiv 1912.02757 and the authors' notebook).
public struct EnsembleScores: Sendable, Equatable {
  /// The number of members k of each ensemble.
  public var size: Int
  /// Whether every subset of k members was scored.
  public var isComplete: Bool
  /// The scores of each subset.
  public var each: [ProbabilityScores]
  /// −log p_y of each input in nats, mean over the subsets `[N]`: for comparing two kinds of ensemble
  /// on the same inputs.
  public var negativeLogLikelihoods: [Double]
  /// The mean over inputs of the largest spacing of a member's logits.
  public var spacing = 0.0
  /// JSD among the members of each subset, in nats; empty where it was not asked for.
  public var divergences: [Double] = []

  /// The mean of one score over the subsets.
  public func mean(_ score: KeyPath<ProbabilityScores, Double>) -> Double {
    MeanAndSpread(each.map { $0[keyPath: score] }).mean
  }

  /// The standard deviation of one score over the subsets (with their number minus one as divisor); 0
  /// for one subset.
  ///
  /// Subsets share members: it shows how much the choice of members matters, and is no standard
  /// error of the mean.
  public func deviation(_ score: KeyPath<ProbabilityScores, Double>) -> Double {
    MeanAndSpread(each.map { $0[keyPath: score] }).deviation
  }
}

extension MemberPredictions {
  // Probabilities of so many numbers are averaged at once, about 64 MiB.
  private static let block = 8_000_000

  /// Scores of ensembles of one size.
  ///
  /// - Parameters:
  ///   - size: From 1 to ``count``.
  ///   - limit: How many subsets to average over; all where there are no more.
  ///   - seed: Decides which, where there are more.
  ///   - withDivergences: Whether to measure the JSD among the members of each subset too.
  /// - Throws: `Cancelled`.
  public func ensembles(
    of size: Int, subsets limit: Int, seed: Seed, withDivergences: Bool = false,
    cancellation: Cancellation = Cancellation()
  ) throws -> EnsembleScores {
    let subsets = try Subsets(of: count, size: size, limit: limit, seed: seed)
    let shape = probabilities.shape
    let perSubset = shape[1] * shape[2]
    let flat = try probabilities.reshaped([count, perSubset])
    let entropies = try withDivergences ? memberEntropies() : []
    let rows = max(1, Self.block / max(1, shape[1] * max(shape[2], size)))
    var result = EnsembleScores(
      size: size, isComplete: subsets.isComplete, each: [], negativeLogLikelihoods: [])
    let likelihoods = try Tensor.zeros([shape[1]], dtype: .float64)
    for start in stride(from: 0, to: subsets.places.count, by: rows) {
      try cancellation.check()
      let part = subsets.places[start..<min(start + rows, subsets.places.count)]
      var weights = Array(repeating: 0.0, count: part.count * count)
      for (row, places) in part.enumerated() {
        for place in places { weights[row * count + place] = 1 / Double(size) }
      }
      let means = try Tensor(weights, shape: [part.count, count]).matmul(flat)
      let members = try Tensor(
        part.flatMap { $0.map(Int64.init) }, shape: [part.count * size])
      let logs = try MemberPredictions.logMeanExp(
        rightLogProbabilities.indexSelect(0, members).reshaped([part.count, size, shape[1]]), 1)
      let ensembles = MemberPredictions(
        probabilities: try means.reshaped([part.count, shape[1], shape[2]]), rightLogs: logs,
        spacing: try logs.zerosLike(), labels: labels)
      result.each += try ensembles.scores()
      try likelihoods.add(logs.sum(0), scale: -1 / Double(subsets.places.count))
      if withDivergences {
        // H(mean p) − mean H(p).
        let mixed = try ensembles.memberEntropies()
        result.divergences += zip(mixed, part).map { mixed, places in
          max(0, mixed - places.reduce(0) { $0 + entropies[$1] } / Double(size))
        }
      }
    }
    result.spacing = try spacing.max(0).values.mean().item()
    result.negativeLogLikelihoods = try likelihoods.array(of: Double.self)
    return result
  }

  /// The entropy of each member's probabilities, in nats, mean over the inputs: −mean Σ_c p_c log p_c
  /// with 0·log 0 = 0.
  public func memberEntropies() throws -> [Double] {
    let terms = try probabilities.timesLog(probabilities)
    return try terms.sum(2).mean(1).array(of: Double.self).map { -$0 }
  }
}
