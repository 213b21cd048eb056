import BasinKit
import BasinPlugins
import DiversityPlane
import Foundation
import Landscape
import Notebooks
import TestSupport
import Testing
import Torch

@testable import BasinSession

@Suite struct SessionTests {
  @Test func aNameThatIsTypedAloneIsAnsweredWithShow() throws {
    let session = try Session(plugins: [])
    _ = try session.evaluate("data digits --as digits", from: .prompt)
    for (line, reason) in [
      ("digits", "'digits' is a dataset and no command; `data digits` makes it the one in use"),
      ("digit", "unknown command 'digit'; `commands` lists them all"),
    ] {
      let error = #expect(throws: CommandError.self) { try session.evaluate(line, from: .prompt) }
      #expect(error?.description == reason)
    }
  }

  private let folder: TemporaryFolder
  private let session: Session

  init() throws {
    folder = try TemporaryFolder()
    session = try Session(plugins: [diversityPlane])
  }

  @discardableResult
  private func run(_ line: String) throws -> Result {
    try #require(try session.evaluate(line, from: .prompt)).result
  }

  private func notes(_ result: Result) -> [String] {
    result.items.compactMap { item in
      if case .note(let note) = item { note.text } else { nil }
    }
  }

  private func tables(_ result: Result) -> [Table] {
    result.items.compactMap { item in if case .table(let table) = item { table } else { nil } }
  }

  private func train(_ name: String = "seeds", seeds: String = "0..1") throws {
    try run("data digits")
    try run(
      "train mlp:hidden=16 --epochs 2 --seeds \(seeds) --snapshot epoch --out \(folder.path)/runs "
        + "--as \(name)")
  }

  @Test func trainedCheckpointsNeedNoArchitecture() throws {
    try train()
    let trained = try run("eval seeds")
    try run("load \(folder.path)/runs/seed*/last.safetensors --as again")
    let loaded = try run("eval again")
    #expect(
      tables(trained)[0].rows.map { $0.suffix(2) } == tables(loaded)[0].rows.map { $0.suffix(2) })
  }

  @Test func filesAreOrderedNaturally() throws {
    try run("data digits")
    try run(
      "train mlp:hidden=4 --epochs 11 --seeds 0 --snapshot epoch --out \(folder.path)/r --as last")
    for epoch in 0...11 {
      try FileManager.default.moveItem(
        atPath: "\(folder.path)/r/seed0/epoch\(epoch < 10 ? "00" : "0")\(epoch).safetensors",
        toPath: "\(folder.path)/epoch\(epoch).safetensors")
    }
    let result = try run("load \(folder.path)/epoch*.safetensors --as path")
    let set = try #require(result.bindings.first?.value as? CheckpointSet)
    #expect(set.checkpoints.map { $0.metadata["epoch"] } == (0...11).map { String($0) })
  }

  /// A ? is one character of a name, of however many bytes, in folders and files, and never none or two.
  @Test(arguments: [
    ("w?.pt", ["w1.pt", "wé.pt", "w中.pt"]), ("w??.pt", ["w10.pt"]), ("?/w?.pt", ["é/wé.pt"]),
    ("*?.pt", ["w.pt", "w1.pt", "w10.pt", "wé.pt", "w中.pt"]), ("w[1].pt", ["w[1].pt"]),
  ])
  func aQuestionMarkIsOneCharacter(pattern: String, expected: [String]) throws {
    let names = ["w.pt", "w1.pt", "w10.pt", "wé.pt", "w中.pt", ".w.pt"] + ["é/wé.pt", "ab/wé.pt"]
    for name in names + (pattern.contains("[") ? ["w[1].pt"] : []) {
      let url = URL(fileURLWithPath: "\(folder.path)/\(name)")
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: url)
    }
    let found = try FileNames.matching("\(folder.path)/\(pattern)")
    #expect(Set(found) == Set(expected.map { "\(folder.path)/\($0)" }))
    #expect(throws: CommandError("no file matches \(folder.path)/v?.pt")) {
      try FileNames.matching("\(folder.path)/v?.pt")
    }
  }

  /// Each names what was wrong and what to do, on one line, and the session goes on.
  @Test(
    arguments: [
      ("similarty seeds", "unknown command 'similarty'; did you mean 'similarity'?"),
      ("frobnicate", "unknown command 'frobnicate'; `commands` lists them all"),
      ("load nowhere.pt", "nowhere.pt: there is no such file"),
      ("load nowhere/*.pt", "no file matches nowhere/*.pt"),
      ("eval", "eval: Missing expected argument '<checkpoints> ...'; see `help eval`"),
      ("eval seeds --split validation", nil),
      ("eval nothing", "there is nothing named 'nothing'; `load FILE… --as nothing` makes it"),
      (
        "data mnist",
        "dataset mnist: there is no such file, and the only dataset built in is digits"
      ),
      ("set seed x", "seed takes a number from 0 to 9223372036854775807, not 'x'"),
      ("set speed 3", "unknown setting 'speed'; did you mean 'seed'?"),
      (
        "set colour 3",
        "unknown setting 'colour'; there are seed, threads, batch, device, figures, pager"
      ),
      ("set figures 3", "figures is one of auto, text, kitty, sixel, none, not '3'"),
      ("?simlarity", "unknown command 'simlarity'; did you mean 'similarity'?"),
      ("set device tpu", nil),
      ("train cnn --out x", "no dataset is loaded; load one first, for instance `data digits`"),
      (
        "train cnn --epochs 0 --out x",
        "train: --epochs is 0; it must be from 1 to 100000; see `help train`"
      ),
      ("save notebook x.md", "nothing has been computed yet, so there is nothing to save"),
      ("eval 'seeds", "a ' is opened and not closed"),
      ("show nothing", "there is nothing named 'nothing'"),
    ] as [(String, String?)])
  func wrongUsageIsSaidInOneLine(line: String, message: String?) throws {
    let error = #expect(throws: CommandErrorOrUsage.self) {
      do {
        _ = try session.evaluate(line, from: .prompt)
      } catch {
        throw CommandErrorOrUsage(error)
      }
    }
    let text = try #require(error?.description)
    #expect(!text.contains("\n"))
    if let message { #expect(text == message) }
    #expect(try session.evaluate("commands", from: .prompt) != nil)
  }

  /// Any error, by what it says.
  struct CommandErrorOrUsage: Error, CustomStringConvertible {
    var description: String
    init(_ error: any Error) { description = "\(error)" }
  }

  private static let fixtures = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures").path

  @Test(arguments: [
    ("checkpoints/torch-1.13/evil.pt --arch cnn", "'x' would call posix.system in Python"),
    ("networks/cnn.pt --arch cnn", "does not fit cnn:channels=16-32-32"),
    (
      "networks/tied.pt",
      "does not say its architecture; its tensors (encode.weight, encode.bias, mix.weight …) are not"
    ),
    ("networks/cnn.pt --arch \(fixtures)/networks/cnn.ts", "add --trust"),
    ("networks/make.py --arch cnn", "it is a text file, not a checkpoint"),
  ])
  func badCheckpointsAreRefusedByName(arguments: String, reason: String) throws {
    try run("data digits")
    let error = #expect(throws: CommandErrorOrUsage.self) {
      do {
        _ = try session.evaluate("load \(Self.fixtures)/\(arguments)", from: .prompt)
      } catch {
        throw CommandErrorOrUsage(error)
      }
    }
    let file = arguments.split { " ./".contains($0) }[1]
    #expect(error?.description.contains(file) == true)
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test func weightsThatAreNaNAreNamed() throws {
    try train(seeds: "0")
    let network = try Network(Architecture("mlp:hidden=16", input: [1, 8, 8], classes: 10))
    let path = "\(folder.path)/nan.safetensors"
    try network.parameters.fill(.nan)
    try network.save(to: path, metadata: ["architecture": network.architecture.text])
    let loaded = try run("load \(path) --as broken")
    #expect(notes(loaded).contains { $0.hasPrefix("\(path): 1024 values of fc1.weight are NaN") })
    let error = #expect(throws: AffectedCheckpoints.self) { try run("eval broken") }
    #expect(
      error?.members == [.init(name: "broken[0]", extent: "1024 values of fc1.weight")])
    #expect(tables(try run("inspect \(path)"))[0].rows[0][7] == .integer(1024))
  }

  @Test func aTorchScriptFileIsEvaluatedWithTrust() throws {
    try run("data digits")
    try run(
      "load \(Self.fixtures)/networks/tied.pt --arch \(Self.fixtures)/networks/tied.ts --trust "
        + "--as tied")
    guard case .number(let accuracy) = tables(try run("eval tied"))[0].rows[0][3] else {
      throw CommandError("no accuracy")
    }
    #expect(abs(accuracy - 0.91) < 1e-12)
  }

  @Test func resultsAndSetsAreBoundToNames() throws {
    try train()
    try run("d = disagreement seeds")
    #expect(try run("show d").items == run("disagreement seeds").items)
    try run("mine = load \(folder.path)/runs/seed0/epoch*.safetensors")
    #expect((session.workspace.values["mine"] as? CheckpointSet)?.checkpoints.count == 3)
    #expect(
      tables(try run("ls"))[0].rows.map { $0[0] }
        == ["d", "data", "mine", "seeds"].map { .text($0) })
  }

  @Test func theSessionIsSavedAsANotebookThatReplays() throws {
    try train()
    try run("disagreement seeds")
    #expect(throws: CommandError.self) { try run("disagreement nobody") }
    try run("help")
    let path = "\(folder.path)/session.md"
    try run("save notebook \(path)")
    let notebook = try Notebook(contentsOf: path)
    let lines = notebook.cells.flatMap { $0.lines.map(\.text) }
    #expect(lines == session.history)
    #expect(lines.count == 3 && lines.last == "disagreement seeds")
    #expect(throws: CommandError.self) { try run("save notebook \(path)") }
    let replay = try Replay(notebook, with: Session(plugins: [diversityPlane])).run()
    #expect(replay.status == .fine)
  }

  @Test func checkpointsAreSavedAsTheyAre() throws {
    try train()
    try run("save checkpoints seeds[1] \(folder.path)/out")
    try run("load \(folder.path)/out/seeds-1.safetensors --as copy")
    #expect(
      tables(try run("eval copy"))[0].rows[0].suffix(2)
        == tables(try run("eval seeds[1]"))[0].rows[0].suffix(2))
  }

  @Test func provenanceNamesTheFilesThatWereRead() throws {
    try train()
    let evaluation = try #require(try session.evaluate("disagreement seeds", from: .prompt))
    #expect(evaluation.plugin == "diversity-plane \(diversityPlane.version)")
    #expect(
      evaluation.inputs.map { URL(fileURLWithPath: $0.path).lastPathComponent }.sorted()
        == ["digits", "last.safetensors", "last.safetensors"])
    #expect(evaluation.inputs.allSatisfy { $0.sha256.count == 64 && $0.size > 0 })
  }

  @Test func helpSaysHowACommandIsUsed() throws {
    guard case .text(let help)? = try run("help disagreement").items.first,
      case .text(let same)? = try run("disagreement --help").items.first
    else { throw CommandError("no help") }
    #expect(help.contains("USAGE: disagreement <checkpoints> ... [--split <split>]"))
    #expect(help.contains("arXiv 1912.02757"))
    #expect(help == same)
  }
}

@Suite struct CommandReferenceTests {
  @Test func theReferenceInTheDocumentationIsUpToDate() throws {
    let path = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("docs/commands.md")
    let written = try String(contentsOf: path, encoding: .utf8)
    #expect(
      try Session(plugins: basinPlugins).commandReference == written,
      "run `basin reference > docs/commands.md`")
  }
}
