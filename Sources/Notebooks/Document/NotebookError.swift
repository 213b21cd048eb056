/// A notebook that cannot be run as it is written.
public struct NotebookError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The notebook's file, as the user gave it.
  public var file: String
  /// The line, counted from 1; `nil` when it concerns no line.
  public var line: Int?
  /// What is wrong and what to do, in one line.
  public var reason: String

  /// Creates the error.
  public init(file: String, line: Int? = nil, _ reason: String) {
    self.file = file
    self.line = line
    self.reason = reason
  }

  /// `surface.md:12: unknown cell option “hiden”; did you mean “hide”?`
  public var description: String {
    (line.map { "\(file):\($0): " } ?? "\(file): ") + reason
  }
}

/// What to say about a name that is not among the known ones.
func suggestion(for name: String, among known: [String]) -> String? {
  let scored = known.map { (name: $0, distance: editDistance(name.lowercased(), $0.lowercased())) }
  let best = scored.min { $0.distance < $1.distance }
  guard let best, best.distance <= max(1, name.count / 3) else { return nil }
  return "did you mean “\(best.name)”?"
}

/// How many single characters to insert, delete, replace or swap with a neighbour.
private func editDistance(_ first: String, _ second: String) -> Int {
  let (a, b) = (Array(first.prefix(64)), Array(second.prefix(64)))
  var rows = [Array(0...b.count)]
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var cost = min(rows[i][j] + (a[i] == b[j] ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        cost = min(cost, rows[i - 1][j - 1] + 1)
      }
      row.append(cost)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
