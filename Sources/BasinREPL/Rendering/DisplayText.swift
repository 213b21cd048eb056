import BasinCore
import CEdit

/// Text as a terminal shows it: how wide it is, and without anything that moves the cursor.
enum DisplayText {
  /// The text with control characters made visible, so that a name from a file can neither move
  /// the cursor nor turn the reading direction: an escape becomes `\x1b`, a line feed `\n`, and a
  /// tab one space.
  static func neutralised(_ text: String) -> String {
    VisibleText.line(text, tab: " ")
  }

  /// Whether the text can be put into a line that is being edited, where nothing is made visible:
  /// there is nothing in it that moves the cursor or turns the reading direction.
  static func isHarmless(_ text: String) -> Bool { neutralised(text) == text }

  /// How many columns the text takes; wide characters take two, combining marks none.
  static func width(_ text: String) -> Int {
    if isPlain(text) { return text.utf8.count }
    return text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  /// How many columns one scalar takes; one for what the system does not know.
  static func width(_ scalar: Unicode.Scalar) -> Int {
    let width = Int(cedit_width(scalar.value))
    return width < 0 ? 1 : width
  }

  /// The text with blanks before or after it up to `width` columns.
  static func padded(_ text: String, to width: Int, flushRight: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, width - self.width(text)))
    return flushRight ? blanks + text : text + blanks
  }

  /// The text cut to at most `width` columns, with `…` where something is missing.
  static func shortened(_ text: String, to width: Int) -> String {
    if self.width(text) <= width { return text }
    return width < 1 ? "" : prefix(of: text, width: width - 1) + "…"
  }

  /// The text cut to at most `width` columns with `…` in its middle: both ends of a path tell.
  static func shortenedInside(_ text: String, to width: Int) -> String {
    if self.width(text) <= width { return text }
    guard width >= 5 else { return shortened(text, to: width) }
    let tail = String(prefix(of: String(text.reversed()), width: (width - 1) / 2).reversed())
    return prefix(of: text, width: width - 1 - self.width(tail)) + "…" + tail
  }

  /// A line broken at blanks into lines of at most `width` columns, each indented as the first;
  /// words that are longer stay whole.
  static func wrapped(_ line: String, to width: Int) -> [String] {
    if self.width(line) <= width { return [line] }
    let indentation = String(line.prefix { $0 == " " })
    var lines: [String] = []
    var current = ""
    for word in line.split(separator: " ") {
      if !current.isEmpty, self.width(current) + 1 + self.width(String(word)) > width {
        lines.append(current)
        current = ""
      }
      current += (current.isEmpty ? indentation : " ") + word
    }
    return current.isEmpty ? lines : lines + [current]
  }

  private static func prefix(of text: String, width: Int) -> String {
    var taken = 0
    var result = ""
    for character in text {
      let next = taken + self.width(String(character))
      if next > width { break }
      taken = next
      result.append(character)
    }
    return result
  }

  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
  }
}
