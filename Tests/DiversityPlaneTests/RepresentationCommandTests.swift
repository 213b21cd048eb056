import BasinKit
import BasinSession
import Datasets
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

@testable import DiversityPlane

/// `cka` and `radial` on networks that PyTorch trained.
@Suite struct RepresentationCommandTests {
  private func session() throws -> Session {
    let session = try Session(plugins: [diversityPlane])
    for line in [
      "data digits",
      "load \(Fixtures.networks)/mlp.pt \(Fixtures.networks)/mlp-1.pt \(Fixtures.networks)/mlp-2.pt "
        + "--as seeds", "load \(Fixtures.networks)/cnn-bn.pt --as bn",
    ] { _ = try session.evaluate(line, from: .prompt) }
    return session
  }

  private func figure(_ result: Result) throws -> Figure {
    for case .figure(let figure) in result.items { return figure }
    throw CommandError("no figure")
  }

  private func values(_ panel: Figure.Panel) throws -> Figure.Grid {
    for case .heatMap(let map) in panel.layers { return map.grid }
    throw CommandError("no map")
  }

  private func result(_ line: String, _ session: Session) throws -> Result {
    try #require(try session.evaluate(line, from: .prompt)).result
  }

  /// The matrix is that of the library on the same layer, and --minibatch of all inputs at once is
  /// the unbiased estimate.
  @Test func ckaOfALayer() throws {
    let session = try session()
    let found = try values(figure(result("cka seeds --layer fc1", session)).panels[0]).values
    let set = try #require(session.workspace.values["seeds"] as? CheckpointSet)
    let evaluator = try Evaluator(Network(set.architecture), #require(session.workspace.dataset))
    let features = try set.checkpoints.map {
      try evaluator.network.load($0)
      return try evaluator.features(.test, at: "fc1")
    }
    let expected = try CKA.matrix(features.map { try CKA.representation(of: $0) }).flatMap { $0 }
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(found[1] > 0.3 && found[1] < 0.999)
    let all = try values(
      figure(result("cka seeds --layer fc1 --minibatch 600", session)).panels[0]
    ).values
    var whole = CKA.Minibatches()
    var other = CKA.Minibatches()
    try whole.add(features[0])
    try other.add(features[1])
    let unbiased = try CKA.similarity(whole.representation(), other.representation())
    #expect(abs(all[1] - unbiased) < 1e-6 && abs(unbiased - expected[1]) > 1e-5)
  }

  /// A file sorted by class: batches are drawn from all of it, so that the estimate stays that over all inputs. Batches
  /// in the file's order hold one class each, and CKA within a class is another quantity.
  @Test func minibatchesAreDrawn() throws {
    let session = try session()
    let digits = try #require(session.workspace.dataset)
    let part = digits.test
    let order = part.labels.indices.sorted { (part.labels[$0], $0) < (part.labels[$1], $1) }
    let sorted = Dataset(
      name: "sorted", sha256: "", files: [], inputShape: digits.inputShape,
      classNames: digits.classNames, train: digits.train,
      test: .init(
        inputs: try order.flatMap { try part.inputs($0..<$0 + 1) },
        labels: order.map { part.labels[$0] }))
    func cka(_ options: String) throws -> Double {
      try values(figure(result("cka seeds --layer fc1 \(options)", session)).panels[0]).values[1]
    }
    let all = try cka("--minibatch 600")
    session.workspace.bind("sorted", to: sorted)
    let drawn = try cka("--minibatch 50")
    let set = try #require(session.workspace.values["seeds"] as? CheckpointSet)
    let evaluator = try Evaluator(Network(set.architecture), sorted)
    var (one, other) = (CKA.Minibatches(), CKA.Minibatches())
    try evaluator.network.load(set.checkpoints[0])
    try evaluator.forEachFeatures(of: .test, at: "fc1", batchSize: 50) { try one.add($0) }
    try evaluator.network.load(set.checkpoints[1])
    try evaluator.forEachFeatures(of: .test, at: "fc1", batchSize: 50) { try other.add($0) }
    let ofClasses = try CKA.similarity(one.representation(), other.representation())
    #expect(abs(drawn - all) < 0.01, "\(drawn), \(all)")
    #expect(abs(ofClasses - all) > 0.02, "\(ofClasses), \(all)")
    let notes = try result("cka seeds --layer fc1 --minibatch 250", session).items
    #expect(
      notes.contains(
        .note(
          Note(
            "100 of 600 inputs are in no batch: those that 2 times 250 leave, which the seed chooses"
          ))))
  }

  @Test(arguments: [
    ("cka seeds --layer conv1", "it has no layer 'conv1'"),
    ("cka seeds --minibatch 601", "--minibatch 601 is more than the 600 test inputs of digits"),
    ("cka seeds[0]", "cka needs 2 checkpoints or more, and seeds[0] is 1; `cka seeds` takes all"),
    ("radial seeds --and seeds[1]", "BASE takes one checkpoint, and seeds is 3"),
    ("radial seeds[0] --and seeds[0]", "span no plane"),
    ("radial seeds[0] --and bn[0]", "a plane needs one architecture"),
  ])
  func whatDoesNotFitIsSaid(line: String, reason: String) throws {
    let session = try session()
    let error = #expect(throws: (any Error).self) { try session.evaluate(line, from: .prompt) }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains(reason), "\(text)")
    #expect(!text.contains("\n"))
  }

  /// At the three that span the plane, the maps have what the other commands say of them.
  @Test func radialIsExactAtItsAnchors() throws {
    let session = try session()
    let result = try result("radial seeds[0] --through seeds[2] --and seeds[1] --grid 5", session)
    let tables: [Table] = result.items.compactMap {
      if case .table(let table) = $0 { table } else { nil }
    }
    let rows = tables[0].rows
    let accuracies = try #require(try session.evaluate("eval seeds", from: .prompt)).result.items
    guard case .table(let evaluated)? = accuracies.first else { throw CommandError("no table") }
    let matrix = try values(figure(self.result("disagreement seeds", session)).panels[0]).values
    for (row, place) in zip(rows, [0, 1, 2]) {
      guard case .number(let accuracy) = row[4],
        case .number(let expected) = evaluated.rows[place][3],
        case .number(let base) = row[5], case .number(let other) = row[6],
        case .number(let distance) = row[3]
      else { throw CommandError("other cells than numbers") }
      #expect(abs(accuracy - expected) < 1e-12)
      #expect(abs(1 - base - matrix[place]) < 1e-12)
      #expect(abs(1 - other - matrix[3 + place]) < 1e-12)
      #expect(distance < 1e-4)
    }
    let panels = try figure(result).panels
    #expect(panels.count == 3)
    for panel in panels { #expect(try values(panel).values.count == 25) }
  }

  /// A network with batch norm has the statistics of each point, and its own again afterwards.
  @Test func radialRecomputesBatchNorm() throws {
    let session = try session()
    let before = try result("eval bn", session).items
    _ = try session.evaluate("sample random bn[0] --n 2 --as near", from: .prompt)
    let text = try result("radial bn[0] --through near[0] --and near[1] --grid 2", session).items
      .compactMap { if case .note(let note) = $0 { note.text } else { nil } }
    #expect(text == ["batch-norm statistics were recomputed at every point on the training split"])
    #expect(try result("eval bn", session).items == before)
  }

  /// Without --through, the plane goes through zero, where a network predicts one class for all.
  @Test func radialGoesThroughZero() throws {
    let figure = try figure(result("radial seeds[0] --and seeds[1] --grid 9", session()))
    for case .scatter(let points) in figure.panels[0].layers
    where points.name == "zero of weight space" {
      let plane = try values(figure.panels[0])
      #expect(plane.x[0] < points.x[0] && points.x[0] < plane.x[8])
      #expect(plane.y[0] < points.y[0] && points.y[0] < plane.y[8])
      return
    }
    Issue.record("zero is not shown")
  }
}
