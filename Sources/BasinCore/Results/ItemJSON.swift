/// An item of a result in JSON. All that Basin writes for other programs has items in this form: lines of
/// `--json`, `results.json`, `report.json` and the outputs of Jupyter notebooks.
///
/// `docs/basin.schema.json` describes it. Keys that say nothing are left out, and the same item has the same
/// keys in every file. What surrounds items says ``format``.
public struct ItemJSON: Encodable, Sendable {
  /// The number of the form; it grows when the meaning of a key changes.
  public static let format = 2

  private enum Key: String, CodingKey {
    case type, name, value, uncertainty, unit, title, columns, rows, level, text, caption
    case alt, panels
  }

  private var item: Result.Item

  /// What JSON has of an item.
  public init(_ item: Result.Item) { self.item = item }

  /// The item's `type` and what it says.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    switch item {
    case .scalar(let scalar):
      try object.encode("scalar", forKey: .type)
      try object.encode(scalar.name, forKey: .name)
      try object.encode(NumberJSON(scalar.value), forKey: .value)
      try object.encodeIfPresent(scalar.uncertainty.map(NumberJSON.init), forKey: .uncertainty)
      try object.encodeIfPresent(scalar.unit, forKey: .unit)
    case .table(let table):
      try object.encode("table", forKey: .type)
      try object.encode(table.title, forKey: .title)
      try object.encode(
        zip(table.columns, table.columnWords).map { ColumnJSON($0, key: $1) }, forKey: .columns)
      try object.encode(table.rows.map { $0.map(CellJSON.init) }, forKey: .rows)
    case .figure(let figure):
      try object.encode("figure", forKey: .type)
      try object.encode(figure.title, forKey: .title)
      try object.encodeIfPresent(figure.caption, forKey: .caption)
      try object.encode(figure.altText, forKey: .alt)
      try object.encode(FigureData(figure).panels, forKey: .panels)
    case .text(let text):
      try object.encode("text", forKey: .type)
      try object.encode(text, forKey: .text)
    case .note(let note):
      try object.encode("note", forKey: .type)
      try object.encode(note.level, forKey: .level)
      try object.encode(note.text, forKey: .text)
    }
  }
}

/// A number in JSON, which has no words for some: `null` where it is none (`NaN`), `"Infinity"` and
/// `"-Infinity"`.
struct NumberJSON: Encodable {
  private var value: Double

  init(_ value: Double) { self.value = value }

  func encode(to encoder: any Encoder) throws {
    var single = encoder.singleValueContainer()
    if value.isFinite {
      try single.encode(value)
    } else if value.isNaN {
      try single.encodeNil()
    } else {
      try single.encode(value > 0 ? "Infinity" : "-Infinity")
    }
  }
}

private struct ColumnJSON: Encodable {
  var key: String
  var name: String
  var type: String
  var unit: String?

  init(_ column: Table.Column, key: String) {
    self.key = key
    name = column.name
    type = column.isNumeric ? "number" : "text"
    unit = column.unit
  }
}

/// A text, a number, `{"halfWidth", "value"}`, `{"max", "min", "text", "value"}`, or `null` where nothing was
/// measured.
private struct CellJSON: Encodable {
  private enum Key: String, CodingKey { case value, halfWidth, min, max, text }

  private var cell: Table.Cell

  init(_ cell: Table.Cell) { self.cell = cell }

  func encode(to encoder: any Encoder) throws {
    switch cell {
    case .text(let text): try text.encode(to: encoder)
    case .integer(let value): try value.encode(to: encoder)
    case .number(let value): try NumberJSON(value).encode(to: encoder)
    case .interval(let value, let halfWidth):
      var object = encoder.container(keyedBy: Key.self)
      try object.encode(NumberJSON(value), forKey: .value)
      try object.encode(NumberJSON(halfWidth), forKey: .halfWidth)
    case .limit(let limit):
      var object = encoder.container(keyedBy: Key.self)
      try object.encode(NumberJSON(limit.number), forKey: .value)
      try object.encode(NumberJSON(limit.range.lowerBound), forKey: .min)
      try object.encode(NumberJSON(limit.range.upperBound), forKey: .max)
      try object.encode(limit.text(.significant(17)), forKey: .text)
    case .missing:
      var single = encoder.singleValueContainer()
      try single.encodeNil()
    }
  }
}
