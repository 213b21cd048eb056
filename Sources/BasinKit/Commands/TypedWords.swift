import BasinCore

/// The words of a command as they are typed.
public enum TypedWords {
  /// Words put together to a line, quoted where they need it. A quote is one also where a mark stands upon it, which
  /// makes it another `Character`.
  public static func joined(_ words: [String]) -> String {
    words.map { word in
      let isPlain =
        !word.isEmpty && word.unicodeScalars.first != "#" && word.unicodeScalars.first != "~"
        && word.unicodeScalars.allSatisfy {
          !$0.properties.isWhitespace && $0 != "'" && $0 != "\"" && $0 != "\\"
        }
      return isPlain ? word : word.inSingleQuotes
    }.joined(separator: " ")
  }
}
