import Foundation
import TestSupport
import Testing

/// The program at a terminal, as somebody uses it who types and looks.
@Suite(.serialized) struct PromptTests {
  private let folder = try! TemporaryFolder()

  // The prompt as libedit draws it, at the start of a row.
  private static let prompt = "basin> "

  private func start(
    _ arguments: [String] = [], columns: Int = 100, rows: Int = 30,
    environment: [String: String] = [:], answers: [(String, String)] = []
  ) throws -> TerminalProgram {
    try TerminalProgram(
      "basin", arguments, home: folder.path, columns: columns, rows: rows,
      environment: ["PAGER": "cat"].merging(environment) { $1 }, answers: answers)
  }

  private func prompt(
    columns: Int = 100, rows: Int = 30, environment: [String: String] = [:],
    answers: [(String, String)] = []
  ) throws -> TerminalProgram {
    let program = try start(
      columns: columns, rows: rows, environment: environment, answers: answers)
    try program.wait(for: Self.prompt)
    return program
  }

  @Test func helpIsAQuestionMarkAway() throws {
    let basin = try prompt()
    for line in ["?similarity", "similarity?", "similarity --help", "help similarity"] {
      basin.type(line + "\r")
      try basin.wait(for: "OVERVIEW: Cosine similarity")
      try basin.wait(for: Self.prompt)
    }
    basin.type("?simlarity\r")
    try basin.wait(for: "unknown command 'simlarity'; did you mean 'similarity'?")
    basin.type("data digits\r")
    try basin.wait(for: "10 classes")
    basin.type("?data\r")
    try basin.wait(for: "OVERVIEW: Load a dataset")
    basin.type("set figure none\r")
    try basin.wait(for: "unknown setting 'figure'; did you mean 'figures'?")
    basin.type("set figures non\r")
    try basin.wait(for: "did you mean 'none'?")
    try basin.wait(for: Self.prompt)
    basin.type("\u{04}")
    #expect(try basin.end() == 0)
  }

  @Test func earlierLinesAreCalledBack() throws {
    let basin = try prompt()
    basin.type("set seed 41\r")
    try basin.wait(for: "seed is 41")
    basin.type("%time !!\r")
    try basin.wait(for: "%time set seed 41\r\nseed is 41\r\ntime: ")
    basin.type("%history\r")
    try basin.wait(for: "1  set seed 41\r\n2  %time set seed 41\r\n3  %history\r\n")
    basin.type("!1\r")
    try basin.wait(for: "seed is 41")
    try basin.wait(for: Self.prompt)
    // Ctrl-R, and then a key that takes the line as it was found.
    basin.type("\u{12}set s\u{05}\u{7F}2\r")
    try basin.wait(for: "seed is 42")
    try basin.wait(for: Self.prompt)
    basin.type("\u{04}")
    #expect(try basin.end() == 0)

    // Another session knows them.
    let next = try prompt()
    next.type("!set\r")
    try next.wait(for: "seed is 42")
  }

  @Test func tabCompletesCommandsOptionsNamesAndFiles() throws {
    _ = FileManager.default.createFile(atPath: folder.path + "/\u{1B}]0;x\u{7}.pt", contents: nil)
    _ = FileManager.default.createFile(atPath: folder.path + "/weights-漢.pt", contents: nil)
    let basin = try prompt()
    basin.type("disag\t--sp\tte\t\r")
    try basin.wait(for: "disagreement: Missing expected argument")
    basin.type("%history\r")
    try basin.wait(for: "1  disagreement --split test")
    try basin.wait(for: Self.prompt)
    basin.type("inspect wei\t\r")
    try basin.wait(for: "weights-漢.pt: it is empty")
    try basin.wait(for: Self.prompt)
    basin.type("load \t\t\u{15}")
    basin.type("data digits\r")
    try basin.wait(for: "10 classes")
    #expect(!basin.output.contains("\u{1B}]0;"))
  }

  @Test func linesContinueAndAreEditedAsOne() throws {
    let basin = try prompt()
    basin.type("set \\\r")
    try basin.wait(for: "  ...> ")
    basin.type("seed \\\r")
    try basin.wait(for: "  ...> ")
    basin.type("7\r")
    try basin.wait(for: "seed is 7")
    try basin.wait(for: Self.prompt)
    // The whole of it comes back, to be changed.
    basin.type("\u{1B}[A\u{7F}8\r")
    try basin.wait(for: "seed is 8")
    // Ctrl-C gives up what was begun.
    basin.type("set \\\r")
    try basin.wait(for: "  ...> ")
    basin.type("\u{03}")
    try basin.wait(for: "^C")
    try basin.wait(for: Self.prompt)
    basin.type("set batch 9\r")
    try basin.wait(for: "batch is 9")
  }

  @Test func linesAreEditedInTheUsersEditor() throws {
    let editor = folder.path + "/editor"
    try "#!/bin/sh\nsed -i 's/5/6/; $a %time set batch 66 # more' \"$1\"\n".write(
      toFile: editor, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: editor)
    let basin = try prompt(environment: ["EDITOR": editor])
    basin.type("set seed 5\r")
    try basin.wait(for: "seed is 5")
    basin.type("%edit\r")
    try basin.wait(for: "seed is 6")
    try basin.wait(for: "batch is 66")
    try basin.wait(for: Self.prompt)
    basin.type("%edit 900\r")
    try basin.wait(for: "there are no lines 900")
    try basin.wait(for: Self.prompt)
    let none = try prompt(environment: ["EDITOR": "/nonexistent/editor"])
    none.type("%edit 1\r")
    try none.wait(for: "cannot start the editor")
  }

  @Test func longResultsGoToThePager() throws {
    let basin = try prompt(rows: 12, environment: ["PAGER": "sed 's/^/PAGED /'"])
    basin.type("commands\r")
    try basin.wait(for: "PAGED command")
    try basin.wait(for: Self.prompt)
    basin.type("set seed 3\r")
    #expect(!(try basin.wait(for: "seed is 3")).contains("PAGED"))
    basin.type("set pager off\r")
    try basin.wait(for: "pager is off")
    basin.type("commands\r")
    try basin.wait(for: "tsne")
    let shown = try basin.wait(for: Self.prompt)
    #expect(!shown.contains("PAGED"))
    let missing = try prompt(rows: 12, environment: ["PAGER": "/nonexistent/pager"])
    missing.type("commands\r")
    try missing.wait(for: "tsne")
  }

  @Test func controlCStopsACommandAndKeepsTheNames() throws {
    let basin = try prompt()
    basin.type("data digits\r")
    try basin.wait(for: "10 classes")
    basin.type("train mlp --epochs 1 --seeds 0 --out first --as first\r")
    try basin.wait(for: Self.prompt, seconds: 300)
    basin.type("train cnn --epochs 9999 --seeds 0 --out runs --as seeds\r")
    // Progress: one row, rewritten.
    try basin.wait(for: " left")
    basin.type("\u{03}")
    let start = ContinuousClock.now
    try basin.wait(for: "cancelled")
    try basin.wait(for: Self.prompt)
    print("prompt back after Ctrl-C:", ContinuousClock.now - start)
    basin.type("ls\r")
    let names = try basin.wait(for: Self.prompt)
    #expect(names.contains("first  checkpoints"))
    #expect(names.contains("data") && !names.contains("seeds"))
    basin.type("eval first\r")
    try basin.wait(for: "accuracy")
  }

  @Test func progressDoesNotScroll() throws {
    let basin = try prompt()
    basin.type("data digits\r")
    try basin.wait(for: "10 classes")
    try basin.wait(for: Self.prompt)
    basin.type("train cnn --epochs 9999 --seeds 0 --out runs --as seeds\r")
    try basin.wait(for: "\r\n")
    try basin.wait(for: " left")
    let progress = try basin.wait(for: " left") + basin.wait(for: " left")
    #expect(!progress.contains("\n"))
    #expect(progress.contains("\r") && progress.contains("\u{1B}[K"))
  }

  @Test func twentyPastedLinesAreRunOneByOne() throws {
    let basin = try prompt()
    basin.type((1...20).map { "set seed \($0)\n" }.joined())
    for number in 1...20 { try basin.wait(for: "seed is \(number)\r\n") }
  }

  @Test func aLineSurvivesResizingAndIsAnyText() throws {
    let basin = try prompt(columns: 60)
    basin.type("show é漢字👍" + String(repeating: "x", count: 60))
    try basin.wait(for: "xxx")
    basin.resize(columns: 30, rows: 10)
    basin.type("yy")
    try basin.wait(for: "yy")
    basin.resize(columns: 90, rows: 40)
    basin.type("zz\r")
    try basin.wait(for: "there is nothing named")
    try basin.wait(for: "'é漢字👍" + String(repeating: "x", count: 60) + "yyzz'")
  }

  @Test func noColorAndQuietAreObeyed() throws {
    let plain = try prompt(environment: ["NO_COLOR": "1"])
    plain.type("lod\rset\r")
    try plain.wait(for: "setting")
    try plain.wait(for: Self.prompt)
    #expect(plain.output.firstMatch(of: #/\u{1B}\[[0-9;]+m/#) == nil)

    let quiet = try start(["--quiet"])
    let first = try quiet.wait(for: Self.prompt)
    #expect(!first.contains("libtorch"))
    quiet.type("set seed 9\rset\r")
    let shown = try quiet.wait(for: "device")
    #expect(!shown.contains("seed is 9"))
  }
}
