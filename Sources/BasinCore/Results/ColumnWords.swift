extension Table {
  /// What each column is called by other programs: distinct words of ASCII lower-case letters, digits and `_`.
  ///
  /// The word is the column's header without its unit: `d_50` for `d*₅₀`. Ends of intervals have that of their
  /// quantity, `d_50_lower` and `d_50_upper`: columns `from` and `to` of numbers are those of the number before them.
  /// Where two columns are still called the same, the second has `_2` behind it.
  public var columnWords: [String] {
    var words: [String] = []
    var quantity: String?
    for column in columns {
      var word = Self.word(column.name)
      if column.isNumeric, let quantity, let end = ["from": "lower", "to": "upper"][column.name] {
        word = "\(quantity)_\(end)"
      } else {
        quantity = column.isNumeric ? word : nil
      }
      words.append(Self.unused(word, in: words))
    }
    return words
  }

  private static func unused(_ word: String, in words: [String]) -> String {
    guard words.contains(word) else { return word }
    let number = (2...).first { !words.contains("\(word)_\($0)") } ?? 2
    return "\(word)_\(number)"
  }

  /// A text as a word: names of columns may come from files.
  public static func word(_ text: String) -> String {
    var characters = ""
    for scalar in text.lowercased().unicodeScalars {
      switch scalar {
      case "a"..."z", "0"..."9": characters.unicodeScalars.append(scalar)
      case "₀"..."₉": characters += "_\(scalar.value - 0x2080)"
      case "²": characters += "_squared"
      case "−": characters += "_minus_"
      default: characters += "_"
      }
    }
    // Digits of one subscript are one number.
    let joined = characters.replacing(#/_(\d)_(\d)(?!\d)/#) { "_\($0.output.1)\($0.output.2)" }
    let words = joined.split(separator: "_").joined(separator: "_").prefix(60)
    return words.isEmpty ? "column" : String(words)
  }
}
