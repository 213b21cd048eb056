import BasinCore

/// Text from outside as Markdown that shows it and does nothing else.
enum MarkdownText {
  // Characters with a meaning inside a line of CommonMark, its usual extensions, `$math$` or
  // `@references`. What
  // means something at the start of a line only is left alone: Basin's own words stand there.
  private static let special = Set(#"\`*_{}[]<>#|~&$!@"#.unicodeScalars)

  /// Plain text as one line: what would end it, and other control characters, are shown by their escapes
  /// (``VisibleText``).
  static func escaped(_ text: String) -> String {
    VisibleText.line(text).unicodeScalars.reduce(into: "") { markdown, scalar in
      if special.contains(scalar) { markdown += "\\" }
      markdown.unicodeScalars.append(scalar)
    }
  }

  /// A block of code that shows `text` whatever is in it. Whoever shows the file in a terminal gets no escape
  /// sequences.
  static func fenced(_ text: String, info: String = "") -> String {
    let text = VisibleText.lines(text)
    let longest = longestRun(in: text)
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(fence)\(info)\n\(text)\n\(fence)"
  }

  /// Code inside a line.
  static func code(_ text: String) -> String {
    let line = VisibleText.line(text)
    let mark = String(repeating: "`", count: longestRun(in: line) + 1)
    let ends = [line.unicodeScalars.first, line.unicodeScalars.last]
    let pad = line.isEmpty || ends.contains("`") ? " " : ""
    return mark + pad + line + pad + mark
  }

  // Of backticks, whatever marks stand on them.
  private static func longestRun(in text: String) -> Int {
    text.unicodeScalars.split { $0 != "`" }.map(\.count).max() ?? 0
  }
}
