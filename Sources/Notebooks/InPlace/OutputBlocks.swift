/// The fenced `basin-output` blocks that an earlier run left in a notebook. They are no part of what it
/// says: they are taken out before it is read, and replaced when it is written back.
enum OutputBlocks {
  /// The word that follows the opening fence.
  static let word = "basin-output"

  /// The lines of the body that such blocks take up, counted from 1, with the blank line above each.
  static func lines(in body: String, _ tree: MarkdownTree) -> [ClosedRange<Int>] {
    let blocks = tree.blocks.compactMap { node -> ClosedRange<Int>? in
      guard case .codeBlock(_, let info) = node.kind,
        info.split(whereSeparator: \.isWhitespace).first.map(String.init) == word
      else { return nil }
      return node.lines
    }
    if blocks.isEmpty { return [] }
    let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
    return blocks.map { block in
      let above = block.lowerBound - 1
      let isBlank = above >= 1 && lines[above - 1].allSatisfy(\.isWhitespace)
      return (isBlank ? above : block.lowerBound)...block.upperBound
    }
  }

  /// The body with blank lines in the place of those lines: every other line keeps its number.
  static func blanked(_ blocks: [ClosedRange<Int>], in body: String) -> String {
    var lines = body.split(separator: "\n", omittingEmptySubsequences: false)
    for line in blocks.joined() { lines[line - 1] = "" }
    return lines.joined(separator: "\n")
  }
}
