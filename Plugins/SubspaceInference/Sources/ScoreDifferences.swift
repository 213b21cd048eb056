import BasinKit
import Landscape

/// What one way to predict said of each input of a split.
struct ScoredPredictions {
  /// The highest probability of each input.
  var confidences: [Double]
  /// Whether each prediction is right.
  var correct: [Bool]
  /// −log of the right class's probability, in nats.
  var negativeLogs: [Double]
}

/// Scores of one way to predict less those of another, with 95 % bootstrap intervals over inputs.
struct ScoreDifferences {
  /// A difference, and what it was in draws of the inputs.
  struct Difference {
    var value: Double
    var draws: [Double]
  }

  /// Of the mean negative log-likelihood, in nats.
  var likelihood: Difference
  /// Of the fraction that is right.
  var accuracy: Difference
  /// Of the expected calibration error.
  var calibration: Difference

  /// Draws inputs anew, the same for both; bins are made anew in each draw.
  ///
  /// - Throws: `Cancelled`.
  init(
    of own: ScoredPredictions, less other: ScoredPredictions, bins: Calibration.Scheme, seed: Seed,
    resamples: Int = 1000, cancellation: Cancellation = Cancellation()
  ) throws {
    let count = own.confidences.count
    func differences(_ counts: [Int]) -> (Double, Double, Double) {
      func difference(_ value: (ScoredPredictions) -> Double) -> Double {
        value(own) - value(other)
      }
      return (
        difference { Self.mean($0.negativeLogs, counts) },
        difference { Self.mean($0.correct.map { $0 ? 1 : 0 }, counts) },
        difference { Self.calibrationError($0, counts, bins) }
      )
    }
    let found = differences(Array(repeating: 1, count: count))
    likelihood = Difference(value: found.0, draws: [])
    accuracy = Difference(value: found.1, draws: [])
    calibration = Difference(value: found.2, draws: [])
    var bootstrap = Bootstrap(seed: seed, resamples: resamples)
    for _ in 0..<resamples {
      try cancellation.check()
      let drawn = differences(bootstrap.counts(count))
      likelihood.draws.append(drawn.0)
      accuracy.draws.append(drawn.1)
      calibration.draws.append(drawn.2)
    }
  }

  private static func mean(_ values: [Double], _ counts: [Int]) -> Double {
    var sum = 0.0
    for (value, count) in zip(values, counts) where count > 0 { sum += value * Double(count) }
    return sum / Double(values.count)
  }

  private static func calibrationError(
    _ one: ScoredPredictions, _ counts: [Int], _ bins: Calibration.Scheme
  ) -> Double {
    var confidences: [Double] = []
    var correct: [Bool] = []
    for (place, count) in counts.enumerated() {
      for _ in 0..<count {
        confidences.append(one.confidences[place])
        correct.append(one.correct[place])
      }
    }
    return Calibration(confidences: confidences, correct: correct, scheme: bins).error
  }
}

extension ScoreDifferences.Difference {
  /// From the 2.5th to the 97.5th percentile of the draws: for means, which have no bias.
  var percentileInterval: ClosedRange<Double>? { Bootstrap.interval(ofDraws: draws) }

  /// The basic or reverse-percentile interval [2θ̂ − q₉₇.₅, 2θ̂ − q₂.₅] (A. C. Davison and D. V. Hinkley,
  /// Bootstrap Methods and Their Application, 1997, §5.2): for statistics that grow with noise, as the
  /// calibration error does, which a draw of the inputs has more of than the inputs themselves. The
  /// percentiles of the draws have that bias twice, here it is taken off.
  var basicInterval: ClosedRange<Double>? {
    percentileInterval.map { (2 * value - $0.upperBound)...(2 * value - $0.lowerBound) }
  }
}
