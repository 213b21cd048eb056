/// Quantiles of a list of values, interpolated linearly between order statistics (R. J. Hyndman and
/// Y. Fan, Sample Quantiles in Statistical Packages, The American Statistician 50, 1996, type 7;
/// NumPy's default). The median of an even number of values is the mean of the middle two.
public enum Quantiles {
  /// A quantile of sorted values.
  ///
  /// - Parameters:
  ///   - sorted: Values in rising order, without NaN.
  ///   - part: From 0 (the minimum) to 1 (the maximum); others count as the nearest of these.
  /// - Returns: `nil` for no values.
  public static func quantile(ofSorted sorted: [Double], _ part: Double) -> Double? {
    guard let first = sorted.first, let last = sorted.last, !part.isNaN else { return nil }
    if part <= 0 { return first }
    if part >= 1 { return last }
    let place = part * Double(sorted.count - 1)
    let below = Int(place)
    guard below + 1 < sorted.count else { return last }
    let (low, high) = (sorted[below], sorted[below + 1])
    // Equal neighbours, and infinite ones, have no distance to interpolate.
    let share = place - Double(below)
    return low == high || share == 0 ? low : low + share * (high - low)
  }

  /// The median of values in any order, without NaN; `nil` for no values.
  public static func median(_ values: [Double]) -> Double? {
    quantile(ofSorted: values.sorted(), 0.5)
  }
}
