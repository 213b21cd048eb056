import BasinCore
import Foundation
import Landscape

/// The fitted S-curve of the target's probability against the dimension of cutting planes, and the
/// dimensions at which it crosses a quarter, a half and three quarters (arXiv 2210.05546).
///
/// p(d) = a + b / (1 + exp(−(ln d − ln c)/s)), least squares over all planes, from a = 0, b = 1,
/// c = 30·D/3072 and s = 2, as the authors' notebook has it on D = 3072. Here ln c and ln s are the
/// parameters, so that c and s stay positive, and the curve stays within 0 and 1 as probabilities do: where
/// the best fit has a < 0 or a + b > 1, that end is held at its bound. For how intervals are computed, see
/// ``PlaneBootstrap``.
public struct SuccessCurve: Sendable, Equatable {
  /// Where the curve crosses a probability.
  public enum Crossing: Sendable, Equatable {
    /// At d*. An interval from 0 begins below the smallest dimension that was measured, and one up to
    /// infinity ends above the largest.
    case at(Estimate)
    /// Above the largest dimension that was measured, with the interval of d*.
    case above(Double, Estimate.Support)
    /// Below the smallest dimension that was measured, with the interval of d*.
    case below(Double, Estimate.Support)

    /// The interval of d*; `nil` where there is none.
    public var interval: ConfidenceInterval? {
      switch self {
      case .at(let estimate): estimate.interval
      case .above(_, .interval(let interval)), .below(_, .interval(let interval)): interval
      case .above, .below: nil
      }
    }
  }

  /// The numbers of the fit.
  public struct Parameters: Sendable, Equatable {
    /// The level before the rise.
    public var a: Double
    /// The height of the rise.
    public var b: Double
    /// The dimension in the middle of the rise.
    public var c: Double
    /// The width of the rise, in ln d.
    public var s: Double
  }

  /// One plane.
  public struct Point: Sendable, Equatable {
    /// d, from 1 up.
    public var dimension: Int
    /// The largest probability that it reached, from 0 to 1.
    public var probability: Double
    /// Which of the targets that are fitted together it is of. Targets are fixed: planes are resampled
    /// within each dimension and target.
    public var target: Int

    /// A plane.
    public init(dimension: Int, probability: Double, target: Int = 0) {
      self.dimension = dimension
      self.probability = probability
      self.target = target
    }
  }

  /// a, b, c and s.
  public let parameters: Parameters
  /// D, the numbers of one input.
  public let inputs: Int
  /// Whether Levenberg and Marquardt's method converged.
  public let isConverged: Bool
  /// Whether a is held at 0, and a + b at 1.
  public let held: (low: Bool, high: Bool)
  private let dimensions: ClosedRange<Double>
  private let fit: SigmoidFit.Curve
  private let bootstrap: PlaneBootstrap

  /// How often planes are resampled.
  public static let resamples = 1000

  /// Fits the curve.
  ///
  /// - Parameters:
  ///   - points: The planes. Those of one dimension and target are resampled by their places in this list,
  ///     so that curves of networks that were searched in the same planes, with one seed, are resampled
  ///     together, and their differences are paired.
  ///   - inputs: D.
  ///   - seed: Decides how planes are resampled.
  ///   - resamples: How often; 0 for a fit without intervals.
  /// - Returns: `nil` for fewer than three different dimensions, or where a probability is NaN.
  public init?(
    _ points: [Point], inputs: Int, seed: Seed, resamples: Int = SuccessCurve.resamples
  ) {
    guard points.allSatisfy({ $0.probability.isFinite && $0.dimension > 0 }) else { return nil }
    let different = Array(Set(points.map(\.dimension))).sorted()
    guard different.count >= 3, let smallest = different.first, let largest = different.last
    else { return nil }
    self.inputs = inputs
    dimensions = Double(smallest)...Double(largest)
    let sample = PlaneSample(points)
    // The second start is for data far from the paper's.
    let starts = [
      log(max(1, 30 * Double(inputs) / 3072)), (log(Double(smallest)) + log(Double(largest))) / 2,
    ].map { SigmoidFit.Curve(a: 0, b: 1, middle: $0, logScale: log(2)) }
    guard
      let best = SigmoidFit.best(sample.means, starts: SigmoidFit.Ends.allCases.map { _ in starts })
    else { return nil }
    fit = best.fit.curve
    isConverged = best.fit.isConverged
    held = (
      best.fit.ends == .high || best.fit.ends == .neither,
      best.fit.ends == .low || best.fit.ends == .neither
    )
    parameters = Parameters(a: fit.a, b: fit.b, c: exp(fit.middle), s: exp(fit.logScale))
    bootstrap = PlaneBootstrap(
      sample, best.fit, starts: best.ends, count: resamples, seed: seed)
  }

  /// Whether fits and resampled planes are the same.
  public static func == (one: SuccessCurve, other: SuccessCurve) -> Bool {
    one.parameters == other.parameters && one.inputs == other.inputs
      && one.dimensions == other.dimensions && one.bootstrap == other.bootstrap
  }

  /// p(d).
  public func probability(at dimension: Double) -> Double { fit.value(log(dimension)) }

  /// The 95 % band of p(d), at each d by itself; `nil` where the planes do not support one.
  public func band(at dimension: Double) -> ClosedRange<Double>? {
    let position = log(dimension)
    guard
      case .success(let values) = bootstrap.values(
        of: fit.value(position), gradient: fit.gradient(position), { $0.value(position) })
    else { return nil }
    // The ends are kept within 0 and 1, not the values: max(0, NaN) is 0.
    let range = PlaneBootstrap.interval(values)
    return min(1, max(0, range.lowerBound))...max(0, min(1, range.upperBound))
  }

  /// The dimension at which the curve crosses a probability. The intervals of d*₂₅, d*₅₀ and d*₇₅ are
  /// ``inOrder(_:)``.
  public func crossing(_ probability: Double) -> Crossing {
    let support: Estimate.Support =
      switch interval(probability) {
      case .success(let range): .interval(bootstrap.described(range))
      case .failure(let reason): .unsupported(reason.text)
      }
    guard let found = fit.crossing(probability).map(exp), found <= dimensions.upperBound else {
      return self.probability(at: dimensions.lowerBound) > probability
        ? .below(dimensions.lowerBound, support) : .above(dimensions.upperBound, support)
    }
    guard found >= dimensions.lowerBound else { return .below(dimensions.lowerBound, support) }
    return .at(Estimate(found, support))
  }

  /// The probabilities whose d* are reported together.
  public static let levels = [0.25, 0.5, 0.75]

  // The interval of d*, from the resamples, extended to be in the order of the levels.
  private func interval(
    _ probability: Double
  ) -> Swift.Result<ClosedRange<Double>, PlaneBootstrap.Reason> {
    func own(_ level: Double) -> Swift.Result<ClosedRange<Double>, PlaneBootstrap.Reason> {
      crossingDraws(level).map { PlaneBootstrap.interval($0) }
    }
    guard let place = Self.levels.firstIndex(of: probability), parameters.b > 0,
      case .success = own(probability)
    else { return own(probability) }
    let ranges = Self.inOrder(Self.levels.map { try? own($0).get() })
    return ranges[place].map { .success($0) } ?? own(probability)
  }

  /// Intervals of numbers that rise from each to the next, with ends that rise too: an upper end is at
  /// least that of every number below, and a lower end at most that of every number above. Where the
  /// number below is up to its upper end, so may be those above. Intervals only grow, so that they contain
  /// the truth no less often.
  static func inOrder(_ ranges: [ClosedRange<Double>?]) -> [ClosedRange<Double>?] {
    ranges.indices.map { place in
      guard let own = ranges[place] else { return nil }
      let lower = ranges[place...].compactMap { $0?.lowerBound }.reduce(own.lowerBound, min)
      let upper = ranges[...place].compactMap { $0?.upperBound }.reduce(own.upperBound, max)
      return lower...upper
    }
  }

  /// d* of each resample: 0 where it is below the smallest dimension that was measured, and infinite where it
  /// is above the largest.
  func crossingDraws(
    _ probability: Double
  ) -> Swift.Result<[Double], PlaneBootstrap.Reason> {
    let (low, high) = (log(dimensions.lowerBound), log(dimensions.upperBound))
    let found = fit.crossing(probability)
    return bootstrap.values(
      of: found, gradient: found.map { _ in fit.crossingGradient(probability) }
    ) { curve in
      curve.crossing(probability)
        ?? (curve.value(low) > probability ? -Double.infinity : Double.infinity)
    }.map { $0.map { $0 < low ? 0 : $0 > high ? .infinity : exp($0) } }
  }

  // What a resample's d* says of the dimension: itself, or all that is beyond what was measured. NaN, of
  // which no percentile is taken, stays NaN.
  private func bounds(_ draw: Double) -> (lowerBound: Double, upperBound: Double) {
    switch draw {
    case 0: (0, dimensions.lowerBound)
    case .infinity: (dimensions.upperBound, Double(inputs))
    default: (draw, draw)
    }
  }

  /// How much d* of one curve is above that of another, with its interval: the differences of the
  /// resamples in turn. A curve that crosses the probability below the smallest dimension that was measured
  /// crosses between 0 and that dimension, and one that crosses it above the largest between that and
  /// D; the interval contains all differences that these allow.
  ///
  /// - Returns: The value is NaN where a curve does not cross within what was measured.
  public static func difference(
    _ one: SuccessCurve, _ other: SuccessCurve, at probability: Double
  ) -> Difference {
    var value = Double.nan
    if case .at(let high) = one.crossing(probability),
      case .at(let low) = other.crossing(probability)
    {
      value = high.value - low.value
    }
    func difference(_ support: Estimate.Support) -> Difference {
      Difference(Estimate(value, support), rounding: 0)
    }
    switch (one.crossingDraws(probability), other.crossingDraws(probability)) {
    case (.failure(let reason), _), (_, .failure(let reason)):
      return difference(.unsupported(reason.text))
    case (.success(let first), .success(let second)):
      // Two that are beyond what was measured on the same side differ by anything.
      let open = zip(first, second).count { $0 == $1 && ($0 == 0 || $0 == .infinity) }
      guard open * 40 <= first.count else {
        return difference(.unsupported("both curves cross beyond the dimensions measured"))
      }
      let ends = zip(first, second).map { (high: one.bounds($0), low: other.bounds($1)) }
      let lower = PlaneBootstrap.interval(ends.map { $0.high.lowerBound - $0.low.upperBound })
      let upper = PlaneBootstrap.interval(ends.map { $0.high.upperBound - $0.low.lowerBound })
      var interval = one.bootstrap.described(lower.lowerBound...upper.upperBound)
      interval.shownCount = "\(one.bootstrap.planes) + \(other.bootstrap.planes)"
      return difference(.interval(interval))
    }
  }

  /// Where the fit rises from a tenth to nine tenths of the way between its ends, within what was
  /// measured; `nil` for a curve that does not rise.
  public func rise() -> ClosedRange<Double>? {
    guard parameters.b > 0.05, fit.middle.isFinite, parameters.s.isFinite else { return nil }
    // At least from half to twice the middle: between few dimensions any step looks sharp.
    let spread = max(log(2), parameters.s * log(9.0))
    let (least, most) = (log(dimensions.lowerBound), log(dimensions.upperBound))
    let low = min(max(fit.middle - spread, least), most)
    let high = min(max(fit.middle + spread, least), most)
    return low < high ? exp(low)...exp(high) : nil
  }
}
