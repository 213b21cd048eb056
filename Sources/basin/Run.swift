import ArgumentParser
import BasinKit
import BasinREPL
import Foundation
import Notebooks

/// `basin run FILE.md`.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Replay a notebook and write its report.",
    discussion: """
      The report goes to Reports/NAME/: index.html (one file that needs nothing else), report.md,
      figures with their sources, results.json and provenance.json.
      """)

  @Argument(help: "A notebook: Markdown with fenced `basin` cells.", completion: .file())
  var notebook: String
  @Option(
    name: .customShort("P"), help: "A parameter of the notebook: -P epochs=5; may be repeated.")
  var parameters: [String] = []
  @Option(help: "The folder for the report; Reports/NAME unless given.") var out: String?

  func validate() throws {
    if let wrong = parameters.first(where: { !$0.contains("=") || $0.hasPrefix("=") }) {
      throw ValidationError("-P \(wrong) is not of the form name=value")
    }
  }

  func run() throws {
    var overrides: [String: String] = [:]
    for parameter in parameters {
      let pair = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      overrides[String(pair[0])] = String(pair[1])
    }
    let document: Notebook
    do {
      document = try Notebook(contentsOf: notebook, overrides: overrides)
    } catch {
      try fail(error, status: 2)
    }
    let session = try Workbench.session()
    session.progress = TerminalProgress()
    let interrupts = Interrupts(session.cancellation)
    do {
      let run = try interrupts.during {
        try Replay(document, with: session).run { event in
          session.progress.finish()
          show(event)
        }
      }
      let folder = out ?? "Reports/\(document.name)"
      try AtomicFile.makeFolder((folder as NSString).deletingLastPathComponent)
      try ReportWriter(commandLine: CommandLine.arguments).write(run, to: folder)
      for cell in run.cells where cell.status == .failed { showFailure(of: cell) }
      say("report: \(folder)/index.html")
      try finish(run.status)
    } catch let error where !(error is ExitCode) {
      try fail(error, status: 1)
    }
  }

  private func showFailure(of cell: CellRun) {
    let place = "\(notebook):\(cell.cell.range.lowerBound): cell '\(cell.cell.id)': "
    let error = CellFailure(description: place + (cell.error ?? "failed"))
    say(TerminalRenderer(terminal: .current(STDERR_FILENO)).text(error), end: "")
  }

  private func finish(_ status: NotebookRun.Status) throws {
    switch status {
    case .fine: return
    case .failed(let cells):
      say("\(cells) cell\(cells == 1 ? "" : "s") failed; the report shows where")
      throw ExitCode(1)
    case .cancelled:
      say("cancelled; the report has what was done")
      throw ExitCode(130)
    }
  }

  private func show(_ event: Replay.Event) {
    guard case .ended(let cell, let status, let seconds) = event else { return }
    let mark = status == .fine || status == .failedAsAllowed ? "" : " (\(status.rawValue))"
    say("\(cell.id)\(mark)  \(String(format: "%.1f", seconds)) s")
  }

  private struct CellFailure: Error, CustomStringConvertible { var description: String }

  private func fail(_ error: any Error, status: Int32) throws -> Never {
    say(TerminalRenderer(terminal: .current(STDERR_FILENO)).text(error), end: "")
    throw ExitCode(status)
  }

  private func say(_ text: String, end: String = "\n") {
    FileHandle.standardError.write(Data((text + end).utf8))
  }
}
