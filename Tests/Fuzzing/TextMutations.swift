/// Changes of a header that is text: its numbers, words and pieces.
enum TextMutations {
  /// The header cut into numbers, words in quotes and single characters.
  private static func tokens(_ text: [UInt8]) -> [[UInt8]] {
    var tokens: [[UInt8]] = []
    var position = 0
    while position < text.count {
      let start = position
      if (0x30...0x39).contains(text[position]) {
        while position < text.count, (0x30...0x39).contains(text[position]) { position += 1 }
      } else if text[position] == 0x22 || text[position] == 0x27 {
        let quote = text[position]
        position += 1
        while position < text.count, text[position] != quote { position += 1 }
        position += 1
      } else {
        position += 1
      }
      tokens.append(Array(text[start..<min(position, text.count)]))
    }
    return tokens
  }

  /// The header with some tokens changed.
  ///
  /// - Parameter words: What quoted words may become.
  static func mutate(_ text: [UInt8], words: [String], _ draw: inout Draw) -> [UInt8] {
    var tokens = tokens(text)
    for _ in 0..<(1 + draw.below(3)) {
      guard !tokens.isEmpty else { break }
      let place = draw.below(tokens.count)
      switch draw.below(8) {
      case 0: tokens.remove(at: place)
      case 1: tokens.insert(tokens[place], at: draw.below(tokens.count))
      case 2: tokens.swapAt(place, draw.below(tokens.count))
      case 3:
        let end = min(tokens.count, place + 1 + draw.below(24))
        tokens.insert(contentsOf: tokens[place..<end], at: draw.below(tokens.count))
      case 4:
        tokens[place] = Array(
          draw.pick(["{", "}", "[", "]", "\"", "\\u0000", "\\ud800", "null", "1e3", "-1", "'", "("])
            .utf8)
      case 5:
        let quoted = tokens.indices.filter { tokens[$0].count > 2 && tokens[$0][0] < 0x28 }
        guard !quoted.isEmpty else { continue }
        let target = draw.pick(quoted)
        let quote = [tokens[target][0]]
        tokens[target] = quote + Array(draw.pick(words).utf8) + quote
      default:
        let numbers = tokens.indices.filter { (0x30...0x39).contains(tokens[$0][0]) }
        guard !numbers.isEmpty else { continue }
        let value = draw.awkward()
        tokens[draw.pick(numbers)] = Array(
          (draw.oneIn(8) ? String(value) : String(value.magnitude)).utf8)
      }
    }
    return tokens.flatMap { $0 }
  }
}
