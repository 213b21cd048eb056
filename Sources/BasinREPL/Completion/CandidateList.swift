/// Candidates as they are listed below the line: in columns that read downwards, by kind, with a
/// heading for each kind if there is more than one.
enum CandidateList {
  /// The list's lines, at most `rows` of them, each at most `columns` wide.
  static func lines(
    _ candidates: [Completions.Candidate], columns: Int, rows: Int
  ) -> [String] {
    let kinds = Completions.Kind.allCases.filter { kind in
      candidates.contains { $0.kind == kind }
    }
    var lines: [String] = []
    for kind in kinds {
      if kinds.count > 1 { lines.append("\(kind.rawValue):") }
      let labels = candidates.filter { $0.kind == kind }.map {
        DisplayText.neutralised($0.label)
      }
      lines += inColumns(labels, width: columns)
    }
    let limit = max(2, rows)
    guard lines.count > limit else { return lines }
    return Array(lines.prefix(limit - 1)) + ["… \(candidates.count) in all; type more of the word"]
  }

  private static func inColumns(_ labels: [String], width: Int) -> [String] {
    let gap = 2
    let widest = min(labels.map(DisplayText.width).max() ?? 0, max(1, width - 1))
    let columns = max(1, (width - 1 + gap) / (widest + gap))
    let rows = (labels.count + columns - 1) / columns
    return (0..<rows).map { row in
      let cells = stride(from: row, to: labels.count, by: rows).map {
        DisplayText.padded(DisplayText.shortenedInside(labels[$0], to: widest), to: widest + gap)
      }
      var line = cells.joined()
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
