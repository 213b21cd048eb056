import BasinKit
import Landscape
import Torch

/// The error of a score from the draw of an average's networks.
struct DrawError {
  /// The standard error.
  var error: Double
  /// The part of its square that comes from what draws do to single inputs, and that an interval over the
  /// inputs counts already.
  var common = 0.0
  /// Independent draws, or groups of them, less one.
  var degrees: Int

  /// Half of the 95 % interval of what is not counted over the inputs.
  var arm: Double {
    StudentT.critical(level: 0.95, degrees: Double(degrees))
      * max(0, error * error - common).squareRoot()
  }
}

/// Standard errors of accuracy and calibration error over the draw of networks, by resampling the networks.
///
/// Both jump where a mean probability crosses another or moves to the next bin, so that they are no smooth
/// functions of the mean probabilities, and the jackknife's variance is not consistent for them (B. Efron and
/// R. J. Tibshirani, An Introduction to the Bootstrap, 1993, §11.6). The standard deviation over resamples of
/// n units is multiplied by √(n/(n − 1)), which makes it right for a mean.
struct DrawBootstrap {
  /// The standard error of the accuracy.
  var accuracy: Double
  /// The standard error of the calibration error.
  var calibration: Double
  /// The part of the accuracy's squared error from what draws do to single inputs, independent from input
  /// to input: Σ_b Σ_i e²_bi n/(n − 1)/((B − 1) N (N − 1)), e whether the prediction of resample b at input
  /// i is right, less its means by resample and by input.
  var interaction: Double
  /// Units that were resampled.
  var units: Int

  /// Resamples: for a standard error two hundred are enough (Efron and Tibshirani, §6.4).
  static let resamples = 200

  /// - Parameters:
  ///   - logs: Log-probabilities `[S, N, C]` of S networks.
  ///   - units: How many groups of consecutive networks are resampled, from 2 to S.
  ///   - score: The predictions of mean log-probabilities `[N, C]`.
  /// - Throws: `Cancelled`.
  init(
    _ logs: Tensor, units: Int, bins: Calibration.Scheme, seed: Seed, resamples: Int,
    cancellation: Cancellation, score: (Tensor) throws -> ScoredPredictions
  ) throws {
    self.units = units
    let (count, inputs, classes) = (logs.shape[0], logs.shape[1], logs.shape[2])
    let bounds = (0...units).map { $0 * count / units }
    let sums = try withoutGradients {
      try Tensor.stack(
        (0..<units).map { unit in
          let places = (bounds[unit]..<bounds[unit + 1]).map { Int64($0) }
          let own = try logs.indexSelect(0, Tensor(places, shape: [places.count]))
          return try own.exp().sum(0).reshaped([inputs * classes])
        })
    }
    var bootstrap = Bootstrap(seed: seed, resamples: resamples)
    var accuracies: [Double] = []
    var errors: [Double] = []
    var right = [Int](repeating: 0, count: inputs)
    for _ in 0..<resamples {
      try cancellation.check()
      let drawn = bootstrap.counts(units)
      let total = drawn.indices.reduce(0) { $0 + drawn[$1] * (bounds[$1 + 1] - bounds[$1]) }
      let weights = try Tensor(
        drawn.map { Double($0) / Double(total) }, shape: [1, units])
      let found = try withoutGradients {
        let mean = try weights.matmul(sums)
        return try score(mean.reshaped([inputs, classes]).log())
      }
      accuracies.append(found.accuracy)
      errors.append(
        Calibration(confidences: found.confidences, correct: found.correct, scheme: bins).error)
      for (place, isRight) in found.correct.enumerated() where isRight { right[place] += 1 }
    }
    let factor = Double(units) / Double(units - 1) / Double(max(1, resamples - 1))
    func squares(_ values: [Double]) -> Double { MeanAndSpread(values).squares }
    accuracy = (factor * squares(accuracies)).squareRoot()
    calibration = (factor * squares(errors)).squareRoot()
    let within = right.reduce(0.0) { sum, count in
      sum + Double(count) * (1 - Double(count) / Double(max(1, resamples)))
    }
    let pairs = Double(max(1, inputs * (inputs - 1)))
    interaction = factor * max(0, within - Double(inputs) * squares(accuracies)) / pairs
  }
}

extension MeasuredModel {
  /// One network that stands for many: its error cannot be told.
  var isSingleDraw: Bool { isAverage && withoutGroup.isEmpty }

  /// The error of a score over the draw of the networks; `nil` for a single network.
  func drawError(of score: ScoreDifferences.Score) -> DrawError? {
    switch score {
    case .likelihood:
      jackknifeError(\.negativeLogLikelihood).map {
        DrawError(
          error: $0, common: interactionVariance(\.negativeLogs), degrees: withoutGroup.count - 1)
      }
    case .accuracy:
      resampled.map {
        DrawError(error: $0.accuracy, common: $0.interaction, degrees: $0.units - 1)
      }
    case .calibration:
      resampled.map { DrawError(error: $0.calibration, degrees: $0.units - 1) }
    }
  }

  /// The part of the squared jackknife error of a mean over inputs that comes from what draws do to single
  /// inputs, independent from input to input: Σ_g Σ_i e²_gi (G − 1)/G / (N(N − 1)), e the terms without
  /// group g and at input i, less their means by group and by input.
  private func interactionVariance(_ terms: (ScoredPredictions) -> [Double]) -> Double {
    let rows = withoutGroup.map(terms)
    guard rows.count > 1, let inputs = rows.first?.count, inputs > 1 else { return 0 }
    let groups = Double(rows.count)
    let columns = (0..<inputs).map { place in rows.reduce(0) { $0 + $1[place] } / groups }
    let all = columns.reduce(0, +) / Double(inputs)
    let squares = rows.reduce(0.0) { sum, row in
      let mean = row.reduce(0, +) / Double(inputs)
      return zip(row, columns).reduce(sum) { sum, pair in
        let left = pair.0 - pair.1 - mean + all
        return sum + left * left
      }
    }
    return (groups - 1) / groups * squares / (Double(inputs) * Double(inputs - 1))
  }

  /// The delete-a-group jackknife's standard error of a score that is smooth in the mean probabilities;
  /// `nil` for a single network (P. S. Kott, The delete-a-group jackknife, Journal of Official Statistics 17,
  /// 2001).
  private func jackknifeError(_ score: (ScoredPredictions) -> Double) -> Double? {
    guard withoutGroup.count > 1 else { return nil }
    let values = withoutGroup.map(score)
    let count = Double(values.count)
    return ((count - 1) / count * MeanAndSpread(values).squares).squareRoot()
  }
}
