/// An option of a session's lines that becomes a parameter of the notebook made of them.
struct OptionParameter {
  /// The parameter's name: the option's without its dashes.
  let name: String
  /// The value in all lines.
  let value: String
  private let option: String
  private let command: String

  /// `nil` where the lines of `command` do not give the option, or give it several values or no whole number.
  init?(_ option: String, of command: String, in lines: [String]) {
    self.option = option
    self.command = command
    name = String(option.drop { $0 == "-" })
    var values: Set<Substring> = []
    for line in lines where Self.calls(command, line) {
      for range in Self.values(of: option, in: line) { values.insert(line[range]) }
    }
    guard values.count == 1, let value = values.first, Int(value) != nil else { return nil }
    self.value = String(value)
  }

  /// A line with the parameter in the place of the value.
  func filled(into line: String) -> String {
    guard Self.calls(command, line) else { return line }
    var line = line
    for range in Self.values(of: option, in: line).reversed() {
      line.replaceSubrange(range, with: "{\(name)}")
    }
    return line
  }

  private static func calls(_ command: String, _ line: String) -> Bool {
    let words = line.split(whereSeparator: \.isWhitespace)
    return words.first == command[...]
      || (words.count > 2 && words[1] == "=" && words[2] == command[...])
  }

  // Where the values stand: `--epochs 3`, `--epochs=3`.
  private static func values(of option: String, in line: String) -> [Range<String.Index>] {
    var ranges: [Range<String.Index>] = []
    var place = line.startIndex
    while let found = line[place...].firstRange(of: option) {
      place = found.upperBound
      let isWord =
        found.lowerBound == line.startIndex
        || line[line.index(before: found.lowerBound)].isWhitespace
      guard isWord, let next = line[place...].first, next == "=" || next.isWhitespace else {
        continue
      }
      let start =
        next == "="
        ? line.index(after: place)
        : line[place...].firstIndex { !$0.isWhitespace } ?? line.endIndex
      let end = line[start...].firstIndex(where: \.isWhitespace) ?? line.endIndex
      if start < end { ranges.append(start..<end) }
    }
    return ranges
  }
}
