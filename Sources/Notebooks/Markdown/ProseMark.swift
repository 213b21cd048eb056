/// Something in a notebook's prose that CommonMark does not have.
struct ProseMark: Equatable {
  enum Kind: Equatable {
    /// `$…$` or `$$…$$`
    case formula(Formula)
    /// `[^label]`
    case footnote(label: String)
    /// `@fig-plane`, `@tbl-training`
    case reference(Reference)
  }

  /// What a reference names: a figure or a table, by the id of its cell.
  struct Reference: Equatable {
    var isFigure: Bool
    /// `plane`, or `plane-2` for the second figure of that cell.
    var name: String
  }

  var kind: Kind
  /// The mark as it was written.
  var source: String
  /// The line on which it begins, counted from 1.
  var line: Int
}

/// The marks of a text, each with a stand-in that means nothing to CommonMark.
///
/// cmark would take the `_` and `*` of a formula for emphasis. So marks are found before it reads
/// the text, and put back where they turn out to stand in code or in an address.
struct ProseMarks {
  /// The text with stand-ins; its lines are where they were.
  private(set) var text: String
  private(set) var marks: [ProseMark] = []

  private let opening: Character
  private let closing: Character

  /// - Parameters:
  ///   - text: Markdown.
  ///   - code: lines without marks, counted from 1: code and raw HTML.
  ///   - footnotes: the labels of notes.
  init(_ text: String, code: Set<Int>, footnotes: Set<String>) {
    self.text = text
    // Two punctuation marks that the text does not have; cmark knows them as punctuation, as the
    // dollar sign is.
    var free = (0x2E00...0x2E2E).compactMap(Unicode.Scalar.init)
    let taken = Set(text.unicodeScalars.filter { (0x2E00...0x2E2E).contains($0.value) })
    free.removeAll(where: taken.contains)
    opening = free.first.map(Character.init) ?? " "
    closing = free.dropFirst().first.map(Character.init) ?? " "
    guard free.count > 1, text.contains(where: { "$@^".contains($0) }) else { return }
    self.text = replacing(in: text, code: code, footnotes: footnotes)
  }

  /// The text with the marks again in the place of their stand-ins, as `source` has them.
  func restored(_ text: String, source: (ProseMark) -> String = \.source) -> String {
    var isAfterFiller = false
    return pieces(of: text).map { piece in
      defer { if case .filler = piece { isAfterFiller = true } else { isAfterFiller = false } }
      switch piece {
      case .text(let text): return String(isAfterFiller ? text.drop(while: \.isNewline) : text)
      case .mark(let mark): return source(mark)
      case .filler: return ""
      }
    }.joined()
  }

  enum Piece {
    case text(Substring)
    case mark(ProseMark)
    /// Ends a line so that the mark in the next one takes up as many as were written.
    case filler
  }

  /// A text with stand-ins, taken apart.
  func pieces(of text: String) -> [Piece] {
    guard !marks.isEmpty, text.contains(opening) else { return [.text(text[...])] }
    var pieces: [Piece] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: opening),
      let end = rest[start...].firstIndex(of: closing),
      let piece = piece(rest[rest.index(after: start)..<end])
    {
      if start > rest.startIndex { pieces.append(.text(rest[..<start])) }
      pieces.append(piece)
      rest = rest[rest.index(after: end)...]
    }
    if !rest.isEmpty { pieces.append(.text(rest)) }
    return pieces
  }

  private func piece(_ standIn: Substring) -> Piece? {
    if standIn.isEmpty { return .filler }
    return Int(standIn).flatMap { marks.indices.contains($0) ? .mark(marks[$0]) : nil }
  }

  // A mark ends in the paragraph in which it begins.
  private mutating func replacing(
    in text: String, code: Set<Int>, footnotes: Set<String>
  ) -> String {
    var result: [String] = []
    var paragraph: [Substring] = []
    func scanned(_ lines: [Substring], before line: Int) -> String {
      var scanner = MarkScanner(
        lines.joined(separator: "\n"), firstLine: line - lines.count, footnotes: footnotes)
      var text = ""
      while let piece = scanner.next() {
        switch piece {
        case .text(let piece): text += piece
        case .mark(let mark):
          let breaks = mark.source.count { $0 == "\n" }
          text += String(repeating: "\(opening)\(closing)\n", count: breaks)
          text += "\(opening)\(marks.count)\(closing)"
          marks.append(mark)
        }
      }
      return text
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let isCode = code.contains(index + 1)
      if isCode || line.allSatisfy(\.isWhitespace) {
        if !paragraph.isEmpty { result.append(scanned(paragraph, before: index + 1)) }
        paragraph = []
        result.append(String(line))
      } else {
        paragraph.append(line)
      }
    }
    if !paragraph.isEmpty { result.append(scanned(paragraph, before: lines.count + 1)) }
    return result.joined(separator: "\n")
  }
}
