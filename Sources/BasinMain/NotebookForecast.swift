import BasinKit
import BasinREPL
import BasinSession
import Foundation
import Notebooks

/// `basin run --dry-run`: what a notebook's commands would write and run, from their words alone. Nothing
/// is evaluated.
struct NotebookForecast {
  var command: Run

  /// Prints the list.
  ///
  /// - Throws: `ExitCode` 2 for a notebook that cannot be read, `FileError`.
  func show(json: Bool) throws {
    let result: Result
    do {
      let document = try Notebook(contentsOf: command.notebook, overrides: command.overrides)
      result = try forecast(document, NotebookPermissions(command, document))
    } catch {
      try Streams.fail(error, status: 2)
    }
    let evaluation = Evaluation(
      command: "run --dry-run", plugin: nil, result: result, inputs: [], seed: nil, seconds: 0)
    try Streams.show(
      json
        ? JSONRenderer().line(evaluation)
        : TerminalRenderer(terminal: .current(STDOUT_FILENO)).text(result))
  }

  private func forecast(
    _ document: Notebook, _ permissions: NotebookPermissions
  ) throws -> Result {
    let session = try Workbench.session()
    var table = Table(
      "What the commands of \(document.file) would write and run",
      columns: [
        .integer("line"), .text("cell"), .text("command"), .text("does"), .text("file or folder"),
        .text("verdict"),
      ])
    var notes: [Note] = []
    for cell in document.cells {
      for line in cell.lines {
        let name = (try? Line(line.text))?.words.first ?? ""
        do {
          guard let effects = try session.effects(of: line.text) else { continue }
          let all =
            effects.writes.map { ("writes", $0, permissions.verdict(onWriting: $0)) }
            + effects.programs.map { ("runs", $0, permissions.verdict(onRunning: $0)) }
          for (action, path, verdict) in all {
            table.append([
              .integer(line.number), .text(cell.id), .text(name), .text(action), .text(path),
              .text(verdict),
            ])
          }
        } catch {
          notes.append(Note("line \(line.number): \(error)", level: .warning))
        }
      }
    }
    let (report, outputs) = (
      permissions.report(command, document), permissions.outputs(command, document)
    )
    notes.append(
      Note(
        (table.rows.isEmpty ? "no command writes a file or runs a program; " : "")
          + "Basin itself writes the report, \(report.words)"
          + (outputs.map { ", and the notebook, \($0.words)" } ?? "")
          + (command.noCache ? "" : ", and its cache")))
    for place in [report, outputs].compactMap(\.self) {
      do { try place.check() } catch { notes.append(Note("\(error)", level: .warning)) }
    }
    return Result(
      items: (table.rows.isEmpty ? [] : [.table(table)]) + notes.map(Result.Item.note))
  }
}
