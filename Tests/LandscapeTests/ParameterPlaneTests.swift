import Foundation
import Landscape
import Testing
import Torch

/// Planes in weight space against coordinates that are known.
@Suite struct ParameterPlaneTests {
  private func vector(_ values: [Double]) throws -> Tensor {
    try Tensor(values, shape: [values.count])
  }

  @Test func coordinatesAreDistances() throws {
    // A right angle at the origin with sides 5 and 2, away from zero.
    let a = try vector([1, 1, 1, 1])
    let b = try vector([4, 5, 1, 1])
    let c = try vector([1, 1, 3, 1])
    let plane = try ParameterPlane(through: a, b, c)
    let far = try plane.projection(of: b)
    #expect(abs(far.x - 5) < 1e-12 && abs(far.y) < 1e-12 && far.distance < 1e-12)
    let up = try plane.projection(of: c)
    #expect(abs(up.x) < 1e-12 && abs(up.y - 2) < 1e-12 && up.distance < 1e-12)
    // (2.5, 1) and 7 off it.
    let off = try plane.projection(of: vector([2.5, 3, 2, 8]))
    #expect(abs(off.x - 2.5) < 1e-12 && abs(off.y - 1) < 1e-12 && abs(off.distance - 7) < 1e-12)
    #expect(try plane.point(x: 2.5, y: 1).array(of: Double.self) == [2.5, 3, 2, 1])
  }

  /// c need not lie across b: its part along b becomes x.
  @Test func axesAreOrthonormal() throws {
    let plane = try ParameterPlane(
      through: vector([0, 0, 0]), vector([2, 0, 0]), vector([1, 0, 3]))
    let place = try plane.projection(of: vector([1, 0, 3]))
    #expect(abs(place.x - 1) < 1e-12 && abs(place.y - 3) < 1e-12)
    let basis = plane.subspace.basis
    let gram = try basis.matmul(basis.transposed()).array(of: Double.self)
    #expect(zip(gram, [1, 0, 0, 1]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test func aLineIsNoPlane() throws {
    let (a, b) = (try vector([0, 1, 0]), try vector([1, 1, 0]))
    #expect(throws: PlaneError.parallel) {
      try ParameterPlane(through: a, b, vector([3, 1, 0]))
    }
    #expect(throws: PlaneError.parallel) { try ParameterPlane(through: a, a, b) }
    #expect(throws: PlaneError.parallel) { try ParameterPlane(through: a, b, b) }
  }

  @Test func networksMoveInThePlane() throws {
    let network = try Network(Architecture("mlp:hidden=4", input: [1, 2, 2], classes: 3))
    let vectors = try (0..<3).map { seed in
      try network.initialize(seed: UInt64(seed))
      return try network.parameters.clone()
    }
    let plane = try ParameterPlane(through: vectors[0], vectors[1], vectors[2])
    for vector in vectors {
      let place = try plane.projection(of: vector)
      try plane.move(network, to: (place.x, place.y))
      #expect(try (network.parameters - vector).norm().item() < 1e-5)
    }
  }

  @Test func gridsGoAroundWhatTheyShow() {
    let places = [(0.0, 0.0), (10, 0), (4, 2)].map { ParameterPlane.Projection(x: $0.0, y: $0.1) }
    let grid = PlaneGrid(about: places, margin: 0.2, side: 15)
    #expect(abs(grid.x.first! + 2) < 1e-12 && abs(grid.x.last! - 12) < 1e-12)
    #expect(grid.x.count == 15 && grid.y.count == 8)
    // Half as high as wide, about the middle.
    #expect(abs(grid.y.first! + 2.5) < 1e-12 && abs(grid.y.last! - 4.5) < 1e-12)
    #expect(grid.count == 120)
    #expect(grid[16] == (grid.x[1], grid.y[1]))
  }
}
