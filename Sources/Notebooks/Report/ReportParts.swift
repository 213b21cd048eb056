/// A report top to bottom as Markdown forms show it: the author's own lines, and the cells between
/// them.
struct ReportParts {
  enum Part {
    /// Lines of the notebook as they are written but for references, which are resolved; without blank
    /// lines at their ends.
    case prose(String)
    case cell(NumberedRun.Cell)
  }

  let parts: [Part]

  init(_ report: NumberedRun) {
    let notebook = report.run.notebook
    let lines = report.resolvingReferences(notebook.body).split(
      separator: "\n", omittingEmptySubsequences: false)
    var parts: [Part] = []
    var next = 1
    func take(upTo end: Int) {
      let kept = (next..<max(next, end)).filter { notebook.titleLines?.contains($0) != true }
      let text = kept.map { lines[$0 - 1] }.joined(separator: "\n")
      if let text = text.withoutBlankEdges { parts.append(.prose(text)) }
    }
    for cell in report.cells {
      let range = cell.run.cell.range
      take(upTo: range.lowerBound - notebook.bodyLine + 1)
      next = range.upperBound - notebook.bodyLine + 2
      parts.append(.cell(cell))
    }
    take(upTo: lines.count + 1)
    self.parts = parts
  }
}

extension String {
  /// The text without blank lines at its ends; `nil` when nothing is left.
  var withoutBlankEdges: String? {
    let lines = split(separator: "\n", omittingEmptySubsequences: false)
    func isBlank(_ line: Substring) -> Bool { line.allSatisfy(\.isWhitespace) }
    guard let first = lines.firstIndex(where: { !isBlank($0) }),
      let last = lines.lastIndex(where: { !isBlank($0) })
    else { return nil }
    return lines[first...last].joined(separator: "\n")
  }
}
