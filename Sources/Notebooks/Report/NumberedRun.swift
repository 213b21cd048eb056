import BasinCore
import Plotting

/// A run with its figures and tables numbered and captioned, the same for every form of report.
struct NumberedRun {
  struct Cell {
    let run: CellRun
    let outputs: [Output]

    fileprivate init(_ run: CellRun, _ numbering: inout Numbering) {
      self.run = run
      outputs = numbering.outputs(of: run)
    }
  }

  enum Output {
    /// Numbers that follow one another are shown together.
    case scalars([Scalar])
    case table(NumberedTable)
    case text(String)
    case note(Note)
    case figure(NumberedFigure)
  }

  let run: PublicRun
  let cells: [Cell]
  let figures: [NumberedFigure]
  let tables: [NumberedTable]

  // By names in lower case.
  private let figuresByName: [String: NumberedFigure]
  private let tablesByName: [String: NumberedTable]
  private let cellNames: Set<String>

  init(_ run: NotebookRun) {
    let run = PublicRun(run)
    self.run = run
    var numbering = Numbering()
    cells = run.cells.map { Cell($0, &numbering) }
    let outputs = cells.flatMap(\.outputs)
    figures = outputs.compactMap { if case .figure(let figure) = $0 { figure } else { nil } }
    tables = outputs.compactMap { if case .table(let table) = $0 { table } else { nil } }
    figuresByName = Dictionary(figures.map { ($0.name.lowercased(), $0) }) { first, _ in first }
    tablesByName = Dictionary(tables.map { ($0.name.lowercased(), $0) }) { first, _ in first }
    cellNames = Set(cells.map { $0.run.cell.id.lowercased() })
  }

  /// The figure that stands for the report: the one that the front matter names, or the first.
  var thumbnail: NumberedFigure? {
    guard let name = run.notebook.frontMatter.thumbnail?.lowercased() else { return figures.first }
    return figures.first { $0.name.lowercased() == name }
  }

  /// The cells whose failure makes the run a failed one.
  var failedCells: [CellRun] { cells.map(\.run).filter { $0.status == .failed } }

  /// What a reader must know before reading on; `nil` when all went well.
  var warning: String? {
    switch run.status {
    case .fine: nil
    case .cancelled: "The run was cancelled; what was done until then is shown."
    case .failed(let count): count == 1 ? "One cell failed:" : "\(count) cells failed:"
    }
  }

  /// Markdown with “Figure 3” for references to figures and tables; those to nothing stay.
  func resolvingReferences(_ markdown: String) -> String {
    MarkdownTree.replacingReferences(in: markdown) { target(of: $0)?.label }
  }

  /// The figure or table that a reference names, and where it is in the page; `nil` when there is
  /// none. Ids that differ only in case are never two cells'.
  func target(of reference: ProseMark.Reference) -> (label: String, anchor: String)? {
    let name = reference.name.lowercased()
    if reference.isFigure {
      return figuresByName[name].map {
        ("Figure \($0.number)", $0.anchor)
      }
    }
    return tablesByName[name].flatMap { table in
      table.number.map { ("Table \($0)", table.anchor) }
    }
  }

  /// Why a reference names nothing.
  func reason(against reference: ProseMark.Reference) -> String {
    let what = reference.isFigure ? "figure" : "table with a caption"
    let name = reference.name.lowercased()
    return cellNames.contains(name)
      ? "the cell “\(reference.name)” has no \(what)"
      : "no cell “\(reference.name)” with a \(what)"
  }

  /// What makes the same report again.
  var command: String {
    let parameters = run.notebook.parameters.filter(\.isOverridden)
      .map { " -P " + shellQuoted("\($0.name)=\($0.value)") }
    return "basin run " + shellQuoted(run.notebook.file) + parameters.joined()
  }
}

struct NumberedTable {
  var table: Table
  /// The id of its cell, with a number behind it for all but the first table of a cell; empty for
  /// a table without a caption.
  var name: String
  /// `nil` for a table without a caption: the text around it says what it shows.
  var number: Int?
  var caption: String

  var anchor: String { "table-" + name }
}

struct NumberedFigure {
  var figure: Figure
  var drawn: RenderedFigure
  /// The name of its files, without an extension.
  var name: String
  var number: Int
  var caption: String

  var anchor: String { "figure-" + name }

  /// Its numbers as they were measured.
  var data: FigureData { FigureData(figure) }

  /// The file with its numbers.
  var dataFile: RenderedFigure.Source {
    .init(name: "\(name).csv", data: .init(data.csv.utf8))
  }

  /// The files that belong to it, by name.
  var files: [RenderedFigure.Source] {
    [
      .init(name: "\(name).svg", data: .init(drawn.lightSVG.utf8)),
      .init(name: "\(name)-dark.svg", data: .init(drawn.darkSVG.utf8)),
      .init(name: "\(name).png", data: drawn.png), dataFile,
    ] + drawn.sources
  }
}

/// Counts figures and tables through a run.
private struct Numbering {
  var figures = 0
  var tables = 0
  private var tableNames: Set<String> = []
  private var names = UnusedNames()

  init() {}

  mutating func outputs(of run: CellRun) -> [NumberedRun.Output] {
    var caption = run.cell.options.caption
    let hasFigure = run.outputs.contains { $0.drawing != nil }
    var outputs: [NumberedRun.Output] = []
    for output in run.outputs {
      switch output.item {
      case .scalar(let scalar):
        if case .scalars(let group) = outputs.last {
          outputs[outputs.count - 1] = .scalars(group + [scalar])
        } else {
          outputs.append(.scalars([scalar]))
        }
      case .text(let text): outputs.append(.text(text))
      case .note(let note): outputs.append(.note(note))
      case .table(let table):
        let own = hasFigure ? nil : caption.take()
        outputs.append(.table(numbered(table, caption: own ?? table.title, of: run.cell)))
      case .figure(let figure):
        guard let drawing = output.drawing else { continue }
        let (drawn, name) = (drawing.drawn, drawing.name)
        figures += 1
        // The figure's own caption stays: it alone says what bars and bands are.
        let given = caption.take().map(Self.sentence)
        let own = figure.caption ?? (given == nil ? figure.title : "")
        let words = [given ?? "", own, drawn.dataNote ?? ""]
        outputs.append(
          .figure(
            NumberedFigure(
              figure: figure, drawn: drawn, name: name, number: figures,
              caption: words.filter { !$0.isEmpty }.joined(separator: " "))))
      }
    }
    return outputs
  }

  // A caption that more sentences can follow.
  private static func sentence(_ text: String) -> String {
    guard let last = text.last else { return text }
    return last.isPunctuation ? text : text + "."
  }

  private mutating func numbered(
    _ table: Table, caption: String, of cell: Notebook.Cell
  ) -> NumberedTable {
    if caption.isEmpty { return NumberedTable(table: table, name: "", number: nil, caption: "") }
    tables += 1
    let name = names.next(cell.id) { tableNames.contains($0.lowercased()) }
    tableNames.insert(name.lowercased())
    return NumberedTable(table: table, name: name, number: tables, caption: caption)
  }
}

/// A word as a POSIX shell takes it.
func shellQuoted(_ word: String) -> String {
  let isPlain =
    !word.isEmpty
    && word.unicodeScalars.allSatisfy {
      ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
        || "-_./=,:+@%".unicodeScalars.contains($0)
    }
  return isPlain ? word : word.inSingleQuotes
}
