import BasinCore

/// The word that ends at the cursor, as it was typed and as it is meant.
///
/// ```swift
/// let word = TypedWord(in: #"load my\ runs/se"#, at: 16)
/// word.text    // "my runs/se"
/// word.range   // 5..<16
/// word.index   // 1: the second word
/// ```
public struct TypedWord: Sendable, Equatable {
  /// Where it stands, in Unicode scalars of the line; it ends at the cursor.
  public var range: Range<Int>
  /// What it means, without quotes and escapes.
  public var text: String
  /// The quote that is open at the cursor.
  public var quote: Unicode.Scalar?
  /// The words before it, without quotes and escapes.
  public var preceding: [String]

  /// How many words stand before it.
  public var index: Int { preceding.count }

  /// Finds the word that ends at `cursor` (in Unicode scalars); it is empty after a blank.
  public init(in line: String, at cursor: Int) {
    let scalars = Array(line.unicodeScalars.prefix(max(0, cursor)))
    range = scalars.count..<scalars.count
    text = ""
    preceding = []
    var start: Int?
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      let isBlank = quote == nil && (scalar == " " || scalar == "\t")
      if isBlank {
        if start != nil { preceding.append(text) }
        start = nil
        text = ""
      } else {
        if start == nil { start = index }
        if scalar == "\\", quote != "'" {
          index += 1
          if index < scalars.count { text.unicodeScalars.append(scalars[index]) }
        } else if let open = quote {
          if scalar == open { quote = nil } else { text.unicodeScalars.append(scalar) }
        } else if scalar == "'" || scalar == "\"" {
          quote = scalar
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
      index += 1
    }
    if let start { range = start..<scalars.count }
  }

  /// `meant` as it has to be typed in place of this word: in the quote that is open, which is
  /// closed when the word is complete, or else with `\` before what would be special.
  public func quoted(_ meant: String, isComplete: Bool) -> String {
    guard let quote else {
      return meant.unicodeScalars.reduce(into: "") { typed, scalar in
        if #" \'"#.unicodeScalars.contains(scalar) || scalar == "\""
          || (scalar == "#" && typed.isEmpty)
        {
          typed += "\\"
        }
        typed.unicodeScalars.append(scalar)
      }
    }
    let mark = String(quote)
    let inside =
      quote == "'"
      ? meant.replacingScalars("'", with: #"'\''"#)
      : meant.replacingScalars(#"\"#, with: #"\\"#).replacingScalars("\"", with: #"\""#)
    return mark + inside + (isComplete ? mark : "")
  }
}
