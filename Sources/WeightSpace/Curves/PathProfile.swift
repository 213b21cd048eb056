import BasinCore
import Datasets
import Evaluation
import Torch

/// Loss and errors of every input of a split at points of a path.
public struct PathProfile {
  /// Loss of each input at each point, `[T, N]`, double precision, in nats for cross-entropy.
  public let losses: Tensor
  /// 1 where the prediction is wrong, `[T, N]`, double precision.
  public let errors: Tensor
  /// The largest mean spacing of the logits at a point.
  public let spacing: Double

  /// Takes values as they are.
  public init(losses: Tensor, errors: Tensor, spacing: Double = 0) {
    self.spacing = spacing
    self.losses = losses
    self.errors = errors
  }

  /// Mean loss at each point.
  public func loss() throws -> [Double] { try losses.mean(1).array(of: Double.self) }

  /// Fraction of wrong predictions at each point, from 0 to 1.
  public func error() throws -> [Double] { try errors.mean(1).array(of: Double.self) }
}

extension Evaluator {
  /// Loss and errors of every input at points of weight space, with batch norm, if there is any,
  /// recomputed on the training split at each.
  ///
  /// The network is put back to where it was.
  ///
  /// - Parameters:
  ///   - splits: What is evaluated.
  ///   - count: The number of points.
  ///   - regularizer: Its term is added to the losses of training inputs.
  ///   - point: The weights at a point, flat `[P]`.
  ///   - report: Called before each point with its number.
  /// - Returns: A profile for each split.
  /// - Throws: `Cancelled`; `TorchError`.
  public func profile(
    on splits: [Split], count: Int, regularizer: Regularizer? = nil,
    at point: (Int) throws -> Tensor,
    report: (Int) -> Void = { _ in }
  ) throws -> [PathProfile] {
    var losses = splits.map { _ in [Tensor]() }
    var errors = losses
    var spacings = splits.map { _ in 0.0 }
    try network.keepingPlace {
      for index in 0..<count {
        try cancellation.check()
        report(index)
        try withoutGradients { try network.parameters.assign(point(index)) }
        try recalculateBatchNorm()
        for (place, split) in splits.enumerated() {
          let (loss, error, spacing) = try exampleLosses(split)
          let term = try split == .train ? regularizer?.term(of: network) : nil
          losses[place].append(try term.map { try loss + $0 } ?? loss)
          errors[place].append(error)
          spacings[place] = max(spacings[place], spacing)
        }
      }
    }
    return try splits.indices.map {
      PathProfile(
        losses: try Tensor.stack(losses[$0]), errors: try Tensor.stack(errors[$0]),
        spacing: spacings[$0])
    }
  }

  /// The loss of each input of a split, and 1 where its prediction is wrong: `[N]` each, in double
  /// precision on the CPU, and the mean spacing of the logits. All are NaN where an output is NaN or infinite.
  func exampleLosses(
    _ split: Split
  ) throws -> (losses: Tensor, errors: Tensor, spacing: Double) {
    try withoutGradients {
      let logits = try logits(split)
      let labels = try data(split).labels
      let spacings = try logits.logitSpacing()
      let wrong = try logits.argmax(1).notEqual(to: labels).to(.float64)
      return (
        try loss.each(logits.to(.float64), labels).missing(where: logits).to(device: "cpu"),
        try wrong.missing(where: logits).to(device: "cpu"),
        spacings.reduce(0, +) / Double(max(1, spacings.count))
      )
    }
  }
}
