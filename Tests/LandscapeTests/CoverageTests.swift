import Foundation
import Landscape
import TestSupport
import Testing
import Torch

@testable import Evaluation
@testable import Statistics

/// Intervals contain the truth as often as they say: small forms of the simulations of `Benchmarks/coverage`, whose
/// results `docs/intervals.md` has. Bounds are about three standard errors of the simulation wide.
@Suite struct CoverageTests {
  private static func numbers(_ round: UInt64) -> SeededNumbers {
    SeededNumbers(Seed(17).derived("coverage \(round)"))
  }

  // The percentile bootstrap of a mean, for comparison.
  private static func percentile(_ values: [Double], _ round: UInt64) -> ClosedRange<Double> {
    var bootstrap = Bootstrap(seed: Seed(round), resamples: 200)
    let means = (0..<bootstrap.resamples).map { _ in
      zip(bootstrap.counts(values.count), values).reduce(0) { $0 + Double($1.0) * $1.1 }
        / Double(values.count)
    }.sorted()
    return means[4]...means[194]
  }

  /// Means over few checkpoints or directions: Student's t covers, and percentiles of resampled ones do not.
  @Test(arguments: [3, 5, 10])
  func meansOfFew(count: Int) {
    let found = Coverage.measure("Student's t", "\(count) normal values", few: 2000) { round in
      var random = Self.numbers(round)
      return Estimate.mean(of: (0..<count).map { _ in random.normal() }, unit: "").interval?.range
        .contains(0)
    }
    #expect((0.935...0.965).contains(found.contained), "\(found)")
    let old = Coverage.measure(
      "percentile bootstrap", "\(count) normal values", few: 300, divisor: 4
    ) {
      round in
      var random = Self.numbers(round)
      return Self.percentile((0..<count).map { _ in random.normal() }, round).contains(0)
    }
    #expect(old.contained < 0.935, "\(old)")
  }

  /// Radii along directions are skewed: log-normal with a deviation of 0.5.
  @Test(arguments: [5, 10, 20])
  func meansOfSkewedValues(count: Int) {
    let truth = exp(0.125)
    let found = Coverage.measure("Student's t", "\(count) log-normal values, σ 0.5", few: 1000) {
      round in
      var random = Self.numbers(round)
      return Estimate.mean(of: (0..<count).map { _ in exp(0.5 * random.normal()) }, unit: "")
        .interval?.range.contains(truth)
    }
    #expect((0.90...0.97).contains(found.contained), "\(found)")
  }

  /// Means over pairs that share checkpoints.
  @Test(arguments: [3, 5, 10])
  func meansOverPairs(count: Int) {
    func pairs(_ random: inout SeededNumbers) -> [[Double]] {
      SimulatedPairs.matrix((0..<count).map { _ in random.normal() }, noise: 0.5, &random)
    }
    let found = Coverage.measure(
      "jackknife over pairs", "\(count) checkpoints, pairs with noise of their own", few: 2000
    ) { round in
      var random = Self.numbers(round)
      return Estimate.meanOverPairs(pairs(&random), unit: "").interval?.range.contains(0)
    }
    #expect((0.935...0.98).contains(found.contained), "\(found)")
    // Percentiles over checkpoints, a pair as often as both of its ends were drawn.
    let old = Coverage.measure(
      "percentile bootstrap over pairs", "\(count) checkpoints, pairs with noise of their own",
      few: 200, divisor: 4
    ) { round in
      var random = Self.numbers(round)
      let matrix = pairs(&random)
      var bootstrap = Bootstrap(seed: Seed(round), resamples: 200)
      let means = (0..<200).compactMap { _ -> Double? in
        let counts = bootstrap.counts(count)
        var (sum, weight) = (0.0, 0.0)
        for a in 0..<count {
          for b in 0..<a {
            sum += Double(counts[a] * counts[b]) * matrix[a][b]
            weight += Double(counts[a] * counts[b])
          }
        }
        return weight > 0 ? sum / weight : nil
      }.sorted()
      return (means[Int(0.025 * Double(means.count))]...means[Int(0.975 * Double(means.count - 1))])
        .contains(0)
    }
    #expect(old.contained < 0.92, "\(old)")
  }

  /// Two sets of checkpoints, one with three times the spread of the other.
  @Test(arguments: [(3, 3), (5, 5), (4, 10)])
  func differencesOfPairMeans(counts: (Int, Int)) {
    let found = Coverage.measure(
      "jackknife over pairs, difference", "\(counts.0) + \(counts.1) checkpoints, spreads 1 and 3",
      few: 1000
    ) { round in
      var random = Self.numbers(round)
      let sets = [(counts.0, 1.0), (counts.1, 3.0)].map { count, spread in
        SimulatedPairs.matrix(
          (0..<count).map { _ in spread * random.normal() }, noise: 0.5 * spread, &random)
      }
      return Estimate.differenceOfPairMeans(sets[0], sets[1], unit: "").interval?.range.contains(0)
    }
    #expect((0.92...0.985).contains(found.contained), "\(found)")
  }

  /// Differences of losses of the same inputs: nearly all are 0, the others have heavy tails.
  @Test(arguments: [100, 300, 600])
  func differencesOfLosses(count: Int) {
    let found = Coverage.measure(
      "Student's t, paired", "\(count) inputs, 15 % with heavy tails, else nearly 0", few: 500
    ) { round in
      var random = Self.numbers(round)
      let own = (0..<count).map { _ in
        random.uniform() < 0.15 ? random.heavy() + 0.2 : 0.01 * random.normal()
      }
      return Difference.paired(own, Array(repeating: 0, count: count), unit: "").estimate
        .interval?.range.contains(0.03)
    }
    #expect((0.915...0.98).contains(found.contained), "\(found)")
  }

  /// Differences with one heavy tail, of log-normal values: a sample with few of them has too small a mean
  /// and too narrow an interval at once. Student's t covers less than it says, and more with more inputs.
  @Test(arguments: [(100, 0.70), (300, 0.80), (1000, 0.90), (3000, 0.91)])
  func skewedDifferencesOfLosses(shape: (count: Int, low: Double)) {
    let found = Coverage.measure(
      "Student's t, paired", "\(shape.count) inputs, 5 % log-normal (σ 1), else nearly 0", few: 300
    ) { round in
      var random = Self.numbers(round)
      let own = (0..<shape.count).map { _ in
        random.uniform() < 0.05 ? exp(random.normal()) : 0.01 * random.normal()
      }
      return Difference.paired(own, Array(repeating: 0, count: shape.count), unit: "").estimate
        .interval?.range.contains(0.05 * exp(0.5))
    }
    #expect((shape.low...0.985).contains(found.contained), "\(found)")
  }

  /// Few discordant inputs: the adjusted interval covers, and percentiles do not.
  @Test(arguments: [(200, 0.03, 0.005), (600, 0.01, 0.01), (600, 0.05, 0.02)])
  func differencesOfAccuracies(shape: (count: Int, gain: Double, loss: Double)) {
    func draw(_ random: inout SeededNumbers) -> [Double] {
      (0..<shape.count).map { _ in
        let u = random.uniform()
        return u < shape.gain ? 1 : u < shape.gain + shape.loss ? -1 : 0
      }
    }
    let about =
      "\(shape.count) inputs, \(100 * shape.gain) % gained, \(100 * shape.loss) % lost"
    let found = Coverage.measure("Bonett and Price", about, few: 1000) { round in
      var random = Self.numbers(round)
      let values = draw(&random)
      return Difference.pairedProportions(
        values.map { $0 == 1 }, values.map { $0 == -1 }, unit: ""
      ).estimate.interval?.range.contains(shape.gain - shape.loss)
    }
    #expect((0.93...0.99).contains(found.contained), "\(found)")
    guard shape.count == 200 else { return }
    let old = Coverage.measure("percentile bootstrap", about, few: 200, divisor: 8) { round in
      var random = Self.numbers(round)
      return Self.percentile(draw(&random), round).contains(shape.gain - shape.loss)
    }
    #expect(old.contained < 0.945, "\(old)")
  }

  /// Along a run with autocorrelation 0.8, percentiles of resampled snapshots cover less than two thirds;
  /// Basin prints none.
  @Test func snapshotsOfARun() {
    let old = Coverage.measure(
      "percentile bootstrap", "20 snapshots, autocorrelation 0.8", few: 200, divisor: 4
    ) { round in
      var random = Self.numbers(round)
      return Self.percentile(SimulatedChain.values(20, correlation: 0.8, &random), round).contains(
        0)
    }
    #expect(old.contained < 0.66, "\(old)")
  }

  /// Deviations of functions over draws: independent ones, and those of a chain.
  @Test(arguments: [(100, 0.0), (100, 0.5), (30, 0.0)])
  func deviationsOverDraws(shape: (count: Int, correlation: Double)) {
    let found = Coverage.measure(
      "delete-a-group jackknife",
      "deviation of \(shape.count) draws, autocorrelation \(shape.correlation)", few: 400
    ) { round in
      var random = Self.numbers(round)
      let functions = (0..<8).map { _ in
        SimulatedChain.values(shape.count, correlation: shape.correlation, &random)
      }
      return Estimate.groupedJackknife(count: shape.count, unit: "") { kept in
        functions.reduce(0) { sum, one in
          let mean = kept.reduce(0) { $0 + one[$1] } / Double(kept.count)
          let squares = kept.reduce(0) { $0 + (one[$1] - mean) * (one[$1] - mean) }
          return sum + (squares / Double(kept.count - 1)).squareRoot() / 8
        }
      }.interval?.range.contains(1)
    }
    #expect((0.88...0.985).contains(found.contained), "\(found)")
  }

  /// The negative ELBO on independent draws: means of quadratic losses, skewed to the right.
  @Test func objectivesOnIndependentDraws() {
    let found = Coverage.measure(
      "Student's t", "100 draws of a quadratic loss in 2 coordinates", few: 500
    ) { round in
      var random = Self.numbers(round)
      let losses = (0..<100).map { _ in
        let (a, b) = (random.normal(), random.normal())
        return a * a + 0.25 * b * b
      }
      return Estimate.mean(of: losses, unit: "").interval?.range.contains(1.25)
    }
    #expect((0.90...0.975).contains(found.contained), "\(found)")
  }
}

/// Barriers: the highest of many means over the same inputs.
@Suite struct BarrierCoverageTests {
  private static let places = 11
  private static let points = (0..<places).map {
    [1 - Double($0) / Double(places - 1), Double($0) / Double(places - 1)]
  }

  // Losses of `count` inputs along a path whose excess is `height`·shape(t): heavy-tailed, and correlated from
  // place to place.
  private static func path(
    _ count: Int, _ height: Double, _ shape: (Double) -> Double, _ hard: [Double],
    _ random: inout SeededNumbers
  ) throws -> Tensor {
    var rows = (0..<places).map { _ in [Double](repeating: 0, count: count) }
    for input in 0..<count {
      let (own, bend) = (abs(random.heavy()), random.heavy())
      for place in 0..<places {
        let t = points[place][1]
        rows[place][input] =
          hard[input] + height * shape(t) * (0.5 + own) / (0.5 + 1)
          + 0.3 * sin(.pi * t) * bend
          + 0.05 * sin(.pi * t) * random.normal()
      }
    }
    return try Tensor(rows.flatMap(\.self), shape: [places, count])
  }

  private static func bump(_ t: Double) -> Double { sin(.pi * t) }
  private static func plateau(_ t: Double) -> Double { t == 0 || t == 1 ? 0 : 1 }
  // E|t₄| is 1.
  private static let inputs = 200

  @Test(arguments: [("a bump", 1.0), ("a plateau", 1.0), ("none", 0.0)])
  func heights(shape: (name: String, height: Double)) throws {
    let found = try Coverage.measure(
      "highest place of Student's t",
      "\(Self.inputs) inputs, barrier of \(shape.height): \(shape.name)", few: 200, divisor: 4
    ) { round in
      var random = SeededNumbers(Seed(23).derived("barrier \(round)"))
      let hard = (0..<Self.inputs).map { _ in abs(random.heavy()) }
      let path = try Self.path(
        Self.inputs, shape.height, shape.name == "a plateau" ? Self.plateau : Self.bump, hard,
        &random)
      return try BarrierComparison.compare([path], over: Self.points, unit: "").heights[0].interval?
        .range.contains(shape.height)
    }
    #expect(found.contained >= 0.90, "\(found)")
  }

  @Test(arguments: [(1.0, 0.4), (1.0, 1.0), (0.0, 0.0)])
  func differences(heights: (Double, Double)) throws {
    let found = try Coverage.measure(
      "Student's t at the highest places",
      "\(Self.inputs) inputs, barriers of \(heights.0) and \(heights.1)", few: 200, divisor: 4
    ) { round in
      var random = SeededNumbers(Seed(29).derived("barrier \(round)"))
      let hard = (0..<Self.inputs).map { _ in abs(random.heavy()) }
      let paths = try [heights.0, heights.1].map {
        try Self.path(Self.inputs, $0, Self.bump, hard, &random)
      }
      return try BarrierComparison.compare(paths, over: Self.points, unit: "").differences[0]
        .estimate.interval?.range.contains(heights.0 - heights.1)
    }
    #expect(found.contained >= 0.88, "\(found)")
  }
}

/// Numbers and matrices of the simulations.
enum SimulatedPairs {
  /// h_ij = a_i + a_j + noise, symmetric.
  static func matrix(_ own: [Double], noise: Double, _ random: inout SeededNumbers) -> [[Double]] {
    var matrix = own.map { _ in own.map { _ in 0.0 } }
    for a in own.indices {
      for b in 0..<a {
        matrix[a][b] = own[a] + own[b] + noise * random.normal()
        matrix[b][a] = matrix[a][b]
      }
    }
    return matrix
  }
}

enum SimulatedChain {
  /// A stationary chain of mean 0 and variance 1.
  static func values(
    _ count: Int, correlation: Double, _ random: inout SeededNumbers
  ) -> [Double] {
    var state = random.normal()
    let noise = (1 - correlation * correlation).squareRoot()
    return (0..<count).map { _ in
      state = correlation * state + noise * random.normal()
      return state
    }
  }
}

extension SeededNumbers {
  mutating func uniform() -> Double { Double.random(in: 0..<1, using: &self) }

  /// A number of Student's t distribution with 4 degrees of freedom.
  mutating func heavy() -> Double {
    let squares = (0..<4).reduce(0.0) { sum, _ in
      let one = normal()
      return sum + one * one
    }
    return normal() / (squares / 4).squareRoot()
  }
}
