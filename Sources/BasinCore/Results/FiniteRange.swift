extension Sequence where Element == Double {
  /// From the min to the max of the finite values; `nil` without any.
  ///
  /// `min()` and `max()` of values with NaN among them depend on their order, and a range from one to the
  /// other may not exist: the ranges of figures and tables are made of this.
  public var finiteRange: ClosedRange<Double>? {
    var range: ClosedRange<Double>?
    for value in self where value.isFinite {
      range =
        Swift.min(
          value, range?.lowerBound ?? value)...Swift.max(
          value, range?.upperBound ?? value)
    }
    return range
  }
}
