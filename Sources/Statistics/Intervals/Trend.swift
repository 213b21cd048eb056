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

  /// Kendall's rank correlation with time (H. B. Mann, Nonparametric Tests Against Trend, Econometrica 13,
  /// 1945) at the two-sided level 0.05, with the normal approximation and its continuity correction.
  ///
  /// Autocorrelated values show trends more often than one time in twenty: this warns of one rather than
  /// overlooks it.
  ///
  /// Four values cannot reach the level (24 orders, p = 0.083 for both extremes), so that four that rise or fall
  /// at every step count as a trend: one order in twelve.
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
    var score = 0
    for later in values.indices {
      for earlier in 0..<later {
        score += values[later] > values[earlier] ? 1 : values[later] < values[earlier] ? -1 : 0
      }
    }
    if values.count == Self.fewest {
      self = score == 6 ? .rising : score == -6 ? .falling : .none
      return
    }
    var ties: [Double: Int] = [:]
    for value in values { ties[value, default: 0] += 1 }
    func term(_ n: Int) -> Int { n * (n - 1) * (2 * n + 5) }
    let variance =
      Double(term(values.count) - ties.values.reduce(0) { $0 + term($1) }) / 18
    let size = Double(max(0, abs(score) - 1))
    guard variance > 0, size / variance.squareRoot() > StudentT.normalCritical(level: 0.95) else {
      self = .none
      return
    }
    self = score > 0 ? .rising : .falling
  }
}
