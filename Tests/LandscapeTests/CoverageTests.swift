import Foundation
import Testing

@testable import Landscape

/// Intervals cover what they say: small forms of the simulations of `Benchmarks/coverage`, whose table
/// `docs/intervals.md` has. Bounds are three standard errors of the simulation wide.
@Suite struct CoverageTests {
  private static func coverage(
    _ rounds: Int, truth: Double, _ draw: (inout SeededNumbers) -> ClosedRange<Double>?
  ) -> Double {
    var random = SeededNumbers(Seed(17))
    let covered = (0..<rounds).count { _ in draw(&random)?.contains(truth) ?? false }
    return Double(covered) / Double(rounds)
  }

  private static func percentile(_ values: [Double], _ random: inout SeededNumbers)
    -> ClosedRange<Double>?
  {
    var bootstrap = Bootstrap(seed: Seed(random.next()), resamples: 200)
    return bootstrap.interval(ofMean: values)
  }

  /// Means of few checkpoints: Student's t covers, and percentiles of resampled checkpoints do not.
  @Test(arguments: [3, 5, 10])
  func meansOfFew(count: Int) {
    let found = Self.coverage(2000, truth: 0) { random in
      Estimate.mean(of: (0..<count).map { _ in random.normal() }, unit: "").interval?.range
    }
    #expect((0.935...0.965).contains(found), "\(found)")
    let old = Self.coverage(300, truth: 0) { random in
      Self.percentile((0..<count).map { _ in random.normal() }, &random)
    }
    #expect(old < 0.935, "\(old)")
  }

  /// Means over pairs that share checkpoints.
  @Test(arguments: [3, 5, 10])
  func meansOverPairs(count: Int) {
    func pairs(_ random: inout SeededNumbers) -> [[Double]] {
      let own = (0..<count).map { _ in random.normal() }
      return SimulatedPairs.matrix(own, noise: 0.5, &random)
    }
    let found = Self.coverage(2000, truth: 0) { random in
      Estimate.meanOverPairs(pairs(&random), unit: "").interval?.range
    }
    #expect((0.935...0.98).contains(found), "\(found)")
    // Percentiles over checkpoints, a pair as often as both of its ends were drawn.
    let old = Self.coverage(200, truth: 0) { random in
      let matrix = pairs(&random)
      var bootstrap = Bootstrap(seed: Seed(random.next()), resamples: 200)
      return bootstrap.interval { bootstrap in
        let counts = bootstrap.counts(count)
        var (sum, weight) = (0.0, 0.0)
        for a in 0..<count {
          for b in 0..<a {
            sum += Double(counts[a] * counts[b]) * matrix[a][b]
            weight += Double(counts[a] * counts[b])
          }
        }
        return weight > 0 ? sum / weight : nil
      }
    }
    #expect(old < 0.92, "\(old)")
  }

  /// Differences of losses of the same inputs: nearly all are 0, the others have heavy tails.
  @Test func differencesOfLosses() {
    let found = Self.coverage(1000, truth: 0.03) { random in
      let own = (0..<300).map { _ in
        random.uniform() < 0.15 ? random.heavy() + 0.2 : 0.01 * random.normal()
      }
      return Difference.paired(own, Array(repeating: 0, count: 300), unit: "").estimate.interval?
        .range
    }
    #expect((0.93...0.975).contains(found), "\(found)")
  }

  /// Few discordant inputs: the adjusted interval covers, and percentiles do not.
  @Test func differencesOfAccuracies() {
    let (gain, loss) = (0.03, 0.005)
    func draw(_ random: inout SeededNumbers) -> [Double] {
      (0..<200).map { _ in
        let u = random.uniform()
        return u < gain ? 1 : u < gain + loss ? -1 : 0
      }
    }
    let found = Self.coverage(1000, truth: gain - loss) { random in
      let values = draw(&random)
      return Difference.pairedProportions(
        values.map { $0 == 1 }, values.map { $0 == -1 }, unit: ""
      ).estimate.interval?.range
    }
    #expect((0.93...0.99).contains(found), "\(found)")
    let old = Self.coverage(200, truth: gain - loss) { random in
      Self.percentile(draw(&random), &random)
    }
    #expect(old < 0.945, "\(old)")
  }

  /// Along a run with autocorrelation 0.8, percentiles of resampled snapshots cover less than two thirds;
  /// Basin prints none.
  @Test func snapshotsOfARun() {
    let old = Self.coverage(200, truth: 0) { random in
      var state = random.normal()
      let values = (0..<20).map { _ in
        state = 0.8 * state + 0.6 * random.normal()
        return state
      }
      return Self.percentile(values, &random)
    }
    #expect(old < 0.66, "\(old)")
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

extension SeededNumbers {
  mutating func uniform() -> Double { Double.random(in: 0..<1, using: &self) }

  /// A standard normal number (G. E. P. Box & M. E. Muller, 1958).
  mutating func normal() -> Double {
    (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform())
  }

  /// A number of Student's t distribution with 4 degrees of freedom.
  mutating func heavy() -> Double {
    let squares = (0..<4).reduce(0.0) { sum, _ in
      let one = normal()
      return sum + one * one
    }
    return normal() / (squares / 4).squareRoot()
  }
}
