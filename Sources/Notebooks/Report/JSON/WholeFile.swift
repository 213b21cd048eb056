import BasinCore
import Foundation
import Plotting

/// `report.json`: the whole report as data: prose, commands, results with figures drawn, and what the
/// numbers come from. As in `results.json`, there are no times in it and nothing of the machine, and keys
/// are sorted.
struct WholeFile: Encodable {
  struct Part: Encodable {
    /// `prose` or `cell`.
    var kind: String
    /// The author's Markdown.
    var markdown: String?
    var id: String?
    var source: String?
    var isHidden: Bool?
    var mayFail: Bool?
    var caption: String?
    var commands: [Command]?
    var status: CellRun.Status?
    var error: String?
    var items: [ItemJSON]?
    var figures: [CellItems.Figure]?
    var tables: [CellItems.Table]?
  }

  struct Command: Encodable {
    var command: String
    var plugin: String?
    var seed: UInt64?
    var inputs: [InputFile]
  }

  let format = ItemJSON.format
  var name: String
  var title: String
  var authors: [String]
  var date: String?
  /// Markdown.
  var abstract: String?
  var language: String
  var tags: [String]
  var status: String
  /// What makes the report again.
  var command: String
  var notebook: InputFile
  var seed: UInt64?
  var parameters: [Parameter]
  var settings: [NamedValue]
  var versions: [NamedValue]
  var inputs: [InputFile]
  var parts: [Part]

  init(_ report: NumberedRun) {
    let run = report.run
    let notebook = run.notebook
    let matter = notebook.frontMatter
    name = notebook.name
    title = notebook.title
    authors = matter.authors
    date = matter.date
    abstract = matter.abstract.map(report.resolvingReferences)
    language = matter.language
    tags = matter.tags
    status = run.status.word
    command = report.command
    self.notebook = run.notebookFile
    seed = matter.seed
    parameters = notebook.parameters
    settings = run.settings
    versions = run.versions
    inputs = run.inputs
    parts = ReportParts(report).parts.map { part in
      switch part {
      case .prose(let text): Part(kind: "prose", markdown: text)
      case .cell(let cell): Self.part(cell)
      }
    }
  }

  func json() throws -> Data { try stableJSON(self) }

  private static func part(_ cell: NumberedRun.Cell) -> Part {
    let own = cell.run.cell
    let shown = CellItems(cell, withDrawings: true)
    return Part(
      kind: "cell", id: own.id, source: own.source, isHidden: own.options.isHidden,
      mayFail: own.options.mayFail, caption: own.options.caption,
      commands: cell.run.commands.map {
        Command(command: $0.command, plugin: $0.plugin, seed: $0.seed, inputs: $0.inputs)
      },
      status: cell.run.status, error: cell.run.error, items: shown.items, figures: shown.figures,
      tables: shown.tables)
  }
}
