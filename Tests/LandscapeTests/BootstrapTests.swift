import Landscape
import Testing

@Suite struct BootstrapTests {
  /// Draws with replacement: the counts of 400 units sum to 400, and have a variance of 399/400.
  @Test func countsAreMultinomial() {
    var bootstrap = Bootstrap(seed: Seed(5))
    var squares = 0.0
    for _ in 0..<50 {
      let counts = bootstrap.counts(400)
      #expect(counts.count == 400 && counts.reduce(0, +) == 400)
      squares += counts.reduce(0) { $0 + Double(($1 - 1) * ($1 - 1)) }
    }
    // The standard error of the variance over 20,000 counts is 0.012.
    #expect(abs(squares / 20_000 - 399.0 / 400) < 0.05)
  }

  @Test func theSameSeedGivesTheSameDraws() {
    var one = Bootstrap(seed: Seed(1))
    var other = Bootstrap(seed: Seed(1))
    #expect(one.counts(20) == other.counts(20))
    #expect(one.counts(20) != Bootstrap.first(Seed(2)))
  }
}

extension Bootstrap {
  fileprivate static func first(_ seed: Seed) -> [Int] {
    var bootstrap = Bootstrap(seed: seed)
    return bootstrap.counts(20)
  }
}
