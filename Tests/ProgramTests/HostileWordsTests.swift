import BasinCore
import Foundation
import TestSupport
import Testing

/// Words on the command line and in scripts that are not what they look like.
@Suite(.serialized) struct HostileWordsTests {
  private let folder: TemporaryFolder
  private let program: BuiltProgram

  init() throws {
    folder = try TemporaryFolder()
    program = try BuiltProgram("basin")
  }

  private func write(_ text: String, to name: String) throws {
    try AtomicFile.write(text, to: "\(folder.path)/\(name)")
  }

  private func basin(_ arguments: String...) throws -> (status: Int32, output: String) {
    let outcome = try program.run(
      arguments, in: folder.path, environment: ["BASIN_CACHE": folder.path + "/cache"])
    return (outcome.status, outcome.output)
  }

  private func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder.path)/\(name)")
  }

  @Test func aScriptWithControlCharactersIsNotRun() throws {
    try write("data digits\nset se\0ed 7\n", to: "s.txt")
    let (status, output) = try basin("s.txt")
    #expect(status == 2)
    #expect(
      output.contains("the script 's.txt' is not text: line 2 has the control character U+0000"),
      "\(output)")
    #expect(!output.contains("1197"))
    let typed = try basin("-c", "data digits\nset seed\u{8} 7")
    #expect(typed.status == 2)
    #expect(
      typed.output.contains(
        "this line is not text: it has the control character U+0008; take it out"))
  }

  /// In scripts and in typed lines, from files and from the shell; `*` stands for it in a file's name.
  @Test func aHiddenCharacterIsNamed() throws {
    try write("data digits\n# \u{2066}\nset seed 7\n", to: "s.txt")
    let script = try basin("s.txt")
    #expect(script.status == 2 && !script.output.contains("1197"))
    #expect(
      script.output.contains(
        "the script 's.txt' does not show all that is in it: line 2 has the hidden character U+2066; take it out"
      ))
    let name = "seed\u{202E}tp.0"
    try FileManager.default.copyItem(
      atPath: Fixtures.networks + "/mlp.pt", toPath: "\(folder.path)/\(name)")
    for words in [["-c", "inspect \(name)"], ["inspect", name]] {
      let outcome = try program.run(words, in: folder.path)
      #expect(outcome.status == 2)
      #expect(
        outcome.output.contains(
          "it has the hidden character U+202E; take it out, or write * for it in a file's name"),
        "\(outcome.output)")
    }
    let found = try basin("inspect", "seed*tp.0")
    #expect(found.status == 0 && found.output.contains("seed\\u202etp.0"), "\(found.output)")
  }

  /// `basin inspect *.pt` in a stranger's folder: a line break in a name begins no command.
  @Test func aNameWithALineBreakIsOneWord() throws {
    try FileManager.default.copyItem(
      atPath: Fixtures.networks + "/mlp.pt", toPath: folder.path + "/a'")
    let name = "a'\nconvert \"a'\" b.safetensors\n'"
    let (status, output) = try basin("inspect", name)
    #expect(status != 0 && !exists("b.safetensors"), "\(output)")
    try FileManager.default.moveItem(atPath: folder.path + "/a'", toPath: folder.path + "/n\nls")
    #expect(try basin("inspect", "n\nls").status == 0)
  }

  /// The parser's time grows with the square of the number of words: these would take it an hour.
  @Test(arguments: [["inspect"], ["publish"], ["no-command"], ["--quiet", "run", "x.md"]])
  func manyWordsAreRefusedAtOnce(words: [String]) throws {
    let start = ContinuousClock.now
    let outcome = try program.run(
      words + Array(repeating: "a.pt", count: 100_000), in: folder.path)
    #expect(outcome.status == 2)
    #expect(ContinuousClock.now - start < .seconds(20))
    #expect(
      outcome.output.hasPrefix("error: the command has \(100_000 + words.count) words"),
      "\(outcome.output.prefix(200))")
    #expect(outcome.output.contains("such as 'runs/*.pt'") && outcome.output.count < 300)
  }

  /// What an error repeats of somebody's words is cut, and its beginning and its end are there.
  @Test(arguments: [
    (
      ["ls"] + Array(repeating: "word", count: 999), "error: ls: 999 unexpected arguments: 'word'",
      "see `help ls`"
    ),
    (
      ["ls", String(repeating: "x", count: 9000)], "error: ls: Unexpected argument 'xx",
      "see `help ls`"
    ),
    (
      [String(repeating: "x", count: 9000)], "error: unknown command 'xx",
      "`commands` lists them all"
    ),
    (["run", String(repeating: "x", count: 9000)], "error: cannot read xx", "File name too long"),
    (
      ["publish", "--" + String(repeating: "x", count: 9000)], "Error: Unknown option '--xx",
      "help' for more information."
    ),
    (["-c", "%" + String(repeating: "x", count: 9000)], "error: unknown '%xx", "%time"),
  ])
  func anErrorIsOfBoundedLength(words: [String], start: String, end: String) throws {
    let outcome = try program.run(words, in: folder.path)
    #expect(outcome.status != 0 && outcome.output.count < 1300)
    #expect(outcome.output.hasPrefix(start), "\(outcome.output)")
    #expect(
      outcome.output.contains("characters left out") && outcome.output.contains(end),
      "\(outcome.output)")
  }

  @Test func whatIsGivenTwiceIsAnError() throws {
    try write("---\nparameters:\n  p: 1\n---\n```basin\nset seed {p}\n```\n", to: "x.md")
    for (words, name) in [
      (["-P", "p=3", "-P", "p=4"], "-P p=…"), (["--out", "a", "--out=b"], "--out"),
      (["--jobs", "1", "--jobs", "2"], "--jobs"),
    ] {
      let outcome = try program.run(["run", "x.md"] + words, in: folder.path)
      #expect(
        outcome.status == 2 && outcome.output.contains("\(name) is given twice; give it once"))
    }
    #expect(!exists("a") && !exists("b") && !exists("Reports"))
  }

  @Test func theForecastIsWhatHappens() throws {
    try write(
      """
      ```basin id=a
      data digits --subset 60 --test-subset 30
      train mlp:hidden=2 --epochs 1 --out runs --as s
      d = eval s
      save values d values/new/x.npz
      ```

      ```basin id=b
      save values d Reports/n/x.npz
      ```

      ```basin id=c
      train cnn --ou runs
      ```
      """, to: "n.md")
    let forecast = try basin("run", "n.md", "--dry-run").output
    #expect(
      forecast.contains("line 13: train: unknown option '--ou'; did you mean '--out'?"),
      "\(forecast)")
    let lines = forecast.split(separator: "\n")
    #expect(lines.contains { $0.contains("values/new/x.npz") && $0.contains("allowed") })
    #expect(
      lines.contains {
        $0.contains("Reports/n/x.npz")
          && $0.contains("refused: the run replaces that folder, which is its report's")
      })
    let (status, output) = try basin("run", "n.md")
    #expect(status == 1)
    #expect(
      output.contains(
        "a notebook may not write Reports/n: the run replaces that folder, which is its report's; "
          + "write to another folder"), "\(output)")
    #expect(exists("values/new/x.npz") && exists("Reports/n/index.html"))
  }
}
