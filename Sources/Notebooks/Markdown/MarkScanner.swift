/// Finds the marks in one paragraph of prose.
struct MarkScanner {
  private let text: [Character]
  private let footnotes: Set<String>
  private let firstLine: Int
  private var position = 0
  private var counted = 0
  private var linesBefore = 0

  init(_ paragraph: String, firstLine: Int, footnotes: Set<String>) {
    text = Array(paragraph)
    self.firstLine = firstLine
    self.footnotes = footnotes
  }

  enum Piece {
    case text(String)
    case mark(ProseMark)
  }

  /// The next mark, or the text before it; `nil` at the end.
  mutating func next() -> Piece? {
    let start = position
    while position < text.count {
      let before = position
      if let kind = mark() {
        let end = position
        if before > start {
          position = before
          return .text(String(text[start..<before]))
        }
        return .mark(
          ProseMark(
            kind: kind, source: String(text[before..<end]),
            line: line(of: before)))
      }
    }
    return position > start ? .text(String(text[start..<position])) : nil
  }

  // Marks come in order, so that lines are counted once.
  private mutating func line(of index: Int) -> Int {
    linesBefore += text[counted..<index].count { $0 == "\n" }
    counted = index
    return firstLine + linesBefore
  }

  // The mark at the position, which then is behind it; otherwise the position is behind what can
  // be none.
  private mutating func mark() -> ProseMark.Kind? {
    switch text[position] {
    case "\\":
      position = min(position + 2, text.count)
      return nil
    case "`":
      skipCode()
      return nil
    case "$": return formula()
    case "[": return footnote()
    case "@": return reference()
    default:
      position += 1
      return nil
    }
  }

  private mutating func skipCode() {
    let length = run(of: "`", at: position)
    var next = position + length
    while next < text.count {
      guard text[next] == "`" else {
        next += 1
        continue
      }
      let other = run(of: "`", at: next)
      next += other
      if other == length {
        position = next
        return
      }
    }
    position += length
  }

  // Prices are none: a formula begins and ends without a space inside, and no digit follows it.
  private mutating func formula() -> ProseMark.Kind? {
    let length = min(run(of: "$", at: position), 2)
    let start = position + length
    position = start
    guard start < text.count, length == 2 || !text[start].isWhitespace,
      let end = end(ofFormulaFrom: start, dollars: length)
    else { return nil }
    let isInQuotation = text.first { !$0.isWhitespace } == ">"
    let source = String(text[start..<end]).split(
      separator: "\n", omittingEmptySubsequences: false
    ).enumerated().map { index, line in
      let line = line.drop { $0 == " " }
      return String(isInQuotation && index > 0 && line.hasPrefix(">") ? line.dropFirst() : line)
    }.joined(separator: "\n")
    position = end + length
    let trimmed = source.trimmingPrefix(while: \.isWhitespace)
    let body = String(trimmed.reversed().drop(while: \.isWhitespace).reversed())
    guard !body.isEmpty else { return nil }
    return .formula(Formula(source: body, isDisplayed: length == 2))
  }

  private func end(ofFormulaFrom start: Int, dollars: Int) -> Int? {
    var next = start
    while next < text.count {
      switch text[next] {
      case "\\": next += 2
      case "`": return nil
      case "$":
        let found = run(of: "$", at: next)
        guard found >= dollars, next > start else { return nil }
        if dollars == 2 { return next }
        let isBehindSpace = text[next - 1].isWhitespace
        let isBeforeDigit = next + 1 < text.count && text[next + 1].isNumber
        return found == 1 && !isBehindSpace && !isBeforeDigit ? next : nil
      default: next += 1
      }
    }
    return nil
  }

  // A link's text can begin with `^`, too: a label without a note is one only if no link follows.
  private mutating func footnote() -> ProseMark.Kind? {
    let start = position
    position += 1
    guard start + 2 < text.count, text[start + 1] == "^",
      let end = text[start...].prefix(68).firstIndex(of: "]"), end > start + 2
    else { return nil }
    let label = String(text[(start + 2)..<end])
    let isBeforeLink = end + 1 < text.count && "([:".contains(text[end + 1])
    guard footnotes.contains(label) || !isBeforeLink,
      !label.contains(where: { $0.isWhitespace || $0 == "[" })
    else { return nil }
    position = end + 1
    return .footnote(label: label)
  }

  private mutating func reference() -> ProseMark.Kind? {
    let start = position
    position += 1
    let previous = start > 0 ? text[start - 1] : " "
    guard !previous.isLetter, !previous.isNumber, !"_@/.".contains(previous) else { return nil }
    let kind = String(text[(start + 1)..<min(start + 5, text.count)])
    guard kind == "fig-" || kind == "tbl-" else { return nil }
    var end = start + 5
    while end < text.count, text[end].isASCII,
      text[end].isLetter || text[end].isNumber || "-_".contains(text[end])
    {
      end += 1
    }
    while end > start + 5, "-_".contains(text[end - 1]) { end -= 1 }
    guard end > start + 5 else { return nil }
    position = end
    return .reference(.init(isFigure: kind == "fig-", name: String(text[(start + 5)..<end])))
  }

  private func run(of character: Character, at start: Int) -> Int {
    text[start...].prefix { $0 == character }.count
  }
}
