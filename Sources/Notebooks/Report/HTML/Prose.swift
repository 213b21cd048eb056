import BasinCore

/// A notebook's text as HTML: its Markdown tree, rewritten so that headings have anchors, cells
/// have given way to their results, and references lead to what they name.
struct Prose {
  /// A heading that the contents list.
  struct Entry {
    var level: Int
    var text: String
    var anchor: String
  }

  private(set) var abstract: Markup = ""
  private(set) var html: Markup = ""
  private(set) var notes: Markup = ""
  private(set) var contents: [Entry] = []
  /// The anchor of the page's title, where the title is a heading of the text.
  private(set) var titleAnchor: String?
  /// What in the text has no meaning, each in one line with its place.
  private(set) var problems: [String] = []

  private let report: NumberedRun
  private let file: String
  private var numbering: NoteNumbering
  private var anchors: HeadingAnchors

  /// - Parameter file: what problems call the notebook; its public path unless given.
  init(_ report: NumberedRun, file: String? = nil) {
    self.report = report
    self.file = file ?? report.run.notebook.file
    let notebook = report.run.notebook
    let tree = MarkdownTree(notebook.body)
    let labels = Set(tree.footnotes.map(\.label))
    let abstractTree = MarkdownTree(notebook.frontMatter.abstract ?? "", footnotes: labels)
    numbering = NoteNumbering(tree.footnotes, mentioned: abstractTree.notesMentioned)
    numbering.number(tree.notesMentioned)
    anchors = HeadingAnchors(
      figures: report.figures.map(\.name),
      others: report.cells.map { "cell-" + $0.run.cell.id } + report.figures.map(\.anchor)
        + report.tables.filter { $0.number != nil }.map(\.anchor)
        + tree.footnotes.indices.map { "footnote-\($0 + 1)" })
    placeCells(in: tree)
    placeHeadings(in: tree)

    // Places in the abstract are those of the front matter as a whole.
    rewrite(abstractTree) { _ in 1 }
    abstract = abstractTree.html()
    rewrite(tree) { $0 + notebook.bodyLine - 1 }
    html = tree.html()
    writeNotes()
  }

  private mutating func rewrite(_ tree: MarkdownTree, line: (Int) -> Int) {
    nameImages(in: tree)
    placeCode(in: tree)
    placeLinks(in: tree, line: line)
    for (node, table) in tree.tables { node.replace(with: html(table, line: line)) }
    tree.replaceMarks { mark in markup(mark, line: line(mark.line)) }
  }

  private mutating func markup(_ mark: ProseMark, line: Int) -> Markup? {
    switch mark.kind {
    case .formula(let formula):
      if let problem = formula.problem { complain(problem, line: line, source: mark.source) }
      return formula.isDisplayed
        ? "<span class=\"formula\">\(formula.mathML)</span>" : formula.mathML
    case .footnote(let label):
      if let reference = numbering.reference(to: label) { return reference }
      complain("there is no note “\(label)”", line: line, source: mark.source)
      return "<span class=\"missing\">\(mark.source)</span>"
    case .reference(let reference):
      if let target = report.target(of: reference) {
        return "<a href=\"#\(target.anchor)\">\(target.label)</a>"
      }
      let problem = report.reason(against: reference)
      complain(problem, line: line, source: mark.source)
      return "<span class=\"missing\">\(mark.source) (\(problem))</span>"
    }
  }

  private mutating func complain(_ problem: String, line: Int, source: String) {
    let source = source.split(whereSeparator: \.isNewline).joined(separator: " ")
    let shown = source.count > 40 ? source.prefix(39) + "…" : source[...]
    problems.append("\(file):\(line): \(shown): \(problem)")
  }

  private mutating func html(_ table: PipeTable, line: (Int) -> Int) -> Markup {
    var lineInTable = table.lines.lowerBound
    func row(_ cells: [String], _ tag: Markup, _ attributes: Markup = "") -> Markup {
      let cells = zip(cells, table.alignments).map { cell, alignment -> Markup in
        let tree = MarkdownTree(inline: cell, footnotes: numbering.labels)
        rewrite(tree) { _ in line(lineInTable) }
        let side: Markup =
          alignment == .right ? " class=\"right\"" : alignment == .center ? " class=\"center\"" : ""
        return "<\(tag)\(attributes)\(side)>\(tree.html())</\(tag)>"
      }
      lineInTable += tag == "th" ? 2 : 1
      return "<tr>\(cells.joined())</tr>\n"
    }
    return """
      <div class="table" tabindex="0">
      <table>
      <thead>
      \(row(table.header, "th", " scope=\"col\""))</thead>
      <tbody>
      \(table.rows.map { row($0, "td") }.joined())</tbody>
      </table>
      </div>

      """
  }

  // A note may mention further notes, which then come behind it.
  private mutating func writeNotes() {
    let first = report.run.notebook.bodyLine
    var entries: [Markup] = []
    while entries.count < numbering.order.count {
      let note = numbering.order[entries.count]
      let number = entries.count + 1
      let tree = MarkdownTree(note.text, footnotes: numbering.labels)
      numbering.number(tree.notesMentioned)
      rewrite(tree) { $0 + note.line + first - 2 }
      let back = numbering.references(to: note.label).map { anchor -> Markup in
        "<a class=\"back\" href=\"#\(anchor)\" aria-label=\"Back to the text\">↩</a>"
      }
      entries.append(
        """
        <li id="footnote-\(number)">
        \(tree.html())\(back.joined(separator: " "))
        </li>
        """)
    }
    for note in numbering.unmentioned {
      problems.append(
        "\(file):\(note.line + first - 1): [^\(note.label)]: nothing refers "
          + "to this note")
    }
    if entries.isEmpty { return }
    notes = """
      <section class="footnotes" role="doc-endnotes" aria-labelledby="footnotes">
      <h2 id="footnotes">Notes</h2>
      <ol>
      \(entries.joined(separator: "\n"))
      </ol>
      </section>

      """
  }

  private func placeCells(in tree: MarkdownTree) {
    let first = report.run.notebook.bodyLine
    let cells = Dictionary(
      report.cells.map { ($0.run.cell.range.lowerBound - first + 1, $0) }
    ) { cell, _ in cell }
    for block in tree.blocks {
      guard case .codeBlock = block.kind, let cell = cells[block.lines.lowerBound] else { continue }
      block.replace(with: CellMarkup(cell).html)
    }
  }

  // The page's title is the only heading of the first level. It has its anchor as the others have theirs, in the order
  // of the text, as on GitHub.
  private mutating func placeHeadings(in tree: MarkdownTree) {
    let titleLines = report.run.notebook.titleLines
    let headings = tree.blocks.compactMap { block -> (node: MarkdownNode, level: Int)? in
      guard case .heading(let level) = block.kind else { return nil }
      return (block, level)
    }
    let hasFirstLevel = headings.contains { $0.level == 1 && $0.node.lines != titleLines }
    for (node, level) in headings {
      let text = node.text { report.target(of: $0)?.label }
      let anchor = anchors.next(for: text)
      if node.lines == titleLines {
        titleAnchor = anchor
        node.remove()
        continue
      }
      let level = min(level + (hasFirstLevel ? 1 : 0), 6)
      node.replace(
        opening: "<h\(level) id=\"\(anchor)\">", closing: "</h\(level)>\n")
      if level <= 3 { contents.append(Entry(level: level, text: text, anchor: anchor)) }
    }
  }

  // A link to a heading leads to it, whichever of the usual ways it is written in.
  private mutating func placeLinks(in tree: MarkdownTree, line: (Int) -> Int) {
    for node in tree.nodes {
      guard case .link(let address) = node.kind, address.hasPrefix("#") else { continue }
      let name = String(address.dropFirst())
      if let anchor = anchors.anchor(for: name) {
        if anchor != name { node.setAddress("#" + anchor) }
        continue
      }
      complain(
        "no heading, figure, table or cell has this anchor"
          + (anchors.suggestion(for: name).map { "; \($0)" } ?? ""),
        line: line(node.lines.lowerBound), source: address)
    }
  }

  // Code that is wider than the page is scrolled, also by keyboard. What it does not show, or shows in another place, is
  // shown by its escape: code is there to be read as it is, and to be copied.
  private func placeCode(in tree: MarkdownTree) {
    for node in tree.nodes {
      switch node.kind {
      case .codeBlock(let code, let info):
        let language = info.prefix { !$0.isWhitespace }
        let name: Markup = language.isEmpty ? "" : " class=\"language-\(String(language))\""
        node.replace(
          with: "<pre tabindex=\"0\"><code\(name)>\(VisibleText.lines(code))</code></pre>\n")
      case .code(let code):
        let shown = VisibleText.line(code)
        if shown != code { node.replace(with: "<code>\(shown)</code>") }
      default: continue
      }
    }
  }

  // A page needs no network and no other file: an image that is not in the text itself is named
  // instead.
  private func nameImages(in tree: MarkdownTree) {
    for node in tree.nodes {
      guard case .image(let address) = node.kind, !address.lowercased().hasPrefix("data:") else {
        continue
      }
      node.replace(
        opening: "<span class=\"image\">", closing: " (image: \(address))</span>")
    }
  }
}
