import Testing

@testable import BasinREPL

@Suite struct TypedLinesTests {
  private let typed = TypedLines(["data digits", "train cnn", "ls"])

  @Test(arguments: [
    ("!!", "ls"), ("!! --json", "ls --json"), ("!1", "data digits"), ("!-2", "train cnn"),
    ("!tr --epochs 3", "train cnn --epochs 3"), ("%time !2", "%time train cnn"),
  ])
  func earlierLinesAreFound(line: String, expanded: String) throws {
    #expect(try typed.expanded(line) == expanded)
  }

  @Test(arguments: ["ls", "say !!", "%time ls", "%history !!"])
  func otherLinesAskForNone(line: String) throws {
    #expect(try typed.expanded(line) == nil)
  }

  @Test(arguments: ["!4", "!0", "!-4", "!x", "!"])
  func whatIsNotThereIsAnError(line: String) {
    #expect(
      throws: PromptError(
        "no earlier line is '\(line)'; %history lists them with their numbers")
    ) { try typed.expanded(line) }
  }

  @Test func anEmptyHistoryHasNoLastLine() {
    #expect(throws: PromptError.self) { try TypedLines().expanded("!!") }
  }

  @Test func theListingHasNumbers() throws {
    let ten = TypedLines((1...10).map { "line \($0)" })
    #expect(try typed.listing("") == "1  data digits\n2  train cnn\n3  ls")
    #expect(try ten.listing("2") == " 9  line 9\n10  line 10")
    #expect(try typed.listing("di") == "1  data digits")
    #expect(throws: PromptError.self) { try typed.listing("0") }
  }

  @Test func repetitionsAreListedOnce() {
    var typed = typed
    typed.append("ls")
    #expect(typed.lines.count == 3)
    typed.append("data digits")
    #expect(typed.lines.count == 4)
  }

  @Test func linesAreChosenByNumber() throws {
    #expect(try typed.selected("") == ["ls"])
    #expect(try typed.selected("2") == ["train cnn"])
    #expect(try typed.selected("1..2") == ["data digits", "train cnn"])
    for wrong in ["0", "2..9", "3..1", "x", "1..2..3", "-1"] {
      #expect(throws: PromptError.self) { try typed.selected(wrong) }
    }
  }

  @Test func directivesAreTakenApart() throws {
    #expect(try Directive("%time  eval a") == .time("eval a"))
    #expect(try Directive("%history 20") == .history("20"))
    #expect(try Directive("%edit") == .edit(""))
    #expect(try Directive("train cnn") == .command("train cnn"))
    #expect(throws: PromptError("unknown '%tim'; did you mean '%time'?")) {
      try Directive("%tim x")
    }
    #expect(throws: PromptError("%time needs a command to time")) { try Directive("%time") }
  }

  @Test func longTextIsFoundByItsRows() {
    let terminal = Terminal(isInteractive: true, columns: 10, rows: 4, canMoveCursor: true)
    #expect(!LongText.isLonger("a\nb\nc\n", than: terminal))
    #expect(LongText.isLonger("a\nb\nc\nd\n", than: terminal))
    #expect(LongText.isLonger(String(repeating: "x", count: 31) + "\n", than: terminal))
    #expect(!LongText.isLonger("\u{1B}[1m0123456789\u{1B}[0m\nb\nc\n", than: terminal))
    #expect(!LongText.isLonger("\u{1B}_Ga=T;AAAA\u{1B}\\\n\n\n\n\n\n", than: terminal))
    #expect(!LongText.isLonger("a\nb\nc\nd\n", than: .plain))
  }
}
