import Datasets
import Evaluation
import Torch

/// The Hessian of the mean loss over a split, with respect to the parameters that an evaluator's network has at
/// the time of each product.
public struct HessianOperator: LinearOperator {
  private let evaluator: Evaluator
  private let split: Split

  /// The Hessian at an evaluator's network.
  public init(_ evaluator: Evaluator, _ split: Split) {
    (self.evaluator, self.split) = (evaluator, split)
  }

  /// The number of parameters.
  public var size: Int { evaluator.network.parameterLayout.count }

  /// The product with a vector, by double backward (Pearlmutter, Neural Computation 6, 1994).
  public func product(_ vector: Tensor) throws -> Tensor {
    let network = evaluator.network
    let pieces = try network.parameterLayout.entries.map { entry in
      try vector.narrow(0, start: entry.offset, length: entry.count).view(entry.shape)
    }
    let total = try Tensor.zeros(vector.shape, dtype: vector.dtype ?? .float32)
      .to(device: network.device)
    let scale = 1 / Double(evaluator.dataset[split].count)
    try evaluator.forEachBatch(of: split) { inputs, labels in
      let sum = try evaluator.loss.sum(network.logits(inputs), labels)
      let first = try gradients(of: sum, withRespectTo: network.leaves, createGraph: true)
      let products = try zip(first, pieces).map { try ($0 * $1).sum() }
      let inner = try Tensor.stack(products).sum()
      // A loss that is linear in the parameters has no second graph to walk: its Hessian is zero.
      guard inner.requiresGrad else { return }
      try total.add(
        evaluator.flat(gradients(of: inner, withRespectTo: network.leaves)), scale: scale)
    }
    return total
  }
}
