import BasinCore

extension Estimate {
  /// The fewest independent units that an interval is computed from.
  public static let fewestUnits = 3

  /// The mean of independent values, one a unit, with Student's t interval (Student, The Probable Error of
  /// a Mean, Biometrika 6, 1908): mean ± t(n − 1)·s/√n.
  ///
  /// For few checkpoints or directions and for many inputs alike. Values along one training run are not
  /// independent, and this is not for them.
  ///
  /// - Parameters:
  ///   - values: One number a unit.
  ///   - unit: What the units are, in the plural.
  ///   - given: What is held fixed.
  ///   - bounds: What the quantity cannot leave.
  /// - Returns: Without an interval for fewer than three values, for NaN or infinite values, and for values
  ///   that are all equal, which say nothing of their spread.
  public static func mean(
    of values: [Double], unit: String, given: String? = nil, bounds: ClosedRange<Double>? = nil
  ) -> Estimate {
    let moments = Moments(values)
    return moments.estimate(
      values.count, unit: unit, given: given, method: "Student's t", bounds: bounds)
  }

  /// The mean of independent values that are means over random draws themselves: the variance of each list of draws, s²/m, is
  /// added to that of the units, with Satterthwaite's degrees of freedom.
  static func mean(
    of values: [Double], draws: [[Double]], drawn: String, unit: String, given: String?
  ) -> Estimate {
    var moments = Moments(values)
    guard let fewest = draws.map(\.count).min(), fewest >= fewestUnits else {
      return Estimate(
        moments.mean, .unsupported(tooFew(draws.map(\.count).min() ?? 0, "random \(drawn)")))
    }
    let mean = moments.mean
    for one in draws { moments = moments.minus(Moments(one)) }
    moments.mean = mean
    return moments.estimate(
      values.count, unit: unit, given: given,
      method: "Student's t with the random choice of \(drawn)", bounds: nil)
  }

  /// A smooth function of means over independent units, with Student's t interval of its influences (the
  /// delta method or infinitesimal jackknife: B. Efron & R. J. Tibshirani, An Introduction to the Bootstrap,
  /// 1993, §21.3): value ± t(n − 1)·s/√n.
  ///
  /// - Parameters:
  ///   - influences: What each unit adds, one number a unit; their mean does not matter.
  public static func deltaMethod(
    _ value: Double, influences: [Double], unit: String, given: String? = nil,
    bounds: ClosedRange<Double>? = nil
  ) -> Estimate {
    var moments = Moments(influences)
    moments.mean = value
    return moments.estimate(
      influences.count, unit: unit, given: given, method: "delta method", bounds: bounds)
  }

  /// The mean of a symmetric quantity over all pairs of independent units.
  ///
  /// Pairs share units, so the interval is the jackknife over units (J. N. Arvesen, Jackknifing
  /// U-statistics, Annals of Mathematical Statistics 40, 1969): the variance is
  /// (n − 1)/n·Σ(U₋ᵢ − Ū)², with the mean U₋ᵢ of the pairs without unit i, and t has n − 1 degrees of
  /// freedom. It is exact where each unit adds its own part to its pairs, and too wide where every pair is
  /// on its own.
  ///
  /// - Parameters:
  ///   - matrix: `[n][n]`; the diagonal does not count, and both triangles are averaged.
  ///   - bounds: What the quantity cannot leave.
  public static func meanOverPairs(
    _ matrix: [[Double]], unit: String, given: String? = nil, bounds: ClosedRange<Double>? = nil
  ) -> Estimate {
    PairMoments(matrix).moments.estimate(
      matrix.count, unit: unit, given: given, method: "jackknife", bounds: bounds)
  }

  /// The mean over all pairs of one set minus that of another, where the sets share no unit: both
  /// jackknife variances together, with the degrees of freedom of B. L. Welch (Biometrika 34, 1947).
  public static func differenceOfPairMeans(
    _ first: [[Double]], _ second: [[Double]], unit: String, given: String? = nil
  ) -> Estimate {
    let (one, other) = (PairMoments(first).moments, PairMoments(second).moments)
    return one.minus(other).estimate(
      min(first.count, second.count), shown: "\(first.count) + \(second.count)", unit: unit,
      given: given, method: "jackknife", bounds: nil)
  }

  /// A statistic of two independent samples: the two-sample jackknife, (n − 1)/n·Σ(θ₋ᵢ − θ̄)² of each
  /// sample, with Welch's degrees of freedom.
  ///
  /// - Parameters:
  ///   - counts: The units of both samples.
  ///   - statistic: Computes θ without one unit of the first or the second sample, or of all;
  ///     `nil` where nothing is left to compute.
  public static func twoSampleJackknife(
    _ counts: (Int, Int), unit: String, given: String? = nil,
    statistic: (_ withoutFirst: Int?, _ withoutSecond: Int?) -> Double?
  ) -> Estimate {
    guard let value = statistic(nil, nil) else {
      return Estimate(.nan, .unsupported("there is nothing to compare"))
    }
    guard min(counts.0, counts.1) >= fewestUnits else {
      return Estimate(value, .unsupported(tooFew(min(counts.0, counts.1), unit)))
    }
    let first = (0..<counts.0).compactMap { statistic($0, nil) }
    let second = (0..<counts.1).compactMap { statistic(nil, $0) }
    guard first.count == counts.0, second.count == counts.1 else {
      return Estimate(value, .unsupported("a single one of the \(unit) decides the comparison"))
    }
    let parts = [first, second].map { left -> Moments in
      let spread = Moments(left)
      let count = Double(left.count)
      return Moments(
        mean: 0, variance: spread.squares * (count - 1) / count, degrees: count - 1,
        squares: spread.squares)
    }
    var whole = parts[0].minus(parts[1])
    whole.mean = value
    return whole.estimate(
      min(counts.0, counts.1), shown: "\(counts.0) + \(counts.1)", unit: unit, given: given,
      method: "two-sample jackknife", bounds: nil)
  }

  static func tooFew(_ count: Int, _ unit: String) -> String {
    "\(Counted.subject(count, unit)) too few (\(fewestUnits) are needed)"
  }
}

/// A mean with the variance of the mean and its degrees of freedom.
struct Moments {
  var mean: Double
  /// Of the mean.
  var variance: Double
  var degrees: Double
  /// Σ(x − mean)².
  var squares: Double

  init(mean: Double, variance: Double, degrees: Double, squares: Double) {
    (self.mean, self.variance, self.degrees, self.squares) = (mean, variance, degrees, squares)
  }

  init(_ values: [Double]) {
    let count = Double(values.count)
    let spread = MeanAndSpread(values)
    self.init(
      mean: spread.mean, variance: spread.squares / (count * (count - 1)), degrees: count - 1,
      squares: spread.squares)
  }

  /// With the variances of both, and Welch's degrees of freedom.
  func minus(_ other: Moments) -> Moments {
    let total = variance + other.variance
    let own = variance * variance / degrees + other.variance * other.variance / other.degrees
    return Moments(
      mean: mean - other.mean, variance: total, degrees: own > 0 ? total * total / own : degrees,
      squares: squares + other.squares)
  }

  func estimate(
    _ count: Int, shown: String? = nil, unit: String, given: String?, method: String,
    bounds: ClosedRange<Double>?
  ) -> Estimate {
    guard count >= Estimate.fewestUnits else {
      return Estimate(mean, .unsupported(Estimate.tooFew(count, unit)))
    }
    guard mean.isFinite, variance.isFinite else {
      return Estimate(mean, .unsupported("a value is NaN or infinite"))
    }
    guard variance > 0 else {
      return Estimate(mean, .unsupported("equal values have no measurable spread"))
    }
    let half = StudentT.critical(level: 0.95, degrees: degrees) * variance.squareRoot()
    let found = Estimate(
      mean,
      .interval(
        ConfidenceInterval(
          (mean - half)...(mean + half), method: method, count: count,
          unit: unit, given: given, shownCount: shown)))
    return found.clamped(to: bounds)
  }
}

/// The mean over all pairs of units, with its jackknife variance over units.
struct PairMoments {
  var moments: Moments

  init(_ matrix: [[Double]]) {
    let count = matrix.count
    var sums = Array(repeating: 0.0, count: count)
    var total = 0.0
    for a in 0..<count {
      for b in 0..<a {
        let value = (matrix[a][b] + matrix[b][a]) / 2
        total += value
        sums[a] += value
        sums[b] += value
      }
    }
    let n = Double(count)
    let mean = total / (n * (n - 1) / 2)
    let left = sums.map { (total - $0) / ((n - 1) * (n - 2) / 2) }
    let squares = Moments(left).squares
    moments = Moments(
      mean: mean, variance: squares * (n - 1) / n, degrees: n - 1, squares: squares)
  }
}
