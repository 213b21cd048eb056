import Foundation
import Landscape
import TestSupport
import Testing
import Torch

@testable import SubspaceInference

/// SWAG against its definition, on snapshots whose mean and covariance are known.
@Suite struct SWAGTests {
  private func vector(_ values: [Float]) throws -> Tensor {
    try Tensor(values, shape: [values.count])
  }

  private func collected(_ snapshots: [[Float]], rank: Int) throws -> SWAG {
    var swag = try SWAG(rank: rank, parameters: snapshots[0].count)
    for snapshot in snapshots { try swag.collect(vector(snapshot)) }
    return swag
  }

  @Test func meanVarianceAndDeviations() throws {
    let swag = try collected([[1, 5], [3, 5], [8, 5]], rank: 20)
    #expect(try swag.mean.array(of: Double.self).map { ($0 * 1e9).rounded() / 1e9 } == [4, 5])
    // Mean of squares 74/3 less 16; the second weight never moves.
    let variance = try swag.variance().array(of: Double.self)
    #expect(abs(variance[0] - 26.0 / 3) < 1e-12 && variance[1] < 1e-14)
    // Each from the mean after it was taken in: 1 − 1, 3 − 2, 8 − 4.
    let deviations = try swag.deviations().array(of: Double.self)
    #expect(zip(deviations, [0, 0, 1, 0, 4, 0]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test func onlyTheLastDeviationsAreKept() throws {
    let swag = try collected([[1], [3], [8], [0]], rank: 2)
    #expect(swag.kept == 2 && swag.count == 4)
    let deviations = try swag.deviations().array(of: Double.self)
    #expect(zip(deviations, [4, -3]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  /// The variance of a weight that never moves is clamped, so that draws stay where they are.
  @Test func theVarianceIsClamped() throws {
    let swag = try collected([[1, 0.3], [2, 0.3]], rank: 2)
    #expect(try swag.variance().array(of: Double.self)[1] >= SWAG.leastVariance)
    let sample = try swag.sample(scale: 1, Generator(seed: 1)).array(of: Float.self)
    #expect(abs(sample[1] - 0.3) < 1e-6)
  }

  /// Draws have the mean, and the covariance scale·(diag(variance) + DᵀD/(K − 1)) entry by entry. The
  /// diagonal part multiplies z by the standard deviation, not by the variance.
  @Test(arguments: [0.5, 1, 2])
  func drawsHaveTheCovariance(scale: Double) throws {
    let snapshots: [[Float]] = [[1, 0, 3], [4, 2, 3], [2, -2, 3.5], [0, 1, 2]]
    let swag = try collected(snapshots, rank: 3)
    let variance = try swag.variance().array(of: Double.self)
    let flat = try swag.deviations().array(of: Double.self)
    let rows = (0..<3).map { Array(flat[($0 * 3)..<($0 * 3 + 3)]) }
    let generator = Generator(seed: 5)
    let count = 20_000
    var draws: [[Double]] = []
    for _ in 0..<count {
      draws.append(try swag.sample(scale: scale, generator).array(of: Double.self))
    }
    let mean = try swag.mean.array(of: Double.self)
    for i in 0..<3 {
      for j in 0...i {
        let expected =
          scale * ((i == j ? variance[i] : 0) + rows.reduce(0) { $0 + $1[i] * $1[j] } / 2)
        let products = draws.map { ($0[i] - mean[i]) * ($0[j] - mean[j]) }
        let found = products.reduce(0, +) / Double(count)
        let spread = products.reduce(0) { $0 + ($1 - found) * ($1 - found) } / Double(count)
        #expect(abs(found - expected) < 5 * (spread / Double(count)).squareRoot(), "\(i), \(j)")
      }
      let average = draws.reduce(0) { $0 + $1[i] } / Double(count)
      let deviation =
        (scale * (variance[i] + rows.reduce(0) { $0 + $1[i] * $1[i] } / 2)).squareRoot()
      #expect(abs(average - mean[i]) < 5 * deviation / Double(count).squareRoot())
    }
  }

  @Test func scaleZeroIsTheAverageAndTheDiagonalAloneHasNoCorrelation() throws {
    let swag = try collected([[1, 1], [3, 3], [5, 5]], rank: 3)
    #expect(try swag.sample(scale: 0, Generator(seed: 1)).array(of: Float.self) == [3, 3])
    let generator = Generator(seed: 2)
    var product = 0.0
    for _ in 0..<5000 {
      let draw = try swag.sample(scale: 1, isDiagonal: true, generator).array(of: Double.self)
      product += (draw[0] - 3) * (draw[1] - 3) / 5000
    }
    // Independent weights of variance 8/3: the standard error is 8/3/√5000 = 0.038.
    #expect(abs(product) < 0.19)
    let one = try collected([[1, 2]], rank: 3)
    #expect(throws: SubspaceError.self) { try one.sample(scale: 1, Generator(seed: 1)) }
  }
}
