import Foundation

/// Text from outside as one line: whatever ends a line, moves the cursor, turns the reading direction or is hidden
/// (``HiddenCharacter``) is shown by its escape.
///
/// Notes and errors are made of it, so that every renderer shows a file's name in the same way.
public enum VisibleText {
  /// The text in one line: a line feed is `\n`, a carriage return `\r`, an escape `\x1b`, a right-to-left override
  /// `\u202e`, a space without width `\u200b`. All other text is as it was, backslashes included.
  ///
  /// - Parameter tab: what stands for a tab.
  public static func line(_ text: String, tab: String = "\\t") -> String {
    if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text }
    var safe = ""
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      switch scalar.value {
      case 0x09: safe += tab
      case 0x0A: safe += "\\n"
      case 0x0D: safe += "\\r"
      case ..<0xA0 where isControl(scalar): safe += "\\x" + hexadecimal(scalar, digits: 2)
      case _ where isControl(scalar) || HiddenCharacter.isHidden(scalars, index):
        safe +=
          scalar.value < 0x10000
          ? "\\u" + hexadecimal(scalar, digits: 4) : "\\U" + hexadecimal(scalar, digits: 8)
      default: safe.unicodeScalars.append(scalar)
      }
    }
    return safe
  }

  /// Text of several lines with its line feeds and tabs, and all else made visible as in ``line(_:tab:)``.
  public static func lines(_ text: String) -> String {
    text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map { line(String($0), tab: "\t") }.joined(separator: "\n")
  }

  /// What an error says to a person, as a ``message(_:)``: the system's sentence for the system's errors, the error's
  /// own description for all others.
  public static func line(of error: any Error) -> String {
    message((error as? any LocalizedError)?.errorDescription ?? String(describing: error))
  }

  /// A sentence for a person, in one line of bounded length: whatever it repeats of what somebody typed or of a
  /// file's names, its beginning and its end, which say what is wrong and what helps, stay readable.
  ///
  /// More than ``longestMessage`` characters lose those in their middle, and it says how many.
  public static func message(_ text: String) -> String {
    let line = line(text)
    guard line.utf8.count > longestMessage else { return line }
    let scalars = line.unicodeScalars
    let left = scalars.count - longestMessage
    guard left > 0 else { return line }
    let half = longestMessage / 2
    return String(scalars.prefix(half)) + " … (\(left) characters left out) … "
      + String(scalars.suffix(half))
  }

  /// How many characters (Unicode scalars) of a message are shown.
  public static let longestMessage = 1000

  /// Whether a scalar moves the cursor, begins an escape sequence, ends a line, turns the reading
  /// direction, or is no character.
  public static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069,
      0xFFFE, 0xFFFF:
      true
    default: false
    }
  }

  private static func hexadecimal(_ scalar: Unicode.Scalar, digits: Int) -> String {
    let text = String(scalar.value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
