/// Draws of units with replacement (B. Efron, Bootstrap Methods, Annals of Statistics 7, 1979), for statistics
/// whose error has no closed form, over hundreds of units. Over few units its intervals are too narrow; see
/// ``Estimate`` for means and for means over pairs.
///
/// ```swift
/// var bootstrap = Bootstrap(seed: context.seed())
/// let counts = bootstrap.counts(600)
/// ```
public struct Bootstrap {
  /// How often the units are resampled.
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
}
