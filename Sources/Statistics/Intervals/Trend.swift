/// Whether values along a training run still rise or fall: then they are not draws of anything.
public enum Trend: Sendable, Equatable {
  /// They fall.
  case falling
  /// They rise.
  case rising
  /// No trend was found.
  case none
  /// So few values that no order of them would show a trend: this many.
  case unknown(Int)

  /// How many values show a trend where there is one.
  public static let fewest = 4
  /// From how many values on their autocorrelation is estimated.
  static let fewestWithCorrelation = 8

  /// Kendall's rank correlation with time (H. B. Mann, Nonparametric Tests Against Trend, Econometrica 13,
  /// 1945) for autocorrelated values, two-sided at the level 0.05.
  ///
  /// Snapshots of one run are not independent. The variance of the score is multiplied by
  /// 1 + 2/(n(n − 1)(n − 2))·Σ_k (n − k)(n − k − 1)(n − k − 2)·ρᵏ (K. H. Hamed & A. R. Rao, A modified Mann–Kendall
  /// trend test for autocorrelated data, Journal of Hydrology 204, 1998), with the lag-one autocorrelation ρ of the
  /// ranks less their straight line, corrected for its bias (n·r + 2)/(n − 4), and Student's t for the number of values
  /// that so many correlated ones are worth takes the place of the normal deviate.
  ///
  /// Of four to seven values no autocorrelation can be estimated: they have a trend where all pairs of them, of six all
  /// but one, and of seven all but two, are in order. So have more where all but two are. `docs/intervals.md` has the
  /// simulated levels.
  ///
  /// - Parameter values: In the order of the run; of fewer than four nothing is known.
  public init(_ values: [Double]) {
    guard values.count >= Self.fewest else {
      self = .unknown(values.count)
      return
    }
    guard values.allSatisfy(\.isFinite) else {
      self = .none
      return
    }
    let score = Self.score(values)
    // Twice the pairs out of order, and the equal ones.
    let outOfOrder = values.count * (values.count - 1) / 2 - abs(score)
    guard
      outOfOrder <= 2 * min(2, max(0, values.count - 5))
        || Self.isSignificant(score, of: values)
    else {
      self = .none
      return
    }
    self = score > 0 ? .rising : .falling
  }

  // Pairs that rise with time less pairs that fall.
  private static func score(_ values: [Double]) -> Int {
    var score = 0
    for later in values.indices {
      for earlier in 0..<later {
        score += values[later] > values[earlier] ? 1 : values[later] < values[earlier] ? -1 : 0
      }
    }
    return score
  }

  private static func isSignificant(_ score: Int, of values: [Double]) -> Bool {
    guard values.count >= fewestWithCorrelation else { return false }
    let n = Double(values.count)
    let ranks = ranks(values)
    let correlation = correlation(ranks.values)
    var (inflation, worth) = (1.0, 1.0)
    for lag in 1..<values.count {
      let (k, power) = (Double(lag), pow(correlation, lag))
      inflation +=
        2 / (n * (n - 1) * (n - 2)) * (n - k) * (n - k - 1) * (n - k - 2) * power
      worth += 2 * (1 - k / n) * power
    }
    func term(_ n: Double) -> Double { n * (n - 1) * (2 * n + 5) }
    let variance = (term(n) - ranks.ties.reduce(0) { $0 + term(Double($1)) }) / 18 * inflation
    let size = Double(max(0, abs(score) - 1))
    let degrees = max(1, n / worth - 2)
    return variance > 0
      && size / variance.squareRoot() > StudentT.critical(level: 0.95, degrees: degrees)
  }

  private static func pow(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }

  // Equal values have the mean of their ranks; how many there are of each value.
  private static func ranks(_ values: [Double]) -> (values: [Double], ties: [Int]) {
    let ranks = values.map { value in
      let (below, equal) = values.reduce((0, 0)) {
        ($0.0 + ($1 < value ? 1 : 0), $0.1 + ($1 == value ? 1 : 0))
      }
      return Double(below) + Double(equal + 1) / 2
    }
    var ties: [Double: Int] = [:]
    for value in values { ties[value, default: 0] += 1 }
    return (ranks, Array(ties.values))
  }

  // Of ranks less their straight line, from one to the next; corrected for its bias, and from 0 to 0.99.
  private static func correlation(_ ranks: [Double]) -> Double {
    let n = Double(ranks.count)
    let mean = (n + 1) / 2
    let times = ranks.indices.map { Double($0) - (n - 1) / 2 }
    let slope =
      zip(times, ranks).reduce(0) { $0 + $1.0 * ($1.1 - mean) }
      / times.reduce(0) { $0 + $1 * $1 }
    let rests = zip(times, ranks).map { $1 - mean - slope * $0 }
    let squares = rests.reduce(0) { $0 + $1 * $1 }
    guard squares > 0 else { return 0 }
    let products = zip(rests, rests.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    return min(0.99, max(0, (n * products / squares + 2) / (n - 4)))
  }
}
