import BasinCore
import Torch

/// Measures between all pairs of a list of checkpoints.
public enum Pairwise {
  /// cos(w_a, w_b) = ⟨w_a, w_b⟩ / (‖w_a‖ ‖w_b‖) over all trainable parameters (Fort, Hu &
  /// Lakshminarayanan, arXiv 1912.02757, §3), accumulated in double precision.
  ///
  /// - Parameter parameters: Flat vectors `[P]`, one a checkpoint.
  /// - Returns: An n × n matrix, rows first, with 1 on the diagonal; values from −1 to 1, NaN for vectors of zeros.
  /// - Throws: `Cancelled`; `TorchError` when lengths differ.
  public static func cosineSimilarity(
    _ parameters: [Tensor], cancellation: Cancellation = Cancellation()
  ) throws -> [[Double]] {
    let count = parameters.count
    guard let length = parameters.first?.count else { return [] }
    // Columns go to double precision a block at a time, so that memory stays bounded.
    let block = max(1, 8_000_000 / count)
    let gram = try Tensor.zeros([count, count], dtype: .float64)
    for start in stride(from: 0, to: length, by: block) {
      try cancellation.check()
      let width = min(block, length - start)
      let rows = try Tensor.stack(
        parameters.map { try $0.narrow(0, start: start, length: width) }
      ).to(device: "cpu").to(.float64)
      try gram.add(rows.matmul(rows.transposed()))
    }
    let values = try gram.array(of: Double.self)
    func inner(_ i: Int, _ j: Int) -> Double { values[i * count + j] }
    return (0..<count).map { i in
      (0..<count).map { j in
        i == j && inner(i, i) > 0 ? 1 : inner(i, j) / (inner(i, i) * inner(j, j)).squareRoot()
      }
    }
  }

  /// The fraction of inputs whose predicted classes differ (arXiv 1912.02757, §3).
  ///
  /// - Parameter classes: Predicted classes `[N]` (int64), one list a checkpoint.
  /// - Returns: An n × n matrix, rows first, with 0 on the diagonal; values from 0 to 1.
  /// - Throws: `TorchError` when lengths differ.
  public static func disagreement(_ classes: [Tensor]) throws -> [[Double]] {
    guard let inputs = classes.first?.count else { return [] }
    let stacked = try Tensor.stack(classes)
    return try classes.map { row in
      let differing = try stacked.notEqual(to: row).countNonzero(1)
      return try differing.array(of: Double.self).map { $0 / Double(inputs) }
    }
  }
}
