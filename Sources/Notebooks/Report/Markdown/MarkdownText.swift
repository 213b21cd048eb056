/// Text from outside as Markdown that shows it and does nothing else.
enum MarkdownText {
  // Characters with a meaning inside a line of CommonMark, its usual extensions, `$math$` or
  // `@references`. What
  // means something at the start of a line only is left alone: Basin's own words stand there.
  private static let special: Set<Character> = Set(#"\`*_{}[]<>#|~&$!@"#)

  /// One line of plain text.
  static func escaped(_ text: String) -> String {
    var markdown = ""
    for character in text {
      if special.contains(character) { markdown += "\\" }
      markdown.append(character.isNewline ? " " : character)
    }
    return printable(markdown)
  }

  /// The text with the replacement character for each control character but line feeds and tabs:
  /// whoever shows the file in a terminal gets no escape sequences.
  static func printable(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isLine = scalar == "\n" || scalar == "\t"
      let isPlain =
        scalar.isAllowedInXML && (isLine || scalar.properties.generalCategory != .control)
      scalars.append(isPlain ? scalar : "\u{FFFD}")
    }
    return String(scalars)
  }

  /// A block of code that shows `text` whatever is in it.
  static func fenced(_ text: String, info: String = "") -> String {
    let text = printable(text)
    let longest = text.split { $0 != "`" }.map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(fence)\(info)\n\(text)\n\(fence)"
  }

  /// Code inside a line.
  static func code(_ text: String) -> String {
    let line = printable(String(text.map { $0.isNewline ? " " : $0 }))
    let longest = line.split { $0 != "`" }.map(\.count).max() ?? 0
    let mark = String(repeating: "`", count: longest + 1)
    let pad = line.hasPrefix("`") || line.hasSuffix("`") || line.isEmpty ? " " : ""
    return mark + pad + line + pad + mark
  }
}
