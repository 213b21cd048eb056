import BasinCore
import Foundation
import Plotting

/// A cell and what it returned, as HTML.
struct CellMarkup {
  private let cell: NumberedRun.Cell

  init(_ cell: NumberedRun.Cell) { self.cell = cell }

  var html: Markup {
    let parts = [command] + cell.outputs.map(Self.html) + [error, state]
    return """
      <div class="cell" id="cell-\(cell.run.cell.id)">
      \(parts.compactMap { $0 }.joined(separator: "\n"))
      </div>

      """
  }

  // Folded: the first command alone says what the cell does. The button is for the page's script,
  // which shows it.
  private var command: Markup? {
    guard !cell.run.cell.options.isHidden, !cell.run.cell.source.isEmpty else { return nil }
    let first = cell.run.cell.lines.first?.text ?? ""
    return """
      <details class="code">
      <summary><span>Code</span> <code class="peek">\(first)</code></summary>
      <div class="listing">
      <pre class="command" tabindex="0"><code class="language-basin">\(Self.unbroken(cell.run.cell.source, isCode: true))</code></pre>
      <button type="button" class="copy" hidden="hidden">Copy</button>
      </div>
      </details>
      """
  }

  // A line that is too long breaks between words, but never after the hyphens of an option. A text of strangers
  // has an element only where a letter follows two hyphens.
  private static func unbroken(_ source: String, isCode: Bool = false) -> Markup {
    var html: Markup = ""
    var rest = source[...]
    while !rest.isEmpty {
      let space = rest.prefix(while: \.isWhitespace)
      let word = rest.dropFirst(space.count).prefix { !$0.isWhitespace }
      rest = rest[word.endIndex...]
      html +=
        isCode && word.hasPrefix("-") || word.prefixMatch(of: #/--[a-z]/#) != nil
        ? "\(String(space))<span>\(String(word))</span>" : "\(String(space + word))"
    }
    return html
  }

  private var error: Markup? {
    guard let error = cell.run.error else { return nil }
    let word = cell.run.status == .failedAsAllowed ? "Error, as expected here." : "Error."
    return "<p class=\"note error\"><strong>\(word)</strong> \(Self.unbroken(error))</p>"
  }

  private var state: Markup? {
    switch cell.run.status {
    case .cancelled: "<p class=\"note warning\"><strong>Cancelled.</strong></p>"
    case .notRun:
      """
      <p class="note warning"><strong>Not run:</strong> the run was cancelled before.</p>
      """
    case .skipped:
      """
      <p class="note"><strong>Not run:</strong> the run was for other cells.</p>
      """
    case .fine, .failed, .failedAsAllowed: nil
    }
  }

  private static func html(_ output: NumberedRun.Output) -> Markup {
    switch output {
    case .scalars(let scalars): html(scalars)
    case .table(let table): TableMarkup(table).html
    case .text(let text): "<pre class=\"output\">\(text)</pre>"
    case .note(let note): html(note)
    case .figure(let figure): html(figure)
    }
  }

  private static func html(_ scalars: [Scalar]) -> Markup {
    let entries = scalars.map { scalar -> Markup in
      "<div><dt>\(line: scalar.name)</dt><dd>\(line: scalar.text)</dd></div>"
    }
    return "<dl class=\"scalars\">\n\(entries.joined(separator: "\n"))\n</dl>"
  }

  private static func html(_ note: Note) -> Markup {
    switch note.level {
    case .information:
      "<p class=\"note\"><strong>Note.</strong> \(unbroken(note.text))</p>"
    case .warning:
      "<p class=\"note warning\"><strong>Warning.</strong> \(unbroken(note.text))</p>"
    }
  }

  // The SVG carries its title and description for readers who cannot see it; style sheets show
  // one of the two.
  private static func html(_ figure: NumberedFigure) -> Markup {
    let size: Markup = figure.figure.size == .wide ? " class=\"wide\"" : ""
    return """
      <figure id="\(figure.anchor)"\(size)>
      <div class="light">
      \(Markup(trusted: figure.drawn.lightSVG))</div>
      <div class="dark">
      \(Markup(trusted: figure.drawn.darkSVG))</div>
      <figcaption><strong>Figure \(figure.number).</strong> \(line: figure.caption)
      \(download(of: figure))</figcaption>
      </figure>
      """
  }

  // The files themselves stand in the link, so that the one page has them all.
  private static func download(of figure: NumberedFigure) -> Markup {
    let drawing = RenderedFigure.Source(
      name: "\(figure.name).svg", data: Data(figure.drawn.lightSVG.utf8))
    let archive = ZipFile.data(
      ([drawing, figure.dataFile] + figure.drawn.sources).map { ($0.name, $0.data) })
    let size = ByteCountFormatStyle(style: .decimal, locale: .init(identifier: "en")).format(
      Int64(archive.count))
    return """
      <a class="download" download="\(figure.name).zip" \
      href="data:application/zip;base64,\(archive.base64EncodedString())">SVG, data (CSV) and gnuplot script \
      (ZIP, \(size))</a>
      """
  }
}

/// A table as HTML: it scrolls by itself where the page is narrower.
struct TableMarkup {
  private let numbered: NumberedTable

  init(_ numbered: NumberedTable) { self.numbered = numbered }

  var html: Markup {
    let table = numbered.table
    let headers = table.columns.map { column -> Markup in
      "<th scope=\"col\"\(Self.side(column))>\(line: column.header)</th>"
    }
    let rows = table.rows.indices.map { row -> Markup in
      let cells = table.columns.indices.map { column -> Markup in
        """
        <td\(Self.side(table.columns[column]))\(Self.value(table.rows[row][column]))>\
        \(line: table.text(row: row, column: column))</td>
        """
      }
      return "<tr>\(cells.joined())</tr>"
    }
    let whole: Markup = """
      <div class="table" tabindex="0">
      <table\(anchor)\(sortable)>
      \(caption)<thead>
      <tr>\(headers.joined())</tr>
      </thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      </div>
      """
    guard table.rows.count > Self.longest else { return whole }
    let name: Markup = numbered.number.map { "Table \($0)" } ?? "A table"
    return """
      <details>
      <summary>\(name), \(Counted.text(table.rows.count, "rows")): \(line: numbered.caption)</summary>
      \(whole)
      </details>
      """
  }

  // Tables of more rows are folded: their numbers are usually those of a figure above.
  private static let longest = 24

  // What a number is in full, for sorting.
  private static func value(_ cell: Table.Cell) -> Markup {
    switch cell {
    case .integer(let value): " data-value=\"\(value)\""
    case .number(let value), .interval(let value, _): " data-value=\"\(inScript(value))\""
    case .limit(let limit): " data-value=\"\(inScript(limit.bound))\""
    case .text, .missing: ""
    }
  }

  // As JavaScript reads it.
  private static func inScript(_ value: Double) -> String {
    value.isNaN ? "NaN" : value.isFinite ? String(value) : value < 0 ? "-Infinity" : "Infinity"
  }

  private var anchor: Markup { numbered.number == nil ? "" : " id=\"\(numbered.anchor)\"" }

  private var caption: Markup {
    numbered.number.map {
      "<caption><strong>Table \($0).</strong> \(line: numbered.caption)</caption>\n"
    } ?? ""
  }

  private var sortable: Markup { numbered.table.rows.count > 1 ? " class=\"sortable\"" : "" }

  private static func side(_ column: Table.Column) -> Markup {
    column.isNumeric ? " class=\"number\"" : ""
  }
}
