import BasinKit
import BasinSession
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

@testable import SubspaceInference

/// `subspace` on digits, from end to end.
@Suite struct SubspaceCommandTests {
  /// The bound networks lie in the subspace at the coordinates they say, and their average has the
  /// scores of the table's last row.
  @Test(arguments: ["pca --infer ess", "random --infer vi --epochs 2"])
  func networksLieWhereTheySay(words: String) throws {
    let run = try RunSession("mlp:hidden=8")
    let (kind, options) = (words.prefix { $0 != " " }, words.drop { $0 != " " })
    let result = try run.run(
      "subspace \(kind) path[3..]\(options) --samples 4 --chains 2 --warmup 2 --grid 5 --as s")
    let set = try run.set("s")
    #expect(set.checkpoints.count == 4)
    let network = try Network(set.architecture)
    let dataset = try #require(run.session.workspace.dataset)
    let evaluator = try Evaluator(network, dataset)
    var swag = try SWAG(rank: 20, parameters: network.parameterLayout.count)
    for snapshot in try run.set("path").checkpoints[3...] {
      try network.load(snapshot)
      try swag.collect(network.parameters)
    }
    let principal = try WeightSubspace(principal: swag, rank: 2)
    var logits: [Tensor] = []
    for checkpoint in set.checkpoints {
      try network.load(checkpoint)
      logits.append(try evaluator.logits(.test))
      let place = try #require(checkpoint.metadata["coordinates"]).split(separator: " ")
        .compactMap { Double($0) }
      let distance = try (network.parameters.to(.float64) - swag.mean).norm().item()
      let lengths =
        kind == "pca"
        ? principal.lengths
        : Array(repeating: principal.lengths.reduce(0, +) / 2, count: 2)
      let expected = zip(place, lengths).reduce(0) { $0 + $1.0 * $1.0 * $1.1 * $1.1 }.squareRoot()
      #expect(abs(distance - expected) < 1e-4 * (1 + expected))
      if kind == "pca" {
        let found = try principal.coordinates(of: network.parameters)
        #expect(zip(found.coordinates, place).allSatisfy { abs($0 - $1) < 1e-4 })
        #expect(found.distance < 1e-4)
      }
    }
    let scores = try MemberPredictions(
      logits: logits, labels: evaluator.data(.test).labels
    ).mean().scores()[0]
    let table = try result.table("Scores")
    let row = table.rows.count - 1
    #expect(table.rows.count == 4)
    #expect(abs(try table.number(row, 1) - scores.accuracy) < 1e-12)
    #expect(abs(try table.number(row, 2) - scores.negativeLogLikelihood) < 1e-5)
  }

  /// The plane of a curve's control points: networks lie in it, and the map has the curve's places.
  @Test func thePlaneOfACurve() throws {
    let run = try RunSession("mlp:hidden=8", epochs: 3)
    let path = try run.set("path")
    var controls = Array(path.checkpoints[1...3])
    for place in controls.indices {
      controls[place].metadata["curve"] = "bezier"
      controls[place].metadata["control_point"] = String(place)
    }
    run.session.workspace.bind("curve", to: CheckpointSet(controls, of: path.architecture))
    let result = try run.run(
      "subspace curve curve --against path --samples 4 --chains 2 --warmup 1 --grid 5 --as s")
    let network = try Network(path.architecture)
    func parameters(_ checkpoint: Checkpoint) throws -> Tensor {
      try network.load(checkpoint)
      return try network.parameters.clone()
    }
    let vectors = try controls.map(parameters)
    let middle = try vectors[0] * 0.25 + vectors[1] * 0.5 + vectors[2] * 0.25
    let subspace = try WeightSubspace(curveThrough: vectors[0], middle, vectors[2])
    for checkpoint in try run.set("s").checkpoints {
      #expect(try subspace.coordinates(of: parameters(checkpoint)).distance < 1e-4)
    }
    // SGD's two ends (the run ends at one of them), SWA, SWAG and the subspace.
    #expect(try result.table("Scores").rows.count == 5)
    guard
      case .figure(let figure)? = result.items.first(where: {
        if case .figure = $0 { true } else { false }
      }), case .line(let curve) = figure.panels[0].layers[1]
    else { throw CommandError("no curve") }
    #expect(abs(curve.x[60] - curve.x[0] - (3.0).squareRoot()) < 1e-4)
    #expect(abs(curve.y[0] + 0.5) < 1e-4 && abs(curve.y[60] + 0.5) < 1e-4)
    #expect(abs(curve.y[30] - 1) < 1e-4, "\(curve.y[30])")
  }

  @Test func temperaturesAreAutomaticOrGiven() throws {
    let run = try RunSession("mlp:hidden=4", epochs: 4)
    let line = "subspace pca path --samples 2 --chains 1 --warmup 0 --grid 0"
    let automatic = try run.run(line).table("The posterior")
    // 1,197 training inputs for two coordinates.
    #expect(try abs(automatic.number(2, 1) - 1197.0 / 4) < 1e-9)
    let given = try run.run("\(line) --temperature 20").table("The posterior")
    #expect(try given.number(2, 1) == 20)
    #expect(try abs(given.number(3, 1) - 1197.0 / 20) < 1e-9)
  }

  @Test func bandsOfTheRegressionProblem() throws {
    let session = try Session(plugins: [subspaceInference])
    let line = "subspace pca --regression --samples 6 --chains 2 --warmup 2 --grid 0"
    let result = try #require(try session.evaluate(line, from: .prompt)).result
    let table = try result.table("Standard deviation")
    #expect(table.rows.count == 6)
    for row in 0..<6 {
      let (value, low, high) = try (
        table.number(row, 2), table.number(row, 3), table.number(row, 4)
      )
      #expect(value > 0 && low <= high && high > 0)
    }
  }

  @Test(arguments: [
    ("subspace pca", "needs the snapshots of a run"),
    ("subspace curve", "needs the control points of a curve"),
    ("subspace curve path", "is no set of a curve's control points"),
    ("subspace curve path --rank 3", "a curve's plane has 2 coordinates"),
    ("subspace pca path[0]", "subspace pca needs two snapshots or more"),
    ("subspace pca path --rank 9", "span"),
    ("subspace pca path --temperature 0", "temperature"),
    ("subspace pca path --samples 2", "it must be at least --chains, 4"),
    ("subspace pca path --regression", "leave out FROM"),
    ("subspace curve --regression", "--regression is for random and pca"),
  ])
  func whatDoesNotFitIsSaid(line: String, reason: String) throws {
    let run = try RunSession("mlp:hidden=4", epochs: 2)
    do {
      try run.run(line)
      Issue.record("\(line) did not fail")
    } catch {
      #expect(String(describing: error).contains(reason), "\(error)")
    }
  }
}
