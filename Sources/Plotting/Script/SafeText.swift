import BasinCore

/// Text from outside, made fit for gnuplot's language and for SVG.
///
/// In single quotes gnuplot takes every character as it is, except a quote, and a line end, after
/// which it would read commands.
enum SafeText {
  /// The text in one line, with control characters and what XML does not allow shown by their escapes.
  static func line(_ text: String) -> String { VisibleText.line(text, tab: " ") }

  /// The text as a gnuplot string: `it's` as `'it'."'".'s'`. A doubled quote would be an empty
  /// string at the beginning of a text.
  static func quoted(_ text: String) -> String {
    line(text).replacingScalars("&#x", with: brokenReference).unicodeScalars.split(
      separator: "'", omittingEmptySubsequences: false
    )
    .map { "'\(String($0))'" }.joined(separator: ".\"'\".")
  }

  /// gnuplot takes a numeric character reference in a label for the character, and writes it into SVG
  /// as it is. A space of no width keeps it text; ``withoutBreaks(_:)`` takes it out of the drawing.
  private static let brokenReference = "&#\u{200B}x"

  /// Text of an SVG that gnuplot drew, with references as they were written.
  static func withoutBreaks(_ text: String) -> String {
    text.replacingScalars("&amp;#\u{200B}x", with: "&amp;#x")
  }

  /// A word that is safe as part of a file name and of an XML id: ASCII letters, digits, `-` and
  /// `_`, beginning with a letter.
  static func identifier(_ name: String) -> String {
    let scalars = name.unicodeScalars.map { scalar -> Character in
      let isWord =
        scalar.isASCII
        && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_")
      return isWord ? Character(scalar) : "-"
    }
    let word = String(scalars.prefix(80))
    let startsWithLetter = word.unicodeScalars.first?.properties.isAlphabetic == true
    return startsWithLetter ? word : "figure-" + word
  }
}
