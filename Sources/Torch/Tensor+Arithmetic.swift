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

  /// The square root of every element.
  public func squareRoot() throws -> Tensor { try torch1("aten::sqrt", [.tensor(self)]) }
  /// e to the power of every element.
  public func exp() throws -> Tensor { try torch1("aten::exp", [.tensor(self)]) }
  /// The natural logarithm of every element.
  public func log() throws -> Tensor { try torch1("aten::log", [.tensor(self)]) }
  /// The magnitude of every element.
  public func absolute() throws -> Tensor { try torch1("aten::abs", [.tensor(self)]) }
  /// Every element rounded up.
  public func ceiling() throws -> Tensor { try torch1("aten::ceil", [.tensor(self)]) }
  /// Every element rounded down.
  public func floored() throws -> Tensor { try torch1("aten::floor", [.tensor(self)]) }
  /// The smaller element of two; NaN where one is.
  public func minimum(_ other: Tensor) throws -> Tensor {
    try torch1("aten::minimum", [.tensor(self), .tensor(other)])
  }
  /// The larger element of two; NaN where one is.
  public func maximum(_ other: Tensor) throws -> Tensor {
    try torch1("aten::maximum", [.tensor(self), .tensor(other)])
  }
  /// Every element, at least `min` and at most `max`; NaN stays.
  public func clamped(min: Double? = nil, max: Double? = nil) throws -> Tensor {
    try torch1("aten::clamp", [.tensor(self), scalar(min), scalar(max)])
  }
  /// Every element times the logarithm of `other`'s, 0 where it is 0.
  public func timesLog(_ other: Tensor) throws -> Tensor {
    try torch1("aten::xlogy.Tensor", [.tensor(self), .tensor(other)])
  }

  // A real number would make integers real.
  private func scalar(_ number: Double?) -> OperatorArgument {
    guard let number else { return .none }
    return dtype?.isFloatingPoint ?? true ? .real(number) : .int(Int(number))
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
  /// Adds `scale` times the product of `first` and `second`, element by element, in place.
  public func add(_ first: Tensor, times second: Tensor, scale: Double = 1) throws {
    try torch(
      "aten::addcmul_", [.tensor(self), .tensor(first), .tensor(second), .real(nearest(scale))])
  }
  /// Adds `scale` times the quotient of `first` and `second`, element by element, in place.
  public func add(_ first: Tensor, dividedBy second: Tensor, scale: Double = 1) throws {
    try torch(
      "aten::addcdiv_", [.tensor(self), .tensor(first), .tensor(second), .real(nearest(scale))])
  }
  /// Raises the elements below `min` to it in place; NaN stays.
  public func clamp(min: Double) throws {
    try torch("aten::clamp_min_", [.tensor(self), .real(min)])
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
