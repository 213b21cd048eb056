import BasinCore
import Foundation
import TestSupport
import Testing

@testable import BasinREPL

/// Text from outside, everywhere that it reaches a terminal.
@Suite struct HostileTextTests {
  private struct Value: SessionValue {
    var text: String
    var kind: String { text }
    var summary: String { text }
  }

  private struct Failure: Error, CustomStringConvertible { var description: String }

  private func result(_ text: String) -> Result {
    var table = Table(
      text, columns: [.text(text), .number(text, format: .fixed(1)), Table.Column("n", unit: text)])
    table.append([.text(text), .number(1), .text(text)])
    var result = Result()
    result.add(Scalar(text, 1))
    result.add(table)
    result.add(Note(text))
    result.add(Note(text, level: .warning))
    result.add(text: text)
    result.add(Figure(text, Figure.Panel(text, x: .init(text), y: .init(text)), caption: text))
    return result
  }

  // Wide and narrow, so that what is shortened and wrapped is seen as well.
  private let terminals = [80, 24].map {
    Terminal(isInteractive: true, columns: $0, hasColor: true)
  }

  @Test(arguments: HostileText.terminal)
  func resultsAndErrorsAreShown(text: String) {
    for terminal in terminals + [.plain] {
      var renderer = TerminalRenderer(terminal: terminal)
      renderer.drawFigure = { _, _, _ in throw Failure(description: text) }
      let shown = [
        renderer.text(result(text)), renderer.text(Failure(description: text)),
        renderer.text(FileError("cannot read", text, ENOENT)),
        renderer.text(Result(bindings: [Binding(name: text, value: Value(text: text))])),
        TerminalRenderer(terminal: terminal).text(result(text)),
        TerminalRenderer.neutralised(lines: text),
      ]
      for one in shown {
        // No colour but Basin's own: the text's own would make these more.
        let colors = one.matches(of: #/\u{1B}\[([0-9;]*)m/#).map { String($0.1) }
        #expect(Set(colors).isSubset(of: terminal.hasColor ? ["0", "1", "2", "31", "33"] : []))
        #expect(HostileText.obeyed(in: one) == [])
      }
      #expect(!shown[0].contains("\u{1B}[8m") && !shown[0].contains("\u{1B}[31mred"))
    }
  }

  @Test(arguments: HostileText.terminal)
  func progressIsShown(text: String) {
    let update = ProgressUpdate(text, completed: 1, total: 2, detail: text)
    for columns in [200, 40, 12] {
      let line = ProgressLine.text(update, elapsed: 1, remaining: 1, columns: columns)
      #expect(
        HostileText.obeyed(in: line) == [] && !line.contains("\u{1B}") && !line.contains("\n"))
    }
    let plain = ProgressLine.plainText(update, elapsed: 1, remaining: nil)
    #expect(HostileText.obeyed(in: plain) == [] && !plain.contains("\u{1B}"))
  }

  @Test(arguments: HostileText.terminal)
  func machinesGetItEscapedAndWhole(text: String) throws {
    let evaluation = Evaluation(
      command: text, plugin: text, result: Result(items: [.note(Note(text))]), inputs: [],
      seed: nil, seconds: 0)
    for line in [
      JSONRenderer().line(evaluation),
      JSONRenderer().line(Failure(description: text), command: text),
    ] {
      #expect(HostileText.obeyed(in: line) == [] && !line.contains("\u{1B}"))
      #expect(line.filter { $0 == "\n" }.count == 1)
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let command = (object?["error"] as? [String: Any] ?? object)?["command"] as? String
      #expect(command?.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
    }
  }

  @Test(arguments: HostileText.terminal)
  func candidatesAreListedAndTheHistoryKeepsOnlyWhatIsHarmless(text: String) throws {
    let listed = CandidateList.lines(
      [.init(text, kind: .name), .init(text, kind: .path), .init("x", kind: .path)], columns: 40,
      rows: 20)
    for line in listed { #expect(HostileText.obeyed(in: line) == [] && !line.contains("\u{1B}")) }

    let folder = try TemporaryFolder()
    let history = HistoryFile(path: folder.path + "/history")
    try Data((text + "\nls\n").utf8).write(to: URL(fileURLWithPath: history.path))
    try history.append(text)
    for entry in history.load().entries {
      #expect(HostileText.obeyed(in: entry.replacing("\t", with: "")) == [])
    }
    #expect(history.load().entries.contains("ls"))
  }
}
