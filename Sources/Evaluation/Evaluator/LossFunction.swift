import Torch

/// What a network's logits cost.
public enum LossFunction: String, Sendable, Equatable, CaseIterable {
  /// −log softmax(z)_y, in nats.
  case crossEntropy = "cross-entropy"
  /// ½‖z − e_y‖² with e_y the one-hot label.
  case squaredError = "squared-error"

  /// The sum of the losses of a batch.
  ///
  /// - Parameters:
  ///   - logits: `[N, C]`.
  ///   - labels: Class indices `[N]`, int64.
  /// - Throws: `TorchError` when shapes differ or a label is no class.
  public func sum(_ logits: Tensor, _ labels: Tensor) throws -> Tensor {
    switch self {
    case .crossEntropy: return try logits.crossEntropy(labels, reduction: .sum)
    case .squaredError: return try each(logits, labels).sum()
    }
  }

  /// The loss of each of a batch, `[N]`.
  ///
  /// - Parameters:
  ///   - logits: `[N, C]`.
  ///   - labels: Class indices `[N]`, int64.
  /// - Throws: `TorchError` when shapes differ or a label is no class.
  public func each(_ logits: Tensor, _ labels: Tensor) throws -> Tensor {
    switch self {
    case .crossEntropy: return try logits.crossEntropy(labels, reduction: .none)
    case .squaredError:
      let oneHot = try labels.oneHot(classes: logits.shape[1])
      let error = try logits - oneHot.to(logits.dtype ?? .float32)
      return try (error * error).sum(1) * 0.5
    }
  }
}
