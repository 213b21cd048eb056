/// Percentile bootstrap intervals (B. Efron, Bootstrap Methods, Annals of Statistics 7, 1979): what a
/// statistic could have been, had other units of the same kind been drawn.
///
/// ```swift
/// var bootstrap = Bootstrap(seed: context.seed())
/// let interval = bootstrap.interval(ofMean: differences)
/// ```
public struct Bootstrap {
  /// How often the units are drawn anew.
  public let resamples: Int
  private var random: SeededNumbers

  /// Prepares draws.
  public init(seed: Seed, resamples: Int = 1000) {
    self.resamples = resamples
    random = SeededNumbers(seed)
  }

  /// How often each of `count` units is in one draw of as many with replacement.
  public mutating func counts(_ count: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: count)
    for _ in 0..<count { counts[Int.random(in: 0..<count, using: &random)] += 1 }
    return counts
  }

  /// The 95 % interval of a statistic.
  ///
  /// - Parameter statistic: Draws units anew by ``counts(_:)`` and computes it; `nil` where a draw
  ///   leaves nothing to compute.
  /// - Returns: From the 2.5th to the 97.5th percentile; `nil` without any value.
  public mutating func interval(
    of statistic: (inout Bootstrap) -> Double?
  ) -> ClosedRange<Double>? {
    var values: [Double] = []
    for _ in 0..<resamples {
      if let value = statistic(&self), !value.isNaN { values.append(value) }
    }
    return Self.interval(ofDraws: values)
  }

  /// From the 2.5th to the 97.5th percentile of a statistic's draws; `nil` without any, and where one is
  /// NaN: what cannot be ordered has no percentiles.
  public static func interval(ofDraws draws: [Double]) -> ClosedRange<Double>? {
    guard !draws.isEmpty, !draws.contains(where: \.isNaN) else { return nil }
    let values = draws.sorted()
    let last = values.count - 1
    return values[
      Int((0.025 * Double(last)).rounded())]...values[
        Int((0.975 * Double(last)).rounded())]
  }

  /// The 95 % interval of the mean of values, one a unit; `nil` for fewer than three, and where one is
  /// NaN or infinite.
  public mutating func interval(ofMean values: [Double]) -> ClosedRange<Double>? {
    guard values.count >= 3, values.allSatisfy(\.isFinite) else { return nil }
    return interval { bootstrap in
      var sum = 0.0
      for (count, value) in zip(bootstrap.counts(values.count), values) where count > 0 {
        sum += Double(count) * value
      }
      return sum / Double(values.count)
    }
  }
}
