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
    if workingFolder.count > 1 { text = replacing(workingFolder + "/", with: "", in: text) }
    if home.count > 1 {
      text = replacing(home + "/", with: "~/", in: text)
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

  /// The text without anyone's home folder: for what others will read.
  static func scrubPublic(_ text: String) -> String {
    homes.reduce(scrub(text)) { text, parent in
      replacing(parent, with: "~", withNextName: true, in: text)
    }
  }

  /// What there is to scrub from a text for others has one of these in it.
  static var publicMarks: [String] {
    let own = [FileManager.default.currentDirectoryPath, NSHomeDirectory()]
    return own.filter { $0.count > 1 }.map { $0 + "/" } + homes
  }

  private static let homes = ["/home/", "/Users/"]

  // Only where a path begins: `/work/` is none of the machine's in `https://example.org/work/`.
  private static func replacing(
    _ folder: String, with short: String, withNextName: Bool = false, in text: String
  ) -> String {
    guard text.contains(folder) else { return text }
    func isOfName(_ character: Character) -> Bool {
      character.isLetter || character.isNumber || "._-~".contains(character)
    }
    var result = ""
    var rest = text[...]
    while let found = rest.firstRange(of: folder) {
      let before = rest[..<found.lowerBound]
      let name = rest[found.upperBound...].prefix { withNextName && isOfName($0) }
      let isFolder =
        !((before.last ?? result.last).map(isOfName) ?? false) && !(withNextName && name.isEmpty)
      result += before + (isFolder ? short : folder)
      rest = rest[(isFolder ? name.endIndex : found.upperBound)...]
    }
    return result + rest
  }
}
