import BasinCore

/// `report.md`: the notebook's own text with what its cells returned below them.
struct MarkdownReport {
  private let report: NumberedRun
  private var notebook: Notebook { report.run.notebook }

  init(_ report: NumberedRun) { self.report = report }

  var text: String {
    ([head, body, provenance].filter { !$0.isEmpty }).joined(separator: "\n\n") + "\n"
  }

  /// Title, authors, abstract, and what a reader must know before reading on.
  var head: String {
    let matter = notebook.frontMatter
    let byline = [matter.authors.joined(separator: ", "), matter.date ?? ""]
      .filter { !$0.isEmpty }.map(MarkdownText.escaped).joined(separator: " · ")
    var parts = [
      "# " + MarkdownText.escaped(notebook.title), byline.isEmpty ? "" : "*\(byline)*",
      matter.abstract?.withoutBlankEdges.map(report.resolvingReferences) ?? "",
    ]
    if let warning = report.warning {
      let ids = report.failedCells.map { MarkdownText.code($0.cell.id) }.joined(separator: ", ")
      parts.append("> **\(warning)** \(ids)")
    }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  // The author's lines stay as they are but for references; each cell's lines give way to the cell and
  // its results.
  private var body: String {
    ReportParts(report).parts.flatMap { part in
      switch part {
      case .prose(let text): [text]
      case .cell(let cell): blocks(of: cell)
      }
    }.joined(separator: "\n\n")
  }

  private func blocks(of cell: NumberedRun.Cell) -> [String] {
    var blocks: [String] = []
    if !cell.run.cell.options.isHidden, !cell.run.cell.source.isEmpty {
      blocks.append(MarkdownText.fenced(cell.run.cell.source, info: "basin"))
    }
    blocks += cell.outputs.map(Self.block)
    if let error = cell.run.error {
      blocks.append("**Error:**")
      blocks.append(MarkdownText.fenced(error, info: "text"))
    }
    if let state = Self.state(of: cell.run) { blocks.append("*\(state)*") }
    return blocks
  }

  /// Why a cell has no results, or not all; `nil` when it has them, or an error says it.
  static func state(of run: CellRun) -> String? {
    switch run.status {
    case .cancelled: "Cancelled."
    case .notRun: "Not run: the run was cancelled before."
    case .skipped: "Not run: the run was for other cells."
    case .fine, .failed, .failedAsAllowed: nil
    }
  }

  /// One output.
  static func block(_ output: NumberedRun.Output) -> String {
    switch output {
    case .scalars(let scalars):
      return scalars.map {
        "- **\(MarkdownText.escaped($0.name)):** \(MarkdownText.escaped($0.text))"
      }.joined(separator: "\n")
    case .text(let text): return MarkdownText.fenced(text, info: "text")
    case .note(let note):
      let word = note.level == .warning ? "Warning" : "Note"
      return "> **\(word):** \(MarkdownText.escaped(note.text))"
    case .table(let numbered):
      let caption = numbered.number.map {
        "**Table \($0).** \(MarkdownText.escaped(numbered.caption))\n\n"
      }
      return (caption ?? "") + numbered.table.markdown
    case .figure(let figure):
      let sources = figure.drawn.sources.map { "[\($0.name)](figures/\($0.name))" }
      return """
        ![\(MarkdownText.escaped(figure.drawn.altText))](figures/\(figure.name).svg)

        **Figure \(figure.number).** \(MarkdownText.escaped(figure.caption)) \
        *(\((["[PNG](figures/\(figure.name).png)", "[data](figures/\(figure.name).csv)"] + sources).joined(separator: ", ")))*
        """
    }
  }

  /// The last section.
  var provenance: String {
    let run = report.run
    var files = Table(columns: [.text("file"), .integer("bytes"), .text("SHA-256")])
    for file in [run.notebookFile] + run.inputs {
      files.append([.text(file.path), .integer(file.size), .text(file.sha256)])
    }
    let parameters = notebook.parameters.map { NamedValue($0.name, $0.value) }
    return [
      "## Provenance", MarkdownText.fenced(report.command, info: "sh"), files.markdown,
      named("parameter", parameters), named("setting", run.settings),
      named("version", run.versions),
    ].filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private func named(_ what: String, _ values: [NamedValue]) -> String {
    guard !values.isEmpty else { return "" }
    var table = Table(columns: [.text(what), .text("value")])
    for value in values { table.append([.text(value.name), .text(value.value)]) }
    return table.markdown
  }
}
