extension Tensor {
  /// Element by element, sizes of 1 repeated.
  public static func + (left: Tensor, right: Tensor) throws -> Tensor {
    try torch1("aten::add.Tensor", [.tensor(left), .tensor(right)])
  }
  /// Element by element, sizes of 1 repeated.
  public static func - (left: Tensor, right: Tensor) throws -> Tensor {
    try torch1("aten::sub.Tensor", [.tensor(left), .tensor(right)])
  }
  /// Element by element, sizes of 1 repeated.
  public static func * (left: Tensor, right: Tensor) throws -> Tensor {
    try torch1("aten::mul.Tensor", [.tensor(left), .tensor(right)])
  }
  /// Element by element, sizes of 1 repeated.
  public static func / (left: Tensor, right: Tensor) throws -> Tensor {
    try torch1("aten::div.Tensor", [.tensor(left), .tensor(right)])
  }
  /// Every element times a number.
  public static func * (left: Tensor, right: Double) throws -> Tensor {
    try torch1("aten::mul.Scalar", [.tensor(left), .real(left.nearest(right))])
  }
  /// Every element plus a number.
  public static func + (left: Tensor, right: Double) throws -> Tensor {
    try torch1("aten::add.Scalar", [.tensor(left), .real(left.nearest(right))])
  }
  /// Every element divided by a number.
  public static func / (left: Tensor, right: Double) throws -> Tensor {
    try torch1("aten::div.Scalar", [.tensor(left), .real(left.nearest(right))])
  }

  /// The matrix product, batched over leading dimensions.
  public func matmul(_ other: Tensor) throws -> Tensor {
    try torch1("aten::matmul", [.tensor(self), .tensor(other)])
  }

  /// The inner product of two vectors.
  public func dot(_ other: Tensor) throws -> Tensor {
    try torch1("aten::dot", [.tensor(self), .tensor(other)])
  }

  /// The square root of every element.
  public func squareRoot() throws -> Tensor { try torch1("aten::sqrt", [.tensor(self)]) }
  /// e to the power of every element.
  public func exp() throws -> Tensor { try torch1("aten::exp", [.tensor(self)]) }
  /// The natural logarithm of every element.
  public func log() throws -> Tensor { try torch1("aten::log", [.tensor(self)]) }
  /// Where two tensors have the same element, as booleans.
  public func equal(to other: Tensor) throws -> Tensor {
    try torch1("aten::eq.Tensor", [.tensor(self), .tensor(other)])
  }
  /// Where two tensors differ, as booleans.
  public func notEqual(to other: Tensor) throws -> Tensor {
    try torch1("aten::ne.Tensor", [.tensor(self), .tensor(other)])
  }
}

extension Tensor {
  /// Overwrites the elements with those of `source`.
  public func assign(_ source: Tensor) throws {
    try torch("aten::copy_", [.tensor(self), .tensor(source)])
  }
  /// Adds `scale` times `other` in place.
  public func add(_ other: Tensor, scale: Double = 1) throws {
    try torch("aten::add_.Tensor", [.tensor(self), .tensor(other), .real(nearest(scale))])
  }
  /// Multiplies every element by a number in place.
  public func scale(by factor: Double) throws {
    try torch("aten::mul_.Scalar", [.tensor(self), .real(nearest(factor))])
  }
  /// Overwrites every element with a number.
  public func fill(_ value: Double) throws {
    try torch("aten::fill_.Scalar", [.tensor(self), .real(nearest(value))])
  }
}

extension Tensor {
  /// A number as these elements would hold it: infinite where it is beyond single precision and they are
  /// not double. libtorch refuses numbers that it would have to round to infinity.
  public func nearest(_ number: Double) -> Double {
    guard dtype != .float64, number.isFinite,
      number.magnitude > Double(Float.greatestFiniteMagnitude)
    else { return number }
    return number > 0 ? .infinity : -.infinity
  }
}
