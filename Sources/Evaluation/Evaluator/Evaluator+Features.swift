import Datasets
import Torch

extension Evaluator {
  /// Calls `body` with a layer's outputs for each batch of a split in order, flattened to `[n, d]`.
  ///
  /// - Parameters:
  ///   - split: Which inputs.
  ///   - layer: A path that `arch` lists, or `logits`.
  ///   - batchSize: Inputs in one batch; the evaluator's where `nil`. The last one may be smaller.
  ///   - order: The places of the inputs in the order in which they are taken, `[N]` int64; the split's own where `nil`.
  /// - Throws: `Cancelled`; ``ArchitectureError`` for an unknown layer.
  public func forEachFeatures(
    of split: Split, at layer: String, batchSize: Int? = nil, order: Tensor? = nil,
    _ body: (_ features: Tensor) throws -> Void
  ) throws {
    func pass(_ inputs: Tensor) throws {
      let output = try network.features(inputs, at: layer)
      try body(output.reshaped([output.shape[0], -1]))
    }
    try withoutGradients {
      guard let order = try order?.to(device: network.device) else {
        return try forEachBatch(of: split, size: batchSize) { inputs, _ in try pass(inputs) }
      }
      let inputs = try data(split).inputs
      let (count, size) = (order.shape[0], batchSize ?? self.batchSize)
      for start in stride(from: 0, to: count, by: size) {
        try cancellation.check()
        let places = try order.narrow(0, start: start, length: min(size, count - start))
        try pass(inputs.indexSelect(0, places))
      }
    }
  }

  /// A layer's outputs on a split, flattened to `[N, d]`.
  ///
  /// - Throws: `Cancelled`; ``ArchitectureError`` for an unknown layer.
  public func features(_ split: Split, at layer: String) throws -> Tensor {
    var batches: [Tensor] = []
    try forEachFeatures(of: split, at: layer) { batches.append($0) }
    return try Tensor.cat(batches)
  }
}
