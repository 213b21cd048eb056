/// A character that an editor does not show, or that changes the order in which it shows others: a line with one reads
/// otherwise than it runs.
///
/// They are the controls of the reading direction (U+202A to U+202E, U+2066 to U+2069, the marks), what has no width,
/// fillers, soft hyphens, tags, and what separates lines for some editors only. Where text needs one it is none: a
/// joiner and a variation selector within an emoji, and joiners between letters of scripts that join them, such as
/// Persian and Hindi.
public struct HiddenCharacter: Sendable, Equatable {
  /// The line it is in, counted from 1.
  public var line: Int
  /// Its code point: `U+202E`.
  public var name: String

  /// The first one in a text.
  public static func first(in text: String) -> HiddenCharacter? {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return nil }
    let scalars = Array(text.unicodeScalars)
    var line = 1
    for (index, scalar) in scalars.enumerated() {
      if scalar == "\n" { line += 1 }
      if isHidden(scalars, index) {
        return HiddenCharacter(line: line, name: ControlCharacter.name(scalar))
      }
    }
    return nil
  }

  /// A text without its hidden characters: as it looks.
  public static func removed(from text: some StringProtocol) -> String {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return String(text) }
    let scalars = Array(text.unicodeScalars)
    let shown = scalars.indices.filter { !isHidden(scalars, $0) }.map { scalars[$0] }
    return String(String.UnicodeScalarView(shown))
  }

  /// Whether the scalar at a place of a text is hidden there.
  static func isHidden(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    let scalar = scalars[index]
    guard isInvisible(scalar) else { return false }
    let before = index > 0 ? scalars[index - 1] : nil
    let after = index + 1 < scalars.count ? scalars[index + 1] : nil
    guard let before else { return true }
    switch scalar.value {
    case 0xFE0E, 0xFE0F:
      return !isPicture(before) && !(isKey(before) && after == "\u{20E3}")
    case 0x200D:
      guard let after else { return true }
      let isInEmoji = (isPicture(before) || before == "\u{FE0F}") && isPicture(after)
      return !isInEmoji && !(isJoined(before) && isJoined(after))
    case 0x200C:
      return !isJoined(before) || !(after.map(isJoined) ?? false)
    default: return true
    }
  }

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case ..<0x80: false
    // Separators of lines and paragraphs; marks around annotations.
    case 0x2028, 0x2029, 0xFFF9...0xFFFB: true
    default: scalar.properties.isDefaultIgnorableCodePoint
    }
  }

  private static func isPicture(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0xA9 && scalar.properties.isEmoji
  }

  // With U+FE0F and U+20E3 these are the keys of a telephone.
  private static func isKey(_ scalar: Unicode.Scalar) -> Bool {
    "0123456789#*".unicodeScalars.contains(scalar)
  }

  // Letters and marks from Arabic to Mongolian, and Arabic's presentation forms.
  private static func isJoined(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0600...0x109F, 0x1780...0x18AF, 0xFB50...0xFDFF, 0xFE70...0xFEFC:
      switch scalar.properties.generalCategory {
      case .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark: !isInvisible(scalar)
      default: false
      }
    default: false
    }
  }
}
