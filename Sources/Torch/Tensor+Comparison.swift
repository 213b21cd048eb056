/// Comparisons element by element: tensors of booleans.
extension Tensor {
  /// Where two tensors have the same element.
  public func equal(to other: Tensor) throws -> Tensor {
    try torch1("aten::eq.Tensor", [.tensor(self), .tensor(other)])
  }
  /// Where two tensors differ.
  public func notEqual(to other: Tensor) throws -> Tensor {
    try torch1("aten::ne.Tensor", [.tensor(self), .tensor(other)])
  }
  /// Where the elements are a number.
  public func equal(to number: Double) throws -> Tensor {
    try torch1("aten::eq.Scalar", [.tensor(self), .real(number)])
  }
  /// Where the elements are not a number.
  public func notEqual(to number: Double) throws -> Tensor {
    try torch1("aten::ne.Scalar", [.tensor(self), .real(number)])
  }
  /// Where the elements are less than a number; false at NaN.
  public func less(than number: Double) throws -> Tensor {
    try torch1("aten::lt.Scalar", [.tensor(self), .real(number)])
  }
  /// Where the elements are a number or less; false at NaN.
  public func lessOrEqual(to number: Double) throws -> Tensor {
    try torch1("aten::le.Scalar", [.tensor(self), .real(number)])
  }
  /// Where the elements are greater than a number; false at NaN.
  public func greater(than number: Double) throws -> Tensor {
    try torch1("aten::gt.Scalar", [.tensor(self), .real(number)])
  }
  /// Where the elements are a number or greater; false at NaN.
  public func greaterOrEqual(to number: Double) throws -> Tensor {
    try torch1("aten::ge.Scalar", [.tensor(self), .real(number)])
  }
  /// Where the elements are neither infinite nor NaN.
  public func areFinite() throws -> Tensor { try torch1("aten::isfinite", [.tensor(self)]) }
  /// Where the elements are infinite; false at NaN.
  public func areInfinite() throws -> Tensor { try torch1("aten::isinf", [.tensor(self)]) }
  /// Whether every element is finite.
  public func isFinite() throws -> Bool {
    try torch1("aten::all", [.tensor(areFinite())]).item() != 0
  }
}

/// Booleans.
extension Tensor {
  /// Where all elements along a dimension, which disappears, are true.
  public func all(_ dimension: Int) throws -> Tensor {
    try torch1("aten::all.dim", [.tensor(self), .int(dimension)])
  }
  /// Where the elements are false.
  public func logicalNot() throws -> Tensor { try torch1("aten::logical_not", [.tensor(self)]) }
  /// Where both are true.
  public func logicalAnd(_ other: Tensor) throws -> Tensor {
    try torch1("aten::logical_and", [.tensor(self), .tensor(other)])
  }
  /// The elements of `first` where this is true, those of `second` elsewhere.
  public func choose(_ first: Tensor, _ second: Tensor) throws -> Tensor {
    try torch1("aten::where.self", [.tensor(self), .tensor(first), .tensor(second)])
  }
  /// A copy with a number where `mask` is true.
  public func filled(with number: Double, where mask: Tensor) throws -> Tensor {
    try torch1("aten::masked_fill.Scalar", [.tensor(self), .tensor(mask), .real(number)])
  }
}
