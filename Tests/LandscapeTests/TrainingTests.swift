import BasinCore
import Landscape
import TestSupport
import Testing
import Torch

@Suite struct TrainingTests {
  private func plan(seed: UInt64 = 0, epochs: Int = 6) throws -> TrainingPlan {
    TrainingPlan(
      try Architecture("cnn:channels=4-8,norm=batch", input: [1, 8, 8], classes: 3),
      epochs: epochs, learningRate: 0.05, batchSize: 16, seed: seed)
  }

  @Test func trainingFitsTheData() throws {
    let trainer = try Trainer(plan(), on: clusters(shape: [1, 8, 8], classes: 3))
    let before = try trainer.metrics(.train)
    for _ in 0..<6 { try trainer.runEpoch() }
    let after = try trainer.metrics(.train)
    #expect(after.loss < before.loss / 2)
    #expect(after.accuracy > 0.9)
  }

  @Test func theSameSeedGivesTheSameWeights() throws {
    let dataset = try clusters(shape: [1, 8, 8], classes: 3)
    func weights(_ seed: UInt64) throws -> [UInt8] {
      let trainer = try Trainer(plan(seed: seed), on: dataset)
      for _ in 0..<2 { try trainer.runEpoch() }
      return try trainer.network.parameters.bytes()
    }
    #expect(try weights(4) == weights(4))
    #expect(try weights(4) != weights(5))
  }

  @Test func aStepIsPyTorchsUpdate() throws {
    // One full-batch step from known weights: v = g + λw, w' = w − ηv.
    let dataset = try clusters(shape: [4], classes: 3, train: 10)
    let plan = TrainingPlan(
      try Architecture("mlp:hidden=none", input: [4], classes: 3), epochs: 2, learningRate: 0.1,
      momentum: 0.9, weightDecay: 0.01, batchSize: 10, seed: 2)
    let trainer = try Trainer(plan, on: dataset)
    let evaluator = try Evaluator(trainer.network, dataset)
    var w = try trainer.network.parameters.clone()
    var v = try Tensor.zeros(w.shape)
    for _ in 0..<2 {
      let g = try evaluator.gradient(.train) + w * 0.01
      v = try v * 0.9 + g
      w = try w + v * -0.1
      try trainer.runEpoch()
      #expect(try largestDifference(trainer.network.parameters, w) < 1e-6)
    }
  }

  @Test func divergenceIsAnError() throws {
    var plan = try plan()
    plan.learningRate = 1e20
    let trainer = try Trainer(plan, on: clusters(shape: [1, 8, 8], classes: 3))
    let error = #expect(throws: TrainingError.self) {
      for _ in 0..<6 { try trainer.runEpoch() }
    }
    #expect(error?.description.contains("diverged") == true)
  }

  @Test func cancellingStopsBetweenBatches() throws {
    let cancellation = Cancellation()
    let trainer = try Trainer(
      plan(), on: clusters(shape: [1, 8, 8], classes: 3), cancellation: cancellation)
    cancellation.request()
    #expect(throws: Cancelled.self) { try trainer.runEpoch() }
    #expect(trainer.epoch == 0)
  }
}

@Suite struct ScheduleTests {
  @Test func ratesAtKnownTimes() throws {
    #expect(Schedule.constant.rate(at: 7, of: 10, from: 0.1) == 0.1)
    let step = try #require(Schedule("step:10:0.5"))
    #expect(step.rate(at: 9.9, of: 30, from: 0.1) == 0.1)
    #expect(step.rate(at: 20, of: 30, from: 0.1) == 0.025)
    let cosine = try #require(Schedule("cosine"))
    #expect(abs(cosine.rate(at: 15, of: 30, from: 0.1) - 0.05) < 1e-12)
    let cycle = try #require(Schedule("cyclical:4:0.001"))
    #expect(cycle.rate(at: 4, of: 8, from: 0.1) == 0.1)
    #expect(cycle.rate(at: 2, of: 8, from: 0.1) == 0.001)
    #expect(cycle.isLowPoint(afterEpoch: 2) && !cycle.isLowPoint(afterEpoch: 4))
  }

  /// Cycles that start after so many epochs, at the full rate.
  @Test func cyclesStartLater() throws {
    let cycle = try #require(Schedule("cyclical:4:0.001:3"))
    #expect(
      cycle.rate(at: 2.9, of: 11, from: 0.1) == 0.1 && cycle.rate(at: 0, of: 11, from: 0.1) == 0.1)
    #expect(abs(cycle.rate(at: 4, of: 11, from: 0.1) - 0.0505) < 1e-12)
    #expect(cycle.rate(at: 5, of: 11, from: 0.1) == 0.001)
    #expect((1...11).filter(cycle.isLowPoint(afterEpoch:)) == [5, 9])
    #expect(Schedule(cycle.text) == cycle)
    #expect(Schedule("cyclical") == .cyclical(epochs: 4, low: 1e-4))
  }

  /// The authors' curve training: constant to half-time, linear to 1 % at 90 %, by whole epochs.
  @Test func plateauRates() throws {
    let plateau = try #require(Schedule("plateau"))
    #expect(plateau.rate(at: 49.9, of: 100, from: 1) == 1)
    #expect(abs(plateau.rate(at: 69.5, of: 100, from: 1) - 0.505) < 1e-12)
    #expect(abs(plateau.rate(at: 89, of: 100, from: 1) - 0.01) < 1e-12)
    #expect(plateau.rate(at: 99.9, of: 100, from: 1) == 0.01)
  }

  @Test(arguments: [
    "", "linear", "step", "step:0:0.5", "step:10:nan", "cyclical:3:0.1", "cosine:4",
    "cyclical:4:0.1:-1", "plateau:2",
  ])
  func whatIsNoSchedule(text: String) {
    #expect(Schedule(text) == nil)
  }
}
