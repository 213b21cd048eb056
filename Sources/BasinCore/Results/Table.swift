/// A table with typed columns.
///
/// ```swift
/// var table = Table("Checkpoints", columns: [
///   .text("name"), .number("accuracy", format: .percent(1)), .integer("epoch"),
/// ])
/// table.append([.text("seed 0"), .number(0.945), .integer(30)])
/// ```
public struct Table: Sendable, Equatable, Codable {
  /// A column: its header, unit and how its numbers are shown.
  public struct Column: Sendable, Equatable, Codable {
    /// The header.
    public var name: String
    /// The unit, shown in the header in parentheses.
    public var unit: String?
    /// How numbers in this column are shown; `nil` for a column of text.
    public var format: NumberFormat?

    /// Creates a column.
    public init(_ name: String, unit: String? = nil, format: NumberFormat? = nil) {
      self.name = name
      self.unit = unit
      self.format = format
    }

    /// A column of text, set flush left.
    public static func text(_ name: String) -> Column { Column(name) }
    /// A column of whole numbers, set flush right.
    public static func integer(_ name: String, unit: String? = nil) -> Column {
      Column(name, unit: unit, format: .fixed(0))
    }
    /// A column of numbers, set flush right.
    public static func number(
      _ name: String, unit: String? = nil, format: NumberFormat = .significant(4)
    ) -> Column {
      Column(name, unit: unit, format: format)
    }

    /// The header with its unit.
    public var header: String { unit.map { "\(name) (\($0))" } ?? name }
    /// Whether cells are set flush right.
    public var isNumeric: Bool { format != nil }
  }

  /// One cell.
  public enum Cell: Sendable, Equatable, Codable {
    /// Text.
    case text(String)
    /// A whole number.
    case integer(Int)
    /// A number, shown in its column's format; NaN, which is none, is shown as a dash.
    case number(Double)
    /// A number with what follows ±: its standard deviation, or half the width of its interval. The table's
    /// title says which.
    case interval(Double, halfWidth: Double)
    /// Known only to lie on one side of a bound: shown as `< 1` or `> 24`.
    case limit(Limit)
    /// Nothing was measured here; shown as a dash.
    case missing
  }

  /// What the table shows; empty when the surrounding text says it.
  public var title: String
  /// The columns, left to right.
  public var columns: [Column]
  /// The rows, top to bottom; each has as many cells as there are columns.
  public private(set) var rows: [[Cell]]

  /// Creates a table.
  ///
  /// - Precondition: every row has as many cells as there are columns.
  public init(_ title: String = "", columns: [Column], rows: [[Cell]] = []) {
    self.title = title
    self.columns = columns
    self.rows = []
    for row in rows { append(row) }
  }

  /// Appends a row.
  ///
  /// - Precondition: `row` has as many cells as there are columns.
  public mutating func append(_ row: [Cell]) {
    precondition(
      row.count == columns.count, "a row of \(row.count) cells in \(columns.count) columns")
    rows.append(row)
  }

  /// A cell as text, in its column's format.
  public func text(row: Int, column: Int) -> String {
    let format = columns[column].format ?? .significant(4)
    switch rows[row][column] {
    case .text(let text): return text
    case .integer(let value): return String(value)
    case .number(let value): return value.isNaN ? "–" : format.text(value)
    case .interval(let value, _) where value.isNaN: return "–"
    case .limit(let limit): return limit.text(format)
    case .interval(let value, let halfWidth):
      return format.text(value) + " ± " + format.text(halfWidth)
    case .missing: return "–"
    }
  }
}
