import BasinCore
import Foundation

/// `results.json`: what the cells returned, with nothing of the machine or the time in it.
///
/// Keys are sorted. Numbers are written so that reading them gives the same number again. Items are those of
/// `ItemJSON`.
struct ResultsFile: Encodable {
  struct Cell: Encodable {
    var id: String
    var status: CellRun.Status
    var commands: [String]
    var items: [ItemJSON]
    var figures: [CellItems.Figure]?
    var tables: [CellItems.Table]?
    var error: String?

    init(_ cell: NumberedRun.Cell) {
      let shown = CellItems(cell)
      id = cell.run.cell.id
      status = cell.run.status
      commands = cell.run.cell.lines.map(\.text)
      items = shown.items
      figures = shown.figures
      tables = shown.tables
      error = cell.run.error
    }
  }

  /// The figure that stands for the report, by the name of its files.
  struct Thumbnail: Encodable {
    var name: String
    var alt: String
  }

  let format = ItemJSON.format
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
    cells = report.cells.map(Cell.init)
  }

  func json() throws -> Data { try stableJSON(self) }
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
