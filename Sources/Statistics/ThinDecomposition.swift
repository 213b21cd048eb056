import BasinCore
import Torch

/// The singular value decomposition X = U diag(s) Vᵀ of a few long rows, by the eigenvectors of their Gram
/// matrix XXᵀ: it has the squared singular values, and is small.
public struct ThinDecomposition {
  /// The squared singular values s², the largest first; rounding can leave them slightly below 0.
  public let squares: [Double]

  private let rows: Tensor
  // The columns of U, those of the smallest values first.
  private let vectors: Tensor

  /// Decomposes rows.
  ///
  /// - Parameter rows: `[n, D]`, double precision, n at most a few thousand.
  /// - Throws: `Cancelled`; `TorchError`, also where a value is NaN or infinite.
  public init(_ rows: Tensor, cancellation: Cancellation = Cancellation()) throws {
    self.rows = rows
    let gram = try rows.matmul(rows.transposed())
    try cancellation.check()
    let decomposition = try gram.eigenDecomposition()
    squares = try decomposition.values.array(of: Double.self).reversed()
    vectors = decomposition.vectors
  }

  /// How many singular values are more than rounding: s² above 10⁻¹² of the largest.
  public var rank: Int {
    let largest = squares.first ?? 0
    return squares.count { $0 > largest * 1e-12 && $0 > 0 }
  }

  /// A left singular vector u, `[n]`, of either sign.
  public func left(_ index: Int) throws -> Tensor {
    try vectors.select(1, squares.count - 1 - index)
  }

  /// A right singular vector times its singular value, s·v = Xᵀu, `[D]`. Of the two signs it has the one with
  /// which its entry of largest magnitude is positive.
  public func scaledRight(_ index: Int) throws -> Tensor {
    let row = try left(index).unsqueezed(0).matmul(rows).flattened()
    let place = try row.absolute().argmax(0).item()
    return try row * (row.select(0, Int(place)).item() < 0 ? -1 : 1)
  }
}
