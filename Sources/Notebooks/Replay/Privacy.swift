import BasinCore
import Foundation

/// Keeps the machine out of reports: paths below the working folder are shown relative to it, and
/// the home folder as `~`.
enum Privacy {
  static func scrub(
    _ text: String, workingFolder: String = FileManager.default.currentDirectoryPath,
    home: String = NSHomeDirectory()
  ) -> String {
    var text = text
    if workingFolder.count > 1 { text = text.replacing(workingFolder + "/", with: "") }
    if home.count > 1 {
      text = text.replacing(home + "/", with: "~/")
      if text == home { text = "~" }
    }
    return text
  }

  static func scrub(_ table: Table) -> Table {
    let rows = table.rows.map { row in
      row.map { cell in
        if case .text(let text) = cell { Table.Cell.text(scrub(text)) } else { cell }
      }
    }
    return Table(table.title, columns: table.columns, rows: rows)
  }

  /// The run with its commands and parameters scrubbed; what its cells returned is so already, and
  /// prose stays as the author wrote it.
  static func scrub(_ run: NotebookRun) -> NotebookRun {
    var run = run
    for index in run.notebook.parameters.indices {
      run.notebook.parameters[index].value = scrub(run.notebook.parameters[index].value)
    }
    for index in run.cells.indices {
      run.cells[index].cell.source = scrub(run.cells[index].cell.source)
      for line in run.cells[index].cell.lines.indices {
        run.cells[index].cell.lines[line].text = scrub(run.cells[index].cell.lines[line].text)
      }
    }
    return run
  }
}
