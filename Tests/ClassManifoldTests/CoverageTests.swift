import Foundation
import TestSupport
import Testing

@testable import ClassManifold

@Suite struct WilsonCoverageTests {
  /// The exact coverage of Wilson's interval of a rate: binomial probabilities of the counts whose interval
  /// contains it, on average over rates.
  @Test(arguments: [10, 20, 50])
  func coverageOfRates(planes: Int) {
    let intervals = (0...planes).map { EscapeReport.wilson($0, planes) }
    let rates = (1...999).map { Double($0) / 1000 }
    let covered = rates.map { rate in
      (0...planes).reduce(0.0) { sum, count in
        guard intervals[count].contains(rate) else { return sum }
        let logChoices =
          lgamma(Double(planes + 1)) - lgamma(Double(count + 1))
          - lgamma(Double(planes - count + 1))
        return sum
          + exp(logChoices + Double(count) * log(rate) + Double(planes - count) * log(1 - rate))
      }
    }
    let mean = covered.reduce(0, +) / Double(rates.count)
    #expect((0.945...0.965).contains(mean), "\(mean)")
    // Near 0 and 1 it is lower for some rates.
    let central = zip(rates, covered).filter { (0.1...0.9).contains($0.0) }.map(\.1).min() ?? 0
    #expect(central > 0.91 - (planes < 20 ? 0.02 : 0), "\(central)")
    if ProcessInfo.processInfo.environment["BASIN_COVERAGE"] != nil {
      print(
        String(
          format:
            "coverage | Wilson | %d planes, mean over rates (min %.1f; %.1f for 0.1 to 0.9) | exact | %.1f | 0.0",
          planes, 100 * (covered.min() ?? 0), 100 * central, 100 * mean))
    }
  }
}
