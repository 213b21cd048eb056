import BasinKit
import BasinREPL
import BasinSession
import Foundation
import Notebooks

/// One replay of a notebook, from the file to the report.
struct NotebookJob {
  var command: Run
  var cache: CellCache?

  /// Replays the notebook in a new session and writes its report.
  ///
  /// - Returns: the exit status.
  func run() throws -> Int32 {
    let document: Notebook
    do {
      document = try Notebook(contentsOf: command.notebook, overrides: command.overrides)
    } catch {
      Streams.say(error)
      return 2
    }
    if document.cells.isEmpty {
      Streams.say(
        "\(command.notebook) has no cells, so nothing is computed; a cell begins with ```basin on a line of its own"
      )
    }
    let permissions: NotebookPermissions
    let report: OwnPlace
    let outputs: OwnPlace?
    do {
      permissions = try NotebookPermissions(command, document)
      report = permissions.report(command, document)
      outputs = permissions.outputs(command, document)
      // Before the cells: whoever may not write learns it at once.
      try report.check()
      try outputs?.check()
    } catch {
      Streams.say(error)
      return 2
    }
    let session = try Workbench.session()
    session.workspace.unfinished = cache.map { CachePlace.unfinished(in: $0.folder) }
    let interrupts = Interrupts(session.cancellation)
    let printer: PagePrinter?
    do {
      // Before anything is made: whoever has no Chromium learns it at once.
      printer =
        try command.formats.contains(.pdf) ? PagePrinter(cancellation: session.cancellation) : nil
    } catch {
      Streams.say(error)
      return 1
    }
    let lock: FileLock
    do {
      lock = try report.lock()
    } catch {
      Streams.say(error)
      return 1
    }
    defer { withExtendedLifetime(lock) {} }
    if command.remember { try remember(document, session) }
    do {
      var run = try permissions.during {
        try interrupts.during { try replay(document, in: session, report.path) }
      }
      if let outputs { run = try outputs.during { try InPlaceWriter(run).write() } }
      var writer = ReportWriter(commandLine: EndedCell.withoutEnded(CommandLine.arguments))
      (writer.formats, writer.printer) = (command.formats, printer)
      var unprinted: (any Error)?
      do {
        try report.during { try interrupts.during { try writer.write(run, to: report.path) } }
      } catch let error where error is PrintError || error is Cancelled {
        unprinted = error
      }
      for cell in run.cells where cell.status == .failed { showFailure(of: cell) }
      for problem in run.proseProblems { Streams.say("warning: \(problem)") }
      say("report: \(report.path)/\(mainFile)")
      let status = status(of: run)
      guard let unprinted else { return status }
      if unprinted is Cancelled {
        Streams.say("cancelled; there is no PDF")
        return 130
      }
      Streams.say(unprinted)
      return status == 0 ? 1 : status
    } catch let error as NotebookError {
      Streams.say(error)
      return 2
    } catch {
      Streams.say(error)
      return 1
    }
  }

  // The programs that the notebook names, before any of them has run.
  private func remember(_ document: Notebook, _ session: Session) throws {
    let lines = document.cells.flatMap(\.lines)
    let programs = lines.flatMap { (try? session.effects(of: $0.text))?.programs ?? [] }
    try RememberedPrograms().remember(programs)
  }

  private func replay(
    _ document: Notebook, in session: any Interpreter, _ folder: String
  ) throws -> NotebookRun {
    let progress = NotebookProgress()
    session.progress = command.isQuiet ? SilentProgress() : progress
    var estimate = RunEstimate(document, reportFolder: folder)
    progress.remaining = { estimate.remaining(elapsed: $0) }
    cache?.onNote = { note in
      progress.clear()
      Streams.say(note)
    }
    defer { progress.clear() }
    var replay = Replay(document, with: session)
    replay.cache = cache
    replay.scope = command.scope
    for one in command.ended.compactMap(EndedCell.init) { replay.endings[one.cell] = one.ending }
    defer { Recovery.disarm() }
    if command.jobs > 1, let cache {
      replay.ahead = NotebookAhead.work(for: command, processes: command.jobs - 1, in: cache)
    }
    return try replay.run { event in
      switch event {
      case .began(let cell, let number, let count):
        if !command.isQuiet { progress.begin(cell.id, number: number, of: count) }
        EndedCell.arm(cell)
      case .ended(let cell, let status, let seconds, let computed):
        Recovery.disarm()
        estimate.ended(seconds: seconds, wasCached: computed != nil || status == .skipped)
        progress.clear()
        show(cell, status, seconds, computed)
      }
    }
  }

  private func show(
    _ cell: Notebook.Cell, _ status: CellRun.Status, _ seconds: Double, _ computed: Date?
  ) {
    let mark = status == .fine || status == .failedAsAllowed ? "" : " (\(status.rawValue))"
    let from = computed.map { "  cached, computed \($0.formatted(.iso8601))" } ?? ""
    say("\(cell.id)\(mark)  \(String(format: "%.1f", seconds)) s\(from)")
  }

  private func showFailure(of cell: CellRun) {
    let place = "\(command.notebook):\(cell.cell.range.lowerBound): cell '\(cell.cell.id)': "
    Streams.say(CellFailure(description: place + (cell.error ?? "failed")))
  }

  private func status(of run: NotebookRun) -> Int32 {
    let cached = run.cells.count { $0.computed != nil }
    if cached > 0 {
      say("\(cached) of \(run.cells.count) cells came from the cache")
    }
    switch run.status {
    case .fine: return 0
    case .failed(let cells):
      say("\(cells) cell\(cells == 1 ? "" : "s") failed; the report shows where")
      return 1
    case .cancelled:
      Streams.say("cancelled; the report has all finished cells")
      return 130
    }
  }

  // What a person opens.
  private var mainFile: String {
    let order: [ReportFormat] = [.html, .pdf, .md, .ipynb, .json]
    return order.first { command.formats.contains($0) }?.fileName ?? ""
  }

  // What is no failure.
  private func say(_ text: String) {
    if !command.isQuiet { Streams.say(text) }
  }

  private struct CellFailure: Error, CustomStringConvertible { var description: String }
}
