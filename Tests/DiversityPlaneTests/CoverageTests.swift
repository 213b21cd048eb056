import Foundation
import Landscape
import TestSupport
import Testing

@testable import DiversityPlane

/// Intervals of differences at matched accuracy contain the truth as often as they say.
@Suite struct MatchedCoverageTests {
  /// Independent checkpoints: accuracies that match in part, diversity that falls with accuracy, and one set of
  /// twice the spread.
  @Test(arguments: [5, 10, 20])
  func overCheckpoints(count: Int) throws {
    func compared(_ round: UInt64) -> Estimate {
      var random = SeededNumbers(Seed(31).derived("matched \(count) \(round)"))
      let sets = [(0.8, 0.05), (0.6, 0.1)].map { base, spread in
        (0..<count).map { _ -> MatchedComparison.Point in
          let accuracy = 0.9 + 0.006 * random.normal()
          return MatchedComparison.Point(
            accuracy: accuracy,
            diversity: base - 5 * (accuracy - 0.9) + spread * random.normal())
        }
      }
      return MatchedComparison(sets[0], sets[1], objection: nil, unit: "").difference
    }
    // Both sets have the same accuracies, so that the differences that they make cancel.
    let found = Coverage.measure(
      "two-sample jackknife",
      "\(count) + \(count) checkpoints, spreads 1 and 2, accuracies that match in part", few: 400,
      divisor: 2
    ) { compared($0).interval?.range.contains(0.2) }
    #expect((0.91...0.99).contains(found.contained), "\(found)")
  }

  /// Snapshots of a run over inputs: disagreements and errors of three snapshots a set, correlated input by
  /// input.
  @Test(arguments: [300, 600])
  func overInputs(count: Int) throws {
    // An input is hard with probability 0.2. Hard ones are wrong with probability 0.5, easy ones with 0.01; those of the
    // first set differ from the baseline in 0.5 and 0.02, those of the second in 0.3 and 0.01.
    let error = 0.2 * 0.5 + 0.8 * 0.01
    let rates = [(0.5, 0.02), (0.3, 0.01)]
    let truth = rates.map { (0.2 * $0.0 + 0.8 * $0.1) / error }
    let found = Coverage.measure(
      "delta method", "\(count) inputs, 11 % errors, 3 + 3 snapshots that err together", few: 300,
      divisor: 4
    ) { round in
      var random = SeededNumbers(Seed(37).derived("inputs \(count) \(round)"))
      func uniform() -> Double { Double.random(in: 0..<1, using: &random) }
      let hard = (0..<count).map { _ in uniform() < 0.2 }
      let sets = rates.map { rate in
        (0..<3).map { _ -> MatchedComparison.Point in
          let errors = hard.map { uniform() < ($0 ? 0.5 : 0.01) ? 1.0 : 0 }
          let differing = hard.map { uniform() < ($0 ? rate.0 : rate.1) ? 1.0 : 0 }
          return MatchedComparison.Point(
            // Matched whatever the sample: the pairs are held fixed.
            accuracy: 0.9, diversity: differing.reduce(0, +) / errors.reduce(0, +),
            influences: Diversity.influences(disagreements: differing, errors: errors))
        }
      }
      return MatchedComparison(sets[0], sets[1], objection: "", unit: "").difference.interval?
        .range.contains(truth[0] - truth[1])
    }
    #expect((0.90...0.98).contains(found.contained), "\(found)")
  }
}
