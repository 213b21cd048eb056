import BasinCore
import Foundation
import Landscape

/// Refits of an S-curve to resampled planes, and the 95 % intervals that follow.
///
/// Planes are resampled within each dimension and target, whose numbers are fixed: planes of low and high
/// dimensions hardly vary, those between do, and one noise level for all would not describe them. Of n
/// planes n − 1 are drawn with replacement, so that the variance of their mean is s²/n (J. N. K. Rao and
/// C. F. J. Wu, Resampling Inference with Complex Survey Data, JASA 83, 1988). With few planes the variance
/// itself is uncertain: the refits' distances from the fit are multiplied by t/z, the 97.5th percentiles
/// of Student's t and of the normal distribution, with Satterthwaite's degrees of freedom
/// (Σvₕ)²/Σ(vₕ²/(nₕ − 1)) of the strata's shares vₕ in the variance (F. E. Satterthwaite, Biometrics
/// Bulletin 2, 1946). Distances of d* are in ln d.
struct PlaneBootstrap: Sendable, Equatable {
  /// Why there is no interval: a clause.
  struct Reason: Error, Equatable {
    var text: String
  }

  let planes: Int
  // Of the dimension that has the fewest.
  private let fewest: Int
  // `nil` where the fit to the resampled planes did not converge.
  private let curves: [SigmoidFit.Curve?]
  private let problem: Reason?
  // Of each stratum with more than one plane: its share in the influence of its dimension, and its terms.
  private let terms: [Term]
  // Influence of the means on the parameters a, b, m and ln s: `[4][means]`.
  private let influence: [[Double]]

  private struct Term: Sendable, Equatable {
    var place: Int
    var share: Double
    // s²/n; `nil` where the dimension has too few planes.
    var variance: Double?
    var freedom: Double
  }

  init(
    _ sample: PlaneSample, _ fit: SigmoidFit, starts: [[SigmoidFit.Curve]], count: Int, seed: Seed
  ) {
    planes = sample.planes
    fewest = Int(sample.means.weights.min() ?? 0)
    terms = sample.strata.map { stratum in
      let (size, all) = (stratum.values.count, sample.means.weights[stratum.place])
      return Term(
        place: stratum.place, share: Double(size) / all,
        variance: size > 1 && all >= Double(Self.fewestPlanes)
          ? stratum.variance / Double(size) : nil, freedom: Double(size - 1))
    }
    var influence: [[Double]] = []
    for index in 0..<4 {
      let unit = (0..<4).map { $0 == index ? 1.0 : 0 }
      if let row = fit.influence(of: unit, sample.means) { influence.append(row) }
    }
    self.influence = influence
    guard influence.count == 4 else {
      curves = []
      problem = Reason(text: "the planes do not determine the curve")
      return
    }
    guard fit.isConverged else {
      curves = []
      problem = Reason(text: "the fit did not converge in \(SigmoidFit.steps) steps")
      return
    }
    guard count > 0 else {
      curves = []
      problem = Reason(text: "no planes were resampled")
      return
    }
    var curves: [SigmoidFit.Curve?] = []
    var data = sample.means
    for means in sample.resampled(count, seed) {
      data.means = means
      let refit = SigmoidFit.best(data, starts: starts, tolerance: 1e-8)?.fit
      // Where resampled planes leave the slope open, the curve still rises between two of the dimensions
      // that were measured, and its crossing counts.
      curves.append(refit.flatMap { $0.isConverged ? $0.curve : nil })
    }
    let failed = curves.count { $0 == nil }
    problem =
      failed * 10 <= count
      ? nil
      : Reason(
        text: "the fit did not converge for \(failed) of \(count) sets of resampled planes")
    self.curves = curves
  }

  /// A function's values over the refits, with their distances from its value widened by t/z.
  ///
  /// - Parameters:
  ///   - value: The function at the fit; `nil` where it has none, and then nothing is widened.
  ///   - gradient: Its derivatives there by a, b, m and ln s.
  ///   - function: The function of a refit; may be infinite.
  /// - Returns: One value a refit; NaN for the few whose fit did not converge.
  func values(
    of value: Double?, gradient: [Double]?, _ function: (SigmoidFit.Curve) -> Double
  ) -> Swift.Result<[Double], Reason> {
    if let problem { return .failure(problem) }
    var factor = 1.0
    if let gradient {
      switch widening(gradient) {
      case .success(let found): factor = found
      case .failure(let reason): return .failure(reason)
      }
    } else if terms.contains(where: { $0.variance == nil }) {
      return .failure(tooFew)
    }
    let draws = curves.map { $0.map(function) ?? .nan }
    guard let value else { return .success(draws) }
    return .success(draws.map { $0.isFinite ? value + factor * ($0 - value) : $0 })
  }

  /// The planes that a dimension needs, of all targets that are fitted together. With fewer, Student's t is so
  /// wide that intervals of d*₂₅, d*₅₀ and d*₇₅, each with its own degrees of freedom, contradict their order.
  static let fewestPlanes = 5

  private var tooFew: Reason {
    Reason(
      text: fewest < Self.fewestPlanes
        ? "there are as few as \(Counted.text(fewest, "planes")) at a dimension, and \(Self.fewestPlanes) are needed"
        : "one plane of a target at a dimension has no spread")
  }

  private func widening(_ gradient: [Double]) -> Swift.Result<Double, Reason> {
    var (sum, squares, single, all) = (0.0, 0.0, 0.0, 0.0)
    for term in terms {
      let slope =
        term.share
        * zip(gradient, influence).reduce(0) { $0 + $1.0 * $1.1[term.place] }
      all += slope * slope
      guard let variance = term.variance else {
        single += slope * slope
        continue
      }
      let own = slope * slope * variance
      sum += own
      squares += own * own / term.freedom
    }
    // Too few planes may only be there where nothing depends on them.
    guard single <= 0.01 * all else { return .failure(tooFew) }
    guard squares > 0, sum.isFinite, squares.isFinite else { return .success(1) }
    let freedom = max(1, sum * sum / squares)
    return .success(
      StudentT.critical(level: 0.95, degrees: freedom) / StudentT.normalCritical(level: 0.95))
  }

  /// An interval with what a reader needs to judge it.
  func described(_ range: ClosedRange<Double>) -> ConfidenceInterval {
    ConfidenceInterval(
      range, method: "bootstrap within each dimension with Student's t", count: planes,
      unit: "planes", given: "this network and these dimensions")
  }

  /// From the 2.5th to the 97.5th percentile of all values but NaN.
  static func interval(_ values: [Double]) -> ClosedRange<Double> {
    let sorted = values.filter { !$0.isNaN }.sorted()
    guard !sorted.isEmpty else { return -Double.infinity...Double.infinity }
    let last = Double(sorted.count - 1)
    return sorted[Int((0.025 * last).rounded())]...sorted[Int((0.975 * last).rounded())]
  }
}
