import BasinKit
import BasinPlugins
import BasinSession
import Foundation
import Landscape
import TestSupport
import Testing

/// Options that are mistyped, values that begin with a dash, and names for what a command makes.
@Suite struct OptionTests {
  private let folder: TemporaryFolder
  private let session: Session

  init() throws {
    folder = try TemporaryFolder()
    session = try Session(plugins: basinPlugins)
    try run("data digits --subset 40 --test-subset 20")
    try run("train mlp:hidden=2 --epochs 1 --seeds 0..2 --out \(folder.path)/r --as s")
  }

  @discardableResult
  private func run(_ line: String) throws -> Result {
    try #require(try session.evaluate(line, from: .prompt)).result
  }

  private func refusal(_ line: String) -> String {
    #expect(throws: CommandError.self) { try run(line) }?.description ?? ""
  }

  @Test(
    arguments: [
      // What is wrong first, not what is wrong after it.
      ("plane s[0] s[1] s[2] --steps 41", "plane: unknown option '--steps'; see `help plane`"),
      ("train cnn --epoch 3", "train: unknown option '--epoch'; did you mean '--epochs'?"),
      ("eval s --split test --split train", "eval: --split is given twice; give it once"),
      ("sample random s[0] --n 2 --n=3", "sample: --n is given twice; give it once"),
      (
        "save values s x.npz --force=1",
        "save: The option '--force' does not take any value, but '1' was specified; see"
      ),
      ("eval /dev/null", "'/dev/null' is a file and not a name; `load /dev/null --as x`"),
      ("arch /dev/null", "'/dev/null' is a file and not a name; `load /dev/null --as x`"),
      (
        "show runs/a.pt", "there is no file 'runs/a.pt'; where it is there, `load runs/a.pt --as x`"
      ),
      ("ls\0", "this line is not text: it has the control character U+0000; take it out"),
      ("eval s --spilt=test", "eval: unknown option '--spilt'; did you mean '--split'?"),
      // A negative number is a value.
      ("plane s --grid -5", "plane: --grid is -5; it must be from 2 to 1001; see `help plane`"),
      ("plane s --grid=-5", "plane: --grid is -5; it must be from 2 to 1001; see `help plane`"),
      ("tsne s --perplexity -x", "tsne: Missing value for '--perplexity <perplexity>'"),
      ("sample random s[0] --scale -inf", "sample: --scale is"),
      ("eval -1", "eval: The value '-1' is invalid for '<checkpoints>'"),
      ("set seed -1", "seed takes a number from 0 to 9223372036854775807, not '-1'"),
      ("eval s --split", "eval: Missing value for '--split <split>'"),
      ("eval s --split --foo", "eval: unknown option '--foo'"),
      ("eval s -x", "eval: Unknown option '-x'"),
      (
        "swa nothing --as=",
        "'' is no name; a name has letters, digits, _ and -, and begins with a letter or _"
      ),
      (
        "swa nothing --as=1e300",
        "'1e300' is no name; a name has letters, digits, _ and -, and begins with a letter or _"
      ),
      (
        "zz = load x.pt --as yy", "'zz =' and --as both name what load makes; leave one of them out"
      ),
      (
        "zz = load x.pt --as=yy", "'zz =' and --as both name what load makes; leave one of them out"
      ),
    ] as [(String, String)])
  func refusals(line: String, message: String) {
    #expect(refusal(line).hasPrefix(message), "\(refusal(line))")
  }

  /// What takes checkpoints and is given a file says that files are loaded.
  @Test func everyCommandSaysThatFilesAreLoaded() throws {
    let file = folder.path + "/r/seed0/last.safetensors"
    for command in [
      "eval", "similarity", "diversity", "disagreement", "sample random", "barrier s[0]", "swa",
      "swag",
      "connect s[0]", "recompute-bn --as y", "manifold", "calibrate", "cka", "ensemble", "tsne",
      "path s[0]",
    ] {
      #expect(
        refusal("\(command) \(file)").hasPrefix(
          "'\(file)' is a file and not a name; `load \(file) --as x`"),
        "\(command): \(refusal("\(command) \(file)"))")
    }
    #expect(try run("arch s[0]").items.count == run("arch s").items.count)
  }

  /// What is written makes the folders of its path, as training does.
  @Test func foldersAreMade() throws {
    try run("d = eval s")
    for line in [
      "save values d \(folder.path)/new/a/x.npz", "save logits s \(folder.path)/new/b/x.npz",
      "convert \(folder.path)/r/seed0/last.safetensors \(folder.path)/new/c/x.safetensors",
      "save notebook \(folder.path)/new/d/x.md", "save checkpoints s \(folder.path)/new/e/x",
    ] { try run(line) }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path + "/new").sorted()
        == ["a", "b", "c", "d", "e"])
    #expect(throws: FileError.self) { try run("save values d \(folder.path)/new/a/x.npz/y.npz") }
  }

  @Test func whatIsMadeHasTheNameThatItWasGiven() throws {
    let loaded = try run("zz = load \(folder.path)/r/seed*/last.safetensors")
    guard case .note(let note)? = loaded.items.first else {
      Issue.record("no note")
      return
    }
    #expect(note.text.hasPrefix("zz: 3 checkpoints"))
    #expect(session.workspace.names.contains("zz"))
    #expect(!session.workspace.names.contains("last"))
    let other = try run("d2 = data data --subset 20")
    guard case .note(let first)? = other.items.first else {
      Issue.record("no note")
      return
    }
    #expect(first.text.contains("20 training and 20 test inputs"))
    #expect(session.workspace.names.contains("d2"))
    // A name is no part of what random draws follow from.
    try run("one = sample random s[0] --n 2")
    try run("sample random s[0] --n 2")
    let identities = try ["one", "random"].map { name in
      try #require(session.workspace.value(name)?.identity)
    }
    #expect(identities[0] == identities[1])
  }

  @Test func optionsAreThoseOfTheCommandAndNoOther() {
    #expect(session.optionNames(of: "fge") == ["--split", "--help"])
    #expect(session.optionNames(of: "swa") == ["--from", "--ema", "--as", "--help"])
    #expect(session.optionNames(of: "nothing").isEmpty)
  }

  @Test func whatIsExpectedFollowsFromTheDeclaration() throws {
    func expected(_ command: String, _ words: String...) -> ExpectedValue {
      session.expectedValue(of: command, after: words)
    }
    #expect(expected("similarity") == .checkpoints)
    #expect(expected("similarity", "s", "s") == .checkpoints)
    #expect(expected("eval", "s", "--split") == .choice(["train", "test"]))
    #expect(
      expected("barrier", "s", "--metric")
        == .choice(LandscapeMetric.allCases.map(\.rawValue)))
    #expect(expected("path", "s[0]", "s[1]") == .nothing)
    #expect(expected("path", "s[0]", "--to", "-1..2") == .checkpoints)
    #expect(expected("diversity", "s", "--baseline") == .checkpoints)
    #expect(expected("cka", "s", "--layer") == .layer)
    #expect(expected("cka", "s", "--minibatch") == .any)
    #expect(session.expectedValue(of: "eval", for: "--split") == .choice(["train", "test"]))
    #expect(session.layers(named: ["s[0]", "--layer"]).last == "logits")
    #expect(session.layers(named: ["s[0]", "--layer"]).contains("fc1"))
    #expect(session.layers(named: ["nothing"]) == [])
  }

  @Test func helpListsCommandsByTaskInNarrowLines() throws {
    guard case .text(let text)? = try run("help").items.first else {
      Issue.record("no text")
      return
    }
    let lines = text.split(separator: "\n")
    let listed = lines.drop { $0 != CommandTask.data.rawValue }
    #expect(lines.allSatisfy { $0.count <= 60 })
    for name in session.commandNames {
      #expect(listed.count { $0.hasPrefix("  \(name) ") } == 1, "\(name)")
    }
    #expect(!text.contains(CommandTask.other.rawValue))
  }

  @Test func rangesMayBeginWithADash() throws {
    #expect(throws: Never.self) { try run("path s[0] s[1] --to -1..2 --points 3") }
    #expect(throws: Never.self) { try run("path s[0] s[1] --to=-1..2 --points 3") }
  }

  @Test func aWordOfAMillionCharactersIsReadInAMoment() throws {
    let start = ContinuousClock.now
    #expect(throws: (any Error).self) {
      try run("eval " + String(repeating: "x", count: 1_000_000))
    }
    #expect(throws: (any Error).self) { try run(String(repeating: "x", count: 1_000_000)) }
    #expect(throws: (any Error).self) {
      try run("eval '" + String(repeating: "\\'", count: 500_000) + "'")
    }
    // Quadratic time is hours.
    #expect(start.duration(to: .now) < .seconds(60))
  }
}
