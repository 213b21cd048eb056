/// A table in a notebook's prose, as GitHub's Markdown has it; CommonMark has none.
///
/// ```markdown
/// | Method  | Cost |
/// | :------ | ---: |
/// | plane   |  200 |
/// ```
///
/// A table stands at the left margin, with a blank line (or nothing) above it, and ends at the
/// first line without a `|`. `\|` stands for a pipe, in code, too. Cells hold inline Markdown; a
/// link in them names its address itself. Anywhere else, as in lists, a table stays text.
struct PipeTable: Equatable {
  enum Alignment: Equatable {
    case none
    case left
    case center
    case right
  }

  /// The lines it takes up, counted from 1.
  var lines: ClosedRange<Int>
  var alignments: [Alignment]
  var header: [String]
  /// Each as long as the header.
  var rows: [[String]]
}

extension PipeTable {
  /// What may be a table, by its lines alone.
  static func candidates(in text: String) -> [PipeTable] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var tables: [PipeTable] = []
    var index = 0
    while index + 1 < lines.count {
      let isFirst = index == 0 || lines[index - 1].allSatisfy { $0 == " " || $0 == "\t" }
      guard isFirst, let header = cells(lines[index]),
        let alignments = alignments(lines[index + 1]), alignments.count == header.count
      else {
        index += 1
        continue
      }
      var rows: [[String]] = []
      var next = index + 2
      while next < lines.count, let row = cells(lines[next]) {
        rows.append((0..<header.count).map { $0 < row.count ? row[$0] : "" })
        next += 1
      }
      tables.append(
        PipeTable(lines: (index + 1)...next, alignments: alignments, header: header, rows: rows))
      index = next
    }
    return tables
  }

  /// The text with a paragraph in the place of each table and every other line where it was.
  static func replacing(_ tables: [PipeTable], in text: String) -> String {
    if tables.isEmpty { return text }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for table in tables {
      // Its indentation says whether it belongs to a list above.
      let indent = lines[table.lines.lowerBound - 1].prefix { $0 == " " }
      for line in table.lines { lines[line - 1] = "" }
      lines[table.lines.lowerBound - 1] = indent + "table"
    }
    return lines.joined(separator: "\n")
  }

  /// The cells of a row; `nil` when the line is none.
  private static func cells(_ line: Substring) -> [String]? {
    let indent = line.prefix { $0 == " " }.count
    guard indent < 4, line.contains("|"), line.first != "\t" else { return nil }
    var cells = [""]
    var rest = line.drop { $0 == " " }
    if rest.first == "|" { rest.removeFirst() }
    while let character = rest.popFirst() {
      switch character {
      case "\\" where rest.first == "|":
        cells[cells.count - 1].append("|")
        rest.removeFirst()
      case "\\":
        cells[cells.count - 1].append(character)
        if let next = rest.popFirst() { cells[cells.count - 1].append(next) }
      case "|": cells.append("")
      default: cells[cells.count - 1].append(character)
      }
    }
    let trimmed = cells.map { String($0.drop(while: \.isWhitespace)).trimmedEnd }
    return trimmed.count > 1 && trimmed.last == "" ? trimmed.dropLast() : trimmed
  }

  private static func alignments(_ line: Substring) -> [Alignment]? {
    guard let cells = cells(line) else { return nil }
    var alignments: [Alignment] = []
    for cell in cells {
      guard cell.wholeMatch(of: /:?-+:?/) != nil else { return nil }
      switch (cell.hasPrefix(":"), cell.hasSuffix(":")) {
      case (true, true): alignments.append(.center)
      case (true, false): alignments.append(.left)
      case (false, true): alignments.append(.right)
      case (false, false): alignments.append(.none)
      }
    }
    return alignments
  }
}

extension String {
  fileprivate var trimmedEnd: String {
    String(self[..<(lastIndex { !$0.isWhitespace }.map(index(after:)) ?? startIndex)])
  }
}
