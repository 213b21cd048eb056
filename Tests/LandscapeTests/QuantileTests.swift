import Foundation
import Landscape
import TestSupport
import Testing

@testable import Evaluation
@testable import Statistics

/// Quantiles as NumPy has them, and the median's interval between order statistics.
@Suite struct QuantileTests {
  /// `numpy.quantile([1, 2, 4, 8], p)`; the median of four values is the mean of the middle two.
  @Test(arguments: [(0.0, 1.0), (0.25, 1.75), (0.5, 3), (0.75, 5), (0.9, 6.8), (1, 8)])
  func theyAreNumPys(part: Double, value: Double) throws {
    let found = try #require(Quantiles.quantile(ofSorted: [1, 2, 4, 8], part))
    #expect(abs(found - value) < 1e-12)
  }

  @Test func fewValuesHaveTheirQuantiles() {
    #expect(Quantiles.median([]) == nil)
    #expect(Quantiles.median([3]) == 3)
    #expect(Quantiles.median([5, 1]) == 3)
    #expect(Quantiles.median([1, .infinity, .infinity]) == .infinity)
    #expect(Quantiles.quantile(ofSorted: [.infinity, .infinity], 0.3) == .infinity)
  }

  /// Ranks of the 95 % interval in tables of the binomial distribution (Conover, table A3): none for five
  /// values, the smallest and largest of six, the second and ninth of ten, the sixth and fifteenth of twenty.
  @Test(arguments: [(6, 1), (8, 1), (9, 2), (10, 2), (20, 6), (50, 18)])
  func ranksAreThoseOfTables(count: Int, rank: Int) throws {
    let values = (1...count).map(Double.init).shuffled()
    let interval = try #require(Estimate.median(of: values, unit: "planes").interval)
    #expect(interval.range == Double(rank)...Double(count + 1 - rank))
    #expect(interval.count == count && interval.level == 0.95)
    #expect(Estimate.median(of: [1, 2, 3, 4, 5], unit: "planes").interval == nil)
  }

  /// It covers at least 95 % for any distribution: here a skewed one whose median is ln 2.
  @Test(arguments: [7, 20, 60])
  func coverageOfMedians(count: Int) throws {
    var random = SeededNumbers(Seed(UInt64(count)))
    let found = try Coverage.measure(
      "order statistics", "median of \(count) exponential values", few: 2000
    ) { _ in
      let values = (0..<count).map { _ in -log(1 - Double.random(in: 0..<1, using: &random)) }
      let interval = try #require(Estimate.median(of: values, unit: "planes").interval)
      return interval.range.contains(log(2))
    }
    #expect(found.contained > 0.938 && found.contained < 0.992, "\(found)")
  }
}
