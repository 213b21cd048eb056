/// Whether a result needs a pager.
enum LongText {
  /// Whether `text` takes more rows than `terminal` has beside the next prompt. Images are not for
  /// pagers: text with one never does.
  static func isLonger(_ text: String, than terminal: Terminal) -> Bool {
    guard terminal.isInteractive, terminal.canMoveCursor, let columns = terminal.columns,
      let rows = terminal.rows, !text.contains("\u{1B}_"), !text.contains("\u{1B}P")
    else { return false }
    var taken = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      let width = DisplayText.width(String(line.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")))
      taken += max(1, (width + columns - 1) / max(1, columns))
      if taken >= rows { return true }
    }
    return false
  }
}
