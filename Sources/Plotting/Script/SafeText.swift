/// Text from outside, made fit for gnuplot's language and for SVG.
///
/// In single quotes gnuplot takes every character as it is, except a quote, and a line end, after
/// which it would read commands.
enum SafeText {
  /// The text without control characters (line ends and tabs become spaces) and without
  /// characters that XML does not allow.
  static func line(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029: result.append(" ")
      case 0x00..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: continue
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// The text as a gnuplot string: `it's` as `'it'."'".'s'`. A doubled quote would be an empty
  /// string at the beginning of a text.
  static func quoted(_ text: String) -> String {
    line(text).replacing("&#x", with: brokenReference).split(
      separator: "'", omittingEmptySubsequences: false
    )
    .map { "'\($0)'" }.joined(separator: ".\"'\".")
  }

  /// gnuplot takes a numeric character reference in a label for the character, and writes it into SVG
  /// as it is. A space of no width keeps it text; ``withoutBreaks(_:)`` takes it out of the drawing.
  private static let brokenReference = "&#\u{200B}x"

  /// Text of an SVG that gnuplot drew, with references as they were written.
  static func withoutBreaks(_ text: String) -> String {
    text.replacing("&amp;#\u{200B}x", with: "&amp;#x")
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
