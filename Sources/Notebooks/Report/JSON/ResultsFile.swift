import BasinCore
import Foundation

/// `results.json`: what the cells returned, with nothing of the machine or the time in it.
///
/// Keys are sorted. Numbers are written so that reading them gives the same number again. JSON has
/// no numbers that are not finite: they are the strings `"NaN"`, `"Infinity"` and `"-Infinity"`,
/// in numeric columns and wherever a number stands; a cell in which nothing was measured is
/// `null`.
struct ResultsFile: Encodable {
  struct Cell: Encodable {
    var id: String
    var status: CellRun.Status
    var commands: [String]
    var results: [Item]
    var error: String?
  }

  struct Item: Encodable {
    var kind: String
    var name: String?
    var number: Int?
    var caption: String?
    var title: String?
    var value: Double?
    var uncertainty: Double?
    var unit: String?
    var columns: [Column]?
    var rows: [[TableCell]]?
    var text: String?
    var level: Note.Level?
    var alt: String?
    var files: [String]?
    var panels: [FigureData.Panel]?
  }

  /// The figure that stands for the report, by the name of its files.
  struct Thumbnail: Encodable {
    var name: String
    var alt: String
  }

  struct Column: Encodable {
    var key: String
    var name: String
    var unit: String?
    var kind: String
  }

  /// A string, a number, `{"value", "halfWidth"}`, `{"value", "min", "max", "text"}` or `null`.
  enum TableCell: Encodable {
    case cell(Table.Cell)

    func encode(to encoder: any Encoder) throws {
      guard case .cell(let cell) = self else { return }
      var single = encoder.singleValueContainer()
      switch cell {
      case .text(let text): try single.encode(text)
      case .integer(let value): try single.encode(value)
      case .number(let value): try single.encode(value)
      case .limit(let limit): try single.encode(LimitData(limit))
      case .interval(let value, let halfWidth):
        try single.encode(["value": value, "halfWidth": halfWidth])
      case .missing: try single.encodeNil()
      }
    }
  }

  let format = 1
  var name: String
  var title: String
  var authors: [String]
  var date: String?
  var abstract: String?
  var language: String
  var tags: [String]
  var thumbnail: Thumbnail?
  var notebook: String
  var seed: UInt64?
  var parameters: [String: String]
  /// The version of each plugin, by its name.
  var plugins: [String: String]
  var status: String
  var cells: [Cell]

  init(_ report: NumberedRun) {
    let notebook = report.run.notebook
    name = notebook.name
    title = notebook.title
    authors = notebook.frontMatter.authors
    date = notebook.frontMatter.date
    abstract = notebook.frontMatter.abstract.map {
      MarkdownTree($0).text { report.target(of: $0)?.label }
    }
    language = notebook.frontMatter.language
    tags = notebook.frontMatter.tags
    thumbnail = report.thumbnail.map { Thumbnail(name: $0.name, alt: $0.drawn.altText) }
    self.notebook = notebook.sha256
    seed = notebook.frontMatter.seed
    parameters = Dictionary(notebook.parameters.map { ($0.name, $0.value) }) { first, _ in first }
    plugins = Dictionary(report.run.plugins.map { ($0.name, $0.value) }) { first, _ in first }
    status = report.run.status.word
    cells = report.cells.map { cell in
      Cell(
        id: cell.run.cell.id, status: cell.run.status,
        commands: cell.run.cell.lines.map(\.text), results: cell.outputs.flatMap(Self.items),
        error: cell.run.error)
    }
  }

  func json() throws -> Data { try stableJSON(self) }

  /// What one output is in JSON.
  static func items(_ output: NumberedRun.Output) -> [Item] {
    switch output {
    case .scalars(let scalars):
      scalars.map {
        Item(
          kind: "scalar", name: $0.name, value: $0.value, uncertainty: $0.uncertainty,
          unit: $0.unit)
      }
    case .text(let text): [Item(kind: "text", text: text)]
    case .note(let note): [Item(kind: "note", text: note.text, level: note.level)]
    case .table(let numbered): [item(numbered)]
    case .figure(let figure):
      [
        Item(
          kind: "figure", name: figure.name, number: figure.number, caption: figure.caption,
          title: figure.figure.title, alt: figure.drawn.altText,
          files: figure.files.map { "figures/\($0.name)" }, panels: figure.data.panels)
      ]
    }
  }

  private static func item(_ numbered: NumberedTable) -> Item {
    let columns = zip(numbered.table.columns, numbered.table.columnWords).map { column, key in
      Column(
        key: key, name: column.name, unit: column.unit, kind: column.isNumeric ? "number" : "text")
    }
    return Item(
      kind: "table", number: numbered.number, caption: numbered.caption,
      title: numbered.table.title, columns: columns,
      rows: numbered.table.rows.map { $0.map(TableCell.cell) })
  }
}

/// JSON with sorted keys, and strings for numbers that are not finite. A list of numbers and texts stands
/// in one line.
func stableJSON(_ value: some Encodable) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
  encoder.dateEncodingStrategy = .iso8601
  return joiningLists(try encoder.encode(value)) + Data("\n".utf8)
}

// Each number of a plane in a line of its own would triple the file. The encoder has line ends nowhere
// but between elements.
private func joiningLists(_ json: Data) -> Data {
  let (newline, space, open, close) = (
    UInt8(ascii: "\n"), UInt8(ascii: " "), UInt8(ascii: "["), UInt8(ascii: "]")
  )
  var result = Data(capacity: json.count)
  // The lines since a bracket was opened, of which none opened another.
  var pending: [Data.SubSequence] = []
  func flush() {
    for line in pending {
      result += line
      result.append(newline)
    }
    pending = []
  }
  for line in json.split(separator: newline, omittingEmptySubsequences: false) {
    let bare = line.drop { $0 == space }
    let last = bare.last
    if last == open || last == UInt8(ascii: "{") {
      flush()
      if last == open { pending = [line] } else { result += line + [newline] }
    } else if pending.isEmpty {
      result += line + [newline]
    } else if bare.first == close, bare.count <= 2 {
      result += pending[0]
      let elements = pending.dropFirst().map { $0.drop { $0 == space } }
      result += Data(elements.joined(separator: [space]))
      result += bare + [newline]
      pending = []
    } else {
      pending.append(line)
    }
  }
  flush()
  return result.dropLast()
}
