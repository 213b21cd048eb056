/// Numbers notes in the order in which the text first mentions them.
struct NoteNumbering {
  /// The notes in that order.
  private(set) var order: [Footnotes.Note] = []
  /// The labels of all notes.
  let labels: Set<String>
  private let notes: [String: Footnotes.Note]
  private var places: [String: Int] = [:]
  private var mentions: [String: Int] = [:]

  init(_ notes: [Footnotes.Note], mentioned: [String]) {
    self.notes = Dictionary(notes.map { ($0.label, $0) }) { first, _ in first }
    labels = Set(self.notes.keys)
    number(mentioned)
  }

  var unmentioned: [Footnotes.Note] {
    notes.values.filter { places[$0.label] == nil }.sorted { $0.line < $1.line }
  }

  mutating func number(_ labels: [String]) {
    for label in labels {
      guard let note = notes[label], places[label] == nil else { continue }
      places[label] = order.count
      order.append(note)
    }
  }

  mutating func reference(to label: String) -> Markup? {
    number([label])
    guard let index = places[label] else { return nil }
    mentions[label, default: 0] += 1
    return """
      <sup><a id="\(Self.anchor(index + 1, mentions[label] ?? 1))" href="#footnote-\(index + 1)" \
      role="doc-noteref" aria-label="Note \(index + 1)">\(index + 1)</a></sup>
      """
  }

  /// The anchors of the places that mention a note.
  func references(to label: String) -> [String] {
    guard let index = places[label] else { return [] }
    return (0..<(mentions[label] ?? 0)).map { Self.anchor(index + 1, $0 + 1) }
  }

  private static func anchor(_ number: Int, _ mention: Int) -> String {
    mention == 1 ? "footnote-ref-\(number)" : "footnote-ref-\(number)-\(mention)"
  }
}

extension MarkdownTree {
  /// The labels of the notes that the text mentions, in order, those in its tables too.
  var notesMentioned: [String] {
    var mentioned = noteReferences
    let labels = Set(noteLabels)
    for (_, table) in tables {
      for cell in table.header + table.rows.flatMap(\.self) where cell.contains("[^") {
        let own = MarkdownTree(inline: cell, footnotes: labels).noteReferences
        mentioned += own.map { ($0.label, table.lines.lowerBound) }
      }
    }
    return mentioned.enumerated().sorted {
      ($0.element.line, $0.offset) < ($1.element.line, $1.offset)
    }
    .map(\.element.label)
  }
}
