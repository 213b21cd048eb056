/// The mean of values, and their spread.
///
/// Both are computed about the first value, so that equal values have no spread at all, not even one of
/// rounding: the sum of three times 0.1, divided by three, is not 0.1.
public struct MeanAndSpread: Sendable, Equatable {
  /// `NaN` for no values.
  public let mean: Double
  /// Σ(x − mean)²; exactly 0 for equal values.
  public let squares: Double
  /// The variance of one value, with n − 1 as divisor; 0 for one value.
  public let variance: Double
  /// The square root of ``variance``.
  public var deviation: Double { variance.squareRoot() }

  /// Of values of any number.
  public init(_ values: some Collection<Double>) {
    let start = values.first.flatMap { $0.isFinite ? $0 : nil } ?? 0
    let mean = start + values.reduce(0) { $0 + ($1 - start) } / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    self.squares = squares
    variance = values.count > 1 ? squares / Double(values.count - 1) : 0
  }
}
