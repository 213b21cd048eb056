import BasinCore
import Foundation
import Plotting

/// One output of a code cell in a Jupyter notebook.
enum JupyterOutput: Encodable {
  /// The same thing in one or more forms; a reader takes the richest that it can show.
  case display(Bundle)
  /// Text that is shown as it stands.
  case stream(String)
  case error(String)

  struct Bundle: Encodable {
    var plain: String
    var markdown: String?
    var html: String?
    var svg: String?
    var png: Data?
    /// What is shown, for other programs.
    var items: Items?

    /// Items as every file has them.
    struct Items: Encodable {
      let format = ItemJSON.format
      var items: [ItemJSON]
    }

    enum Keys: String, CodingKey {
      case plain = "text/plain"
      case markdown = "text/markdown"
      case html = "text/html"
      case svg = "image/svg+xml"
      case png = "image/png"
      case items = "application/vnd.basin+json"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Keys.self)
      let texts: [(Keys, String?)] = [
        (.plain, plain), (.markdown, markdown), (.html, html), (.svg, svg),
      ]
      for (key, text) in texts {
        if let text { try container.encode(JupyterFile.Lines(text: text), forKey: key) }
      }
      if let png { try container.encode(png.base64EncodedString(), forKey: .png) }
      try container.encodeIfPresent(items, forKey: .items)
    }
  }

  static func outputs(of cell: NumberedRun.Cell) -> [JupyterOutput] {
    var outputs = cell.outputs.flatMap(Self.outputs)
    if let error = cell.run.error { outputs.append(.error(OutputText.printable(error))) }
    if let state = MarkdownReport.state(of: cell.run) {
      outputs.append(.display(Bundle(plain: state, markdown: "*\(state)*")))
    }
    return outputs
  }

  private static func outputs(_ output: NumberedRun.Output) -> [JupyterOutput] {
    let plain = OutputText.printable(OutputText.text(output))
    let items = Bundle.Items(items: output.items.map(ItemJSON.init))
    switch output {
    case .text: return [.stream(plain + "\n")]
    case .scalars, .note:
      return [.display(Bundle(plain: plain, markdown: MarkdownReport.block(output), items: items))]
    case .table(let table):
      return [.display(Bundle(plain: plain, html: JupyterTable(table).html.html, items: items))]
    case .figure(let figure):
      let caption =
        "**Figure \(figure.number).** \(MarkdownText.escaped(figure.caption))"
      return [
        .display(
          Bundle(
            plain: VisibleText.line(figure.drawn.altText), svg: figure.drawn.lightSVG,
            png: figure.drawn.png, items: items)),
        .display(
          Bundle(
            plain: VisibleText.line("Figure \(figure.number). \(figure.caption)"),
            markdown: caption)),
      ]
    }
  }

  private enum Keys: String, CodingKey {
    case kind = "output_type"
    case data, metadata, name, text, traceback
    case errorName = "ename"
    case errorValue = "evalue"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    switch self {
    case .display(let bundle):
      try container.encode("display_data", forKey: .kind)
      try container.encode(bundle, forKey: .data)
      try container.encode(bundle.metadata, forKey: .metadata)
    case .stream(let text):
      try container.encode("stream", forKey: .kind)
      try container.encode("stdout", forKey: .name)
      try container.encode(JupyterFile.Lines(text: text), forKey: .text)
    case .error(let text):
      try container.encode("error", forKey: .kind)
      try container.encode("Error", forKey: .errorName)
      try container.encode(text, forKey: .errorValue)
      try container.encode([text], forKey: .traceback)
    }
  }
}

extension JupyterOutput.Bundle {
  /// How large the PNG is shown: it has two pixels a point.
  fileprivate var metadata: [String: [String: Int]] {
    guard let png, let size = png.pixelSize else { return [:] }
    return ["image/png": ["width": size.width / 2, "height": size.height / 2]]
  }
}

extension Data {
  // The header chunk comes first: width and height are bytes 16 to 23.
  fileprivate var pixelSize: (width: Int, height: Int)? {
    guard count >= 24 else { return nil }
    func number(_ start: Int) -> Int {
      self[startIndex + start..<startIndex + start + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    return (number(16), number(20))
  }
}

/// A table with its styles in it: what shows a Jupyter notebook has no style sheet of Basin's.
private struct JupyterTable {
  let numbered: NumberedTable

  init(_ numbered: NumberedTable) { self.numbered = numbered }

  var html: Markup {
    let table = numbered.table
    func side(_ column: Int) -> Markup {
      table.columns[column].isNumeric
        ? " style=\"text-align: right\"" : " style=\"text-align: left\""
    }
    let head = table.columns.indices.map { column -> Markup in
      "<th scope=\"col\"\(side(column))>\(line: table.columns[column].header)</th>"
    }
    let rows = table.rows.indices.map { row -> Markup in
      let cells = table.columns.indices.map { column -> Markup in
        "<td\(side(column))>\(line: table.text(row: row, column: column))</td>"
      }
      return "<tr>\(cells.joined())</tr>\n"
    }
    let caption: Markup =
      numbered.number.map { number -> Markup in
        "<caption><strong>Table \(number).</strong> \(line: numbered.caption)</caption>\n"
      } ?? ""
    return """
      <table>
      \(caption)<thead>
      <tr>\(head.joined())</tr>
      </thead>
      <tbody>
      \(rows.joined())</tbody>
      </table>
      """
  }
}
