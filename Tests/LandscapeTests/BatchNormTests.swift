import Landscape
import TestSupport
import Testing
import Torch

@testable import Evaluation
@testable import Statistics

@Suite struct BatchNormTests {
  /// With one batch the statistics are those of the first layer's outputs, computed here by hand.
  @Test func statisticsAreThoseOfTheTrainingInputs() throws {
    let dataset = try clusters(shape: [1, 8, 8], classes: 3)
    let network = try Network(
      Architecture("cnn:channels=4,norm=batch", input: [1, 8, 8], classes: 3), dtype: .float64)
    try network.initialize(seed: 1)
    let evaluator = try Evaluator(network, dataset)
    try evaluator.recalculateBatchNorm()

    let inputs = try evaluator.data(.train).inputs
    let outputs = try torch1(
      "aten::conv2d",
      [
        .tensor(inputs), .tensor(network.slice("conv1.weight")), .none, .ints([1, 1]),
        .ints([1, 1]),
      ])
    let rows = try outputs.detached().transposed(0, 1).reshaped([4, -1])
    let variance = try torch1("aten::var.dim", [.tensor(rows), .ints([1]), .bool(true)])
    #expect(try largestDifference(network.slice("bn1.running_mean"), rows.mean(1)) < 1e-9)
    #expect(try largestDifference(network.slice("bn1.running_var"), variance) < 1e-9)
  }

  /// A cumulative average weights each batch by its size, the smaller last one too.
  @Test func batchesCountByTheirSize() throws {
    let dataset = try clusters(shape: [1, 8, 8], classes: 3, train: 50)
    let network = try Network(
      Architecture("cnn:channels=4,norm=batch", input: [1, 8, 8], classes: 3), dtype: .float64)
    try network.initialize(seed: 1)
    let whole = try Evaluator(network, dataset)
    try whole.recalculateBatchNorm()
    let mean = try network.slice("bn1.running_mean").clone()
    try Evaluator(network, dataset, batchSize: 20).recalculateBatchNorm()
    #expect(try largestDifference(network.slice("bn1.running_mean"), mean) < 1e-9)
  }

  /// Batches have all classes alike, whether the data come class by class or class after class.
  @Test(arguments: [6000, 5999, 1197])
  func batchesAreMixed(count: Int) throws {
    let order = try Evaluator.mixedOrder(count).array(of: Int64.self).map(Int.init)
    #expect(order.sorted() == Array(0..<count))
    for label in [{ $0 * 10 / count }, { $0 % 10 }] as [(Int) -> Int] {
      for start in stride(from: 0, to: count - 499, by: 500) {
        var counts = Array(repeating: 0, count: 10)
        for place in order[start..<(start + 500)] { counts[label(place)] += 1 }
        #expect(counts.allSatisfy { abs($0 - 50) < 15 }, "\(counts)")
      }
    }
    for count in 1..<12 { #expect(try Evaluator.mixedOrder(count).shape == [count]) }
  }

  /// What is beyond the precision of the network is NaN, is named, and makes its outputs NaN.
  @Test func statisticsBeyondThePrecisionAreMissing() throws {
    let dataset = try clusters(shape: [1, 8, 8], classes: 3)
    let network = try Network(
      Architecture("cnn:channels=4,norm=batch", input: [1, 8, 8], classes: 3))
    try network.initialize(seed: 1)
    let evaluator = try Evaluator(network, dataset)
    try evaluator.recalculateBatchNorm()
    #expect(try evaluator.nonFiniteStatistics() == nil)
    try withoutGradients { try network.slice("conv1.weight").scale(by: 1e25) }
    try evaluator.recalculateBatchNorm()
    #expect(
      try evaluator.nonFiniteStatistics()
        == NonFiniteStatistics(buffer: "bn1.running_var", count: 4))
    #expect(try network.slice("bn1.running_var").array(of: Float.self).allSatisfy(\.isNaN))
    #expect(try evaluator.metrics(.test).loss.isNaN)
    // The next point is not affected.
    try withoutGradients { try network.slice("conv1.weight").scale(by: 1e-25) }
    try evaluator.recalculateBatchNorm()
    #expect(try evaluator.nonFiniteStatistics() == nil)
    #expect(try evaluator.metrics(.test).loss.isFinite)
  }

  @Test func aNetworkWithoutBatchNormIsLeftAlone() throws {
    let dataset = try clusters(shape: [4], classes: 3)
    let network = try Network(Architecture("mlp", input: [4], classes: 3))
    let evaluator = try Evaluator(network, dataset)
    #expect(!evaluator.hasBatchNorm)
    try evaluator.recalculateBatchNorm()
  }
}
