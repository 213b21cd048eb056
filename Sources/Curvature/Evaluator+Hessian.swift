import Datasets
import Evaluation
import Torch

extension Evaluator {
  /// The Hessian of the mean loss over a split times a vector, by double backward
  /// (Pearlmutter 1994).
  ///
  /// - Parameter vector: Flat `[P]`.
  /// - Returns: Flat `[P]`.
  /// - Throws: `Cancelled`; `TorchError`.
  public func hessianVectorProduct(_ vector: Tensor, _ split: Split) throws -> Tensor {
    let pieces = try network.parameterLayout.entries.map { entry in
      try vector.narrow(0, start: entry.offset, length: entry.count).view(entry.shape)
    }
    let total = try Tensor.zeros(vector.shape, dtype: vector.dtype ?? .float32)
      .to(device: network.device)
    let scale = 1 / Double(dataset[split].count)
    try forEachBatch(of: split) { inputs, labels in
      let sum = try loss.sum(network.logits(inputs), labels)
      let first = try gradients(of: sum, withRespectTo: network.leaves, createGraph: true)
      let products = try zip(first, pieces).map { try ($0 * $1).sum() }
      let inner = try Tensor.stack(products).sum()
      // A loss that is linear in the parameters has no second graph to walk: its Hessian is zero.
      guard inner.requiresGrad else { return }
      try total.add(
        flat(gradients(of: inner, withRespectTo: network.leaves)), scale: scale)
    }
    return total
  }
}
