import BasinCore

extension Table {
  /// The table as a Markdown pipe table, numbers flush right, text escaped.
  ///
  /// ```
  /// | name | accuracy |
  /// | :--- | ---: |
  /// | seed 0 | 94.5 % |
  /// ```
  public var markdown: String {
    let headers = columns.map { MarkdownText.escaped($0.header) }
    let rules = columns.map { $0.isNumeric ? "---:" : ":---" }
    let body = rows.indices.map { row in
      columns.indices.map { MarkdownText.escaped(text(row: row, column: $0)) }
    }
    return ([headers, rules] + body).map { "| " + $0.joined(separator: " | ") + " |" }
      .joined(separator: "\n")
  }
}
