import BasinKit
import BasinSession
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

@testable import SubspaceInference

/// A session on digits with the snapshots of one run, for the commands of this plugin.
struct RunSession {
  let folder: TemporaryFolder
  let session: Session

  /// - Parameter inputs: How many training inputs of the digits are used; half as many test inputs.
  init(_ architecture: String = "mlp:hidden=16", epochs: Int = 8, inputs: Int = 400) throws {
    folder = try TemporaryFolder()
    session = try Session(plugins: [subspaceInference])
    for line in [
      "data digits --subset \(inputs) --test-subset \(inputs / 2)",
      "train \(architecture) --epochs \(epochs) --lr 0.3 --snapshot epoch --out \(folder.path) --as run",
      "load \(folder.path)/seed0/epoch*.safetensors --as path",
    ] { try run(line) }
  }

  @discardableResult
  func run(_ line: String) throws -> Result {
    try #require(try session.evaluate(line, from: .prompt)).result
  }

  func set(_ name: String) throws -> CheckpointSet {
    try #require(session.workspace.values[name] as? CheckpointSet)
  }
}

extension Result {
  func table(_ title: String) throws -> Table {
    for case .table(let table) in items where table.title.hasPrefix(title) { return table }
    throw CommandError("no table \(title)")
  }

  func figure(_ title: String) throws -> Figure {
    for case .figure(let figure) in items where figure.title.hasPrefix(title) { return figure }
    throw CommandError("no figure \(title)")
  }

  var notes: [String] {
    items.compactMap { if case .note(let note) = $0 { note.text } else { nil } }
  }
}

extension Figure.Panel {
  var lines: [Figure.Line] {
    layers.compactMap { if case .line(let line) = $0 { line } else { nil } }
  }
}

extension Table {
  func number(_ row: Int, _ column: Int) throws -> Double {
    guard case .number(let value) = rows[row][column] else { throw CommandError("no number") }
    return value
  }

  func text(_ row: Int, _ column: Int) throws -> String {
    guard case .text(let value) = rows[row][column] else { throw CommandError("no text") }
    return value
  }
}

/// What commands said that they were doing.
final class ProgressLog: ProgressReporter {
  private(set) var labels: Set<String> = []

  func report(_ update: ProgressUpdate) { labels.insert(update.label) }

  func finish() {}
}

/// `swag` on digits.
@Suite struct SWAGCommandTests {
  /// Scores are those of the last snapshot, of the mean of the snapshots, and of the bound samples.
  @Test func scoresAreThoseOfTheNetworks() throws {
    let run = try RunSession("cnn:channels=4-4,norm=batch")
    let result = try run.run("swag path[3..] --samples 3 --as drawn")
    let set = try run.set("drawn")
    #expect(set.checkpoints.count == 3)
    #expect(set.checkpoints.map { $0.metadata["snapshots"] } == ["6", "6", "6"])
    let dataset = try #require(run.session.workspace.dataset)
    let evaluator = try Evaluator(Network(set.architecture), dataset)
    let network = evaluator.network
    let labels = try evaluator.data(.test).labels
    func scores(_ logits: [Tensor]) throws -> ProbabilityScores {
      try MemberPredictions(logits: logits, labels: labels).mean().scores()[0]
    }
    let snapshots = Array(try run.set("path").checkpoints[3...])
    try network.load(snapshots[5])
    let stored = try scores([evaluator.logits(.test)])
    try evaluator.recalculateBatchNorm()
    let sgd = try scores([evaluator.logits(.test)])
    var mean = try Tensor.zeros([network.parameterLayout.count], dtype: .float64)
    for snapshot in snapshots {
      try network.load(snapshot)
      mean = try mean + network.parameters.to(.float64) / 6
    }
    try withoutGradients { try network.parameters.assign(mean) }
    try evaluator.recalculateBatchNorm()
    let swa = try scores([evaluator.logits(.test)])
    let swag = try scores(
      set.checkpoints.map {
        try network.load($0)
        return try evaluator.logits(.test)
      })
    let table = try result.table("Scores")
    for (row, expected) in [stored, sgd, swa, swag].enumerated() {
      #expect(abs(try table.number(row, 1) - expected.accuracy) < 1e-12)
      #expect(abs(try table.number(row, 2) - expected.negativeLogLikelihood) < 1e-5)
      #expect(abs(try table.number(row, 4) - expected.brier) < 1e-5)
    }
  }

  /// The plane goes through SWA and the two principal components: samples of a run of three snapshots
  /// have nothing but their diagonal part off it.
  @Test func thePlaneOfTheRun() throws {
    let run = try RunSession("mlp:hidden=4", epochs: 3)
    let result = try run.run("swag path[1..] --samples 3 --plane --grid 5 --as s")
    let table = try result.table("Distances in the plane")
    #expect(table.rows.count == 2)
    // Two deviations from the running mean and the mean span the snapshots.
    #expect(try table.number(0, 4) < 1e-4 && table.number(0, 2) > 0.01)
    #expect(try table.number(1, 3) > 1e-3)
    let losses = result.items.compactMap { item -> [Double]? in
      guard case .figure(let figure) = item, figure.panels.count == 2,
        case .heatMap(let map) = figure.panels[0].layers[0]
      else { return nil }
      return map.grid.values
    }
    #expect(losses.first?.allSatisfy { $0 > 0 && $0.isFinite } == true)
  }

  /// What spans no plane is said before anything is drawn; one sample is one.
  @Test func onePlaneAndOneSample() throws {
    let run = try RunSession("mlp:hidden=4", epochs: 2)
    let log = ProgressLog()
    run.session.progress = log
    #expect(throws: CommandError.self) { try run.run("swag path[0..1] --plane --samples 2") }
    #expect(!log.labels.contains("sampling"))
    let result = try run.run("swag path --samples 1")
    #expect(try result.table("Scores").text(2, 0) == "SWAG, 1 sample")
    #expect(log.labels.contains("sampling"))
  }

  @Test func theSameLineGivesTheSameSamples() throws {
    let run = try RunSession()
    let line = "swag path[3..] --samples 2 --as a"
    try run.run(line)
    let first = try run.set("a").checkpoints.map(\.identity)
    try run.run("swag path --samples 1 --as b")
    try run.run(line)
    #expect(try run.set("a").checkpoints.map(\.identity) == first)
    #expect(Set(first).count == 2)
  }

  @Test func statementsGroupTheOthersByVerdict() {
    func difference(_ other: String, _ interval: ClosedRange<Double>) -> ScoreDifferences {
      let one = ScoreDifferences.Scored(
        difference: Difference(
          Estimate(
            interval.lowerBound,
            .interval(ConfidenceInterval(interval, method: "m", count: 50, unit: "inputs"))),
          rounding: 0), monteCarloError: nil)
      return ScoreDifferences(other: other, likelihood: one, accuracy: one, calibration: one)
    }
    #expect(
      ModelComparison.statement(
        "S", .likelihood,
        [difference("A", -2...(-1)), difference("B", -1...1), difference("C", -2...(-1))])
        == "S: NLL better than A and C; not clearly different from B")
  }

  /// Without --scale the covariance is the paper's for each form.
  @Test(arguments: [("", "0.5"), ("--diagonal", "1.0"), ("--diagonal --scale 0.25", "0.25")])
  func scalesAreThePapers(words: String, scale: String) throws {
    let run = try RunSession("mlp:hidden=4", epochs: 3)
    try run.run("swag path \(words) --samples 1 --as s")
    #expect(try run.set("s").checkpoints[0].metadata["scale"] == scale)
  }

  /// Twenty predictions a bin of twenty: confidence − accuracy at −log₁₀(1 − c), by hand.
  @Test func theReliabilityFigureOfKnownPredictions() throws {
    // 200 of confidence 0.9, of which 8 in 10 are right, and 200 of 0.99, all right.
    let confidences = Array(repeating: 0.9, count: 200) + Array(repeating: 0.99, count: 200)
    let correct = (0..<400).map { $0 >= 200 || $0 % 10 < 8 }
    let calibration = Calibration(
      confidences: confidences, correct: correct, scheme: .equalCount(20))
    let figure = ModelComparison.figure(
      [("A", calibration), ("B", calibration)], "the inputs")
    let lines = figure.panels[0].lines.filter { $0.name == "A" || $0.name == "B" }
    #expect(lines.count == 2)
    for line in lines {
      #expect(line.x.count == 20)
      for bin in 0..<20 {
        #expect(abs(line.x[bin] - (bin < 10 ? 1 : 2)) < 1e-9)
        #expect(abs(line.y[bin] - (bin < 10 ? 0.1 : -0.01)) < 1e-9)
      }
    }
    #expect(lines[1].color == .highlight && lines[0].color != .highlight)
  }

  /// Each further nine of confidence takes the same room.
  @Test func ninesAreEquallyFarApart() {
    let places = [0.9, 0.99, 0.999].map(ModelComparison.ConfidenceAxis.position)
    #expect(zip(places, [1, 2, 3]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(ModelComparison.ConfidenceAxis.position(1) == 6)
  }

  @Test(arguments: [
    ("swag path[0]", "swag needs 2 snapshots or more, and path[0] is 1; `swag path` takes all"),
    ("swag path[1],path[1]", "have the same weights"),
    ("swag path --rank 1", "--rank is 1"),
    ("swag path[0..1] --plane", "the 2 snapshots of path[0..1] lie on a line, and --plane needs"),
    ("swag path --scale=-1", "--scale is -1"),
  ])
  func whatDoesNotFitIsSaid(line: String, reason: String) throws {
    let run = try RunSession("mlp:hidden=4", epochs: 1)
    do {
      try run.run(line)
      Issue.record("\(line) did not fail")
    } catch {
      #expect(String(describing: error).contains(reason), "\(error)")
    }
  }
}
