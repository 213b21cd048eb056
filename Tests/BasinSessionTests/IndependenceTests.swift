import BasinKit
import BasinPlugins
import BasinSession
import Landscape
import TestSupport
import Testing
import Torch

/// Intervals over checkpoints of files that do not say their run: seeds and snapshots that PyTorch trained.
@Suite struct IndependenceTests {
  // plain, bn: three seeds each; run: six snapshots of one run.
  private func session(_ option: String = "") throws -> Session {
    let session = try Session(plugins: basinPlugins)
    _ = try session.evaluate("data digits --subset 200 --test-subset 100", from: .prompt)
    for name in ["plain", "bn", "run"] {
      _ = try session.evaluate(
        "load '\(Fixtures.landscape)/\(name)-*.pt' --as \(name) \(option)", from: .prompt)
      let set = try #require(session.workspace.values[name] as? CheckpointSet)
      let checkpoints = set.checkpoints.map { one in
        var one = one
        for key in ["seed", "epoch"] { one.metadata[key] = nil }
        return one
      }
      session.workspace.bind(name, to: CheckpointSet(checkpoints, of: set.architecture))
    }
    return session
  }

  private func tables(_ line: String, _ session: Session) throws -> [Table] {
    try #require(try session.evaluate(line, from: .prompt)).result.items.compactMap {
      if case .table(let table) = $0 { table } else { nil }
    }
  }

  // The table with the comparison of sets, or of all pairs.
  private func comparison(_ line: String, _ session: Session) throws -> Table {
    try #require(
      try tables(line, session).first {
        $0.title.contains("compared") || $0.title.contains("over all pairs")
          || $0.title.contains("matched")
      })
  }

  // cos over matrices, term by term.
  private func cosine(_ first: Checkpoint, _ second: Checkpoint, _ network: Network) throws
    -> Double
  {
    let vectors = try [first, second].map { one in
      try network.load(one)
      return try network.parameters.array(of: Float.self).map(Double.init)
    }
    var (inner, one, other) = (0.0, 0.0, 0.0)
    for entry in network.parameterLayout.entries where entry.shape.count > 1 {
      for place in entry.offset..<(entry.offset + entry.count) {
        inner += vectors[0][place] * vectors[1][place]
        one += vectors[0][place] * vectors[0][place]
        other += vectors[1][place] * vectors[1][place]
      }
    }
    return inner / (one * other).squareRoot()
  }

  @Test(arguments: [
    "similarity run[0..2] run[3..5]", "disagreement plain run", "divergence plain run",
    "cka plain run --layer conv2", "barrier run[0..2] --points 3",
  ])
  func snapshotsHaveNoInterval(line: String) throws {
    let session = try session()
    if line.hasPrefix("similarity") {
      let set = try #require(session.workspace.values["run"] as? CheckpointSet)
      session.workspace.bind(
        "late", to: CheckpointSet(Array(set.checkpoints[3...]), of: set.architecture))
      session.workspace.bind(
        "early", to: CheckpointSet(Array(set.checkpoints[..<3]), of: set.architecture))
    }
    let table = try comparison(
      line.replacing("run[0..2] run[3..5]", with: "early late"), session)
    #expect(table.title.contains("no intervals: the weights of "), "\(table.title)")
    #expect(table.title.contains("`load --independent` does"))
    let from = try #require(table.columns.firstIndex { $0.name == "from" })
    #expect(table.rows.allSatisfy { $0[from] == .missing })
    #expect(!table.title.contains("taken as independent;"))
  }

  /// The cosine that is shown is that of the two most alike.
  @Test func theReasonNamesThePair() throws {
    let session = try session()
    let title = try comparison("barrier run --points 3", session).title
    let set = try #require(session.workspace.values["run"] as? CheckpointSet)
    let network = try Network(set.architecture)
    var best = (0.0, "")
    for a in set.checkpoints.indices {
      for b in set.checkpoints.indices.dropFirst(a + 1) {
        let found = try cosine(set.checkpoints[a], set.checkpoints[b], network)
        if found > best.0 { best = (found, "run[\(a)] and run[\(b)]") }
      }
    }
    let shown = NumberFormat.fixed(2).text(best.0)
    #expect(title.contains("the weights of \(best.1) have a cosine of \(shown)"), "\(title)")
    #expect(best.0 > 0.5)
  }

  /// Seeds are not taken for a run, batch norm or not, and the caption says what is assumed.
  @Test(arguments: [
    ("barrier plain --points 3", "jackknife over 3 checkpoints"),
    ("barrier bn --points 3", "jackknife over 3 checkpoints"),
    ("disagreement plain bn", "jackknife over 3 + 3 checkpoints"),
  ])
  func seedsHaveOne(line: String, interval: String) throws {
    let title = try comparison(line, session()).title
    #expect(title.contains(interval), "\(title)")
    #expect(title.contains("; checkpoints that do not say their seed are taken as independent"))
  }

  /// What says its seed needs no assumption.
  @Test func seedsThatAreKnownAreNotAssumed() throws {
    let session = try session()
    let set = try #require(session.workspace.values["plain"] as? CheckpointSet)
    let named = set.checkpoints.enumerated().map { index, one in
      var one = one
      one.metadata["seed"] = String(index)
      return one
    }
    session.workspace.bind("named", to: CheckpointSet(named, of: set.architecture))
    let title = try comparison("barrier named --points 3", session).title
    #expect(title.contains("jackknife over 3 checkpoints, for these inputs; "), "\(title)")
  }

  /// Networks of one start have no interval until somebody says that it is meant for that start.
  @Test func runsCanBeDeclared() throws {
    let title = try comparison("disagreement plain run", session("--independent")).title
    #expect(
      title.contains(
        "jackknife over 3 + 6 checkpoints, for these inputs; taken as independent by load"),
      "\(title)")
  }

  /// Three networks near one start, as fine-tuning leaves them, whatever seeds they name.
  @Test func oneStartIsSeen() throws {
    let session = try session()
    let set = try #require(session.workspace.values["plain"] as? CheckpointSet)
    let network = try Network(set.architecture)
    let checkpoints = try (0..<3).map { seed in
      try network.load(set.checkpoints[0])
      let start = try network.parameters.clone()
      let noise = try Generator(seed: UInt64(seed)).normal(start.shape)
      let scale = try start.norm().item() / noise.norm().item()
      try withoutGradients { try network.parameters.assign(start + noise * (0.5 * scale)) }
      return try network.checkpoint(named: "tuned \(seed)", metadata: ["seed": String(seed)])
    }
    session.workspace.bind("tuned", to: CheckpointSet(checkpoints, of: set.architecture))
    let title = try comparison("barrier tuned --points 3", session).title
    #expect(title.contains("have a cosine of 0.8"), "\(title)")
  }

  /// Starting values of independent seeds are far from the level, in networks with norms and embeddings too.
  @Test(arguments: [
    "mlp:hidden=8", "cnn:channels=4,norm=batch", "resnet20", "vit:patch=4,dim=16,depth=2,heads=2",
  ])
  func startsAreNotAlike(text: String) throws {
    let session = try session()
    let architecture = try Architecture(text, input: [1, 8, 8], classes: 10)
    let network = try Network(architecture)
    let checkpoints = try (0..<3).map { seed in
      try network.initialize(seed: UInt64(seed))
      return try network.checkpoint(named: "\(seed)", metadata: [:])
    }
    session.workspace.bind("starts", to: CheckpointSet(checkpoints, of: architecture))
    let title = try comparison("barrier starts --points 3", session).title
    #expect(!title.contains("the weights of"), "\(title)")
  }

  /// Seeds are no snapshots: what takes them for a run says so, and nothing is said of a run.
  @Test(arguments: [
    "swa SET --as average", "swag SET --samples 2", "fge SET", "sample lowrank SET --n 2",
  ])
  func seedsAreNoRun(line: String) throws {
    let session = try session()
    func warnings(_ set: String) throws -> [String] {
      let line = line.replacing("SET", with: set)
      return try #require(try session.evaluate(line, from: .prompt)).result.items.compactMap {
        if case .note(let note) = $0, note.text.contains("not like snapshots of one run") {
          note.text
        } else {
          nil
        }
      }
    }
    let warned = try warnings("plain")
    #expect(warned.count == 1)
    #expect(warned.allSatisfy { $0.contains("plain[") })
    #expect(try warnings("run") == [])
  }
}
