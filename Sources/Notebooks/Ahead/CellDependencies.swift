/// Which cells of a notebook must wait for which, judged by their words before anything runs.
///
/// A cell waits for those above that bind a name it has (`--as seeds`), or that have a path which is
/// the beginning of one of its own, or the other way about (`--out runs/a` and `load runs/a/*.pt`).
/// Where words mislead, work is done twice and nothing else: the cache takes only what was computed
/// from what the cell reads.
struct CellDependencies {
  private struct Words {
    var all: Set<Substring> = []
    var bound: Set<Substring> = []
    var paths: Set<Substring> = []
  }

  private let waits: [[Int]]
  private let isAlone: [Bool]

  /// - Parameter changesSession: whether a line changes what others compute other than by names and
  ///   files, as `data` and `set` do: nothing runs beside it.
  init(_ cells: [Notebook.Cell], changesSession: (String) -> Bool) {
    let words = cells.map { cell in
      cell.lines.reduce(into: Words()) { Self.add($1.text, to: &$0) }
    }
    waits = words.indices.map { place in
      (0..<place).filter { Self.waits(words[place], for: words[$0]) }
    }
    isAlone = cells.map { cell in
      cell.lines.isEmpty || cell.lines.contains { changesSession($0.text) }
    }
  }

  /// Whether a cell can be computed now.
  ///
  /// - Parameter isOver: whether the cell at a place has been computed, or has failed.
  func canStart(_ place: Int, isOver: (Int) -> Bool) -> Bool {
    !isAlone[place] && waits[place].allSatisfy(isOver)
      && (0..<place).allSatisfy { !isAlone[$0] || isOver($0) }
  }

  private static func waits(_ words: Words, for earlier: Words) -> Bool {
    if !words.all.isDisjoint(with: earlier.bound) { return true }
    return words.paths.contains { path in
      earlier.paths.contains { $0.hasPrefix(path) || path.hasPrefix($0) }
    }
  }

  private static func add(_ line: String, to words: inout Words) {
    let pieces = line.split { $0.isWhitespace || "=,\"'".contains($0) }
    // The command comes first, and may have the name of what another line binds.
    for (index, piece) in pieces.enumerated().dropFirst() {
      if piece.contains("/") { words.paths.insert(piece.prefix { !"*?[{".contains($0) }) }
      let name = piece.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
      guard !name.isEmpty else { continue }
      words.all.insert(name)
      if pieces[index - 1] == "--as" { words.bound.insert(name) }
    }
  }
}
