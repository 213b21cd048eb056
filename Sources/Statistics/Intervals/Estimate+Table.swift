import BasinCore

extension Estimate {
  /// The cells of an interval's ends: two numbers, or two dashes.
  public var endCells: [Table.Cell] {
    guard let range = interval?.range else { return [.missing, .missing] }
    return [.number(range.lowerBound), .number(range.upperBound)]
  }

  /// The value and its interval's ends: `0.31 [0.24, 0.38]`.
  public func text(_ format: NumberFormat) -> String {
    format.nonzeroText(value)
      + (interval.map {
        " [\(format.nonzeroText($0.range.lowerBound)), \(format.nonzeroText($0.range.upperBound))]"
      } ?? "")
  }
}
