import BasinCore
import Testing

@Suite struct NumberFormatTests {
  @Test(arguments: [
    (NumberFormat.fixed(3), 0.125, "0.125"),
    (.fixed(2), -0.0001, "0.00"),
    (.percent(1), 0.9451, "94.5 %"),
    (.significant(3), 123456, "1.23e+05"),
    (.scientific(1), 0.00042, "4.2e-04"),
    (.fixed(1), .nan, "NaN"),
    (.fixed(1), .infinity, "∞"),
  ])
  func numbersAsText(format: NumberFormat, value: Double, expected: String) {
    #expect(format.text(value) == expected)
  }
}
