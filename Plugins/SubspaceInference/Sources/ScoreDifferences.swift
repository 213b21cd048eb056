import BasinKit
import Foundation
import Landscape

/// What one way to predict said of each input of a split.
struct ScoredPredictions {
  /// The highest probability of each input.
  var confidences: [Double]
  /// Whether each prediction is right.
  var correct: [Bool]
  /// −log of the right class's probability, in nats.
  var negativeLogs: [Double]
  /// The mean over inputs of the largest spacing of a network's logits.
  var spacing = 0.0
  /// The fraction of inputs whose prediction that spacing may decide.
  var ties = 0.0

  var accuracy: Double { Double(correct.count { $0 }) / Double(max(1, correct.count)) }
  var negativeLogLikelihood: Double {
    negativeLogs.reduce(0, +) / Double(max(1, negativeLogs.count))
  }
}

/// Scores of one way to predict minus those of another, with 95 % intervals that count the choice of inputs
/// and, for averages, the draw of their networks.
///
/// The target is the expected difference over inputs and over draws of as many networks. The interval's
/// arms are the root of the sum of the squares of both errors (MOVER; G. Y. Zou and A. Donner,
/// Construction of confidence limits about effect measures, Statistics in Medicine 27, 2008). What a draw
/// does to single inputs is in both errors; for means over inputs it is counted once, as in the analysis of
/// variance of two crossed factors (A. B. Owen, The pigeonhole bootstrap, Annals of Applied Statistics 1,
/// 2007, §3).
struct ScoreDifferences {
  /// What is compared.
  enum Score: CaseIterable {
    case likelihood, calibration, accuracy

    var name: String {
      switch self {
      case .likelihood: "NLL"
      case .calibration: "ECE"
      case .accuracy: "accuracy"
      }
    }
    var text: String { self == .likelihood ? "NLL (nats)" : name }
    var isBetterBelow: Bool { self != .accuracy }
    /// What differences cannot leave: accuracies and calibration errors are from 0 to 1.
    var differenceBounds: ClosedRange<Double>? { self == .likelihood ? nil : -1...1 }
    /// How the error of the draws is found: only the NLL is smooth in the mean probabilities, as the
    /// jackknife needs.
    var drawMethod: String { self == .likelihood ? "jackknife" : "bootstrap" }
  }

  /// A difference with what the draw of the networks adds to its error.
  struct Scored {
    /// The difference; its interval counts inputs and draws.
    var difference: Difference
    /// The standard error from the draw of the networks; `nil` between single networks.
    var monteCarloError: Double?

    var value: Double { difference.value }
    var interval: ClosedRange<Double>? { difference.estimate.interval?.range }

    /// `better`, `worse`, or why neither.
    func text(_ score: Score) -> String {
      score.isBetterBelow
        ? difference.verdict.text(above: "worse", below: "better")
        : difference.verdict.text(above: "better", below: "worse")
    }
  }

  var other: String
  var likelihood: Scored
  var accuracy: Scored
  var calibration: Scored

  subscript(score: Score) -> Scored {
    switch score {
    case .likelihood: likelihood
    case .calibration: calibration
    case .accuracy: accuracy
    }
  }

}

extension ScoreDifferences {
  /// - Throws: `Cancelled`.
  init(
    of own: MeasuredModel, minus other: MeasuredModel, bins: Calibration.Scheme,
    unit: String = "inputs", seed: Seed, resamples: Int = 1000,
    cancellation: Cancellation = Cancellation()
  ) throws {
    self.other = other.name
    let (one, two) = (own.predictions, other.predictions)
    let hasOneDraw = own.isSingleDraw || other.isSingleDraw
    let objection = [own, other].lazy.compactMap(\.support.objection).first
    func scored(_ found: Difference, _ score: Score) -> Scored {
      let drawn = [own, other].compactMap { $0.drawError(of: score) }
      var difference = found
      if hasOneDraw {
        difference.estimate.support = .unsupported("one network drawn has no measurable error")
      } else if let objection {
        difference.estimate.support = .unsupported(objection)
        // What is not compared is not called the same.
        difference.sameness = nil
      }
      difference.estimate = difference.estimate.clamped(to: score.differenceBounds)
      guard !drawn.isEmpty else { return Scored(difference: difference, monteCarloError: nil) }
      let arm = drawn.reduce(0) { $0 + $1.arm * $1.arm }.squareRoot()
      difference = difference.widened(byDraws: arm, method: score.drawMethod)
      difference.estimate = difference.estimate.clamped(to: score.differenceBounds)
      return Scored(
        difference: difference,
        monteCarloError: drawn.reduce(0) { $0 + $1.error * $1.error }.squareRoot())
    }
    let spacing = one.spacing + two.spacing
    likelihood = scored(
      .paired(one.negativeLogs, two.negativeLogs, unit: unit, spacing: spacing), .likelihood)
    accuracy = scored(
      .pairedProportions(one.correct, two.correct, unit: unit, ties: one.ties + two.ties), .accuracy
    )

    func error(_ model: ScoredPredictions) -> Double {
      Calibration(confidences: model.confidences, correct: model.correct, scheme: bins).error
    }
    var bootstrap = Bootstrap(seed: seed, resamples: resamples)
    var draws: [Double] = []
    for _ in 0..<resamples {
      try cancellation.check()
      let counts = bootstrap.counts(one.confidences.count)
      draws.append(error(one.drawn(counts)) - error(two.drawn(counts)))
    }
    let arm = StudentT.normalCritical(level: 0.95) * MeanAndSpread(draws).deviation
    let value = own.calibration.error - other.calibration.error
    let count = one.confidences.count
    // The same predictions have the same bias.
    let isSame = one.confidences == two.confidences && one.correct == two.correct
    let bias = isSame ? (0, 0) : (own.calibration.biasBound, other.calibration.biasBound)
    var errors = Difference(
      Estimate(
        value,
        count < Estimate.fewestUnits || !arm.isFinite
          ? .unsupported("\(Counted.subject(count, "inputs")) too few")
          : .interval(
            ConfidenceInterval(
              (value - bias.0 - arm)...(value + bias.1 + arm),
              method: "bias-bounded bootstrap", count: count, unit: unit))),
      rounding: Rounding.tolerance(magnitude: 1, terms: count))
    // It has confidences, which change as losses do, and predictions.
    errors.spacing = spacing + one.ties + two.ties
    if isSame { errors.sameness = "the same predictions on \(Counted.text(count, unit))" }
    if one.ties + two.ties > 0 { errors.quantity = .predictions }
    calibration = scored(errors, .calibration)
  }
}

extension Difference {
  /// With the error of networks drawn, independent of that of the inputs.
  ///
  /// - Parameters:
  ///   - drawn: Half of the 95 % interval that the draws alone give.
  ///   - method: How it was found.
  func widened(byDraws drawn: Double, method: String) -> Difference {
    guard case .interval(var interval) = estimate.support else { return self }
    func arm(_ inputs: Double) -> Double { (inputs * inputs + drawn * drawn).squareRoot() }
    let range = interval.range
    let (low, high) = (value - arm(value - range.lowerBound), value + arm(range.upperBound - value))
    var widened = self
    guard low <= high, low.isFinite, high.isFinite else {
      widened.estimate.support = .unsupported("the error of the draws is not finite")
      return widened
    }
    interval.range = low...high
    interval.method += " and \(method) over draws"
    widened.estimate.support = .interval(interval)
    return widened
  }
}

extension ScoredPredictions {
  /// Each input as often as it was drawn.
  func drawn(_ counts: [Int]) -> ScoredPredictions {
    var drawn = ScoredPredictions(confidences: [], correct: [], negativeLogs: [])
    for (place, count) in counts.enumerated() {
      for _ in 0..<count {
        drawn.confidences.append(confidences[place])
        drawn.correct.append(correct[place])
      }
    }
    return drawn
  }
}

extension Calibration {
  /// How much noise can have added to the calibration error: Σ_b n_b/N·(E|g + s z| − |g|), z standard normal,
  /// at the gap g nearest to 0 in each bin's 95 % interval, with the standard error s of its accuracy. A
  /// calibrated model's error is all noise; where gaps are far from 0 noise adds nothing.
  var biasBound: Double {
    let total = Double(max(1, confidences.count))
    return bins.reduce(0) { sum, bin in
      let count = Double(bin.count)
      let variance = max(
        bin.accuracy * (1 - bin.accuracy), bin.confidence * (1 - bin.confidence))
      let error = (variance / count).squareRoot()
      guard error > 0 else { return sum }
      let gap = max(0, abs(bin.gap) - 1.96 * error)
      let added =
        error * (2 / Double.pi).squareRoot() * exp(-gap * gap / (2 * error * error))
        - gap * erfc(gap / error / (2.0).squareRoot())
      return sum + count / total * added
    }
  }
}
