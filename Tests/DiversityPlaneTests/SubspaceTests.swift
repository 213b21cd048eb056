import Landscape
import TestSupport
import Testing
import Torch

@testable import DiversityPlane

/// Draws around solutions, against what their definitions say of them.
@Suite struct SubspaceTests {
  @Test func randomSamplesLieAtTheirDistance() throws {
    let solution = try Generator(seed: 1).normal([500])
    let generator = Generator(seed: 2)
    for radius in [0.0, 0.5, 7] {
      let sample = try SolutionSampling.random(around: solution, radius: radius, generator)
      #expect(
        abs(try (sample - solution).to(.float64).norm().item() - radius) < 1e-5 * (1 + radius))
    }
  }

  @Test func dropoutDropsItsPartAndScalesTheRest() throws {
    let solution = try Tensor.full([20_000], 3)
    let sample = try SolutionSampling.dropout(of: solution, rate: 0.25, Generator(seed: 3))
    let values = try sample.array(of: Float.self)
    #expect(values.allSatisfy { $0 == 0 || $0 == 4 })
    // 20,000 draws: the standard deviation of the part is 0.003.
    let dropped = Double(values.count { $0 == 0 }) / 20_000
    #expect(abs(dropped - 0.25) < 0.012)
    #expect(
      try SolutionSampling.dropout(of: solution, rate: 0, Generator(seed: 3)).mean().item() == 3)
  }

  /// Snapshots m ± a·e₁, m ± b·e₂: the mean is m, the components are the two axes.
  private func cross() throws -> SnapshotSubspace {
    func snapshot(_ x: Float, _ y: Float) throws -> Tensor {
      try Tensor([1 + x, 2 + y, 5], shape: [3])
    }
    return try SnapshotSubspace(
      [snapshot(3, 0), snapshot(-3, 0), snapshot(0, 1), snapshot(0, -1)], rank: 5)
  }

  @Test func componentsAreTheSnapshotsAxes() throws {
    let subspace = try cross()
    #expect(try subspace.mean.array(of: Float.self) == [1, 2, 5])
    // Σx² = 18 and Σy² = 2 over four snapshots: divided by 4 for each weight, by 3 for components.
    let deviation = try subspace.deviation.array(of: Float.self).map(Double.init)
    let expected = [(4.5).squareRoot(), (0.5).squareRoot(), 0]
    #expect(zip(deviation, expected).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(subspace.deviations.count == 2)
    #expect(abs(subspace.deviations[0] - (6.0).squareRoot()) < 1e-9)
    #expect(abs(subspace.deviations[1] - (2.0 / 3).squareRoot()) < 1e-9)
    let axes = try subspace.components.basis.array(of: Float.self)
    #expect(zip(axes, [1, 0, 0, 0, 1, 0]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  /// Means and standard deviations over many draws, within five standard errors.
  private func moments(
    _ draw: (Generator) throws -> Tensor
  ) throws -> (means: [Double], deviations: [Double]) {
    let generator = Generator(seed: 9)
    let count = 4000
    var rows: [[Float]] = []
    for _ in 0..<count { rows.append(try draw(generator).array(of: Float.self)) }
    let means = (0..<3).map { axis in rows.reduce(0) { $0 + Double($1[axis]) } / Double(count) }
    let deviations = (0..<3).map { axis in
      (rows.reduce(0) { $0 + (Double($1[axis]) - means[axis]) * (Double($1[axis]) - means[axis]) }
        / Double(count)).squareRoot()
    }
    return (means, deviations)
  }

  private func compare(
    _ found: (means: [Double], deviations: [Double]), deviations expected: [Double]
  ) {
    for axis in 0..<3 {
      #expect(abs(found.means[axis] - [1, 2, 5][axis]) <= 5 * expected[axis] / 63 + 1e-6)
      #expect(abs(found.deviations[axis] - expected[axis]) <= 5 * expected[axis] / 89 + 1e-6)
    }
  }

  @Test func diagonalSamplesSpreadAsTheWeightsDid() throws {
    let subspace = try cross()
    let found = try moments { try subspace.diagonalSample(scale: 2, $0) }
    compare(found, deviations: [2 * (4.5).squareRoot(), 2 * (0.5).squareRoot(), 0])
  }

  @Test func lowRankSamplesSpreadAlongTheComponents() throws {
    let subspace = try cross()
    let found = try moments { try subspace.lowRankSample(scale: 0.5, $0) }
    compare(found, deviations: [0.5 * (6.0).squareRoot(), 0.5 * (2.0 / 3).squareRoot(), 0])
    let unit = try moments {
      try subspace.lowRankSample(scale: 0.5, hasUnitDeviations: true, $0)
    }
    compare(unit, deviations: [0.5, 0.5, 0])
  }

  @Test func aRankBoundsTheComponents() throws {
    let generator = Generator(seed: 4)
    let snapshots = try (0..<8).map { _ in try generator.normal([50]) }
    let subspace = try SnapshotSubspace(snapshots, rank: 3)
    #expect(subspace.components.basis.shape == [3, 50])
    let product = try subspace.components.basis.matmul(subspace.components.basis.transposed())
    let identity = try Tensor([1, 0, 0, 0, 1, 0, 0, 0, 1] as [Float], shape: [3, 3])
    #expect(try largestDifference(product, identity) < 1e-5)
    #expect(subspace.deviations == subspace.deviations.sorted(by: >))
  }

  @Test func snapshotsThatDoNotDifferAreRefused() throws {
    let same = try Tensor.full([4], 1)
    #expect(throws: SubspaceError.self) { try SnapshotSubspace([same, same], rank: 2) }
    #expect(throws: SubspaceError.self) { try SnapshotSubspace([same], rank: 2) }
  }
}
