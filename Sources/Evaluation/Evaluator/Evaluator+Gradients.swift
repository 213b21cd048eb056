import Datasets
import Torch

extension Evaluator {
  /// The gradient of the mean loss over a split with respect to all parameters, flat `[P]`.
  ///
  /// - Throws: `Cancelled`; `TorchError`.
  public func gradient(_ split: Split) throws -> Tensor {
    let total = try Tensor.zeros(
      network.parameters.shape, dtype: network.parameters.dtype ?? .float32
    ).to(device: network.device)
    let scale = 1 / Double(dataset[split].count)
    try forEachBatch(of: split) { inputs, labels in
      try total.add(gradient(inputs, labels), scale: scale)
    }
    return total
  }

  /// The mean loss over a split and its gradient with respect to all parameters, flat `[P]`, in
  /// evaluation mode.
  ///
  /// - Throws: `Cancelled`; `TorchError`.
  public func lossAndGradient(_ split: Split) throws -> (loss: Double, gradient: Tensor) {
    let total = try Tensor.zeros(
      network.parameters.shape, dtype: network.parameters.dtype ?? .float32
    ).to(device: network.device)
    let count = Double(dataset[split].count)
    var loss = 0.0
    try forEachBatch(of: split) { inputs, labels in
      let logits = try network.logits(inputs).reshaped([labels.count, -1])
      let sum = try self.loss.sum(logits, labels)
      try total.add(flat(gradients(of: sum, withRespectTo: network.leaves)), scale: 1 / count)
      loss += try sum.item() / count
    }
    return (loss, total)
  }

  /// The gradient of the *summed* loss of one batch, flat `[P]`.
  ///
  /// - Parameter labels: `[N]`, or `[N·heads]` for all images of a MIMO network, those of one row of
  ///   inputs after each other.
  package func gradient(_ inputs: Tensor, _ labels: Tensor) throws -> Tensor {
    try lossAndGradient(inputs, labels).gradient
  }

  /// The summed loss of one batch, a scalar, with its gradient, flat `[P]`.
  package func lossAndGradient(
    _ inputs: Tensor, _ labels: Tensor
  ) throws -> (loss: Tensor, gradient: Tensor) {
    let logits = try network.logits(inputs).reshaped([labels.count, -1])
    let sum = try loss.sum(logits, labels)
    return (sum, try flat(gradients(of: sum, withRespectTo: network.leaves)))
  }

  /// The gradient of each example's own loss, `[n, P]`, for `range` of a split.
  ///
  /// Every example gets its own copy of the parameters through vmap, so this works for any model
  /// in which examples do not mix (batch norm is in evaluation mode).
  ///
  /// - Throws: `Cancelled`; `TorchError`.
  public func perExampleGradients(_ split: Split, _ range: Range<Int>) throws -> Tensor {
    let (inputs, labels) = try data(split)
    var rows: [Tensor] = []
    // Memory holds so many copies of the gradient at a time.
    let chunk = max(1, min(batchSize, 50_000_000 / max(1, network.parameterLayout.count)))
    for start in stride(from: range.lowerBound, to: range.upperBound, by: chunk) {
      try cancellation.check()
      let count = min(chunk, range.upperBound - start)
      let stacked = try network.leaves.map { leaf in
        try leaf.detached().unsqueezed(0).expanded([count] + leaf.shape).leaf()
      }
      let batch = try inputs.narrow(0, start: start, length: count)
      let targets = try labels.narrow(0, start: start, length: count)
      let losses = try vmap(count) { level in
        try network.withParameters(stacked.map(level.wrap)) {
          // As they lie: vmap knows no order of memory.
          let logits = try network.asLogits(
            network.module(level.wrap(batch).unsqueezed(0)))
          return try level.unwrap(logits)
        }
      }
      // [count, 1, C] → [count, C]: the sum over examples has each example's gradient in its own
      // copy of the parameters.
      let sum = try loss.sum(losses.view([count, classes]), targets)
      let parts = try gradients(of: sum, withRespectTo: stacked)
      rows.append(try Tensor.cat(parts.map { try $0.reshaped([count, -1]) }, dimension: 1))
    }
    return try Tensor.cat(rows)
  }

  package func flat(_ parts: [Tensor]) throws -> Tensor {
    try Tensor.cat(parts.map { try $0.flattened() })
  }
}
