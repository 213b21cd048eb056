/// The notes of a text, taken out of it: CommonMark has none.
///
/// ```markdown
/// Measured on the held-out digits.[^split]
///
/// [^split]: The last 600 of 1,797.
/// ```
///
/// A note begins at the left margin. Lines that follow belong to it until a blank one, and after
/// that those that are indented by four spaces.
struct Footnotes: Equatable {
  struct Note: Equatable {
    var label: String
    /// Markdown.
    var text: String
    /// The line on which it begins, counted from 1.
    var line: Int
  }

  /// In the order of the text; of notes with one label, the first counts.
  private(set) var notes: [Note] = []
  /// The text without them; its other lines are where they were.
  private(set) var text: String

  /// - Parameter fences: the lines of fenced blocks, counted from 1.
  init(_ text: String, fences: Set<Int>) {
    self.text = text
    guard text.contains("[^") else { return }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var labels: Set<String> = []
    var index = 0
    while index < lines.count {
      guard !fences.contains(index + 1), let (label, first) = Self.definition(lines[index]) else {
        index += 1
        continue
      }
      let start = index
      var body = [first]
      lines[index] = ""
      index += 1
      while index < lines.count, !fences.contains(index + 1) {
        if Self.isBlank(lines[index]) {
          guard let next = lines[index...].firstIndex(where: { !Self.isBlank($0) }),
            lines[next].hasPrefix("    ")
          else { break }
          body += Array(repeating: "", count: next - index)
          index = next
          continue
        }
        if Self.definition(lines[index]) != nil { break }
        body.append(lines[index].hasPrefix("    ") ? lines[index].dropFirst(4) : lines[index])
        lines[index] = ""
        index += 1
      }
      if labels.insert(label).inserted {
        notes.append(Note(label: label, text: body.joined(separator: "\n"), line: start + 1))
      }
    }
    if !notes.isEmpty { self.text = lines.joined(separator: "\n") }
  }

  private static func definition(_ line: Substring) -> (label: String, text: Substring)? {
    guard line.prefix(4).contains("["),
      let match = line.prefixMatch(of: /\ {0,3}\[\^([^\]\s]{1,64})\]:[\ \t]*/)
    else { return nil }
    return (String(match.1), line[match.range.upperBound...])
  }

  private static func isBlank(_ line: Substring) -> Bool { line.allSatisfy(\.isWhitespace) }
}
