import BasinCore
import Testing

@Suite struct NumberFormatTests {
  @Test(arguments: [
    (NumberFormat.fixed(3), 0.125, "0.125"),
    (.fixed(2), -0.0001, "0.00"),
    (.percent(1), 0.9451, "94.5 %"),
    (.significant(3), 123456, "1.23e+05"),
    (.scientific(1), 0.00042, "4.2e-04"),
    (.fixed(4), 8.63306364685331e29, "8.6331e+29"),
    (.fixed(4), -2.5e7, "-2.5000e+07"),
    (.fixed(2), 1_234_567.5, "1234567.50"),
    (.fixed(0), 12_345_678, "12345678"),
    (.percent(1), 3e9, "3.0e+11 %"),
    (.fixed(1), .nan, "NaN"),
    (.fixed(1), .infinity, "∞"),
  ])
  func numbersAsText(format: NumberFormat, value: Double, expected: String) {
    #expect(format.text(value) == expected)
  }

  /// What is not 0 is not shown as 0.
  @Test(arguments: [
    (NumberFormat.fixed(4), 4.1e-7, "4.1e-07"), (.fixed(4), -0.00004, "-4e-05"),
    (.percent(2), 0.00001, "0.001 %"), (.fixed(4), 0.0998, "0.0998"), (.fixed(4), 0, "0.0000"),
    (.percent(2), 0, "0.00 %"), (.fixed(1), .nan, "NaN"),
  ])
  func noDifferenceIsShownAsNone(format: NumberFormat, value: Double, expected: String) {
    #expect(format.nonzeroText(value) == expected)
  }
}
