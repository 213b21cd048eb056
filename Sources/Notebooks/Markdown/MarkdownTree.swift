import CCmark

/// A CommonMark text as a tree that can be rewritten and rendered. The only file that knows cmark.
///
/// Raw HTML in the text never reaches the rendered page, and links to scripts lose their address:
/// both are cmark's own defaults. Basin's own markup stands in custom nodes, which cmark writes as
/// they are; ``Markup`` sees to it that text from outside is escaped there.
final class MarkdownTree {
  /// cmark's version: `0.30.2`.
  static var version: String { String(cString: cmark_version_string()) }

  fileprivate let root: OpaquePointer

  /// The pipe tables at the left margin of the text, each with the node in its place.
  var tables: [(node: MarkdownNode, table: PipeTable)] {
    tablePlaces.map { (MarkdownNode(tree: self, pointer: $0), $1) }
  }

  /// The notes of the text; they are not in the tree.
  let footnotes: [Footnotes.Note]

  /// The labels of the notes that the text can mention.
  let noteLabels: Set<String>

  /// The labels of the notes that the text mentions, outside of its tables, with their lines.
  var noteReferences: [(label: String, line: Int)] {
    marks.marks.compactMap { mark in
      if case .footnote(let label) = mark.kind { (label, mark.line) } else { nil }
    }
  }

  private let tablePlaces: [(OpaquePointer, PipeTable)]
  fileprivate let marks: ProseMarks

  /// - Parameters:
  ///   - text: Markdown.
  ///   - footnotes: the labels of notes that stand in another text.
  init(_ text: String, footnotes labels: Set<String> = []) {
    let notes = Footnotes(text, fences: text.contains("[^") ? Self.fences(in: text) : [])
    footnotes = notes.notes
    noteLabels = labels.union(notes.notes.map(\.label))
    let (root, tables, body) = Self.parseWithTables(notes.text)
    // The second reading has the same lines, with stand-ins for what CommonMark does not know.
    let marks = ProseMarks(
      body, code: Self.codeLines(in: root), footnotes: noteLabels)
    let places = { Self.paragraphs(in: $0) }
    if !marks.marks.isEmpty {
      let marked = Self.parse(marks.text)
      let found = places(marked)
      if tables.allSatisfy({ found[$0.lines.lowerBound] != nil }) {
        cmark_node_free(root)
        self.root = marked
        self.marks = marks
        tablePlaces = tables.map { (found[$0.lines.lowerBound]!, $0) }
        restoreCode()
        return
      }
      cmark_node_free(marked)
    }
    self.root = root
    self.marks = ProseMarks("", code: [], footnotes: [])
    let found = places(root)
    tablePlaces = tables.compactMap { table in found[table.lines.lowerBound].map { ($0, table) } }
  }

  // cmark itself says which candidates stand in code, raw HTML, lists or quotations: their places
  // are no paragraphs at the left margin. They stay text.
  private static func parseWithTables(
    _ text: String
  ) -> (root: OpaquePointer, tables: [PipeTable], text: String) {
    var candidates = PipeTable.candidates(in: text)
    var attempts = 0
    while true {
      let replaced = PipeTable.replacing(candidates, in: text)
      let root = parse(replaced)
      let places = paragraphs(in: root)
      let placed = candidates.filter { places[$0.lines.lowerBound] != nil }
      attempts += 1
      if placed.count == candidates.count { return (root, placed, replaced) }
      cmark_node_free(root)
      candidates = attempts < 4 ? placed : []
    }
  }

  /// The paragraphs at the left margin, by the lines on which they begin.
  private static func paragraphs(in root: OpaquePointer) -> [Int: OpaquePointer] {
    var places: [Int: OpaquePointer] = [:]
    var next = cmark_node_first_child(root)
    while let block = next {
      if cmark_node_get_type(block) == CMARK_NODE_PARAGRAPH {
        places[Int(cmark_node_get_start_line(block))] = block
      }
      next = cmark_node_next(block)
    }
    return places
  }

  private static func fences(in text: String) -> Set<Int> {
    let root = parse(text)
    defer { cmark_node_free(root) }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return codeLines(in: root) { node in
      let line = lines[Int(cmark_node_get_start_line(node)) - 1]
      return line.contains("```") || line.contains("~~~")
    }
  }

  /// The lines of code and of raw HTML, counted from 1.
  private static func codeLines(
    in root: OpaquePointer, where isCounted: (OpaquePointer) -> Bool = { _ in true }
  ) -> Set<Int> {
    var lines: Set<Int> = []
    forEachNode(in: root) { node in
      let type = cmark_node_get_type(node)
      guard type == CMARK_NODE_CODE_BLOCK || type == CMARK_NODE_HTML_BLOCK, isCounted(node)
      else { return }
      let start = Int(cmark_node_get_start_line(node))
      lines.formUnion(start...max(start, Int(cmark_node_get_end_line(node))))
    }
    return lines
  }

  fileprivate static func forEachNode(
    in root: OpaquePointer, _ body: (OpaquePointer) -> Void
  ) {
    let iterator = cmark_iter_new(root)
    defer { cmark_iter_free(iterator) }
    while true {
      let event = cmark_iter_next(iterator)
      if event == CMARK_EVENT_DONE { return }
      if event == CMARK_EVENT_ENTER, let node = cmark_iter_get_node(iterator) { body(node) }
    }
  }

  /// A text as it was written, but for its references: each gives way to what `text` says, or stays.
  static func replacingReferences(
    in markdown: String, with text: (ProseMark.Reference) -> String?
  ) -> String {
    guard markdown.contains("@") else { return markdown }
    let root = parse(markdown)
    defer { cmark_node_free(root) }
    let marks = ProseMarks(markdown, code: codeLines(in: root), footnotes: [])
    return marks.restored(marks.text) { mark in
      guard case .reference(let reference) = mark.kind else { return mark.source }
      return text(reference) ?? mark.source
    }
  }

  // What turned out to be code, an address, or the description of an image is as it was written.
  private func restoreCode() {
    Self.forEachNode(in: root) { node in
      func restore(
        _ get: (OpaquePointer?) -> UnsafePointer<CChar>?,
        _ set: (OpaquePointer?, UnsafePointer<CChar>?) -> CInt
      ) {
        guard let text = get(node).map({ String(cString: $0) }) else { return }
        let restored = marks.restored(text)
        if restored != text { _ = set(node, restored) }
      }
      switch cmark_node_get_type(node) {
      case CMARK_NODE_CODE_BLOCK:
        restore(cmark_node_get_literal, cmark_node_set_literal)
        restore(cmark_node_get_fence_info, cmark_node_set_fence_info)
      case CMARK_NODE_CODE, CMARK_NODE_HTML_BLOCK, CMARK_NODE_HTML_INLINE:
        restore(cmark_node_get_literal, cmark_node_set_literal)
      case CMARK_NODE_LINK, CMARK_NODE_IMAGE:
        restore(cmark_node_get_url, cmark_node_set_url)
        restore(cmark_node_get_title, cmark_node_set_title)
      case CMARK_NODE_TEXT where Self.isInImage(node) || isAddress(node):
        restore(cmark_node_get_literal, cmark_node_set_literal)
      default: break
      }
    }
  }

  // `<https://…>` has its address for its text.
  private func isAddress(_ node: OpaquePointer) -> Bool {
    guard let link = cmark_node_parent(node), cmark_node_get_type(link) == CMARK_NODE_LINK,
      let address = cmark_node_get_url(link).map({ String(cString: $0) })
    else { return false }
    let text = marks.restored(MarkdownNode(tree: self, pointer: node).literal)
    return address == text || address == "mailto:" + text
  }

  private static func isInImage(_ node: OpaquePointer) -> Bool {
    var parent = cmark_node_parent(node)
    while let next = parent {
      if cmark_node_get_type(next) == CMARK_NODE_IMAGE { return true }
      parent = cmark_node_parent(next)
    }
    return false
  }

  /// Puts markup in the place of the marks in the text; one without markup stays as it was written.
  func replaceMarks(with markup: (ProseMark) -> Markup?) {
    guard !marks.marks.isEmpty else { return }
    var texts: [OpaquePointer] = []
    Self.forEachNode(in: root) { node in
      if cmark_node_get_type(node) == CMARK_NODE_TEXT { texts.append(node) }
    }
    for node in texts {
      let literal = MarkdownNode(tree: self, pointer: node).literal
      let pieces = marks.pieces(of: literal)
      guard pieces.contains(where: { if case .text = $0 { false } else { true } }) else { continue }
      for piece in pieces {
        let new: OpaquePointer?
        switch piece {
        case .mark(let mark):
          if let markup = markup(mark) {
            new = cmark_node_new(CMARK_NODE_CUSTOM_INLINE)
            cmark_node_set_on_enter(new, markup.html)
          } else {
            new = cmark_node_new(CMARK_NODE_TEXT)
            cmark_node_set_literal(new, mark.source)
          }
        case .text(let text):
          new = cmark_node_new(CMARK_NODE_TEXT)
          cmark_node_set_literal(new, String(text))
        case .filler:
          let next = cmark_node_next(node)
          if cmark_node_get_type(next) == CMARK_NODE_SOFTBREAK { cmark_node_free(next) }
          continue
        }
        if cmark_node_insert_before(node, new) != 1 { cmark_node_free(new) }
      }
      cmark_node_free(node)
    }
  }

  private static func parse(_ text: String) -> OpaquePointer {
    var text = text
    return text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        // cmark returns no tree only when memory is out, and then it has already aborted.
        cmark_parse_document($0.baseAddress, $0.count, CMARK_OPT_DEFAULT)
          ?? cmark_node_new(CMARK_NODE_DOCUMENT)
      }
    }
  }

  deinit { cmark_node_free(root) }

  /// The blocks that stand in nothing else, top to bottom.
  var blocks: [MarkdownNode] { MarkdownNode(tree: self, pointer: root).children }

  /// All nodes, each before what is in it.
  var nodes: [MarkdownNode] { MarkdownNode(tree: self, pointer: root).descendants }

  /// The text of all paragraphs and headings, without markup, one after the other, with what references
  /// are called.
  func text(_ name: (ProseMark.Reference) -> String?) -> String {
    let texts = blocks.map { $0.text(name) }.filter { !$0.isEmpty }
    return texts.joined(separator: " ")
  }

  /// The first heading of the first level outside of lists and quotations.
  var firstTitle: MarkdownNode? { blocks.first { $0.kind == .heading(level: 1) } }

  /// A line of Markdown in which nothing is a block: what stands in a cell of a table.
  convenience init(inline text: String, footnotes: Set<String> = []) {
    // A character for private use and a space: what follows is at the start of a word but not of
    // a line.
    let guardian = "\u{F8FF} "
    self.init(guardian + text, footnotes: footnotes)
    guard let paragraph = cmark_node_first_child(root),
      let first = cmark_node_first_child(paragraph)
    else { return }
    let literal = MarkdownNode(tree: self, pointer: first).literal
    cmark_node_set_literal(first, String(literal.dropFirst(guardian.count)))
    let inlines = MarkdownNode(tree: self, pointer: paragraph)
    inlines.replace(opening: "", closing: "")
  }

  /// The rewritten tree as HTML that is also XML.
  func html() -> Markup {
    replaceMarks { _ in nil }
    guard let text = cmark_render_html(root, CMARK_OPT_DEFAULT) else { return "" }
    defer { cmark_get_default_mem_allocator().pointee.free(text) }
    return Markup(trusted: String(cString: text))
  }
}

/// A node of a tree, which it keeps alive.
struct MarkdownNode {
  enum Kind: Equatable {
    case heading(level: Int)
    /// A block of code with the info string of its fence; an indented block has none.
    case codeBlock(String, info: String)
    /// Code within a line.
    case code(String)
    case paragraph
    /// Raw HTML at the start of a line.
    case htmlBlock(String)
    case image(address: String)
    case link(address: String)
    case other
  }

  let tree: MarkdownTree
  fileprivate let pointer: OpaquePointer

  var kind: Kind {
    switch cmark_node_get_type(pointer) {
    case CMARK_NODE_HEADING: .heading(level: Int(cmark_node_get_heading_level(pointer)))
    case CMARK_NODE_CODE_BLOCK: .codeBlock(literal, info: fenceInfo)
    case CMARK_NODE_CODE: .code(literal)
    case CMARK_NODE_PARAGRAPH: .paragraph
    case CMARK_NODE_HTML_BLOCK: .htmlBlock(literal)
    case CMARK_NODE_IMAGE: .image(address: String(cString: cmark_node_get_url(pointer)))
    case CMARK_NODE_LINK: .link(address: String(cString: cmark_node_get_url(pointer)))
    default: .other
    }
  }

  /// The lines of the parsed text that a block takes up, counted from 1.
  var lines: ClosedRange<Int> {
    let start = Int(cmark_node_get_start_line(pointer))
    return start...max(start, Int(cmark_node_get_end_line(pointer)))
  }

  /// The text in the node, without markup: of a formula its TeX, and no numbers of notes.
  var text: String { text { _ in nil } }

  /// The same with what references are called.
  func text(_ name: (ProseMark.Reference) -> String?) -> String {
    descendants.map { node in
      switch cmark_node_get_type(node.pointer) {
      case CMARK_NODE_TEXT:
        tree.marks.restored(node.literal) { mark in
          switch mark.kind {
          case .formula(let formula): formula.source
          case .footnote: ""
          case .reference(let reference): name(reference) ?? mark.source
          }
        }
      case CMARK_NODE_CODE: node.literal
      case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK: " "
      default: ""
      }
    }.joined()
  }

  /// Whether the node stands in nothing but the document.
  var isTop: Bool { cmark_node_parent(pointer) == tree.root }

  var children: [MarkdownNode] {
    var children: [MarkdownNode] = []
    var next = cmark_node_first_child(pointer)
    while let child = next {
      children.append(MarkdownNode(tree: tree, pointer: child))
      next = cmark_node_next(child)
    }
    return children
  }

  /// Everything in the node, each node before what is in it.
  var descendants: [MarkdownNode] {
    var nodes: [MarkdownNode] = []
    MarkdownTree.forEachNode(in: pointer) { node in
      if node != pointer { nodes.append(MarkdownNode(tree: tree, pointer: node)) }
    }
    return nodes
  }

  /// Puts markup in the place of the node.
  func replace(with markup: Markup) {
    insert(markup)
    remove()
  }

  /// Puts markup around the node's children, in the place of the node itself.
  func replace(opening: Markup, closing: Markup) {
    guard let custom = insert(opening) else { return }
    cmark_node_set_on_exit(custom, closing.html)
    while let child = cmark_node_first_child(pointer) {
      guard cmark_node_append_child(custom, child) == 1 else { break }
    }
    remove()
  }

  /// Gives a link another address.
  func setAddress(_ address: String) { cmark_node_set_url(pointer, address) }

  /// Takes the node and what is in it out of the tree; the node must not be used again.
  func remove() { cmark_node_free(pointer) }

  @discardableResult
  private func insert(_ markup: Markup) -> OpaquePointer? {
    let isInline = cmark_node_get_type(pointer).rawValue >= CMARK_NODE_FIRST_INLINE.rawValue
    guard let custom = cmark_node_new(isInline ? CMARK_NODE_CUSTOM_INLINE : CMARK_NODE_CUSTOM_BLOCK)
    else { return nil }
    cmark_node_set_on_enter(custom, markup.html)
    guard cmark_node_insert_before(pointer, custom) == 1 else {
      cmark_node_free(custom)
      return nil
    }
    return custom
  }

  private var fenceInfo: String {
    cmark_node_get_fence_info(pointer).map { String(cString: $0) } ?? ""
  }

  fileprivate var literal: String {
    cmark_node_get_literal(pointer).map { String(cString: $0) } ?? ""
  }
}
