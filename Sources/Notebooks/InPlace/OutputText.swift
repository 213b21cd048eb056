import BasinCore

/// What a cell returned as plain text: what stands in a notebook that is written back. It has no times
/// and nothing of the machine, so that the same results give the same lines; nor numbers of figures and
/// tables, so that a new figure changes nothing below it.
struct OutputText {
  private let cell: NumberedRun.Cell

  init(_ cell: NumberedRun.Cell) { self.cell = cell }

  /// The text; `nil` when there is nothing to show.
  var text: String? {
    var parts = cell.outputs.map(Self.text)
    if let error = cell.run.error { parts.append("error: " + error) }
    let text = parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    return text.isEmpty ? nil : Self.printable(text)
  }

  // Tables of more rows are cut: the report has them whole.
  private static let mostRows = 24

  /// One output as plain text.
  static func text(_ output: NumberedRun.Output) -> String {
    switch output {
    case .scalars(let scalars):
      return columns(scalars.map { [$0.name, $0.text] }, flushRight: [false, false])
    case .text(let text): return text
    case .note(let note): return (note.level == .warning ? "warning: " : "note: ") + note.text
    case .table(let numbered): return text(numbered)
    case .figure(let figure):
      let alt = figure.drawn.altText
      return [
        "Figure: \(VisibleText.line(figure.caption))",
        alt.isEmpty ? "" : "[\(VisibleText.line(alt))]",
      ]
      .filter { !$0.isEmpty }.joined(separator: "\n")
    }
  }

  private static func text(_ numbered: NumberedTable) -> String {
    let table = numbered.table
    let shown = table.rows.indices.prefix(mostRows)
    let rows = shown.map { row in
      table.columns.indices.map { table.text(row: row, column: $0) }
    }
    let head = table.columns.map(\.header)
    let widths = table.columns.indices.map { column in
      ([head] + rows).map { $0[column].count }.max() ?? 0
    }
    let rule = widths.map { String(repeating: "-", count: max(1, $0)) }
    var text = columns([head, rule] + rows, flushRight: table.columns.map(\.isNumeric))
    if table.rows.count > shown.count {
      text += "\n… \(Counted.text(table.rows.count - shown.count, "more rows"))"
    }
    return numbered.caption.isEmpty ? text : VisibleText.line(numbered.caption) + "\n\n" + text
  }

  private static func columns(_ rows: [[String]], flushRight: [Bool]) -> String {
    let rows = rows.map { $0.map { VisibleText.line($0) } }
    let widths = flushRight.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.indices.map { column in
        let pad = String(repeating: " ", count: widths[column] - row[column].count)
        return flushRight[column] ? pad + row[column] : row[column] + pad
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }

  /// The text with nothing in it that a terminal obeys or that a notebook is cleaned of when it is
  /// read, and without blanks at the ends of lines.
  static func printable(_ text: String) -> String {
    VisibleText.lines(text).split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in String(line.reversed().drop { $0 == " " || $0 == "\t" }.reversed()) }
      .joined(separator: "\n")
  }
}
