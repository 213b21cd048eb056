import BasinKit
import BasinSession
import DiversityPlane
import Foundation
import Landscape
import Testing

/// `divergence`, `ensemble` and `calibrate` from end to end, on networks that PyTorch trained.
@Suite struct EnsembleCommandTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/networks").path

  private func session() throws -> Session {
    let session = try Session(plugins: [diversityPlane])
    _ = try session.evaluate("data digits", from: .prompt)
    _ = try session.evaluate(
      "load '\(Self.folder)/mlp.pt' '\(Self.folder)/mlp-1.pt' '\(Self.folder)/mlp-2.pt' "
        + "--arch mlp:hidden=32-16 --as seeds", from: .prompt)
    return session
  }

  private func result(_ line: String, _ session: Session? = nil) throws -> Result {
    try #require(try (session ?? self.session()).evaluate(line, from: .prompt)).result
  }

  private func tables(_ result: Result) -> [Table] {
    result.items.compactMap { if case .table(let table) = $0 { table } else { nil } }
  }

  private func figures(_ result: Result) -> [Figure] {
    result.items.compactMap { if case .figure(let figure) = $0 { figure } else { nil } }
  }

  private func value(_ table: Table, _ row: Int, _ column: String) throws -> Double {
    let place = try #require(table.columns.firstIndex { $0.name == column })
    switch table.rows[row][place] {
    case .number(let value), .interval(let value, _): return value
    case .integer(let value): return Double(value)
    default: throw CommandError("\(column) is no number")
    }
  }

  /// Members from the predictions of the session itself.
  private func members(_ session: Session) throws -> MemberPredictions {
    let context = Context(
      workspace: session.workspace, words: [], progress: SilentProgress(),
      cancellation: Cancellation(), logger: .init(label: "test"))
    let selection = try #require(CheckpointSelection(argument: "seeds"))
    let predictions = try context.predictions(context.checkpoints([selection]), .test)
    return try MemberPredictions(
      logits: predictions.map(\.logits), labels: predictions[0].labels)
  }

  @Test func divergenceIsSymmetricForJSAndDirectedForKL() throws {
    let session = try session()
    let members = try members(session)
    for (name, measure) in [("js", Divergence.jensenShannon), ("kl", .kullbackLeibler)] {
      let result = try result("divergence seeds --measure \(name)", session)
      let expected = try measure.pairs(members)
      let matrix = try #require(tables(result).last)
      for a in 0..<3 {
        for b in 0..<3 {
          guard case .number(let found) = matrix.rows[a][b + 1] else {
            throw CommandError("no number")
          }
          #expect(found == expected[a][b])
        }
      }
      #expect((expected[0][1] == expected[1][0]) == (name == "js"))
      #expect(try value(tables(result)[0], 0, "pairs") == (name == "js" ? 3 : 6))
    }
  }

  @Test func ensembleScoresAreMeansOverAllSubsets() throws {
    let session = try session()
    let result = try result("ensemble seeds", session)
    let table = try #require(tables(result).first)
    #expect(table.rows.count == 3)
    #expect(figures(result)[0].panels.count == 4)
    let members = try members(session)
    let pairs = try [[0, 1], [0, 2], [1, 2]].map {
      try members.members($0).mean().scores()[0]
    }
    #expect(try value(table, 1, "ensembles") == 3)
    let brier = pairs.reduce(0) { $0 + $1.brier } / 3
    #expect(abs(try value(table, 1, "Brier") - brier) < 1e-9)
    let likelihood = pairs.reduce(0) { $0 + $1.negativeLogLikelihood } / 3
    #expect(abs(try value(table, 1, "NLL") - likelihood) < 1e-9)
    let whole = try members.mean().scores()[0]
    #expect(abs(try value(table, 2, "accuracy") - whole.accuracy) < 1e-12)
    #expect(
      abs(
        try value(table, 2, "ECE (15 equal-width bins)") - whole.expectedCalibrationError)
        < 1e-9)
  }

  /// A combination of seeds with samples around them: each member is the mean of its samples.
  @Test func samplesAreAveragedAroundTheirBase() throws {
    let session = try session()
    let set = try #require(session.workspace.values["seeds"] as? CheckpointSet)
    // Samples are the seeds themselves: two around the first, one around the last.
    let samples = [(0, 1), (0, 2), (2, 2)].map { base, sample in
      var checkpoint = set.checkpoints[sample]
      checkpoint.metadata["base_identity"] = set.checkpoints[base].identity
      return checkpoint
    }
    session.workspace.bind("low", to: CheckpointSet(samples, of: set.architecture))
    let result = try result("ensemble seeds*low", session)
    let members = try members(session)
    let means = try MemberPredictions(
      joining: [members.members([1, 2]).mean(), members.members([2])])
    let table = try #require(tables(result).first)
    #expect(table.rows.count == 2)
    #expect(
      abs(
        try value(table, 0, "Brier") - means.scores().reduce(0) { $0 + $1.brier } / 2) < 1e-9)
    #expect(abs(try value(table, 1, "Brier") - means.mean().scores()[0].brier) < 1e-9)
    let notes = result.items.compactMap { if case .note(let note) = $0 { note.text } else { nil } }
    #expect(notes == ["seeds*low: seeds[1] left out, as no sample was drawn around it"])
    let combined = try self.result("ensemble seeds --combine seeds*low", session)
    #expect(tables(combined)[0].rows.count == 5)
    let calibrated = try self.result("calibrate seeds*low --ensemble", session)
    #expect(tables(calibrated)[0].rows.count == 1)
  }

  @Test func shiftedScoresAreThoseOfAShiftedDataset() throws {
    let session = try session()
    let result = try result("ensemble seeds --shift gaussian-noise", session)
    let table = try #require(tables(result).first)
    #expect(table.rows.count == 6 * 3)
    #expect(figures(result)[0].panels.count == 3)
    _ = try session.evaluate(
      "data digits --corrupt gaussian-noise:5 --as noisy", from: .prompt)
    let members = try members(session)
    let last = table.rows.count - 1
    #expect(try value(table, last, "severity") == 5)
    #expect(try value(table, last, "size") == 3)
    #expect(abs(try value(table, last, "Brier") - members.mean().scores()[0].brier) < 1e-6)
    #expect(
      abs(
        try value(table, last, "JSD of members")
          - Divergence.jensenShannon(members.probabilities)) < 1e-6)
    #expect(table.text(row: 0, column: 8) == "–")
  }

  @Test func allKindsOfShiftArePooled() throws {
    let table = try #require(tables(result("ensemble seeds[0..1] --shift all")).first)
    #expect(table.rows.count == 6 * 2)
    #expect(try value(table, 0, "ensembles") == 2)
    #expect(try value(table, 2, "ensembles") == 12)
  }

  @Test func calibrationNamesItsSchemes() throws {
    let session = try session()
    let members = try members(session)
    let result = try result("calibrate seeds --bins 10", session)
    let table = try #require(tables(result).first)
    #expect(table.rows.count == 3)
    for row in 0..<3 {
      #expect(
        try value(table, row, "ECE (10 equal-width bins)")
          == members.calibration(of: row, .equalWidth(10)).error)
      #expect(
        try value(table, row, "ECE (20 equal-count bins)")
          == members.calibration(of: row, .equalCount(20)).error)
    }
    let figure = try #require(figures(result).first)
    #expect(figure.panels.count == 6)
    #expect(figure.caption?.contains("10 equal-width bins") == true)
    let mean = try self.result("calibrate seeds --ensemble --scheme equal-count", session)
    #expect(
      try value(tables(mean)[0], 0, "ECE (20 equal-count bins)")
        == members.mean().calibration(of: 0, .equalCount(20)).error)
  }

  @Test(arguments: [
    (
      "divergence seeds[0]",
      "divergence needs 2 checkpoints or more, and seeds[0] is 1; `divergence seeds` takes all 3 of seeds"
    ),
    (
      "ensemble seeds --sizes 2..5",
      "--sizes 4 cannot be had: the largest set, seeds, has 3 members"
    ),
    (
      "ensemble seeds seeds[0] --sizes 2,3",
      "seeds[0] has 1 member, fewer than the minimum of --sizes, 2; add a size that it has, or leave it "
        + "out"
    ),
    (
      "ensemble seeds*seeds",
      "no checkpoint of seeds was sampled around one of seeds, which seeds*seeds needs; `sample` "
        + "draws them, for instance around seeds[0]"
    ),
  ])
  func whatIsWrongIsSaid(line: String, message: String) {
    let error = #expect(throws: CommandError.self) { try result(line) }
    #expect(error?.description == message)
  }

  @Test(arguments: [
    "ensemble seeds --shift fog", "ensemble seeds --subsets 0", "calibrate seeds --bins 0",
    "ensemble seeds --shift all --split train", "calibrate seeds*low", "ensemble a*b*c",
  ])
  func wrongOptionsAreRefusedInOneLine(line: String) {
    let error = #expect(throws: (any Error).self) { try result(line) }
    let text = error.map { "\($0)" } ?? ""
    #expect(!text.isEmpty && !text.contains("\n"))
  }

  @Test func aNetworkThatDivergedIsNamed() throws {
    let session = try session()
    let set = try #require(session.workspace.values["seeds"] as? CheckpointSet)
    var broken = set.checkpoints[0]
    broken.identity = "diverged"
    broken.weights = .vectors(
      parameters: Array(repeating: .nan, count: 64 * 32 + 32 + 32 * 16 + 16 + 16 * 10 + 10),
      buffers: [], counts: [])
    session.workspace.bind(
      "mixed", to: CheckpointSet([set.checkpoints[1], broken], of: set.architecture))
    for command in ["ensemble mixed", "calibrate mixed[1]", "divergence mixed"] {
      let error = #expect(throws: AffectedCheckpoints.self) { try result(command, session) }
      #expect(error?.members == [.init(name: "mixed[1]", extent: "600 of 600 inputs")])
    }
    // Each network is calibrated by itself: the others are shown.
    let notes = try result("calibrate mixed", session).items.compactMap { item in
      if case .note(let note) = item { note.text } else { nil }
    }
    #expect(notes == ["NaN or infinite outputs, left out: mixed[1] (600 of 600 inputs)"])
  }

  @Test func theSameLineGivesTheSameNumbers() throws {
    for line in ["ensemble seeds --subsets 2", "calibrate seeds --ensemble"] {
      // As text, in which what is missing equals itself.
      #expect(try "\(result(line).items)" == "\(result(line).items)")
    }
  }
}
