import BasinCore

extension Estimate {
  /// The median of values, with the distribution-free interval between order statistics (W. J. Conover,
  /// Practical Nonparametric Statistics, 3rd edition, §3.2).
  ///
  /// From the r-th smallest to the r-th largest value, with the largest r for which a Binomial(n, ½) number
  /// is below r with a probability of at most 0.025: the interval covers at least 95 %, and 97 % on average for
  /// few values, as binomial numbers are whole.
  ///
  /// - Parameters:
  ///   - values: In any order, without NaN.
  ///   - unit: `planes`.
  public static func median(of values: [Double], unit: String, given: String? = nil) -> Estimate {
    let sorted = values.sorted()
    let count = sorted.count
    let middle = Quantiles.median(sorted) ?? .nan
    // P(X < r) = I_½(n − r + 1, r).
    var rank = 0
    while rank + 1 <= count / 2,
      IncompleteBeta.regularized(0.5, Double(count - rank), Double(rank + 1)) <= 0.025
    { rank += 1 }
    guard rank > 0 else {
      return Estimate(
        middle, .unsupported("\(Counted.subject(count, unit)) too few for the median's interval"))
    }
    return Estimate(
      middle,
      .interval(
        ConfidenceInterval(
          sorted[rank - 1]...sorted[count - rank], method: "order statistics", count: count,
          unit: unit, given: given)))
  }
}
