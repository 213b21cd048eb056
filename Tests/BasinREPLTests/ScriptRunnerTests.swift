import BasinCore
import Foundation
import Testing

@testable import BasinREPL

@Suite(.serialized) struct ScriptRunnerTests {
  /// What a script wrote.
  private final class Written {
    var output = ""
    var errors = ""
  }

  private func run(
    _ text: String, keepsGoing: Bool = false, format: ScriptRunner.Format = .text
  ) -> (status: Int32, output: String, errors: String) {
    let written = Written()
    var runner = ScriptRunner(Echo()) { text, descriptor in
      if descriptor == STDOUT_FILENO { written.output += text } else { written.errors += text }
    }
    runner.keepsGoing = keepsGoing
    runner.format = format
    return (runner.run(text: text), written.output, written.errors)
  }

  @Test func linesRunInOrder() {
    #expect(run("say a\n# no\n\nsay b \\\n c") == (0, "say a\nsay b  c\n", ""))
  }

  @Test func aByteOrderMarkIsNoPartOfTheFirstCommand() {
    #expect(run("\u{FEFF}say a\nsay \u{FEFF}b") == (0, "say a\nsay \\ufeffb\n", ""))
    #expect(run("\u{FEFF}") == (0, "", ""))
  }

  @Test func theFirstFailureEndsTheScriptAndSaysHow() {
    #expect(run("say a\nwrong\nsay b") == (2, "say a\n", "error: unknown command 'lod'\n"))
    #expect(run("fail\nsay b").status == 1)
    #expect(run("cancel\nsay b") == (130, "", "cancelled\n"))
  }

  @Test func keepingGoingRunsTheRestAndKeepsTheFirstStatus() {
    let all = run("fail\nsay b\nwrong\nsay c", keepsGoing: true)
    #expect(all.status == 1)
    #expect(all.output == "say b\nsay c\n")
    #expect(run("cancel\nsay b", keepsGoing: true).output == "")
  }

  @Test func aCommandThatReturnsWhatItHadDoneWhenCancelledEndsTheScriptToo() {
    #expect(run("partial\nsay b") == (130, "partial\n", "cancelled\n"))
    #expect(run("partial\nsay b", keepsGoing: true) == (130, "partial\n", "cancelled\n"))
    let json = run("partial\nsay b", format: .json)
    #expect(json.status == 130)
    let kinds = json.output.split(separator: "\n").map { $0.prefix(11) }
    #expect(kinds == [#"{"bindings""#, #"{"error":{""#])
  }

  @Test func timesAreNotedAndThePromptsOwnWordsAreRefused() {
    let timed = run("%time say a")
    #expect(timed.status == 0)
    #expect(timed.output.wholeMatch(of: #/say a\ntime: .* m?s \(processors: .* m?s\)\n/#) != nil)
    #expect(run("%history").status == 2)
    #expect(run("%nothing").status == 2)
  }

  @Test func quietScriptsLeaveNotesOut() {
    let written = Written()
    var runner = ScriptRunner(Echo()) { text, descriptor in
      if descriptor == STDOUT_FILENO { written.output += text } else { written.errors += text }
    }
    runner.isQuiet = true
    #expect(runner.run(text: "say a\nwrong") == 2)
    #expect(written.output == "" && written.errors == "error: unknown command 'lod'\n")
  }

  @Test func exitEndsTheScript() {
    #expect(run("say a\nexit\nsay b") == (0, "say a\n", ""))
    #expect(run("fail\nquit\nsay b", keepsGoing: true).status == 1)
  }

  @Test func machinesGetALineForEveryCommand() {
    let all = run("say a\nwrong\nsay b", keepsGoing: true, format: .json)
    #expect(all.errors.isEmpty)
    let kinds = all.output.split(separator: "\n").map { $0.prefix(11) }
    #expect(kinds == [#"{"bindings""#, #"{"error":{""#, #"{"bindings""#])
  }

  @Test func aReaderThatHasGoneEndsTheScriptQuietly() {
    let runner = ScriptRunner(Echo()) { _, _ in throw FileError("cannot write", "it", EPIPE) }
    #expect(runner.run(text: "say a\nfail") == 0)
  }
}

/// An interpreter that says what it is told, and fails when told to.
final class Echo: Interpreter {
  var progress: any ProgressReporter = SilentProgress()
  let cancellation = Cancellation()
  var versions: [(name: String, version: String)] { [] }
  var settings: [(name: String, value: String)] { [] }

  func evaluate(_ line: String, from origin: Origin) throws -> Evaluation? {
    switch line {
    case "fail": throw FileError("cannot read", "a.pt", ENOENT)
    case "wrong": throw WrongUsage()
    case "cancel":
      cancellation.request()
      try cancellation.check()
    case "partial": cancellation.request()
    default: break
    }
    return Evaluation(
      command: line, plugin: nil, result: Result(items: [.note(Note(line))]), inputs: [],
      seed: nil, seconds: 0)
  }
}
