import BasinKit
import Foundation
import Landscape
import Testing

@testable import SubspaceInference

/// Differences of scores, and their intervals.
@Suite struct ScoreDifferenceTests {
  // Predictions that are right as often as they say, confidences uniform over a range.
  private func calibrated(
    _ count: Int, _ range: ClosedRange<Double>, using numbers: inout SeededNumbers
  ) -> ScoredPredictions {
    let confidences = (0..<count).map { _ in Double.random(in: range, using: &numbers) }
    let correct = confidences.map { Double.random(in: 0..<1, using: &numbers) < $0 }
    return ScoredPredictions(
      confidences: confidences, correct: correct,
      negativeLogs: zip(confidences, correct).map { -log($1 ? $0 : 1 - $0) })
  }

  /// Both are calibrated, and the less sure one seems worse by noise alone: the basic interval says
  /// more often than percentiles that nothing differs, and the difference lies in it.
  @Test func basicIntervalsOfCalibratedModelsCoverNoDifference() throws {
    var numbers = SeededNumbers(Seed(3))
    var (basic, percentile, inside) = (0, 0, 0)
    let repetitions = 60
    for repetition in 0..<repetitions {
      let sure = calibrated(200, 0.8...1, using: &numbers)
      let unsure = calibrated(200, 0.5...0.9, using: &numbers)
      let found = try ScoreDifferences(
        of: sure, less: unsure, bins: .equalCount(20), seed: Seed(UInt64(repetition)),
        resamples: 80
      ).calibration
      let own = try #require(found.basicInterval)
      let drawn = try #require(found.percentileInterval)
      if own.contains(0) { basic += 1 }
      if drawn.contains(0) { percentile += 1 }
      if own.contains(found.value) { inside += 1 }
    }
    #expect(basic >= percentile + 12, "\(basic) and \(percentile) of \(repetitions)")
    #expect(basic >= 40)
    #expect(inside >= 50, "\(inside)")
  }

  /// The percentiles of the draws, mirrored at the difference.
  @Test func basicIntervalsAreMirrored() throws {
    let found = ScoreDifferences.Difference(value: 5, draws: (0...40).map { Double($0) })
    #expect(found.percentileInterval == 1...39)
    #expect(found.basicInterval == (-29)...9)
    #expect(ScoreDifferences.Difference(value: 5, draws: []).basicInterval == nil)
  }

  /// Differences by hand, and none of a model to itself in any draw.
  @Test func differencesByHand() throws {
    let one = ScoredPredictions(
      confidences: [0.9, 0.8, 0.7, 0.6], correct: [true, true, false, true],
      negativeLogs: [0.1, 0.2, 1.5, 0.6])
    let other = ScoredPredictions(
      confidences: [0.5, 0.5, 0.5, 0.5], correct: [true, false, false, false],
      negativeLogs: [0.7, 0.7, 0.7, 0.7])
    let found = try ScoreDifferences(
      of: one, less: other, bins: .equalCount(1), seed: Seed(1), resamples: 20)
    #expect(abs(found.likelihood.value - (0.6 - 0.7)) < 1e-12)
    #expect(abs(found.accuracy.value - 0.5) < 1e-12)
    // |0.75 − 0.75| and |0.25 − 0.5|.
    #expect(abs(found.calibration.value + 0.25) < 1e-12)
    let same = try ScoreDifferences(
      of: one, less: one, bins: .equalCount(2), seed: Seed(1), resamples: 20)
    #expect(same.likelihood.draws.count == 20)
    for difference in [same.likelihood, same.accuracy, same.calibration] {
      #expect(difference.draws.allSatisfy { $0 == 0 })
      #expect(difference.basicInterval == 0...0)
    }
  }
}

/// What is said of chains.
@Suite struct ChainReportTests {
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
