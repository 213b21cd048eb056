/// Text as whoever parses its bytes sees it (a shell, gnuplot, XML, Markdown, Basin's own lines).
///
/// A quote with a combining mark on it, `'́`, is one `Character`, and another than `'`. What looks for characters that have
/// a meaning, to escape them, looks for scalars.
extension String {
  /// The text with `other` in the place of each `part`, whatever marks follow it.
  public func replacingScalars(_ part: String, with other: String) -> String {
    String(unicodeScalars.replacing(part.unicodeScalars, with: other.unicodeScalars))
  }

  /// The text between single quotes, as a shell and Basin's lines take it for one word.
  public var inSingleQuotes: String { "'" + replacingScalars("'", with: #"'\''"#) + "'" }

  /// Whether all scalars are letters, digits, marks or some of `others`.
  public func hasOnlyLetters(and others: String) -> Bool {
    unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
        || others.unicodeScalars.contains($0)
    }
  }
}
