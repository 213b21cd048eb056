import Landscape
import Testing

/// Equal values have no spread, where rounding of their mean left 1e-18.
@Suite struct MeanAndSpreadTests {
  @Test(arguments: [0.1, 0.0123456789, 1e-9, 3e7 / 7])
  func equalValuesHaveNoSpread(value: Double) {
    for count in [1, 3, 7, 1000] {
      let spread = MeanAndSpread(Array(repeating: value, count: count))
      #expect(spread.mean == value && spread.squares == 0 && spread.deviation == 0)
    }
  }

  @Test func otherValues() {
    let spread = MeanAndSpread([1, 2, 6])
    #expect(abs(spread.mean - 3) < 1e-15 && abs(spread.deviation - 7.0.squareRoot()) < 1e-15)
    #expect(spread.squares == 14 && spread.variance == 7)
    #expect(MeanAndSpread([.infinity, 1]).mean == .infinity)
    #expect(MeanAndSpread([.nan, 1]).deviation.isNaN)
  }

  /// No interval of rounding around the mean of equal values.
  @Test func equalValuesHaveNoInterval() {
    for count in [3, 10, 300] {
      let found = Estimate.mean(of: Array(repeating: 0.1, count: count), unit: "inputs")
      #expect(found.value == 0.1 && found.interval == nil)
    }
  }
}
