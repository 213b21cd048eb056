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
  /// The smallest element; NaN where there is one.
  public func min() throws -> Tensor { try torch1("aten::min", [.tensor(self)]) }
  /// The largest element; NaN where there is one.
  public func max() throws -> Tensor { try torch1("aten::max", [.tensor(self)]) }
  /// The largest elements along a dimension, which disappears, and their indices (int64).
  public func max(_ dimension: Int) throws -> (values: Tensor, indices: Tensor) {
    let parts = try torch("aten::max.dim", [.tensor(self), .int(dimension)])
    return (parts[0], parts[1])
  }
  /// How many elements are not 0 (or are true).
  public func countNonzero() throws -> Double {
    try torch1("aten::count_nonzero", [.tensor(self)]).item()
  }
  /// How many elements along a dimension, which disappears, are not 0 (int64).
  public func countNonzero(_ dimension: Int) throws -> Tensor {
    try torch1("aten::count_nonzero.dim_IntList", [.tensor(self), .ints([dimension])])
  }
  /// The logarithm of the sum of exponentials along a dimension, which disappears.
  public func logSumExp(_ dimension: Int) throws -> Tensor {
    try torch1("aten::logsumexp", [.tensor(self), .ints([dimension])])
  }
  /// The standard deviation along a dimension, which disappears, with the number of elements as divisor.
  public func populationDeviation(_ dimension: Int) throws -> Tensor {
    try torch1("aten::std.dim", [.tensor(self), .ints([dimension]), .bool(false)])
  }
}
