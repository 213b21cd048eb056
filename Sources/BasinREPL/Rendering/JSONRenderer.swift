import BasinCore
import Foundation

/// Turns results into JSON for machines, one object a line, keys sorted.
///
/// A command gives
/// `{"bindings":[…],"command":"…","inputs":[…],"items":[…],"plugin":"…","seconds":0.2,"seed":7}`,
/// where `plugin` and `seed` may be missing. Each item has a `type`: `scalar`, `table`, `figure` or
/// `note`. A failed command gives `{"error":{"command":"…","kind":"…","message":"…"}}` with the
/// kind `usage`, `failure` or `cancelled`.
///
/// Numbers are exact. JSON has no words for some: `"NaN"`, `"Infinity"` and `"-Infinity"` stand for
/// them as strings. A cell with an interval is `{"halfWidth":…,"value":…}`; a cell where nothing
/// was measured is `null`. One that is only known to lie beyond a bound is
/// `{"max":1,"min":"-Infinity","text":"< 1","value":null}`.
public struct JSONRenderer: Sendable {
  /// Creates a renderer.
  public init() {}

  /// One evaluated command as one line, with its line break.
  public func line(_ evaluation: Evaluation) -> String {
    encode(EvaluationJSON(evaluation))
  }

  /// One failed command as one line, with its line break.
  public func line(_ error: any Error, command: String) -> String {
    let kind =
      error is Cancelled ? "cancelled" : error is any UsageError ? "usage" : "failure"
    let failure = FailureJSON.Failure(
      command: command, kind: kind, message: VisibleText.line(of: error))
    return encode(FailureJSON(error: failure))
  }

  // The encoder escapes the control characters that JSON forbids; these are a terminal's as well.
  private static func escaped(_ json: String) -> String {
    json.unicodeScalars.reduce(into: "") { text, scalar in
      if VisibleText.isControl(scalar) {
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }

  private func encode(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    do {
      return Self.escaped(String(decoding: try encoder.encode(value), as: UTF8.self)) + "\n"
    } catch {
      return #"{"error":{"kind":"failure","message":"the result cannot be written as JSON"}}"#
        + "\n"
    }
  }
}

private struct FailureJSON: Encodable {
  struct Failure: Encodable {
    var command: String
    var kind: String
    var message: String
  }
  var error: Failure
}

private struct EvaluationJSON: Encodable {
  struct BindingJSON: Encodable {
    var name: String
    var kind: String
    var summary: String
  }

  var command: String
  var plugin: String?
  var items: [ItemJSON]
  var bindings: [BindingJSON]
  var inputs: [InputFile]
  var seed: UInt64?
  var seconds: Double

  init(_ evaluation: Evaluation) {
    command = evaluation.command
    plugin = evaluation.plugin
    items = evaluation.result.items.map(ItemJSON.init)
    bindings = evaluation.result.bindings.map {
      BindingJSON(name: $0.name, kind: $0.value.kind, summary: $0.value.summary)
    }
    inputs = evaluation.inputs
    seed = evaluation.seed
    seconds = evaluation.seconds
  }
}

private struct ItemJSON: Encodable {
  enum Key: String, CodingKey {
    case type, name, value, uncertainty, unit, title, columns, rows, level, text
    case caption, alt, panels
  }

  var item: Result.Item

  init(_ item: Result.Item) { self.item = item }

  func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    switch item {
    case .scalar(let scalar):
      try object.encode("scalar", forKey: .type)
      try object.encode(scalar.name, forKey: .name)
      try object.encode(scalar.value, forKey: .value)
      try object.encodeIfPresent(scalar.uncertainty, forKey: .uncertainty)
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

private struct CellJSON: Encodable {
  enum Key: String, CodingKey { case value, halfWidth }

  var cell: Table.Cell

  init(_ cell: Table.Cell) { self.cell = cell }

  func encode(to encoder: any Encoder) throws {
    if case .interval(let value, let halfWidth) = cell {
      var object = encoder.container(keyedBy: Key.self)
      try object.encode(value, forKey: .value)
      try object.encode(halfWidth, forKey: .halfWidth)
      return
    }
    var single = encoder.singleValueContainer()
    switch cell {
    case .text(let text): try single.encode(text)
    case .integer(let value): try single.encode(value)
    case .number(let value): try single.encode(value)
    case .limit(let limit): try single.encode(LimitData(limit))
    case .missing, .interval: try single.encodeNil()
    }
  }
}
