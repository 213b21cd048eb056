import BasinKit
import BasinSession
import Landscape
import Testing
import Torch

@testable import SWAPaths

/// Averages, lines, barriers and planes are what plain PyTorch finds.
@Suite struct PyTorchTests {
  @Test(arguments: [("equal", "swa run --from 2"), ("ema", "swa run --from 2 --ema 0.9")])
  func averagesAgree(_ name: String, _ line: String) throws {
    let session = try landscapeSession()
    let tables = try session.tables(line)
    let expected = try #require(try ExpectedValues.read().averages[name])
    let set = try #require(session.workspace.values["swa"] as? CheckpointSet)
    guard case .vectors(let parameters, let buffers, _, _) = set.checkpoints[0].weights else {
      throw CommandError("no vectors")
    }
    #expect(parameters.count == expected.parameters.count)
    #expect(buffers.count == expected.buffers.count)
    for (value, expected) in zip(parameters, expected.parameters) {
      #expect(abs(Double(value) - expected) <= 1e-6 * max(abs(expected), 1))
    }
    for (value, expected) in zip(buffers, expected.buffers) {
      #expect(abs(Double(value) - expected) <= 1e-5 * max(abs(expected), 0.1))
    }
    let last = try #require(tables[0].rows.indices.last)
    #expect(agree(tables[0].numbers(4)[last], expected.trainLoss))
    #expect(agree(tables[0].numbers(5)[last], expected.testLoss))
    #expect(tables[0].numbers(6)[last] == expected.testError)
  }

  @Test func lossesOnALineAgree() throws {
    let session = try landscapeSession()
    let expected = try ExpectedValues.read().lines
    func compare(
      _ line: String, _ suffix: String, _ points: [ExpectedValues.Point], missing: [Double] = []
    ) throws {
      let table = try #require(try session.tables(line).last)
      let places = table.numbers(0)
      for (t, point) in zip(expected.t, points) {
        let row = try #require(places.firstIndex { abs($0 - t) < 1e-12 })
        guard !missing.contains(t) else {
          #expect(table.numbers("train loss" + suffix)[row].isNaN, "t = \(t)")
          continue
        }
        #expect(agree(table.numbers("train loss" + suffix)[row], point.trainLoss), "t = \(t)")
        #expect(agree(table.numbers("test loss" + suffix)[row], point.testLoss), "t = \(t)")
        #expect(
          abs(table.numbers("train error" + suffix)[row] - point.trainError) < 1e-12, "t = \(t)")
        #expect(
          abs(table.numbers("test error" + suffix)[row] - point.testError) < 1e-12, "t = \(t)")
      }
    }
    let line = "path bn[0] bn[1] --to -0.5..1.5 --points 9"
    try compare(line, ", recomputed", expected.recomputed)
    // A variance extrapolated to there is below 0. The fixture has 0 for it.
    try compare(line, ", interpolated", expected.interpolated, missing: [1.5])
    try compare("path plain[0] plain[1] --to -0.5..1.5 --points 9", "", expected.plain)
  }

  @Test(arguments: ["bn", "plain"]) func barriersAgree(_ name: String) throws {
    let session = try landscapeSession()
    let matrix = try #require(try session.tables("barrier \(name) --points 9").last)
    let expected = try #require(try ExpectedValues.read().barriers[name])
    for row in 0..<3 {
      for column in 0..<3 {
        // The diagonal is exactly zero; the lines of the two directions differ in rounding only.
        #expect(agree(matrix.numbers(column + 1)[row], expected[row][column]))
      }
    }
  }

  @Test(arguments: ["bn", "plain"]) func planesAgree(_ name: String) throws {
    let session = try landscapeSession()
    let expected = try ExpectedValues.read()
    let plane = name == "bn" ? expected.plane : expected.plainPlane
    let set = try #require(session.workspace.values[name] as? CheckpointSet)
    let evaluator = try Evaluator(Network(set.architecture), #require(session.workspace.dataset))
    let vectors = try set.checkpoints.map { one in
      try evaluator.network.load(one)
      return try evaluator.network.parameters.clone()
    }
    let laid = try ParameterPlane(through: vectors[0], vectors[1], vectors[2])
    for (vector, place) in zip(vectors, plane.anchors) {
      let own = try laid.projection(of: vector)
      #expect(abs(own.x - place[0]) < 1e-4 && abs(own.y - place[1]) < 1e-4)
      #expect(own.distance < 1e-4)
    }
    let surface = PlaneSurface(
      laid, PlaneGrid(x: 0...1, y: 0...1, columns: 2, rows: 2), splits: [.train, .test])
    for point in plane.points {
      let values = try surface.values(at: (point.x, point.y), with: evaluator)
      #expect(agree(try #require(values[.trainLoss]), point.trainLoss))
      #expect(agree(try #require(values[.testLoss]), point.testLoss))
      #expect(abs(try #require(values[.trainError]) - point.trainError) < 1e-12)
      #expect(abs(try #require(values[.testError]) - point.testError) < 1e-12)
    }
  }

  @Test func coordinatesOfAProjectedCheckpointAgree() throws {
    let session = try landscapeSession()
    let expected = try ExpectedValues.read().plane.third
    let table = try session.tables("plane bn --project run[5] --grid 3")[0]
    let row = table.rows.count - 1
    #expect(agree(table.numbers("x")[row], expected[0]))
    #expect(agree(table.numbers("y")[row], expected[1]))
    #expect(agree(table.numbers("off the plane")[row], expected[2]))
  }

  @Test func filterNormalisedDirectionsAgree() throws {
    let session = try landscapeSession()
    let expected = try ExpectedValues.read()
    let set = try #require(session.workspace.values["bn"] as? CheckpointSet)
    let evaluator = try Evaluator(Network(set.architecture), #require(session.workspace.dataset))
    try evaluator.network.load(set.checkpoints[0])
    let start = try evaluator.network.parameters.to(.float64).detached()
    let layout = evaluator.network.parameterLayout
    let direction = try RandomDirections.filterNormalised(
      around: start, layout, Seed(11).generator())
    for (value, expected) in zip(try direction.array(of: Double.self), expected.direction) {
      #expect(abs(value - expected) < 1e-9)
    }
    let unit = try RandomDirections.unit(count: layout.count, Seed(12).generator())
    for (name, direction) in [("filter_normalised", direction), ("unit", unit)] {
      for (distance, point) in zip([0.25, 0.5], try #require(expected.rays[name])) {
        try evaluator.network.parameters.detached().assign(start + direction * distance)
        try evaluator.recalculateBatchNorm()
        let values = try LandscapeValues(evaluator, on: [.train, .test])
        #expect(agree(try #require(values[.trainLoss]), point.trainLoss))
        #expect(abs(try #require(values[.testError]) - point.testError) < 1e-12)
      }
    }
  }
}
