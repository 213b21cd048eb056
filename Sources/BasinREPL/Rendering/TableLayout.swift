import BasinCore

/// A table set in columns, fitted to a width: columns that do not fit side by side continue in
/// further blocks, each of which starts with the first column again. Long text is shortened where
/// it alone would not fit; numbers never are.
struct TableLayout {
  /// The table's lines, by block: header, rule, rows.
  private(set) var blocks: [[String]] = []
  /// How many cells had to be shortened.
  private(set) var shortenedCells = 0

  private let table: Table
  private var headers: [String]
  private var cells: [[String]]
  private var widths: [Int]

  /// Lays out `table`; `nil` columns are as many as it needs.
  init(_ table: Table, columns available: Int?) {
    self.table = table
    headers = table.columns.map { DisplayText.neutralised($0.header) }
    cells = table.rows.indices.map { row in
      table.columns.indices.map { DisplayText.neutralised(table.text(row: row, column: $0)) }
    }
    widths = []
    measure()
    if let available, total(of: widths.indices.map { $0 }) > available { shorten(to: available) }
    blocks = partition(available).map(lines)
  }

  private static let gap = "  "

  private mutating func measure() {
    widths = headers.indices.map { column in
      cells.reduce(DisplayText.width(headers[column])) {
        max($0, DisplayText.width($1[column]))
      }
    }
  }

  private func total(of columns: [Int]) -> Int {
    columns.reduce(0) { $0 + widths[$1] } + Self.gap.count * max(0, columns.count - 1)
  }

  private mutating func shorten(to available: Int) {
    for column in widths.indices {
      // The first column stands in every block and leaves room for one other.
      let room =
        column == 0
        ? (widths.count == 1 ? available : available / 2)
        : available - widths[0] - Self.gap.count
      guard widths[column] > room else { continue }
      let limit = max(8, room)
      for row in cells.indices where isText(row, column) {
        let short = DisplayText.shortenedInside(cells[row][column], to: limit)
        if short != cells[row][column] { shortenedCells += 1 }
        cells[row][column] = short
      }
      let numbers = cells.map { DisplayText.width($0[column]) }.max() ?? 0
      headers[column] = DisplayText.shortened(headers[column], to: max(limit, numbers))
      measure()
    }
  }

  private func isText(_ row: Int, _ column: Int) -> Bool {
    if case .text = table.rows[row][column] { return true }
    return false
  }

  private func partition(_ available: Int?) -> [[Int]] {
    guard let available, !widths.isEmpty else { return [Array(widths.indices)] }
    var blocks: [[Int]] = []
    var block = [0]
    for column in widths.indices.dropFirst() {
      if block.count > 1, total(of: block + [column]) > available {
        blocks.append(block)
        block = [0]
      }
      block.append(column)
    }
    return blocks + [block]
  }

  private func lines(_ columns: [Int]) -> [String] {
    let rule = columns.map { String(repeating: "─", count: widths[$0]) }
    return [line(headers, columns), rule.joined(separator: Self.gap)]
      + cells.map { line($0, columns) }
  }

  private func line(_ texts: [String], _ columns: [Int]) -> String {
    var line = columns.map { column in
      DisplayText.padded(
        texts[column], to: widths[column], flushRight: table.columns[column].isNumeric)
    }.joined(separator: Self.gap)
    while line.last == " " { line.removeLast() }
    return line
  }
}
