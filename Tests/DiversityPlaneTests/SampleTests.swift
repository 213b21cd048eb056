import BasinKit
import BasinSession
import Foundation
import Landscape
import TestSupport
import Testing

@testable import DiversityPlane

/// `sample`, and sets at matched accuracy.
@Suite struct SampleTests {
  private func session() throws -> Session {
    let session = try Session(plugins: [diversityPlane])
    for line in [
      "data digits", "load \(Fixtures.networks)/cnn-bn.pt --as bn",
      "load \(Fixtures.networks)/mlp.pt \(Fixtures.networks)/mlp-1.pt \(Fixtures.networks)/mlp-2.pt "
        + "--as path",
    ] { _ = try session.evaluate(line, from: .prompt) }
    return session
  }

  private func set(_ name: String, _ session: Session) throws -> CheckpointSet {
    try #require(session.workspace.values[name] as? CheckpointSet)
  }

  @Test func samplesSayWhereTheyComeFrom() throws {
    let session = try session()
    _ = try session.evaluate(
      "sample random path[0] --n 3 --scale 0.5 --fixed --as near", from: .prompt)
    let samples = try set("near", session)
    let base = try set("path", session).checkpoints[0]
    #expect(samples.checkpoints.count == 3)
    for (index, sample) in samples.checkpoints.enumerated() {
      #expect(sample.metadata["base_identity"] == base.identity)
      #expect(sample.metadata["scale"] == "0.5" && sample.metadata["sample"] == String(index))
    }
    #expect(Set(samples.checkpoints.map(\.identity)).count == 3)
  }

  /// The samples of a run lie around the mean of its snapshots: with a scale of 0 they are that mean.
  @Test(arguments: ["lowrank", "diagonal"])
  func samplesOfARunLieAroundItsMean(method: String) throws {
    let session = try session()
    let result = try #require(
      try session.evaluate(
        "sample \(method) path --n 2 --scale 0 --fixed --last 2 --as s", from: .prompt)
    ).result
    let tables = result.items.compactMap { if case .table(let table) = $0 { table } else { nil } }
    let table = try #require(tables.first { $0.title.contains("samples around") })
    #expect(table.title == "2 samples around the mean of path[1..2]")
    guard case .number(let distance) = table.rows[1][3], case .number(let norm) = table.rows[2][3]
    else { throw CommandError("no numbers") }
    #expect(distance < 1e-6 * norm)
  }

  @Test func theSameLineGivesTheSameSamples() throws {
    let line = "sample lowrank path --n 4 --as s"
    let (one, other) = (try session(), try session())
    _ = try one.evaluate(line, from: .prompt)
    _ = try other.evaluate("sample dropout path[0] --n 2", from: .prompt)
    _ = try other.evaluate(line, from: .prompt)
    #expect(
      try set("s", one).checkpoints.map(\.identity) == set("s", other).checkpoints.map(\.identity))
  }

  /// Each sample has the statistics that a pass over the training split gives its weights.
  @Test func batchNormIsRecomputed() throws {
    let session = try session()
    _ = try session.evaluate("sample random bn[0] --n 1 --scale 0.3 --fixed --as s", from: .prompt)
    let samples = try set("s", session)
    let dataset = try #require(session.workspace.dataset)
    let evaluator = try Evaluator(Network(samples.architecture), dataset)
    try evaluator.network.load(samples.checkpoints[0])
    let saved = try evaluator.network.buffers.array(of: Float.self)
    try evaluator.recalculateBatchNorm()
    let again = try evaluator.network.buffers.array(of: Float.self)
    #expect(zip(saved, again).allSatisfy { abs($0 - $1) <= 1e-5 * (1 + abs($1)) })
    try evaluator.network.load(set("bn", session).checkpoints[0])
    #expect(try evaluator.network.buffers.array(of: Float.self) != saved)
  }

  @Test func samplesAreSavedAndLoadedAgain() throws {
    let session = try session()
    let folder = try TemporaryFolder()
    _ = try session.evaluate("sample dropout path[1] --n 2 --as s", from: .prompt)
    _ = try session.evaluate("save checkpoints s \(folder.path)", from: .prompt)
    _ = try session.evaluate("load \(folder.path)/*.safetensors --as back", from: .prompt)
    let evaluations = try ["eval s", "eval back"].map { line in
      let items = try #require(try session.evaluate(line, from: .prompt)).result.items
      guard case .table(let table)? = items.first else { throw CommandError("no table") }
      return table.rows.map { [$0[2], $0[3]] }
    }
    #expect(evaluations[0] == evaluations[1])
    #expect(try set("back", session).checkpoints[1].metadata["method"] == "dropout")
  }

  @Test(arguments: [
    (
      "sample random path",
      "sample random takes one checkpoint, and path is 3; give for instance path[2]"
    ),
    (
      "sample lowrank path[0]",
      "needs 2 snapshots or more, and path[0] is 1; `sample lowrank path` takes all 3 of path"
    ),
  ])
  func whatDoesNotFitIsSaid(line: String, reason: String) throws {
    let session = try session()
    let error = #expect(throws: CommandError.self) { try session.evaluate(line, from: .prompt) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  /// Two sets of equal accuracy whose diversities differ by exactly 0.3, and one out of reach.
  @Test func matchedComparisonFindsTheDifference() throws {
    typealias Point = MatchedComparison.Point
    let high = (0..<20).map { Point(accuracy: 0.9, diversity: 0.8 + 0.01 * Double($0 % 5)) }
    let low = high.map { Point(accuracy: 0.905, diversity: $0.diversity - 0.3) }
    let compared = MatchedComparison(high, low, objection: nil, unit: "test inputs")
    #expect(compared.pairs == 400 && compared.higher == 400)
    #expect(abs(compared.difference.value - 0.3) < 1e-12)
    // All pairs match, so it is Welch's t: each mean of 20 values has the variance 0.0002/19, and t(38) is
    // 2.024.
    let interval = try #require(compared.difference.interval)
    let half = 2.0243941639119694 * (2 * 0.0002 / 19).squareRoot()
    #expect(abs(interval.range.upperBound - 0.3 - half) < 1e-9)
    #expect(abs(interval.range.lowerBound - 0.3 + half) < 1e-9)
    #expect(interval.text.hasPrefix("two-sample jackknife over 20 + 20 checkpoints"))
    let far = MatchedComparison(
      high, [Point(accuracy: 0.5, diversity: 0.1)], objection: nil, unit: "test inputs")
    #expect(far.pairs == 0 && far.difference.value.isNaN && far.difference.interval == nil)
  }

  /// Snapshots of one run are not independent: the interval is over inputs, whose influences on the mean
  /// difference are 0.1·(0 … 3), and there is none where the influences are not known.
  @Test func matchedSnapshotsAreComparedOverInputs() throws {
    typealias Point = MatchedComparison.Point
    let influences = (0..<40).map { 0.1 * Double($0 % 4) }
    let high = (0..<3).map { _ in
      Point(accuracy: 0.9, diversity: 0.8, influences: influences)
    }
    let low = high.map {
      Point(accuracy: 0.9, diversity: $0.diversity - 0.3, influences: influences.map { _ in 1 })
    }
    let compared = MatchedComparison(
      high, low, objection: "snapshots of one run are not independent", unit: "test inputs")
    let interval = try #require(compared.difference.interval)
    // The variance of 0.1·(0 … 3) is 0.0125·40/39, and t(39) is 2.0227.
    let half = 2.022690920036762 * (0.0125 / 39).squareRoot()
    #expect(abs(compared.difference.value - 0.3) < 1e-12)
    #expect(abs(interval.range.upperBound - 0.3 - half) < 1e-9)
    #expect(interval.text.contains("delta method over 40 test inputs, for these checkpoints"))
    let unknown = MatchedComparison(
      high, low.map { Point(accuracy: $0.accuracy, diversity: $0.diversity) },
      objection: "snapshots of one run are not independent", unit: "test inputs")
    #expect(unknown.difference.interval == nil)
    #expect(unknown.difference.reason == "snapshots of one run are not independent")
  }

  /// `--shift` computes what the same line computes with the shifted dataset in use.
  @Test func diversityUnderShiftIsThatOfTheShiftedDataset() throws {
    func tables(_ line: String, _ session: Session) throws -> [[Table.Cell]] {
      let items = try #require(try session.evaluate(line, from: .prompt)).result.items
      return items.compactMap { if case .table(let table) = $0 { table } else { nil } }.last?.rows
        ?? []
    }
    let session = try session()
    let shifted = try tables("diversity path --shift noise:5", session)
    _ = try session.evaluate("data data --corrupt gaussian-noise:5", from: .prompt)
    #expect(try tables("diversity path", session) == shifted)
    #expect(!shifted.isEmpty)
  }
}
