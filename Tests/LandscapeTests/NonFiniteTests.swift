import BasinCore
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

@testable import Evaluation
@testable import Statistics

/// NaN and infinite outputs, and logarithms of probabilities that are zero in double precision.
@Suite struct NonFiniteTests {
  private func logits(_ rows: [[Double]]) throws -> Tensor {
    try Tensor(rows.flatMap(\.self), shape: [rows.count, rows[0].count])
  }

  private let labels = { try! Tensor([Int64(0), 1], shape: [2]) }()

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func anOutputThatIsNoNumberIsMissing(value: Double) throws {
    let outputs = try logits([[1, 2], [0, value]])
    #expect(try outputs.nonFiniteRowCount() == 1)
    let metrics = try Metrics(logits: outputs, labels: labels, loss: .crossEntropy)
    #expect(metrics.loss.isNaN && metrics.accuracy.isNaN)
  }

  @Test func predictionsThatAreNoNumbersAreRefusedByName() throws {
    let good = try logits([[1, 2], [0, 1]])
    let bad = try logits([[1, 2], [.nan, 1]])
    let error = #expect(throws: NonFiniteOutputs.self) {
      try MemberPredictions(logits: [good, bad], labels: labels, names: ["a", "b"])
    }
    #expect(error == NonFiniteOutputs(name: "b", count: 1, inputs: 2))
    #expect(
      error?.description.hasPrefix("b: the outputs for 1 of 2 inputs are NaN or infinite") == true)
    #expect(throws: NonFiniteOutputs.self) {
      try MemberPredictions(probabilities: bad.unsqueezed(0), labels: labels)
    }
  }

  /// Logits as far apart as single precision goes: the loss is their distance.
  @Test func lossesAreFiniteWhereLogitsAre() throws {
    let far = try logits([[-3e38, 3e38], [3e38, -3e38]]).to(.float32)
    let metrics = try Metrics(logits: far, labels: labels, loss: .crossEntropy)
    #expect(abs(metrics.loss / 6e38 - 1) < 1e-6)
    #expect(metrics.accuracy == 0)
  }

  /// exp(−800) is zero in double precision; its logarithm is −800.
  @Test func likelihoodsComeFromLogitsAndNotFromProbabilities() throws {
    let first = try logits([[0, 800], [0, 900]])
    let second = try logits([[0, 900], [1000, 0]])
    let members = try MemberPredictions(logits: [first, second], labels: labels)
    let scores = try members.scores()
    #expect(scores[0].negativeLogLikelihood == 400)
    #expect(scores[1].negativeLogLikelihood == 950)
    // −log((e⁻⁸⁰⁰ + e⁻⁹⁰⁰)/2) = 800 + log 2, and −log((1 + e⁻¹⁰⁰⁰)/2) = log 2.
    let mean = try members.mean()
    #expect(abs(try mean.scores()[0].negativeLogLikelihood - (400 + log(2))) < 1e-12)
    let joined = try MemberPredictions(joining: [mean, members.members([1])])
    #expect(try joined.scores()[1].negativeLogLikelihood == 950)
  }

  @Test func whatCannotBeOrderedHasNoIntervalAndNoRange() {
    #expect(Estimate.mean(of: [1, 2, .nan, 3], unit: "inputs").interval == nil)
    #expect(Estimate.mean(of: [1, 2, .infinity, 3], unit: "inputs").interval == nil)
    #expect(Estimate.mean(of: [1, 2, 3, 4], unit: "inputs").interval != nil)
    #expect([Double.nan, 2, -1, .infinity].finiteRange == -1...2)
    #expect([Double.nan, .infinity].finiteRange == nil)
    #expect(BarrierComparison.height([1, .nan, 0], over: [[1, 0], [0.5, 0.5], [0, 1]]).isNaN)
    #expect(BarrierComparison.height([1, 5, 3], over: [[1, 0], [0.5, 0.5], [0, 1]]) == 3)
  }
}

/// Networks that know more classes than the data have.
@Suite struct MoreClassesTests {
  @Test func labelsAreTheFirstOfTheNetworksClasses() throws {
    let data = try clusters(shape: [4], classes: 3)
    let network = try Network(Architecture("mlp:hidden=5", input: [4], classes: 7))
    try network.initialize(seed: 3)
    let evaluator = try Evaluator(network, data)
    let logits = try evaluator.logits(.test)
    #expect(logits.shape == [30, 7])
    // −mean(z_y − log Σ exp z) over all seven, by hand.
    let rows = try logits.array(of: Double.self)
    let labels = data.test.labels
    let losses = labels.indices.map { row in
      let own = Array(rows[(7 * row)..<(7 * row + 7)])
      return log(own.reduce(0) { $0 + exp($1) }) - own[Int(labels[row])]
    }
    let mean = losses.reduce(0, +) / 30
    #expect(abs(try evaluator.metrics(.test).loss - mean) < 1e-6)
    let gradients = try evaluator.perExampleGradients(.test, 0..<30).to(.float64).mean(0)
    #expect(try largestDifference(gradients, evaluator.gradient(.test).to(.float64)) < 1e-6)
    #expect(throws: EvaluationError.self) {
      try Evaluator(Network(Architecture("mlp", input: [4], classes: 2)), data)
    }
  }
}
