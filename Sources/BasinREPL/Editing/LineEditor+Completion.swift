import CEdit
import Foundation

extension LineEditor {
  /// What Tab does: completes the word at the cursor, or lists what it could become.
  func complete() -> UInt8 {
    guard let completer else { return UInt8(CC_ERROR) }
    let (line, cursor) = currentLine()
    var completions = completer.completions(for: line, at: cursor)
    completions.candidates.removeAll { !DisplayText.isHarmless($0.text) }
    let scalars = Array(line.unicodeScalars)
    let range = completions.range.clamped(to: 0..<cursor)
    let typed = String(String.UnicodeScalarView(scalars[range.lowerBound..<cursor]))
    switch completions.step(typed: typed) {
    case .nothing:
      return UInt8(CC_ERROR)
    case .insert(var text):
      if text.last == " ", cursor < scalars.count, scalars[cursor] == " " { text.removeLast() }
      el_deletestr(editor, Int32(cursor - range.lowerBound))
      return UInt8(el_insertstr(editor, text) == 0 ? CC_REFRESH : CC_ERROR)
    case .list:
      list(completions.candidates)
      return UInt8(CC_NORM)
    }
  }

  private func list(_ candidates: [Completions.Candidate]) {
    let terminal = Terminal.current(output)
    let lines = CandidateList.lines(
      candidates, columns: terminal.columns ?? 80, rows: (terminal.rows ?? 24) - 4)
    leaveLine(with: "")
    write(lines.map { $0 + "\r\n" }.joined())
    cedit_refresh(editor)
  }
}
