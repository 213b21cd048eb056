import Torch

/// How well logits fit labels; NaN where an output is NaN or infinite.
public struct Metrics: Sendable, Equatable, Codable {
  /// Mean loss an input; in nats for cross-entropy.
  public var loss: Double
  /// The fraction of inputs whose largest logit is the label's, from 0 to 1.
  public var accuracy: Double

  /// Metrics that are known.
  public init(loss: Double, accuracy: Double) {
    self.loss = loss
    self.accuracy = accuracy
  }

  /// Measures logits `[N, C]` against labels `[N]`, in double precision.
  public init(logits: Tensor, labels: Tensor, loss: LossFunction) throws {
    guard try logits.isFinite() else {
      (self.loss, accuracy) = (.nan, .nan)
      return
    }
    let count = Double(labels.count)
    // The sum of single-precision losses can be infinite where each is finite.
    self.loss = try withoutGradients { try loss.sum(logits.to(.float64), labels).item() / count }
    let correct = try logits.argmax(1).equal(to: labels)
    accuracy = try correct.countNonzero() / count
  }
}
