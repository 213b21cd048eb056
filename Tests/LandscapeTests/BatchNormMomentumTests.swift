import Foundation
import Landscape
import TestSupport
import Testing
import Torch

@testable import Evaluation
@testable import Statistics

/// What recomputing batch norm learns of a network, and what it must not learn from its weights.
@Suite struct BatchNormMomentumTests {
  private func evaluator(
    _ architecture: String = "cnn:channels=4,norm=batch", train: Int = 60, batchSize: Int = 500
  ) throws -> Evaluator {
    let network = try Network(Architecture(architecture, input: [1, 8, 8], classes: 3))
    try network.initialize(seed: 1)
    return try Evaluator(
      network, clusters(shape: [1, 8, 8], classes: 3, train: train), batchSize: batchSize)
  }

  /// Whatever the first point is, the second has the statistics that it has alone.
  @Test(arguments: [1e6, 1e20, 3e38, .nan])
  func theFirstPointDecidesNothing(scale: Double) throws {
    let alone = try evaluator()
    try alone.recalculateBatchNorm()
    let expected = try alone.network.buffers.array(of: Float.self)

    let other = try evaluator()
    let sound = try other.network.parameters.clone()
    try withoutGradients { try other.network.parameters.scale(by: scale) }
    try other.recalculateBatchNorm()
    try withoutGradients { try other.network.parameters.assign(sound) }
    try other.recalculateBatchNorm()
    #expect(try other.network.buffers.array(of: Float.self) == expected)
  }

  /// Statistics that are NaN or infinite before a pass leave no trace in it.
  @Test(arguments: [Double.nan, .infinity])
  func oldStatisticsLeaveNoTrace(value: Double) throws {
    let alone = try evaluator()
    try alone.recalculateBatchNorm()
    let expected = try alone.network.buffers.array(of: Float.self)
    let other = try evaluator()
    try withoutGradients { try other.network.buffers.fill(value) }
    try other.recalculateBatchNorm()
    #expect(try other.network.buffers.array(of: Float.self) == expected)
  }

  /// The weights are put back after their momenta were found.
  @Test func weightsStayWhereTheyAre() throws {
    let evaluator = try evaluator()
    let before = try evaluator.network.parameters.array(of: Float.self)
    try evaluator.recalculateBatchNorm()
    #expect(try evaluator.network.parameters.array(of: Float.self) == before)
  }

  /// 41 inputs in batches of 20: two batches, of 20 and 21. The mean of a first layer's outputs is then that
  /// over all inputs.
  @Test func aSingleLastInputGoesWithTheBatchBefore() throws {
    #expect(Evaluator.batches(of: 41, size: 20) == [0..<20, 20..<41])
    #expect(Evaluator.batches(of: 40, size: 20) == [0..<20, 20..<40])
    #expect(Evaluator.batches(of: 3, size: 1) == [0..<3])
    #expect(Evaluator.batches(of: 1, size: 500) == [0..<1])
    let whole = try evaluator(train: 41)
    try whole.recalculateBatchNorm()
    let parts = try evaluator(train: 41, batchSize: 20)
    try parts.recalculateBatchNorm()
    #expect(
      try largestDifference(
        parts.network.slice("bn1.running_mean"), whole.network.slice("bn1.running_mean")) < 1e-6)
  }
}
