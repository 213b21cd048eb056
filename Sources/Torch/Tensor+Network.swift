extension Tensor {
  /// Probabilities along a dimension.
  public func softmax(_ dimension: Int) throws -> Tensor {
    try torch1("aten::softmax.int", [.tensor(self), .int(dimension)])
  }

  /// Logarithms of probabilities along a dimension.
  public func logSoftmax(_ dimension: Int) throws -> Tensor {
    try torch1("aten::log_softmax.int", [.tensor(self), .int(dimension)])
  }

  /// How losses of a batch are put together.
  public enum LossReduction: Int, Sendable {
    /// One loss an example.
    case none = 0
    /// Their mean.
    case mean = 1
    /// Their sum.
    case sum = 2
  }

  /// The cross-entropy of these logits `[N, C]` with class indices `[N]` (int64), in nats.
  public func crossEntropy(_ labels: Tensor, reduction: LossReduction = .mean) throws -> Tensor {
    try torch1(
      "aten::cross_entropy_loss",
      [.tensor(self), .tensor(labels), .none, .int(reduction.rawValue)])
  }
}
