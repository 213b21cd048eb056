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

  /// Takes values as they are.
  public init(losses: Tensor, errors: Tensor) {
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
    try network.keepingPlace {
      for index in 0..<count {
        try cancellation.check()
        report(index)
        try withoutGradients { try network.parameters.assign(point(index)) }
        try recalculateBatchNorm()
        for (place, split) in splits.enumerated() {
          let (loss, error) = try exampleLosses(split)
          let term = try split == .train ? regularizer?.term(of: network) : nil
          losses[place].append(try term.map { try loss + $0 } ?? loss)
          errors[place].append(error)
        }
      }
    }
    return try zip(losses, errors).map {
      PathProfile(losses: try Tensor.stack($0), errors: try Tensor.stack($1))
    }
  }

  /// The loss of each input of a split, and 1 where its prediction is wrong: `[N]` each, in double
  /// precision on the CPU. Both are NaN where an output is NaN or infinite.
  public func exampleLosses(_ split: Split) throws -> (losses: Tensor, errors: Tensor) {
    try withoutGradients {
      let logits = try logits(split)
      let labels = try data(split).labels
      let wrong = try logits.argmax(1).notEqual(to: labels).to(.float64)
      return (
        try loss.each(logits.to(.float64), labels).missing(where: logits).to(device: "cpu"),
        try wrong.missing(where: logits).to(device: "cpu")
      )
    }
  }
}
