import BasinCore
import Testing

@Suite struct LogicalLinesTests {
  @Test func linesKeepTheirNumbers() {
    let script = """
      # compare two runs
      data digits

      load runs/*.pt \\
        --as seeds   # all of them
      diversity seeds
      """
    #expect(
      LogicalLines.all(in: script) == [
        LogicalLine("data digits", lines: 2...2),
        LogicalLine("load runs/*.pt   --as seeds", lines: 4...5),
        LogicalLine("diversity seeds", lines: 6...6),
      ])
  }

  @Test func numbersStartWhereACellStarts() {
    #expect(
      LogicalLines.all(in: "\nls\n", firstLine: 40) == [LogicalLine("ls", lines: 41...41)])
  }

  @Test(arguments: [
    (#"echo 'a # b' # c"#, "echo 'a # b'"),
    (#"echo "a # \" # b""#, #"echo "a # \" # b""#),
    ("echo a#b", "echo a#b"),
    ("echo \\# b", "echo \\# b"),
    (#"echo 'it\'s' # c"#, #"echo 'it\'s' # c"#),
    ("  echo\t", "echo"),
    ("echo 'open", "echo 'open"),
    ("echo é 漢字 # é", "echo é 漢字"),
    ("echo\u{A0}# b \\", "echo"),
  ])
  func commentsRespectQuotes(physical: String, logical: String) {
    #expect(LogicalLines.all(in: physical).map(\.text) == [logical])
  }

  @Test func aBackslashInSingleQuotesOrAfterAnotherContinuesNothing() {
    #expect(LogicalLines.all(in: "echo 'a\\\nls").map(\.text) == ["echo 'a\\", "ls"])
    #expect(LogicalLines.all(in: "echo a\\\\\nls").map(\.text) == ["echo a\\\\", "ls"])
    #expect(LogicalLines.all(in: "ls # a \\\nls b").map(\.text) == ["ls", "ls b"])
  }

  @Test func blanksAfterAContinuationMarkDoNoHarm() {
    #expect(LogicalLines.all(in: "echo \\ \t\nb").map(\.text) == ["echo b"])
  }

  @Test func quotesGoOnAcrossAContinuation() {
    #expect(LogicalLines.all(in: "echo \"a \\\n# b\"").map(\.text) == ["echo \"a # b\""])
  }

  @Test func windowsLineEndsAreLineEnds() {
    #expect(LogicalLines.all(in: "a \\\r\nb\r\nc\r\n").map(\.text) == ["a b", "c"])
  }

  @Test func aContinuationAtTheEndIsStillALine() {
    #expect(LogicalLines.all(in: "a \\") == [LogicalLine("a", lines: 1...1)])
    #expect(LogicalLines.all(in: "\\").isEmpty)
  }

  @Test func aPromptSeesWhetherMoreIsWanted() {
    var lines = LogicalLines()
    #expect(lines.append("a \\") == nil)
    #expect(lines.isContinuing)
    #expect(lines.append("b") == LogicalLine("a b", lines: 1...2))
    #expect(!lines.isContinuing)
    #expect(lines.append("# nothing") == nil)
    #expect(!lines.isContinuing)
    #expect(lines.append("c") == LogicalLine("c", lines: 4...4))
  }
}
