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

  private let tablePlaces: [(OpaquePointer, PipeTable)]

  init(_ text: String) {
    // cmark itself says which candidates stand in code, raw HTML, lists or quotations: their
    // places are no paragraphs at the left margin. They stay text.
    var candidates = PipeTable.candidates(in: text)
    var attempts = 0
    while true {
      let root = Self.parse(PipeTable.replacing(candidates, in: text))
      var places: [Int: OpaquePointer] = [:]
      var next = cmark_node_first_child(root)
      while let block = next {
        if cmark_node_get_type(block) == CMARK_NODE_PARAGRAPH {
          places[Int(cmark_node_get_start_line(block))] = block
        }
        next = cmark_node_next(block)
      }
      let placed = candidates.filter { places[$0.lines.lowerBound] != nil }
      attempts += 1
      if placed.count == candidates.count {
        self.root = root
        tablePlaces = placed.compactMap { table in
          places[table.lines.lowerBound].map { ($0, table) }
        }
        return
      }
      cmark_node_free(root)
      candidates = attempts < 4 ? placed : []
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

  /// The text of all paragraphs and headings, without markup, one after the other.
  var text: String {
    let texts = blocks.map(\.text).filter { !$0.isEmpty }
    return texts.joined(separator: " ")
  }

  /// The first heading of the first level outside of lists and quotations.
  var firstTitle: MarkdownNode? { blocks.first { $0.kind == .heading(level: 1) } }

  /// A line of Markdown in which nothing is a block: what stands in a cell of a table.
  convenience init(inline text: String) {
    // A character for private use and a space: what follows is at the start of a word but not of
    // a line.
    let guardian = "\u{F8FF} "
    self.init(guardian + text)
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
    case paragraph
    case image(address: String)
    case other
  }

  let tree: MarkdownTree
  fileprivate let pointer: OpaquePointer

  var kind: Kind {
    switch cmark_node_get_type(pointer) {
    case CMARK_NODE_HEADING: .heading(level: Int(cmark_node_get_heading_level(pointer)))
    case CMARK_NODE_CODE_BLOCK: .codeBlock(literal, info: fenceInfo)
    case CMARK_NODE_PARAGRAPH: .paragraph
    case CMARK_NODE_IMAGE: .image(address: String(cString: cmark_node_get_url(pointer)))
    default: .other
    }
  }

  /// The lines of the parsed text that a block takes up, counted from 1.
  var lines: ClosedRange<Int> {
    let start = Int(cmark_node_get_start_line(pointer))
    return start...max(start, Int(cmark_node_get_end_line(pointer)))
  }

  /// The text in the node, without markup.
  var text: String {
    descendants.map { node in
      switch cmark_node_get_type(node.pointer) {
      case CMARK_NODE_TEXT, CMARK_NODE_CODE: node.literal
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
    let iterator = cmark_iter_new(pointer)
    defer { cmark_iter_free(iterator) }
    while true {
      let event = cmark_iter_next(iterator)
      if event == CMARK_EVENT_DONE { return nodes }
      guard event == CMARK_EVENT_ENTER, let node = cmark_iter_get_node(iterator), node != pointer
      else { continue }
      nodes.append(MarkdownNode(tree: tree, pointer: node))
    }
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
