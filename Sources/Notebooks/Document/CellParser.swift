import BasinCore

/// Finds the cells of a notebook's body and reads them.
struct CellParser {
  let body: String
  /// The body's tree.
  let tree: MarkdownTree
  let bodyLine: Int
  let file: String
  let fill: ParameterFill

  func cells() throws -> [Notebook.Cell] {
    let sourceLines = body.split(separator: "\n", omittingEmptySubsequences: false)
    try refuseNestedCells()
    try refuseLookalikes(sourceLines)
    var cells: [Notebook.Cell] = []
    var slugs: [CellSlug] = []
    for node in tree.blocks {
      guard case .codeBlock(let text, let info) = node.kind, !info.isEmpty else { continue }
      let fence = Fence(sourceLines[node.lines.lowerBound - 1])
      guard let options = fence.cellOptions else { continue }
      let first = node.lines.lowerBound + bodyLine - 1
      try refuseHidden(in: node.lines.map { sourceLines[$0 - 1] }, firstLine: node.lines.lowerBound)
      guard node.lines.count > 1, fence.isClosed(by: sourceLines[node.lines.upperBound - 1]) else {
        throw NotebookError(
          file: file, line: first,
          "the cell that begins here is never closed with \(fence.run)")
      }
      let commands = try CommandLines(text, firstLine: first + 1, file: file, fill: fill)
      cells.append(
        Notebook.Cell(
          id: "", options: try CellOptionParser(file: file, line: first).options(options),
          source: commands.source, lines: commands.lines,
          range: first...(node.lines.upperBound + bodyLine - 1)))
      slugs.append(CellSlug(text))
    }
    return try named(cells, slugs)
  }

  // What is not shown, in its options and comments as well: a comment can look like a command, and a command like one.
  private func refuseHidden(in lines: [Substring], firstLine: Int) throws {
    guard let odd = HiddenCharacter.first(in: lines.joined(separator: "\n")) else { return }
    throw error(firstLine + odd.line - 1, CommandLines.reason(odd))
  }

  // Outputs go below a cell: there is no place for them inside a list or a quotation.
  private func refuseNestedCells() throws {
    for node in tree.nodes where !node.isTop {
      guard case .codeBlock(_, let info) = node.kind, info.split(separator: " ").first == "basin"
      else { continue }
      throw NotebookError(
        file: file, line: node.lines.lowerBound + bodyLine - 1,
        "a cell cannot stand inside a list or a quotation; move it to the left margin")
    }
  }

  // What looks like a cell and is none would silently not run.
  private func refuseLookalikes(_ lines: [Substring]) throws {
    for node in tree.nodes {
      switch node.kind {
      case .codeBlock(let text, let info):
        if info.isEmpty, Self.isIndented(lines[node.lines.lowerBound - 1], text),
          let line = node.lines.first(where: { Self.beginsCell(lines, $0) })
        {
          throw indented(line)
        }
        guard let word = Self.lookalike(in: info) else { continue }
        throw error(
          node.lines.lowerBound,
          "“\(VisibleText.line(word))” begins no cell, so nothing here would run; a cell begins with ```basin"
        )
      case .htmlBlock(let text):
        // What is commented out is meant to be.
        if text.drop(while: \.isWhitespace).hasPrefix("<!--") { continue }
        guard let line = node.lines.first(where: { Self.beginsCell(lines, $0) }) else { continue }
        throw error(
          line,
          "this cell is a part of the HTML above it, so it would not run; "
            + (Self.end(ofHTML: text).map { "end that with \($0) before it" }
              ?? "put a blank line before it"))
      case .paragraph:
        guard let line = node.lines.first(where: { Self.beginsCell(lines, $0) }) else { continue }
        if lines[line - 1].hasPrefix("    ") || lines[line - 1].hasPrefix("\t") {
          throw indented(line)
        }
        throw error(
          line,
          "a line that begins with ``` and has a backtick behind it begins no cell, so nothing here "
            + "would run; begin and end this cell with ~~~ instead")
      default: continue
      }
    }
  }

  // What ends HTML that a blank line does not end (CommonMark 0.31.2, §4.6, kinds 1 and 3 to 5).
  private static func end(ofHTML text: String) -> String? {
    let start = text.drop { $0.isWhitespace }.lowercased()
    if start.hasPrefix("<?") { return "?>" }
    if start.hasPrefix("<![cdata[") { return "]]>" }
    if start.hasPrefix("<!") { return ">" }
    for name in ["script", "pre", "style", "textarea"] where start.hasPrefix("<\(name)") {
      if start.dropFirst(name.count + 1).first.map({ $0.isWhitespace || $0 == ">" }) ?? true {
        return "</\(name)>"
      }
    }
    return nil
  }

  // The text of a block without a fence begins with the block's first line.
  private static func isIndented(_ first: Substring, _ text: String) -> Bool {
    func stripped(_ line: Substring) -> Substring {
      line.drop { " \t>-*+.)".contains($0) || $0.isNumber }
    }
    let shown = stripped(text.prefix { $0 != "\n" })
    return !shown.isEmpty && stripped(first) == shown
  }

  private func indented(_ line: Int) -> NotebookError {
    error(
      line,
      "a cell that is indented by four spaces or more would not run; move it to the left margin, or show it "
        + "between ```` if it is no cell")
  }

  // The line as if it stood alone: ```basin, and no code within a line of text, ```basin```.
  private static func beginsCell(_ lines: [Substring], _ number: Int) -> Bool {
    guard lines.indices.contains(number - 1) else { return false }
    let text = lines[number - 1].drop { " \t>".contains($0) }
    let run = text.prefix { $0 == "`" || $0 == "~" }
    let rest = text.dropFirst(run.count)
    let word = rest.drop { $0 == " " }.prefix { !$0.isWhitespace && $0 != "`" }
    return run.count >= 3 && Set(run).count == 1 && means(basin: word) && !rest.contains(run)
  }

  // What in an info string looks like the word that begins a cell; `nil` where there is nothing, or it does begin one.
  private static func lookalike(in info: String) -> String? {
    // A space that is none for CommonMark can stand before the word.
    let words = info.split(whereSeparator: \.isWhitespace)
    guard let first = words.first else { return nil }
    if first == "basin" {
      return info.hasPrefix("basin") ? nil : String(info.prefix(upTo: first.endIndex))
    }
    if means(basin: first) { return String(first) }
    // `{.python .basin}`, `python {basin}`: Pandoc's attributes and R Markdown's.
    return words.dropFirst().first { ".{".contains($0.first ?? " ") && means(basin: $0) }.map(
      String.init)
  }

  // `Basin`, `{basin}`, `{.basin}`, `basin,hide`, `"basin"`, letters that look alike; not `basin-output`.
  private static func means(basin word: Substring) -> Bool {
    let shown = HiddenCharacter.removed(from: word).precomposedStringWithCompatibilityMapping
      .lowercased().map { alike[$0] ?? $0 }
    let name = shown.drop { "{.[('\"<_*=".contains($0) }.prefix { $0.isLetter || "-_".contains($0) }
    return ["basin", "basin_"].contains(String(name))
  }

  // Letters of other alphabets that look like those of `basin`.
  private static let alike: [Character: Character] = [
    "а": "a", "ɑ": "a", "α": "a", "ѕ": "s", "і": "i", "ı": "i", "ι": "i", "ո": "n", "п": "n",
    "ƅ": "b", "ь": "b",
    "в": "b",
  ]

  private func error(_ line: Int, _ reason: String) -> NotebookError {
    NotebookError(file: file, line: line + bodyLine - 1, reason)
  }

  // Explicit names first: what is left for the others does not depend on where they stand.
  private func named(_ cells: [Notebook.Cell], _ slugs: [CellSlug]) throws -> [Notebook.Cell] {
    var taken: [String: Int] = [:]
    for cell in cells {
      guard let id = cell.options.id else { continue }
      if let line = taken[id.lowercased()] {
        throw NotebookError(
          file: file, line: cell.range.lowerBound,
          "the id “\(id)” is already that of the cell in line \(line)")
      }
      taken[id.lowercased()] = cell.range.lowerBound
    }
    var names = UnusedNames()
    return zip(cells, slugs).map { cell, slug in
      var cell = cell
      cell.id = cell.options.id ?? names.next(slug.name) { taken[$0] != nil }
      taken[cell.id.lowercased()] = cell.range.lowerBound
      return cell
    }
  }
}

/// The opening line of a fenced block.
private struct Fence {
  /// The run of backticks or tildes.
  var run: Substring
  private var info: Substring

  init(_ line: Substring) {
    let text = line.drop { $0 == " " }
    let mark = text.first ?? "`"
    run = text.prefix { $0 == mark }
    info = text.dropFirst(run.count)
  }

  /// What follows the word `basin`; `nil` when the block is no cell.
  var cellOptions: Substring? {
    let text = info.drop { $0 == " " || $0 == "\t" }
    let word = text.prefix { $0 != " " && $0 != "\t" }
    return word == "basin" ? text.dropFirst(word.count) : nil
  }

  func isClosed(by line: Substring) -> Bool {
    let text = line.drop { $0 == " " }
    let end = text.prefix { $0 == run.first }
    return end.count >= run.count
      && text.dropFirst(end.count).allSatisfy { $0 == " " || $0 == "\t" }
  }
}
