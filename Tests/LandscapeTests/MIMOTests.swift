import Datasets
import Landscape
import TestSupport
import Testing
import Torch

/// Networks of several inputs and heads (arXiv 2010.06610).
@Suite struct MIMOTests {
  private let architecture: Architecture

  init() throws {
    architecture = try Architecture(
      "mimo-cnn:heads=3,channels=6-8", input: [2, 4, 4], classes: 5)
  }

  private func network() throws -> Network {
    let network = try Network(architecture, dtype: .float64)
    try network.initialize(seed: 3)
    return network
  }

  @Test func theTextIsReadBack() throws {
    #expect(architecture.heads == 3)
    #expect(try Architecture(architecture.text) == architecture)
    #expect(try Architecture("cnn", input: [1, 8, 8], classes: 10).heads == 1)
  }

  /// One image alone is the ensemble of the heads that all see it.
  @Test func oneImageGivesTheMeanOfTheHeads() throws {
    let network = try network()
    let images = try Generator(seed: 1).normal([7, 2, 4, 4], dtype: .float64)
    try withoutGradients {
      let alone = try network.logits(images)
      #expect(alone.shape == [7, 5])
      let stacked = try Tensor.cat([images, images, images], dimension: 1)
      let heads = try network.logits(stacked)
      #expect(heads.shape == [7, 15])
      var mean = try Tensor.zeros([7, 5], dtype: .float64)
      for head in 0..<3 {
        mean = try mean + heads.narrow(1, start: 5 * head, length: 5).softmax(1) * (1.0 / 3)
      }
      let probabilities = try torch1("aten::exp", [.tensor(alone)])
      #expect(try largestDifference(probabilities, mean) < 1e-12)
    }
  }

  @Test func headLogitsAreThoseOfEveryHead() throws {
    let dataset = try clusters(shape: [2, 4, 4], classes: 5)
    let network = try network()
    let evaluator = try Evaluator(network, dataset, batchSize: 7)
    let heads = try evaluator.headLogits(.test, heads: 3)
    #expect(heads.shape == [30, 3, 5])
    let logs = try torch1("aten::log_softmax.int", [.tensor(heads), .int(2), .none])
    let mean = try torch1("aten::exp", [.tensor(logs)])
    let ensemble = try torch1("aten::mean.dim", [.tensor(mean), .ints([1]), .bool(false), .none])
    #expect(try largestDifference(ensemble, evaluator.probabilities(.test)) < 1e-12)
    #expect(throws: (any Error).self) { try evaluator.headLogits(.test, heads: 2) }
  }

  /// Each head learns from images of its own, so it reads them alone; and training can be repeated.
  @Test func everyHeadLearns() throws {
    let dataset = try Dataset.digits()
    let small = try Architecture(
      "mimo-cnn:heads=2,channels=16-32", input: [1, 8, 8], classes: 10)
    func trained(epochs: Int) throws -> Trainer {
      let plan = TrainingPlan(
        small, epochs: 15, learningRate: 0.03, batchSize: 64, seed: 5)
      let trainer = try Trainer(plan, on: dataset)
      for _ in 0..<epochs { try trainer.runEpoch() }
      return trainer
    }
    let trainer = try trained(epochs: 15)
    #expect(try trainer.metrics(.train).accuracy > 0.9)
    let evaluator = try Evaluator(trainer.network, dataset)
    let heads = try evaluator.headLogits(.train, heads: 2)
    let labels = try evaluator.data(.train).labels
    for head in 0..<2 {
      let own = try heads.narrow(1, start: head, length: 1).reshaped([labels.count, 10])
      #expect(try Metrics(logits: own, labels: labels, loss: .crossEntropy).accuracy > 0.85)
    }
    let (one, other) = (try trained(epochs: 1), try trained(epochs: 1))
    #expect(try one.network.parameters.bytes() == other.network.parameters.bytes())
  }
}
