import BasinKit
import BasinPlugins
import BasinSession
import Checkpoints
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

/// Every command on networks whose weights are finite and whose outputs are not.
@Suite struct NonFiniteCommandTests {
  // seeds: four sound networks; mixed: the second of three diverged; bn: three with batch norm.
  private func session(scale: Double = 1e30) throws -> Session {
    let session = try Session(plugins: basinPlugins)
    for line in [
      "data digits --subset 200 --test-subset 100",
      "load '\(Fixtures.landscape)/plain-*.pt' --as seeds",
      "load '\(Fixtures.landscape)/bn-*.pt' --as bn",
    ] { _ = try session.evaluate(line, from: .prompt) }
    let set = try #require(session.workspace.values["seeds"] as? CheckpointSet)
    let network = try Network(set.architecture)
    var checkpoints = set.checkpoints
    try network.load(set.checkpoints[1])
    try withoutGradients { try network.parameters.scale(by: scale) }
    checkpoints[1] = try network.checkpoint(named: "far", metadata: ["epoch": "1"])
    session.workspace.bind("mixed", to: CheckpointSet(checkpoints, of: set.architecture))
    return session
  }

  private func result(_ line: String, _ session: Session) throws -> Result {
    try #require(try session.evaluate(line, from: .prompt)).result
  }

  private func notes(_ result: Result) -> [String] {
    result.items.compactMap { if case .note(let note) = $0 { note.text } else { nil } }
  }

  private func tables(_ result: Result) -> [Table] {
    result.items.compactMap { if case .table(let table) = $0 { table } else { nil } }
  }

  /// The remedy for an option's checkpoints does not ask for arguments that were not given.
  @Test func anEnsembleWithoutArgumentsIsNamedWithoutItsMember() throws {
    let session = try session()
    let options = "--target 3 --dims 1,2,4 --planes 2 --steps 6"
    let error = #expect(throws: AffectedCheckpoints.self) {
      try result("manifold --ensemble mixed \(options)", session)
    }
    #expect(error?.line == "manifold --ensemble mixed[0],mixed[2] \(options)")
    _ = try result(try #require(error?.line), session)
    // One is no ensemble.
    let two = #expect(throws: AffectedCheckpoints.self) {
      try result("manifold --ensemble mixed[0..1] \(options)", session)
    }
    #expect(two?.line == nil)
  }

  /// What needs every network names the one that is at fault, how much of it, and what to do.
  @Test(arguments: [
    "fge mixed", "ensemble mixed", "calibrate mixed[1]", "calibrate mixed --ensemble",
    "tsne mixed seeds[0]", "diversity seeds --baseline mixed[1]", "disagreement mixed[0..1]",
    "divergence mixed[1] seeds[0]", "sample random mixed[1] --n 1",
    "sample dropout mixed[1] --n 1", "radial seeds[0] --and mixed[1] --grid 3",
  ])
  func theOneAtFaultIsNamed(line: String) throws {
    let session = try session()
    let error = #expect(throws: AffectedCheckpoints.self) { try result(line, session) }
    #expect(error?.fault == .outputs)
    #expect(error?.members == [.init(name: "mixed[1]", extent: "100 of 100 inputs")])
    // The remedy works, where there is one.
    if line.hasSuffix(" mixed") || line.hasSuffix("--ensemble") {
      _ = try result(try #require(error?.line), session)
    } else {
      #expect(error?.line == nil)
    }
  }

  /// Searches for classes start from inputs whose outputs are NaN: none of them reaches anything.
  @Test(arguments: [
    "manifold mixed[1] --target 1 --dims 1,2,4 --planes 2 --steps 6",
    "manifold --ensemble mixed --target 1 --dims 1,2,4 --planes 2 --steps 6",
    "adversary mixed[1] --dims 1,2,4 --planes 2 --steps 6",
    "manifold-sweep mixed[0..1] --over epochs --dims 1,2,4 --planes 2 --steps 6",
    "gordon mixed[1] --target 1 --dims 1,2,4 --planes 2 --steps 6",
    "manifold-sweep mixed --over ensemble --dims 1,2,4 --planes 2 --steps 6",
  ])
  func classesAreNotSoughtWithoutOutputs(line: String) throws {
    let error = #expect(throws: AffectedCheckpoints.self) { try result(line, session()) }
    #expect(error?.fault == .outputs && error?.members.map(\.name) == ["mixed[1]"])
    let counts = error?.members[0].extent.split(separator: " ") ?? []
    #expect(counts.count == 4 && counts[0] == counts[2])
  }

  /// What measures each network shows the others.
  @Test(arguments: [
    "disagreement mixed", "divergence mixed", "divergence mixed --measure kl",
    "diversity mixed --baseline mixed[0]", "tsne mixed seeds --pca", "calibrate mixed",
  ])
  func theOthersAreShown(line: String) throws {
    let notes = notes(try result(line, session()))
    #expect(notes.contains("NaN or infinite outputs, left out: mixed[1] (100 of 100 inputs)"))
  }

  /// Searches leave a network out by name, and find of the others what they find without it.
  @Test(arguments: [
    ("manifold SET --target 1", 0), ("adversary SET --target 1", 0),
    ("manifold-sweep SET --over epochs", 0),
  ])
  func searchesLeaveOut(line: String, column: Int) throws {
    let options = " --dims 1,2,4 --planes 2 --steps 6"
    func found(_ set: String, _ session: Session) throws -> Result {
      try result(line.replacingOccurrences(of: "SET", with: set) + options, session)
    }
    let session = try session()
    let all = try found("mixed", session)
    #expect(
      notes(all).contains {
        $0.hasPrefix("NaN or infinite outputs, left out: mixed[1] (")
      }, "\(notes(all))")
    let others = tables(try found("mixed[0],mixed[2]", session))
    let shown = tables(all)
    #expect(shown.count == others.count)
    let places = { (table: Table) in
      Set(table.rows.indices.map { table.text(row: $0, column: column) })
    }
    if line.hasPrefix("manifold ") || line.hasPrefix("adversary") {
      #expect(places(shown[0]) == ["mixed[0]", "mixed[2]"])
    }
    for (table, other) in zip(shown, others) {
      #expect(table.rows.count == other.rows.count, "\(table.title)")
    }
  }

  /// An end without outputs is named before training, at whatever rate.
  @Test func aConnectedSolutionWithoutOutputsIsNamed() throws {
    let error = #expect(throws: AffectedCheckpoints.self) {
      try result("connect seeds[0] mixed[1] --lr 1e-9", session())
    }
    #expect(error?.members == [.init(name: "mixed[1]", extent: "200 of 200 inputs")])
  }

  /// Beside weights of 1e30 all others are one place; the line that is given works.
  @Test func aSnapshotFarFromAllOthersIsNamed() throws {
    let session = try session()
    let error = #expect(throws: CommandError.self) {
      try result("plane mixed seeds --pca --grid 2", session)
    }
    let text = "\(try #require(error))"
    #expect(text.hasPrefix("the weights of mixed[1] have the norm "), "\(text)")
    let line = "plane mixed[0],mixed[2] seeds --pca --grid 2"
    #expect(text.hasSuffix("they are one place, and span no plane; leave it out: `\(line)`"))
    _ = try result(line, session)
  }

  @Test func alignmentLeavesOut() throws {
    let all = try result("cka mixed", session())
    #expect(
      notes(all) == [
        "outputs of logits that are the same for every input, NaN or infinite, left out: mixed[1]"
      ])
    let without = tables(try result("cka mixed[0],mixed[2]", session()))
    #expect(tables(all).map(\.rows) == without.map(\.rows))
    #expect(throws: CommandError.self) { try result("cka mixed[0..1]", session()) }
  }

  /// Weights that are far off but finite have finite outputs: a Gaussian, posterior or ensemble with them
  /// describes nothing, and is refused by the snapshot's name, its loss and what to type instead.
  @Test(arguments: [
    "swag SET --samples 2", "swag SET --diagonal --samples 8",
    "subspace random SET --rank 1 --samples 8 --grid 0",
    "subspace pca SET --rank 1 --infer vi --samples 2 --grid 0",
    "sample lowrank SET --n 2", "sample diagonal SET --n 2", "fge SET",
  ])
  func snapshotsThatDivergedAreRefused(line: String) throws {
    let session = try session(scale: 1e4)
    func command(_ set: String) -> String { line.replacingOccurrences(of: "SET", with: set) }
    let error = #expect(throws: DivergedSnapshots.self) { try result(command("mixed"), session) }
    #expect(error?.snapshots.map(\.name) == ["mixed[1]"])
    #expect((error?.snapshots.first?.loss ?? 0) > 1000)
    let text = "\(try #require(error))"
    #expect(text.hasPrefix("mixed[1] has diverged: training loss "), "\(text)")
    // 4 log 10
    #expect(
      text.hasSuffix(
        ", above 9.21, which is 4 times that of guessing among 10 classes; leave it out: "
          + "mixed[0],mixed[2]"), "\(text)")
    // The remedy works.
    _ = try result(command("mixed[0],mixed[2],seeds[1]"), session)
    let two = #expect(throws: DivergedSnapshots.self) {
      try result(command("mixed[0..1]"), session)
    }
    #expect(two?.description.contains("fewer than two snapshots are left") == true)
  }

  /// An average along a run goes on without the snapshot, which stays in the figure, and is that of the
  /// others.
  @Test(arguments: [1e30, 1e4], ["", " --ema 0.5"])
  func averagesLeaveOutWhatDiverged(scale: Double, options: String) throws {
    let session = try session(scale: scale)
    let all = try result("swa mixed --as all\(options)", session)
    #expect(
      notes(all).contains {
        $0.hasPrefix("mixed[1] has diverged: training loss ")
          && $0.hasSuffix("left out of the average")
      }, "\(notes(all))")
    let along = try #require(tables(all).first { $0.title.hasPrefix("Along the run") })
    #expect(along.rows.count == 3 && along.rows[1][4] == .missing && along.rows[2][4] != .missing)
    let other = try result("swa mixed[0],mixed[2] --as others\(options)", session)
    let expected = try #require(tables(other).first { $0.title.hasPrefix("Along the run") })
    #expect(along.rows[2][4...] == expected.rows[1][4...])
    func weights(_ name: String) throws -> [Float] {
      let set = try #require(session.workspace.values[name] as? CheckpointSet)
      let network = try Network(set.architecture)
      try network.load(set.checkpoints[0])
      return try network.parameters.array(of: Float.self)
    }
    #expect(try weights("all") == weights("others"))
    #expect(throws: DivergedSnapshots.self) { try result("swa mixed[0..1]\(options)", session) }
  }

  /// Training that diverges: what the snapshots are made into is refused, and a run that does not reach
  /// guessing has nothing left to average.
  @Test func aRunThatDivergedIsNoPosterior() throws {
    let folder = try TemporaryFolder()
    let session = try Session(plugins: basinPlugins)
    for line in [
      "data digits",
      "train mlp --lr 8 --momentum 0.95 --epochs 3 --snapshot epoch --out \(folder.path) --as run",
      "load \(folder.path)/seed0/epoch*.safetensors --as p",
    ] { _ = try session.evaluate(line, from: .prompt) }
    for line in [
      "swag p --samples 3", "swag p --diagonal", "subspace random p --samples 8", "swa p",
    ] {
      let error = #expect(throws: DivergedSnapshots.self) { try result(line, session) }
      #expect(error?.snapshots.last?.name == "p[3]")
    }
  }

  // bn with the second one's first convolution so large that the variance behind it is beyond single precision.
  private func overflowing() throws -> Session {
    let session = try session()
    let set = try #require(session.workspace.values["bn"] as? CheckpointSet)
    let network = try Network(set.architecture)
    var checkpoints = set.checkpoints
    try network.load(set.checkpoints[1])
    let first = try #require(network.parameterLayout.entries.first)
    try withoutGradients {
      try network.parameters.narrow(0, start: first.offset, length: first.count).scale(by: 1e25)
    }
    checkpoints[1] = try network.checkpoint(named: "over", metadata: [:])
    session.workspace.bind("over", to: CheckpointSet(checkpoints, of: set.architecture))
    return session
  }

  /// An infinite variance would make finite outputs, x/∞ = 0: the statistics count as missing, and so do the
  /// outputs.
  @Test(arguments: [
    ("path over[0] over[1] --points 3", "2 of 3 points with recomputed statistics have NaN"),
    ("plane over --grid 3", "points of the plane have NaN or infinite outputs and are missing"),
    ("rays over[1] --n 2 --points 3 --to 1", "5 of 5 points of the rays have NaN"),
    ("barrier over --points 3", "points on the lines have NaN or infinite outputs"),
  ])
  func infiniteStatisticsAreMissing(line: String, note: String) throws {
    let notes = notes(try result(line, overflowing()))
    #expect(notes.contains { $0.contains(note) }, "\(notes)")
  }

  @Test(arguments: [
    ("recompute-bn over --as new", "recomputed values of bn1.running_var are NaN or infinite"),
    ("sample random over[1] --n 1 --as s", "draws weights that are too large for single precision"),
  ])
  func infiniteStatisticsAreErrors(line: String, message: String) throws {
    let session = try overflowing()
    do {
      _ = try session.evaluate(line, from: .prompt)
      Issue.record("no error for \(line)")
    } catch { #expect("\(error)".contains(message), "\(error)") }
  }

  // bn with a variance of −1 in the second one's first norm.
  private func negative() throws -> Session {
    let session = try session()
    let set = try #require(session.workspace.values["bn"] as? CheckpointSet)
    let network = try Network(set.architecture)
    var checkpoints = set.checkpoints
    try network.load(set.checkpoints[1])
    let entry = try #require(network.bufferLayout["bn1.running_var"])
    try withoutGradients {
      try network.buffers.narrow(0, start: entry.offset + 1, length: 1).fill(-1)
    }
    #expect(
      try network.negativeVariances()
        == NegativeVariances(buffer: "bn1.running_var", count: 1, lowest: -1))
    checkpoints[1] = try network.checkpoint(named: "negative", metadata: [:])
    session.workspace.bind("neg", to: CheckpointSet(checkpoints, of: set.architecture))
    return session
  }

  /// Negative variances are hidden nowhere: where a checkpoint's own statistics are used the outputs are NaN, as
  /// in `eval` and PyTorch.
  @Test(arguments: [
    ("eval neg", "shown as missing: neg[1]"),
    ("barrier neg --points 3 --keep-bn", "points on the lines have NaN or infinite outputs"),
    ("path neg[1] neg[0] --points 3", "points with interpolated statistics have NaN"),
    ("path neg[0] neg[1] --points 3", "points with interpolated statistics have NaN"),
    ("path neg[1] neg[0] --points 3 --keep-bn", "3 of 3 points with kept statistics have NaN"),
    ("rays neg[1] --n 2 --points 3 --to 1 --keep-bn", "5 of 5 points of the rays have NaN"),
    ("plane neg[1],neg[0],neg[2] --grid 3 --keep-bn", "points of the plane have NaN"),
  ])
  func negativeVariancesAreMissing(line: String, note: String) throws {
    let notes = notes(try result(line, negative()))
    #expect(notes.contains { $0.contains(note) }, "\(notes)")
  }

  /// `load` names the tensor and the checkpoint, and its remedy works.
  @Test func loadWarnsOfNegativeVariances() throws {
    let folder = try TemporaryFolder()
    let session = try negative()
    _ = try result("save checkpoints neg \(folder.path)", session)
    let loaded = notes(try result("load '\(folder.path)/neg-*.safetensors' --as again", session))
    let file = "\(folder.path)/neg-1.safetensors"
    #expect(
      loaded.contains {
        $0.contains("1 value of bn1.running_var is negative (-1.0), which no variance is")
          && $0.hasPrefix(file) && $0.contains("`recompute-bn again --as NAME`")
      }, "\(loaded)")
    _ = try result("recompute-bn again --as mended", session)
    let table = tables(try result("eval mended", session))[0]
    #expect(table.rows.allSatisfy { $0[2] != .missing })
    let sound = notes(try result("load '\(folder.path)/neg-0.safetensors' --as sound", session))
    #expect(!sound.contains { $0.contains("negative") })
  }

  @Test func evalShowsWhatIsMissing() throws {
    let result = try result("eval mixed", session())
    let table = tables(result)[0]
    #expect(table.rows[1][2...] == [.missing, .missing])
    #expect(table.rows[0][2] != .missing && table.rows[2][3] != .missing)
    #expect(
      notes(result) == [
        "NaN or infinite outputs, shown as missing: mixed[1] (100 of 100 inputs)"
      ])
  }

  /// Landscapes have holes, and say how many.
  @Test(arguments: [
    (
      "path mixed[0] mixed[1] --points 5",
      "4 of 5 points have NaN or infinite outputs and are missing"
    ),
    ("plane mixed --grid 3", "points of the plane have NaN or infinite outputs and are missing"),
    ("rays mixed[0] --n 2 --points 3 --to 1e32", "4 of 5 points of the rays have NaN"),
    ("barrier mixed --points 3", "points on the lines have NaN or infinite outputs"),
    ("swa mixed", "1 of 3 snapshots of mixed have NaN or infinite outputs and are missing"),
  ])
  func landscapesHaveHoles(line: String, note: String) throws {
    let result = try result(line, session())
    #expect(notes(result).contains { $0.contains(note) }, "\(notes(result))")
    // No table shows a missing value as a number.
    #expect(
      tables(result).contains { table in
        table.rows.indices.contains { row in
          table.columns.indices.contains { table.text(row: row, column: $0) == "–" }
        }
      })
    #expect(
      !tables(result).contains { table in
        table.rows.indices.contains { row in
          table.columns.indices.contains { table.text(row: row, column: $0) == "NaN" }
        }
      })
  }

  /// A run that diverged and whose outputs are still finite has losses, however large: the probability of
  /// the true class is zero in double precision, and its logarithm is not.
  @Test func hugeLossesAreNumbers() throws {
    let session = try session(scale: 1e4)
    let eval = tables(try result("eval mixed", session))[0]
    guard case .number(let loss) = eval.rows[1][2] else { throw CommandError("no loss") }
    #expect(loss > 1000 && loss.isFinite)
    let scores = tables(try result("ensemble mixed", session))
    for table in scores {
      for row in table.rows.indices {
        for column in table.columns.indices {
          #expect(!["NaN", "∞", "inf"].contains(table.text(row: row, column: column)))
        }
      }
    }
  }

  /// Training between solutions whose steps overflow: places without a loss are counted, and weights
  /// that are no longer finite end the command with what to change.
  @Test func trainingThatOverflowsIsTold() throws {
    let session = try session()
    // One batch, so that the one step is the last.
    _ = try session.evaluate("data digits --subset 60 --test-subset 60", from: .prompt)
    let curve = "connect seeds[0] seeds[1] --epochs 1 --points 3 --lr"
    #expect(
      notes(try result("\(curve) 1e18", session)).contains {
        $0.contains("losses on the Bézier curve have NaN or infinite outputs and are missing")
      })
    let error = #expect(throws: (any Error).self) { try result("\(curve) 1e300", session) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("try a learning rate below 1e+300"))
  }

  /// The drawn samples of a Gaussian as wide as single precision have no outputs.
  @Test(arguments: [
    "swag seeds --samples 2 --scale 1e300", "subspace pca seeds --prior 1e300 --samples 4",
  ])
  func drawsThatOverflowAreRefused(line: String) throws {
    #expect(throws: (any Error).self) { try result(line, session()) }
  }

  /// Of a tensor that has no finite value there are no bars, and the table has no number.
  @Test(arguments: ["", " --log"])
  func aHistogramOfNoNumbersHasNoBars(option: String) throws {
    let folder = try TemporaryFolder()
    let bytes = [Float](repeating: .nan, count: 10).withUnsafeBytes { [UInt8]($0) }
    try SafetensorsWriter.write(
      [.init("w", .float32, [10]) { bytes }], metadata: [:], to: folder.path + "/nan.safetensors")
    let result = try result("histogram \(folder.path)/nan.safetensors w\(option)", session())
    let table = tables(result)[0]
    #expect(
      ["–", "–", "–", "–", "–", "10", "0"]
        == (2...8).map { table.text(row: 0, column: $0) }, "\(table)")
    for case .figure(let figure) in result.items {
      for case .bars(let bars) in figure.panels[0].layers {
        #expect(bars.heights.allSatisfy { $0 == 0 })
      }
    }
  }

  /// Finite weights whose logits are infinities of both signs: the snapshots' average is told or refused.
  @Test(arguments: [
    "swag mixed --samples 3", "swag mixed --diagonal --samples 3",
    "subspace pca mixed --rank 1 --samples 8",
  ])
  func averagesOfARunThatDivergedAreRefusedByName(line: String) throws {
    let error = #expect(throws: (any Error).self) { try result(line, session()) }
    let text = error.map { "\($0)" } ?? ""
    #expect(!text.contains("\n") && !text.contains("aten::"), "\(text)")
    #expect(text.contains("NaN or infinite"), "\(text)")
  }

  /// Statistics that one snapshot's huge weights left do not decide those of the next.
  @Test func aFirstSnapshotThatDivergedDoesNotDecideTheOthers() throws {
    let session = try session()
    let set = try #require(session.workspace.values["bn"] as? CheckpointSet)
    let network = try Network(set.architecture)
    try network.load(set.checkpoints[0])
    try withoutGradients { try network.parameters.scale(by: 1e18) }
    let far = try network.checkpoint(named: "far", metadata: [:])
    let others = Array(set.checkpoints.dropFirst())
    for (name, checkpoints) in [("r", [far] + others), ("q", others + [far])] {
      session.workspace.bind(name, to: CheckpointSet(checkpoints, of: set.architecture))
      #expect(!tables(try result("swa \(name)", session)).isEmpty)
    }
    let plane = try result("plane bn[0] --random --grid 3 --reach 1e10", session)
    let alone = try result("plane bn[0] --random --grid 3 --reach 0.1", session)
    // The centre of the grid is the checkpoint itself, whatever the corners left.
    #expect(
      tables(plane)[0].text(row: 0, column: 4) == tables(alone)[0].text(row: 0, column: 4))
  }
}
