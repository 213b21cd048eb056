import Torch

/// How well logits fit labels.
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

  /// Measures logits `[N, C]` against labels `[N]`.
  public init(logits: Tensor, labels: Tensor, loss: LossFunction) throws {
    let count = Double(labels.count)
    self.loss = try withoutGradients { try loss.sum(logits, labels).item() / count }
    let correct = try logits.argmax(1).equal(to: labels)
    accuracy = try torch1("aten::count_nonzero", [.tensor(correct)]).item() / count
  }
}
