import Datasets
import Torch

extension Evaluator {
  /// Calls `body` with a layer's outputs for each batch of a split in order, flattened to `[n, d]`.
  ///
  /// - Parameters:
  ///   - split: Which inputs.
  ///   - layer: A path that `arch` lists, or `logits`.
  ///   - batchSize: Inputs in one batch; the evaluator's where `nil`. The last one may be smaller.
  /// - Throws: `Cancelled`; ``ArchitectureError`` for an unknown layer.
  public func forEachFeatures(
    of split: Split, at layer: String, batchSize: Int? = nil,
    _ body: (_ features: Tensor) throws -> Void
  ) throws {
    try withoutGradients {
      try forEachBatch(of: split, size: batchSize) { inputs, _ in
        let output = try network.features(inputs, at: layer)
        try body(output.reshaped([output.shape[0], -1]))
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
