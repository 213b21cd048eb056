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
}
