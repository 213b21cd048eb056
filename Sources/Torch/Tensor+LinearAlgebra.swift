/// Matrices and vectors.
extension Tensor {
  /// The matrix product, batched over leading dimensions; with a vector, the matrix-vector product.
  public func matmul(_ other: Tensor) throws -> Tensor {
    try torch1("aten::matmul", [.tensor(self), .tensor(other)])
  }

  /// The inner product of two vectors.
  public func dot(_ other: Tensor) throws -> Tensor {
    try torch1("aten::dot", [.tensor(self), .tensor(other)])
  }

  /// This vector `[N]` plus the product of a matrix `[N, M]` and a vector `[M]`.
  public func adding(_ matrix: Tensor, timesVector vector: Tensor) throws -> Tensor {
    try torch1("aten::addmv", [.tensor(self), .tensor(matrix), .tensor(vector)])
  }

  /// In place: `factor` times this matrix `[N, M]`, plus the outer product of vectors `[N]` and `[M]`.
  public func addOuterProduct(_ column: Tensor, _ row: Tensor, keeping factor: Double = 1) throws {
    try torch(
      "aten::addr_", [.tensor(self), .tensor(column), .tensor(row), .real(factor), .real(1)])
  }

  /// Overwrites the diagonal of a matrix with a number.
  public func fillDiagonal(_ value: Double) throws {
    try torch("aten::fill_diagonal_", [.tensor(self), .real(value)])
  }

  /// Eigenvalues `[N]`, ascending, and orthonormal eigenvectors, the columns of `[N, N]`, of a symmetric matrix
  /// `[N, N]` (`torch.linalg.eigh`), of which the lower triangle is read.
  ///
  /// - Throws: ``TorchError``, also when the algorithm does not converge.
  public func eigenDecomposition() throws -> (values: Tensor, vectors: Tensor) {
    let parts = try torch("aten::linalg_eigh", [.tensor(self), .text("L")])
    return (parts[0], parts[1])
  }

  /// Q `[…, N, K]` with orthonormal columns and upper-triangular R `[…, K, M]`, K = min(N, M), whose product this is
  /// (`torch.linalg.qr`).
  public func qrDecomposition() throws -> (q: Tensor, r: Tensor) {
    let parts = try torch("aten::linalg_qr", [.tensor(self), .text("reduced")])
    return (parts[0], parts[1])
  }

  /// The Euclidean norm of all elements.
  public func norm() throws -> Tensor { try torch1("aten::linalg_vector_norm", [.tensor(self)]) }

  /// Euclidean norms along a dimension, which disappears unless it is kept with size 1.
  public func norm(_ dimension: Int, keepDimension: Bool = false) throws -> Tensor {
    try torch1(
      "aten::linalg_vector_norm",
      [.tensor(self), .real(2), .ints([dimension]), .bool(keepDimension)])
  }

  /// Euclidean distances `[N, M]` between the rows of `[N, D]` and those of `[M, D]`.
  public func distances(to other: Tensor) throws -> Tensor {
    try torch1("aten::cdist", [.tensor(self), .tensor(other), .real(2), .none])
  }
}
