import BasinCore
import Testing

@testable import BasinREPL

@Suite struct ProgressTests {
  private let update = ProgressUpdate(
    "training seed 2 of 5", completed: 15, total: 30, detail: "loss 0.213")

  @Test(arguments: [
    (
      100,
      "training seed 2 of 5  [████████████············]   50 %  loss 0.213  0:12, 1:05 left"
    ),
    (75, "training seed 2 of 5  [██████······]   50 %  loss 0.213  0:12, 1:05 left"),
    (62, "training seed 2 of 5   50 %  loss 0.213  0:12, 1:05 left"),
    (56, "training seed 2 of 5   50 %  loss 0.2…  0:12, 1:05 left"),
    (46, "training seed 2 of 5   50 %  0:12, 1:05 left"),
    (30, "training seed 2 of 5   50 %"),
    (20, "training se…   50 %"),
    (1, ""),
  ])
  func theLineFitsTheTerminal(columns: Int, line: String) {
    let text = ProgressLine.text(update, elapsed: 12.4, remaining: 65.9, columns: columns)
    #expect(text == line)
    #expect(DisplayText.width(text) < max(columns, 1))
  }

  @Test func workOfUnknownLengthHasNoBar() {
    let update = ProgressUpdate("reading\u{1B}", completed: 3, total: 0, detail: "a.pt")
    #expect(
      ProgressLine.text(update, elapsed: 3725, remaining: nil, columns: 80)
        == "reading\\x1b  a.pt  1:02:05")
  }

  @Test func doneAndBeyondIsAHundredPercent() {
    let update = ProgressUpdate("a", completed: 31, total: 30)
    #expect(
      ProgressLine.text(update, elapsed: 0, remaining: nil, columns: 31)
        == "a  [████████████]  100 %  0:00")
  }

  @Test func plainLinesSayTheSame() {
    #expect(
      ProgressLine.plainText(update, elapsed: 12, remaining: 12)
        == "training seed 2 of 5: 50 %, loss 0.213, 0:12, 0:12 left")
  }

  /// A reporter whose clock the test turns.
  private final class Watched {
    var time = 0.0
    var written: [String] = []
    private(set) lazy var progress = TerminalProgress(
      terminal: { self.terminal }, now: { self.time }, write: { self.written.append($0) })
    let terminal: Terminal

    init(_ terminal: Terminal) { self.terminal = terminal }

    func report(_ completed: Int, at time: Double, label: String = "a") {
      self.time = time
      progress.report(ProgressUpdate(label, completed: completed, total: 4))
    }
  }

  @Test func aTerminalSeesOneLineRewrittenNowAndThen() {
    let watched = Watched(Terminal(isInteractive: true, columns: 27, canMoveCursor: true))
    watched.report(0, at: 100)
    watched.report(1, at: 100.25)
    #expect(watched.written.isEmpty)
    watched.report(1, at: 101)
    watched.report(2, at: 101.05)
    watched.report(2, at: 102)
    #expect(
      watched.written == [
        "\ra   25 %  0:01, 0:03 left\u{1B}[K",
        "\ra   50 %  0:02, 0:02 left\u{1B}[K",
      ])
    watched.progress.finish()
    #expect(watched.written.last == "\r\u{1B}[K")
  }

  @Test func aFileSeesALineEveryTenSeconds() {
    let watched = Watched(.plain)
    for second in 0...25 { watched.report(second < 20 ? 1 : 2, at: Double(second)) }
    watched.progress.finish()
    #expect(watched.written == ["a: 25 %, 0:10\n", "a: 50 %, 0:20, 0:40 left\n"])
  }

  @Test func aStageIsOneWhateverItsStepsAreCalled() {
    let watched = Watched(.plain)
    watched.report(0, at: 0, label: "reading a.pt")
    watched.report(1, at: 10, label: "reading b.pt")
    #expect(watched.written == ["reading b.pt: 25 %, 0:10, 0:30 left\n"])
  }

  @Test func anotherStageIsJudgedByItself() {
    let watched = Watched(.plain)
    watched.report(0, at: 0)
    watched.report(4, at: 1)
    watched.report(0, at: 1, label: "b")
    watched.report(1, at: 11, label: "b")
    #expect(watched.written == ["b: 25 %, 0:11, 0:30 left\n"])
  }
}
