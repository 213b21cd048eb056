import BasinKit
import Foundation
import Landscape
import Torch

/// Scores of one network, or of the mean of several networks' probabilities, with what they are when a group
/// of the networks is left out.
struct MeasuredModel {
  var name: String
  var predictions: ScoredPredictions
  var calibration: Calibration
  var brier: Double
  /// The scores without each group of networks; empty for a single network.
  var withoutGroup: [ScoredPredictions]
  /// Errors of the unsmooth scores over the draw of the networks; `nil` for a single network.
  var resampled: DrawBootstrap?
  /// Whether it stands for an average over draws.
  var isAverage: Bool
  /// What its networks support as draws.
  var support: DrawSupport

  /// Groups of networks for the jackknife, and for the bootstrap of chains: consecutive draws, so that
  /// autocorrelated ones stay together.
  static let groups = 20

  var accuracy: Double { predictions.accuracy }
  var negativeLogLikelihood: Double { predictions.negativeLogLikelihood }
  var meanConfidence: Double {
    predictions.confidences.reduce(0, +) / Double(max(1, predictions.confidences.count))
  }

  /// - Throws: ``CommandError`` where a logit is NaN or infinite; `Cancelled`.
  init(
    _ competitor: Competitor, labels: Tensor, bins: Calibration.Scheme, seed: Seed,
    resamples: Int = DrawBootstrap.resamples, cancellation: Cancellation = Cancellation()
  ) throws {
    (name, isAverage, support) = (competitor.name, competitor.isAverage, competitor.support)
    for (index, logits) in competitor.logits.enumerated() where !(try logits.isFinite()) {
      throw CommandError(
        "\(competitor.name): network \(index + 1) of \(competitor.logits.count) has NaN or infinite "
          + "logits, and cannot be scored; choose snapshots before the run diverged, or a smaller "
          + "--scale or --prior")
    }
    let labels = try labels.to(device: "cpu")
    let each = try withoutGradients {
      try Tensor.stack(
        competitor.logits.map {
          try $0.to(device: "cpu").to(.float64).logSoftmax(1)
        })
    }
    let all = try Self.mean(each)
    predictions = try Self.scored(all, labels)
    var largest = Array(repeating: 0.0, count: labels.count)
    for logits in competitor.logits {
      largest = zip(largest, try logits.logitSpacing()).map { max($0, $1) }
    }
    predictions.ties = try withoutGradients { try all.tieRate(labels, spacings: largest) }
    predictions.spacing = largest.reduce(0, +) / Double(max(1, largest.count))
    calibration = Calibration(
      confidences: predictions.confidences, correct: predictions.correct, scheme: bins)
    let probabilities = try all.exp()
    let squares = try (probabilities * probabilities).sum(1).mean().item()
    let right = predictions.negativeLogs.reduce(0) { $0 + exp(-$1) }
    brier = squares - 2 * right / Double(max(1, predictions.negativeLogs.count)) + 1
    let count = competitor.logits.count
    let groups = min(Self.groups, count)
    withoutGroup = []
    guard count > 1 else { return }
    withoutGroup = try (0..<groups).map { group in
      let left = (group * count / groups)..<((group + 1) * count / groups)
      let kept = (0..<count).filter { !left.contains($0) }.map { Int64($0) }
      let index = try Tensor(kept, shape: [kept.count])
      return try Self.scored(Self.mean(each.indexSelect(0, index)), labels)
    }
    // Groups hold the autocorrelated draws of a chain together; independent draws are resampled one by one.
    resampled = try DrawBootstrap(
      each, units: competitor.support.isOfChains ? groups : count, bins: bins, seed: seed,
      resamples: resamples, cancellation: cancellation
    ) { try Self.scored($0, labels) }
  }

  // The log of the mean probability, `[N, C]`, from log-probabilities `[S, N, C]`.
  private static func mean(_ logs: Tensor) throws -> Tensor {
    try logs.logSumExp(0)
      + -log(Double(logs.shape[0]))
  }

  private static func scored(_ logs: Tensor, _ labels: Tensor) throws -> ScoredPredictions {
    let highest = try logs.max(1)
    let right = try logs.gathered(1, labels.reshaped([labels.count, 1]))
    return ScoredPredictions(
      confidences: try highest.values.array(of: Double.self).map { min(1, exp($0)) },
      correct: try highest.indices.equal(to: labels).array(of: UInt8.self).map { $0 != 0 },
      negativeLogs: try right.flattened().array(of: Double.self).map { -$0 })
  }
}
