extension Tensor {
  /// The sum of all elements.
  public func sum() throws -> Tensor { try torch1("aten::sum", [.tensor(self)]) }
  /// The sum along a dimension, which disappears.
  public func sum(_ dimension: Int, keepDimension: Bool = false) throws -> Tensor {
    try torch1(
      "aten::sum.dim_IntList", [.tensor(self), .ints([dimension]), .bool(keepDimension)])
  }
  /// The mean of all elements.
  public func mean() throws -> Tensor { try torch1("aten::mean", [.tensor(self)]) }
  /// The mean along a dimension, which disappears.
  public func mean(_ dimension: Int) throws -> Tensor {
    try torch1("aten::mean.dim", [.tensor(self), .ints([dimension])])
  }
  /// The index of the largest element along a dimension, as int64; the index of a NaN where there
  /// is one.
  public func argmax(_ dimension: Int) throws -> Tensor {
    try torch1("aten::argmax", [.tensor(self), .int(dimension)])
  }
  /// The Euclidean norm of all elements.
  public func norm() throws -> Tensor { try torch1("aten::linalg_vector_norm", [.tensor(self)]) }
  /// Whether every element is finite.
  public func isFinite() throws -> Bool {
    let finite = try torch1("aten::isfinite", [.tensor(self)])
    return try torch1("aten::all", [.tensor(finite)]).item() != 0
  }
}
