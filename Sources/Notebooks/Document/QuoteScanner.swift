import BasinCore

/// Knows in which quotes a growing line of a command stands, and puts a value into it as a part of one word.
struct QuoteScanner {
  private var quote: Unicode.Scalar?
  private var isEscaped = false
  private var scanned = 0

  /// The value as it is typed behind `text`.
  ///
  /// - Parameter text: the line so far, which begins with what it was the last time.
  mutating func quoted(_ value: String, after text: String) -> String {
    scan(text)
    switch quote {
    case "'": return value.replacingScalars("'", with: #"'\''"#)
    case "\"":
      return value.replacingScalars("\\", with: #"\\"#).replacingScalars("\"", with: #"\""#)
    default:
      let isPlain =
        !value.isEmpty && value.unicodeScalars.first != "#"
        && value.unicodeScalars.allSatisfy {
          !$0.properties.isWhitespace && !"'\"\\".unicodeScalars.contains($0)
        }
      return isPlain ? value : value.inSingleQuotes
    }
  }

  private mutating func scan(_ text: String) {
    let start = text.utf8.index(text.utf8.startIndex, offsetBy: scanned)
    for scalar in text.unicodeScalars[start...] {
      if isEscaped {
        isEscaped = false
      } else if scalar == "\\", quote != "'" {
        isEscaped = true
      } else if let open = quote {
        if scalar == open { quote = nil }
      } else if scalar == "'" || scalar == "\"" {
        quote = scalar
      }
    }
    scanned = text.utf8.count
  }
}
