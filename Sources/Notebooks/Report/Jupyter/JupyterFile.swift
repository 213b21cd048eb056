import BasinCore
import Foundation

/// `report.ipynb`: the report as a Jupyter notebook, nbformat 4.5.
///
/// Prose stands in Markdown cells, commands in code cells with what they returned. Figures are
/// embedded as SVG and PNG, tables as HTML and plain text. The same results give the same bytes: no
/// cell has an execution count, and ids are made from what is in a cell.
struct JupyterFile: Encodable {
  /// A text as nbformat stores it: its lines, each with its end.
  struct Lines: Encodable {
    var text: String

    func encode(to encoder: any Encoder) throws {
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0 + "\n" }
      if let last = lines.popLast(), last.count > 1 { lines.append(Substring(last.dropLast())) }
      var container = encoder.singleValueContainer()
      try container.encode(lines.map(String.init))
    }
  }

  struct Cell: Encodable {
    var id: String
    var metadata: Metadata
    var source: Lines
    /// `nil` for a Markdown cell.
    var outputs: [JupyterOutput]?

    enum Keys: String, CodingKey {
      case id, metadata, source, outputs
      case kind = "cell_type"
      case count = "execution_count"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Keys.self)
      try container.encode(id, forKey: .id)
      try container.encode(metadata, forKey: .metadata)
      try container.encode(source, forKey: .source)
      try container.encode(outputs == nil ? "markdown" : "code", forKey: .kind)
      if let outputs {
        try container.encode(outputs, forKey: .outputs)
        try container.encodeNil(forKey: .count)
      }
    }
  }

  /// What is known of a cell besides its text.
  struct Metadata: Encodable {
    struct Basin: Encodable {
      var id: String
      var status: CellRun.Status
      var caption: String?
      var allowError: Bool?
    }

    struct Jupyter: Encodable {
      var isSourceHidden = true

      enum CodingKeys: String, CodingKey { case isSourceHidden = "source_hidden" }
    }

    var basin: Basin?
    var jupyter: Jupyter?
  }

  struct Head: Encodable {
    struct Author: Encodable { var name: String }
    struct Kernel: Encodable {
      var name = "basin"
      var display = "Basin"
      var language = "basin"

      enum CodingKeys: String, CodingKey {
        case name, language
        case display = "display_name"
      }
    }
    struct Language: Encodable {
      var name = "basin"
      var type = "text/x-basin"

      enum CodingKeys: String, CodingKey {
        case name
        case type = "mimetype"
      }
    }
    struct Basin: Encodable {
      var notebook: InputFile
      var command: String
      var seed: UInt64?
      var tags: [String]
      var status: String
      var versions: [NamedValue]
    }

    var title: String
    var authors: [Author]
    var kernel = Kernel()
    var language = Language()
    var basin: Basin

    enum CodingKeys: String, CodingKey {
      case title, authors, basin
      case kernel = "kernelspec"
      case language = "language_info"
    }
  }

  var metadata: Head
  var major = 4
  var minor = 5
  var cells: [Cell] = []

  enum CodingKeys: String, CodingKey {
    case metadata, cells
    case major = "nbformat"
    case minor = "nbformat_minor"
  }

  init(_ report: NumberedRun) {
    let run = report.run
    let notebook = run.notebook
    metadata = Head(
      title: notebook.title, authors: notebook.frontMatter.authors.map(Head.Author.init),
      basin: Head.Basin(
        notebook: run.notebookFile, command: report.command, seed: notebook.frontMatter.seed,
        tags: notebook.frontMatter.tags, status: run.status.word, versions: run.versions))
    let markdown = MarkdownReport(report)
    var ids = JupyterIDs(cells: run.cells.map(\.cell.id))
    var all: [Cell] = []
    func add(prose text: String, named name: String? = nil) {
      let id = ids.next(name ?? "text-" + CellSlug(text).name)
      all.append(Cell(id: id, metadata: Metadata(), source: Lines(text: text)))
    }
    add(prose: markdown.head, named: "title")
    for part in ReportParts(report).parts {
      switch part {
      case .prose(let text): add(prose: text)
      case .cell(let cell): all.append(Self.cell(cell))
      }
    }
    add(prose: markdown.provenance, named: "provenance")
    cells = all
  }

  func json() throws -> Data { try stableJSON(self) }

  private static func cell(_ cell: NumberedRun.Cell) -> Cell {
    let own = cell.run.cell
    let basin = Metadata.Basin(
      id: own.id, status: cell.run.status, caption: own.options.caption,
      allowError: own.options.mayFail ? true : nil)
    return Cell(
      id: own.id,
      metadata: Metadata(basin: basin, jupyter: own.options.isHidden ? .init() : nil),
      source: Lines(text: own.source), outputs: JupyterOutput.outputs(of: cell))
  }
}

/// Ids for cells of prose, apart from those of the notebook's own cells, which are fit as they are: up
/// to 64 letters, digits, `-` and `_`.
private struct JupyterIDs {
  private var taken: Set<String>
  private var names = UnusedNames()

  init(cells ids: [String]) { taken = Set(ids) }

  mutating func next(_ name: String) -> String {
    let id = names.next(name) { taken.contains($0) }
    taken.insert(id)
    return id
  }
}
