import BasinKit
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

@testable import SubspaceInference

/// Differences of scores, and their intervals.
@Suite struct ScoreDifferenceTests {
  private func model(
    _ name: String, _ logits: [Tensor], _ labels: Tensor, isAverage: Bool = false,
    seed: UInt64 = 0, resamples: Int = 40
  ) throws -> MeasuredModel {
    try MeasuredModel(
      Competitor(name, logits, isAverage: isAverage), labels: labels, bins: .equalCount(5),
      seed: Seed(seed), resamples: resamples)
  }

  // Logits of a draw: a signal for the right class, noise of the input, and of the draw at each input and
  // in common.
  private struct Population {
    var inputs: Int
    var numbers: SeededNumbers

    mutating func labels() throws -> [Int64] {
      (0..<inputs).map { _ in Int64.random(in: 0..<3, using: &numbers) }
    }

    mutating func network(_ base: [Double]) throws -> Tensor {
      let common = (0..<3).map { _ in 0.3 * numbers.normal() }
      return try Tensor(
        base.indices.map { Float(base[$0] + common[$0 % 3] + 0.8 * numbers.normal()) },
        shape: [inputs, 3])
    }
  }

  /// Intervals of an average of eight draws minus one network contain the expected difference over inputs
  /// and draws in about 95 of 100 repetitions.
  @Test func coverageOfTheExpectedDifference() throws {
    var population = Population(inputs: 150, numbers: SeededNumbers(Seed(9)))
    var found: [ScoreDifferences] = []
    let rounds = Coverage.rounds(few: 300, divisor: 4)
    for repetition in 0..<rounds {
      let labels = try population.labels()
      let base = (0..<450).map { place in
        (Int64(place % 3) == labels[place / 3] ? 1.5 : 0) + population.numbers.normal()
      }
      let right = try Tensor(labels, shape: [150])
      let single = try model(
        "single", [Tensor(base.map { Float($0) }, shape: [150, 3])], right)
      let average = try model(
        "average", (0..<8).map { _ in try population.network(base) }, right, isAverage: true)
      found.append(
        try ScoreDifferences(
          of: average, minus: single, bins: .equalCount(5), seed: Seed(UInt64(repetition)),
          resamples: 0))
    }
    for score in [ScoreDifferences.Score.likelihood, .accuracy] {
      let truth = found.reduce(0) { $0 + $1[score].value } / Double(rounds)
      let covered = Coverage.measure(
        (score == .likelihood ? "Student's t, paired" : "Bonett and Price")
          + ", and \(score.drawMethod) over draws",
        "150 inputs, average of 8 draws minus one network", few: 300, divisor: 4
      ) { found[Int($0)][score].interval?.contains(truth) }
      // 95 % of 300 with three binomial errors to both sides.
      #expect((0.91...0.99).contains(covered.contained), "\(score): \(covered)")
      #expect(found.allSatisfy { ($0[score].monteCarloError ?? 0) > 0 })
    }
  }

  /// Differences of calibration errors of two networks: both calibrated, at other confidences, and one
  /// of them overconfident by a tenth.
  @Test(arguments: [0, 0.1])
  func coverageOfCalibrationErrors(gap: Double) throws {
    let inputs = 300
    let found = try Coverage.measure(
      "bias-bounded bootstrap", "\(inputs) inputs, calibration errors \(gap) and 0", few: 25,
      divisor: 20
    ) { round in
      var numbers = SeededNumbers(Seed(41).derived("calibration \(round)"))
      func uniform() -> Double { Double.random(in: 0..<1, using: &numbers) }
      let labels = (0..<inputs).map { _ in uniform() < 0.5 ? Int64(0) : 1 }
      func network(_ confidences: ClosedRange<Double>, _ gap: Double) throws -> Tensor {
        try Tensor(
          labels.flatMap { label -> [Float] in
            let confidence = Double.random(in: confidences, using: &numbers)
            let isRight = uniform() < confidence - gap
            let predicted = isRight ? label : 1 - label
            let margin = Float(log(confidence / (1 - confidence)))
            return predicted == 0 ? [margin, 0] : [0, margin]
          }, shape: [inputs, 2])
      }
      let right = try Tensor(labels, shape: [inputs])
      let (one, two) = try (network(0.8...0.99, gap), network(0.55...0.9, 0))
      return try ScoreDifferences(
        of: model("a", [one], right), minus: model("b", [two], right), bins: .equalCount(20),
        seed: Seed(round), resamples: 100
      ).calibration.interval?.contains(gap)
    }
    #expect(found.contained >= 0.85, "\(found)")
  }

  /// Logits that rounding tied decide no accuracy and no calibration error.
  @Test func theSpacingOfLogitsIsNoDifferenceOfAccuracies() throws {
    let labels = try Tensor((0..<200).map { _ in Int64(0) }, shape: [200])
    let exact = (0..<200).flatMap { _ -> [Float] in [0.01, 0] }
    let plain = try model("a", [Tensor(exact, shape: [200, 2])], labels)
    // Every fourth input's other logit is rounded up.
    let shifted = try model(
      "b",
      [
        Tensor(
          exact.enumerated().map { $1 + 3e5 + ($0 % 8 == 1 ? 0x1p-5 : 0) }, shape: [200, 2])
      ], labels)
    #expect(plain.predictions.ties == 0 && shifted.predictions.ties == 1)
    #expect(plain.accuracy == 1 && shifted.accuracy == 0.75)
    let found = try ScoreDifferences(
      of: plain, minus: shifted, bins: .equalCount(5), seed: Seed(0), resamples: 40)
    for verdict in [found.accuracy.difference.verdict, found.calibration.difference.verdict] {
      #expect(
        verdict
          == .unsupported(
            "it is within the predictions that the spacing of the logits may decide, 100.0 % of the inputs"
          ))
    }
  }

  /// Probabilities are averaged from log-probabilities: a right class a thousand nats behind has a finite
  /// NLL; by hand for two networks.
  @Test func likelihoodsAreFiniteWhereLogitsAre() throws {
    let labels = try Tensor([Int64(0)], shape: [1])
    let far = try Tensor([Float(0), 1000], shape: [1, 2])
    let near = try Tensor([Float(0), 0], shape: [1, 2])
    #expect(abs(try model("a", [far], labels).negativeLogLikelihood - 1000) < 1e-9)
    let both = try model("b", [far, near], labels)
    #expect(abs(both.negativeLogLikelihood - log(4)) < 1e-12)
    #expect(abs(both.brier - 2 * 0.75 * 0.75) < 1e-12)
    let broken = try Tensor([Float.nan, 0], shape: [1, 2])
    #expect(throws: CommandError.self) { try model("c", [near, broken], labels) }
  }

  /// The jackknife's error of a mean of draws is the standard error: leaving draws out one by one.
  @Test func theJackknifeOfAMean() throws {
    let labels = try Tensor([Int64(0), 0], shape: [2])
    var numbers = SeededNumbers(Seed(4))
    let logits = try (0..<20).map { _ in
      try Tensor((0..<4).map { _ in Float(0.01 * numbers.normal()) }, shape: [2, 2])
    }
    let found = try model("a", logits, labels, isAverage: true)
    // With so small logits the NLL is linear: log 2 − mean (z₀ − z₁)/2.
    let each = try logits.map { tensor -> Double in
      let z = try tensor.array(of: Double.self)
      return (z[1] - z[0] + z[3] - z[2]) / 4
    }
    let mean = each.reduce(0, +) / 20
    let error = (each.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 19 / 20).squareRoot()
    let jackknife = try #require(found.drawError(of: .likelihood)?.error)
    #expect(abs(jackknife / error - 1) < 0.05)
  }

  /// The errors of accuracy and ECE over draws are their spread between independent sets of as many draws:
  /// neither is smooth in the mean probabilities, and the jackknife gave 0 or three times too much.
  @Test(arguments: [8, 60])
  func errorsOfUnsmoothScores(draws: Int) throws {
    var population = Population(inputs: 200, numbers: SeededNumbers(Seed(12)))
    let labels = try population.labels()
    let base = (0..<600).map { place in
      (Int64(place % 3) == labels[place / 3] ? 0.8 : 0) + population.numbers.normal()
    }
    let right = try Tensor(labels, shape: [200])
    var sets: [MeasuredModel] = []
    for round in 0..<60 {
      sets.append(
        try model(
          "a", (0..<draws).map { _ in try population.network(base) }, right, isAverage: true,
          seed: UInt64(round), resamples: round < 12 ? 60 : 0))
    }
    for (score, values) in [
      (ScoreDifferences.Score.accuracy, sets.map(\.accuracy)),
      (.calibration, sets.map(\.calibration.error)),
    ] {
      let mean = values.reduce(0, +) / 60
      let truth = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 59).squareRoot()
      let found = sets.prefix(12).compactMap { $0.drawError(of: score)?.error }
      let typical = (found.reduce(0) { $0 + $1 * $1 } / 12).squareRoot()
      // The truth of 60 sets has an error of 9 %.
      #expect((0.7...1.5).contains(typical / truth), "\(score): \(typical) \(truth)")
      let (low, high) = (try #require(found.min()), try #require(found.max()))
      #expect(low > 0.4 * typical && high < 1.8 * typical, "\(score): \(found)")
    }
  }

  /// Draws of one chain are resampled in groups: each repeated ten times is worth the tenth of them.
  @Test func chainsAreResampledInGroups() throws {
    var population = Population(inputs: 200, numbers: SeededNumbers(Seed(13)))
    let labels = try population.labels()
    let base = (0..<600).map { _ in 0.5 * population.numbers.normal() }
    let networks = try (0..<20).map { _ in try population.network(base) }
    let right = try Tensor(labels, shape: [200])
    let chain = networks.flatMap { Array(repeating: $0, count: 10) }
    func error(_ logits: [Tensor], _ support: DrawSupport) throws -> Double {
      let found = try MeasuredModel(
        Competitor("a", logits, isAverage: true, support: support), labels: right,
        bins: .equalCount(5), seed: Seed(1), resamples: 60)
      return try #require(found.drawError(of: .accuracy)?.error)
    }
    let one = try error(networks, .independent)
    #expect(try abs(error(chain, .effective(20)) / one - 1) < 1e-9)
    #expect(try error(chain, .independent) < 0.6 * one)
  }

  /// The arms of independent errors add as squares; without draws nothing changes.
  @Test func drawsWidenIntervals() throws {
    let interval = ConfidenceInterval(-4...2, method: "m", count: 50, unit: "inputs")
    let difference = Difference(Estimate(-1, .interval(interval)), rounding: 0)
    let widened = difference.widened(byDraws: 4, method: "bootstrap")
    #expect(widened.estimate.interval?.method == "m and bootstrap over draws")
    let range = try #require(widened.estimate.interval).range
    #expect(abs(range.lowerBound + 6) < 1e-9 && abs(range.upperBound - 4) < 1e-9)
    #expect(difference.widened(byDraws: 0, method: "bootstrap").estimate.interval?.range == -4...2)
    #expect(difference.widened(byDraws: .infinity, method: "bootstrap").estimate.interval == nil)
  }

  /// A calibrated model's error is noise, and its bound says how much; far gaps add none.
  @Test func theBiasOfCalibrationErrors() {
    var numbers = SeededNumbers(Seed(3))
    var (errors, bounds) = (0.0, 0.0)
    for _ in 0..<50 {
      let confidences = (0..<400).map { _ in Double.random(in: 0.5...1, using: &numbers) }
      let correct = confidences.map { Double.random(in: 0..<1, using: &numbers) < $0 }
      let found = Calibration(confidences: confidences, correct: correct, scheme: .equalCount(20))
      errors += found.error / 50
      bounds += found.biasBound / 50
    }
    #expect(bounds >= errors * 0.95 && bounds < errors * 1.2, "\(errors) \(bounds)")
    let far = Calibration(
      confidences: Array(repeating: 0.9, count: 2000),
      correct: (0..<2000).map { $0 % 2 == 0 }, scheme: .equalCount(2))
    #expect(far.biasBound < 1e-6)
  }
}

/// What is said of chains.
@Suite struct ChainReportTests {
  private func support(_ chains: [[Double]]) -> DrawSupport {
    ChainReport(
      chains: chains.map { values in
        var chain = EllipticalSliceSampling.Chain()
        chain.draws = values.map { [$0] }
        chain.logLikelihoods = values.map { _ in 0 }
        chain.evaluations = values.map { _ in 2 }
        return chain
      }, rank: 1
    ).support
  }

  /// What draws are worth decides whether there is an interval: short chains, chains at different places
  /// and chains that hardly move have none; independent draws are worth about their number.
  @Test func drawsOfChainsSupportIntervalsOrNot() throws {
    var numbers = SeededNumbers(Seed(5))
    func chain(_ count: Int, correlation: Double, at centre: Double = 0) -> [Double] {
      var value = numbers.normal()
      return (0..<count).map { _ in
        value =
          correlation * value + (1 - correlation * correlation).squareRoot() * numbers.normal()
        return centre + value
      }
    }
    #expect(
      support((0..<4).map { _ in chain(2, correlation: 0) })
        == .none("too few draws to tell whether the chains have mixed"))
    #expect(
      support([0, 30].map { chain(50, correlation: 0, at: $0) })
        == .none("the chains have not mixed"))
    guard case .effective(let many) = support((0..<4).map { _ in chain(100, correlation: 0) })
    else {
      throw CommandError("no size")
    }
    #expect((200...1100).contains(many), "\(many)")
    // τ = (1 + ρ)/(1 − ρ) = 39: two chains of 160 draws are worth about eight.
    let slow = support((0..<2).map { _ in chain(160, correlation: 0.95) })
    guard case .none(let reason) = slow else { throw CommandError("\(slow)") }
    #expect(
      reason == "the chains have not mixed" || reason.hasSuffix("independent ones, fewer than 20"))
  }

  @Test(arguments: [
    (40, 1.01, "the chains agree: R̂ is at most 1.010, and the draws are worth 55 independent"),
    (
      19, 1.01,
      "too few draws to tell whether the chains have mixed: their halves have 9, and need 10; "
        + "raise --samples to 80"
    ),
    (19, 1.4, "too few draws"), (20, 1.4, "the chains have not mixed: R̂ is 1.400"),
    (100, Double.nan, "too few draws"),
  ])
  func verdictsNeedDraws(draws: Int, worst: Double, text: String) {
    let note = ChainReport.verdict(draws: draws, chains: 4, worst: worst, fewest: 55)
    #expect(note.text.hasPrefix(text), "\(note.text)")
    #expect((note.level == .warning) != text.hasPrefix("the chains agree"))
  }
}
