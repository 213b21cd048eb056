/// A notebook's text as HTML: its Markdown tree, rewritten so that headings have anchors and cells
/// have given way to their results.
struct Prose {
  /// A heading that the contents list.
  struct Entry {
    var level: Int
    var text: String
    var anchor: String
  }

  private(set) var html: Markup = ""
  private(set) var contents: [Entry] = []

  init(_ report: NumberedRun) {
    let notebook = report.run.notebook
    let tree = MarkdownTree(notebook.body)
    Self.nameImages(in: tree)
    Self.placeTables(in: tree)
    placeCells(of: report, in: tree)
    placeHeadings(
      in: tree, titleLines: notebook.titleLines, anchors: Anchors(report.figures.map(\.name)))
    html = tree.html()
  }

  /// Other Markdown of the author's, such as the abstract.
  static func html(_ markdown: String) -> Markup {
    let tree = MarkdownTree(markdown)
    nameImages(in: tree)
    placeTables(in: tree)
    return tree.html()
  }

  private static func placeTables(in tree: MarkdownTree) {
    for (node, table) in tree.tables { node.replace(with: html(table)) }
  }

  private static func html(_ table: PipeTable) -> Markup {
    func row(_ cells: [String], _ tag: Markup, _ attributes: Markup = "") -> Markup {
      let cells = zip(cells, table.alignments).map { cell, alignment -> Markup in
        let tree = MarkdownTree(inline: cell)
        nameImages(in: tree)
        let side: Markup =
          alignment == .right ? " class=\"right\"" : alignment == .center ? " class=\"center\"" : ""
        return "<\(tag)\(attributes)\(side)>\(tree.html())</\(tag)>"
      }
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

  private func placeCells(of report: NumberedRun, in tree: MarkdownTree) {
    let first = report.run.notebook.bodyLine
    let cells = Dictionary(
      report.cells.map { ($0.run.cell.range.lowerBound - first + 1, $0) }
    ) { cell, _ in cell }
    for block in tree.blocks {
      guard case .codeBlock = block.kind, let cell = cells[block.lines.lowerBound] else { continue }
      block.replace(with: CellMarkup(cell).html)
    }
  }

  // The page's title is the only heading of the first level.
  private mutating func placeHeadings(
    in tree: MarkdownTree, titleLines: ClosedRange<Int>?, anchors: Anchors
  ) {
    var anchors = anchors
    var headings: [(node: MarkdownNode, level: Int)] = []
    for block in tree.blocks {
      guard case .heading(let level) = block.kind else { continue }
      if block.lines == titleLines { block.remove() } else { headings.append((block, level)) }
    }
    let shift = headings.contains { $0.level == 1 } ? 1 : 0
    for (node, level) in headings {
      let text = node.text
      let level = min(level + shift, 6)
      let anchor = anchors.next(for: text)
      node.replace(
        opening: "<h\(level) id=\"\(anchor)\">", closing: "</h\(level)>\n")
      if level <= 3 { contents.append(Entry(level: level, text: text, anchor: anchor)) }
    }
  }

  // A page needs no network and no other file: an image that is not in the text itself is named
  // instead.
  private static func nameImages(in tree: MarkdownTree) {
    for node in tree.nodes {
      guard case .image(let address) = node.kind, !address.lowercased().hasPrefix("data:") else {
        continue
      }
      node.replace(
        opening: "<span class=\"image\">", closing: " (image: \(address))</span>")
    }
  }
}

/// Gives each heading an anchor of its own, apart from those of cells, figures and tables, and
/// from the ids inside of figures.
private struct Anchors {
  private let kept: [String]
  private var taken: Set<String> = ["provenance", "contents"]

  init(_ figures: [String]) {
    let inner = figures.flatMap { ["\($0.lowercased())-light-", "\($0.lowercased())-dark-"] }
    kept = ["cell-", "figure-", "table-"] + inner
  }

  mutating func next(for text: String) -> String {
    var slug = CellSlug.slug(text)
    if kept.contains(where: slug.hasPrefix) { slug = "section-" + slug }
    if slug.isEmpty { slug = "section" }
    let anchor = CellSlug(named: slug).unused { taken.contains($0) }
    taken.insert(anchor)
    return anchor
  }
}
