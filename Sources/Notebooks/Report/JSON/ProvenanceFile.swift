import BasinCore
import Foundation

/// `provenance.json`: what the numbers come from, and how long they took.
struct ProvenanceFile: Encodable {
  struct Cell: Encodable {
    var id: String
    var status: CellRun.Status
    var seconds: Double
    /// When the results were computed, where they came from the cache.
    var computed: Date?
    var commands: [CellRun.Command]
  }

  let format = 1
  var notebook: InputFile
  var commandLine: [String]
  var date: Date
  var seconds: Double
  var seed: UInt64?
  var parameters: [Parameter]
  var inputs: [InputFile]
  var settings: [NamedValue]
  var versions: [NamedValue]
  var threads: Int?
  var cells: [Cell]

  init(_ report: NumberedRun, commandLine: PublicCommandLine, date: Date) {
    let run = report.run
    notebook = run.notebookFile
    self.commandLine = commandLine.words
    self.date = date
    seconds = run.seconds
    let setting = { (name: String) in run.settings.first { $0.name == name }?.value }
    seed = run.notebook.frontMatter.seed ?? setting("seed").flatMap { UInt64($0) }
    parameters = run.notebook.parameters
    inputs = run.inputs
    settings = run.settings
    versions = run.versions
    threads = setting("threads").flatMap { Int($0) }
    cells = run.cells.map {
      Cell(
        id: $0.cell.id, status: $0.status, seconds: $0.seconds, computed: $0.computed,
        commands: $0.commands)
    }
  }

  func json() throws -> Data { try stableJSON(self) }
}
