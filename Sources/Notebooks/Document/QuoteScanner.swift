/// Knows in which quotes a growing line of a command stands, and puts a value into it as a part of one word.
struct QuoteScanner {
  private var quote: Character?
  private var isEscaped = false
  private var scanned = 0

  /// The value as it is typed behind `text`.
  ///
  /// - Parameter text: the line so far, which begins with what it was the last time.
  mutating func quoted(_ value: String, after text: String) -> String {
    scan(text)
    switch quote {
    case "'": return value.replacing("'", with: #"'\''"#)
    case "\"":
      return value.replacing("\\", with: #"\\"#).replacing("\"", with: #"\""#)
    default:
      let isPlain =
        !value.isEmpty && value.first != "#"
        && value.allSatisfy { !$0.isWhitespace && !"'\"\\".contains($0) }
      return isPlain ? value : "'" + value.replacing("'", with: #"'\''"#) + "'"
    }
  }

  private mutating func scan(_ text: String) {
    let start = text.utf8.index(text.utf8.startIndex, offsetBy: scanned)
    for character in text[start...] {
      if isEscaped {
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil }
      } else if character == "'" || character == "\"" {
        quote = character
      }
    }
    scanned = text.utf8.count
  }
}
