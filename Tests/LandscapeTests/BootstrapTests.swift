import Foundation
import Landscape
import Testing

@Suite struct BootstrapTests {
  /// Of the mean of 400 numbers of deviation 1 the interval is ±1.96/20, and it has the mean of most
  /// samples in it.
  @Test func theIntervalOfAMean() {
    var numbers = SeededNumbers(Seed(5))
    var covered = 0
    for round in 0..<100 {
      // Uniform numbers of variance 1 about 0.
      let values = (0..<400).map { _ in
        Double.random(in: -1...1, using: &numbers) * 3.0.squareRoot()
      }
      var bootstrap = Bootstrap(seed: Seed(UInt64(round)), resamples: 400)
      let interval = bootstrap.interval(ofMean: values) ?? 0...0
      #expect(abs(interval.upperBound - interval.lowerBound - 0.196) < 0.05)
      if interval.contains(0) { covered += 1 }
    }
    #expect((88...100).contains(covered), "\(covered)")
  }

  @Test func theSameSeedGivesTheSameInterval() {
    let values = [1.0, 2, 4, 8]
    var one = Bootstrap(seed: Seed(1))
    var other = Bootstrap(seed: Seed(1))
    #expect(one.interval(ofMean: values) == other.interval(ofMean: values))
    #expect(one.interval(ofMean: [1, 2]) == nil)
    #expect(one.interval { _ in nil } == nil)
  }
}
