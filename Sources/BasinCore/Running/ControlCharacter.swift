/// A control character where there should be text: an editor does not show it.
public struct ControlCharacter: Sendable, Equatable {
  /// The line it is in, counted from 1.
  public var line: Int
  /// Its code point: `U+0000`.
  public var name: String

  /// The first one in a text but tabs and what ends lines. U+FFFE and U+FFFF, which are no characters, count as well.
  public static func first(in text: String) -> ControlCharacter? {
    var line = 1
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A: if previous != "\r" { line += 1 }
      case 0x0D: line += 1
      case 0x09, 0x20..<0x7F, 0xA0..<0xFFFE, 0x10000...: break
      default: return ControlCharacter(line: line, name: name(scalar))
      }
      previous = scalar
    }
    return nil
  }

  /// A scalar's code point: `U+0000`.
  static func name(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
