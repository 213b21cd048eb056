import Foundation

/// The fitted S-curve of the target's probability against the dimension of cutting planes, and the
/// dimensions at which it crosses a quarter, a half and three quarters (arXiv 2210.05546).
///
/// p(d) = a + b / (1 + exp(−(ln d − ln c)/s)), least squares over all planes, from a = 0, b = 1,
/// c = 30·D/3072 and s = 2, as the authors' notebook has it on D = 3072. Here ln c and ln s are the
/// parameters, so that c and s stay positive, and the curve stays within 0 and 1 as probabilities do: where
/// the best fit has a < 0 or a + b > 1, that end is held at its bound. Uncertainty comes from draws of the
/// covariance of the parameters that are free.
public struct SuccessCurve: Sendable, Equatable {
  /// Where the curve crosses a probability.
  public enum Crossing: Sendable, Equatable {
    /// At d*, with the 95 % interval of the draws; `nil` where less than nine in ten draws cross.
    case at(Double, interval: ClosedRange<Double>?)
    /// Above the largest dimension that was measured.
    case above(Double)
    /// Below the smallest dimension that was measured.
    case below(Double)
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

  /// a, b, c and s.
  public let parameters: Parameters
  /// D, the numbers of one input.
  public let inputs: Int
  private let dimensions: ClosedRange<Double>
  private let draws: [[Double]]

  /// Draws of the fit's covariance.
  public static let drawCount = 1000

  /// Fits the curve.
  ///
  /// - Parameters:
  ///   - points: Dimension and probability of each plane.
  ///   - inputs: D.
  ///   - seed: Decides the draws.
  /// - Returns: `nil` for fewer than three different dimensions.
  public init?(_ points: [(dimension: Int, probability: Double)], inputs: Int, seed: Seed) {
    let different = Set(points.map(\.dimension))
    guard different.count >= 3, let least = different.min(), let greatest = different.max() else {
      return nil
    }
    self.inputs = inputs
    dimensions = Double(least)...Double(greatest)
    let logs = points.map { log(Double($0.dimension)) }
    let targets = points.map(\.probability)
    let scale = max(1, 30 * Double(inputs) / 3072)
    // The second start is for data far from the paper's.
    let starts = [log(scale), log(Double(least * greatest)) / 2]
    let fits = Ends.allCases.compactMap { ends -> (ends: Ends, fit: LeastSquares)? in
      let tried = starts.map { start in
        LeastSquares(from: ends.start + [start, log(2)], count: points.count) {
          Self.residuals(ends, $0, logs, targets)
        }
      }
      let fit = tried[1].squares < tried[0].squares * (1 - 1e-6) ? tried[1] : tried[0]
      let found = ends.all(fit.parameters)
      return found[0] >= 0 && found[0] + found[1] <= 1 ? (ends, fit) : nil
    }
    guard let best = fits.min(by: { $0.fit.squares < $1.fit.squares }) else { return nil }
    let found = best.ends.all(best.fit.parameters)
    parameters = Parameters(a: found[0], b: found[1], c: exp(found[2]), s: exp(found[3]))
    var random = SeededNumbers(seed)
    draws = (best.fit.draws(Self.drawCount, &random) ?? []).map(best.ends.all)
  }

  // Which ends of the curve are free.
  private enum Ends: CaseIterable {
    case free, low, high, neither

    var start: [Double] {
      switch self {
      case .free: [0, 1]
      case .low: [0]
      case .high: [1]
      case .neither: []
      }
    }

    // a, b, ln c and ln s from the free parameters.
    func all(_ own: [Double]) -> [Double] {
      switch self {
      case .free: own
      case .low: [own[0], 1 - own[0]] + own.dropFirst()
      case .high: [0] + own
      case .neither: [0, 1] + own
      }
    }

    // Derivatives by the free parameters, from those by a, b, ln c and ln s.
    func derivatives(_ all: [Double]) -> [Double] {
      switch self {
      case .free: all
      case .low: [all[0] - all[1]] + all.dropFirst(2)
      case .high: Array(all.dropFirst())
      case .neither: Array(all.dropFirst(2))
      }
    }
  }

  /// p(d).
  public func probability(at dimension: Double) -> Double {
    Self.value([parameters.a, parameters.b, log(parameters.c), log(parameters.s)], log(dimension))
  }

  /// The 95 % band of p(d) over the draws; `nil` where the data does not determine the fit.
  public func band(at dimension: Double) -> ClosedRange<Double>? {
    guard !draws.isEmpty else { return nil }
    let position = log(dimension)
    return Self.interval(draws.map { Self.value($0, position) })
  }

  /// The dimension at which the curve crosses a probability.
  public func crossing(_ probability: Double) -> Crossing {
    let own = [parameters.a, parameters.b, log(parameters.c), log(parameters.s)]
    guard let found = Self.crossing(own, probability), found <= dimensions.upperBound else {
      return self.probability(at: dimensions.lowerBound) > probability
        ? .below(dimensions.lowerBound) : .above(dimensions.upperBound)
    }
    guard found >= dimensions.lowerBound else { return .below(dimensions.lowerBound) }
    let crossings = draws.compactMap { Self.crossing($0, probability) }
    let isDetermined = !draws.isEmpty && crossings.count * 10 >= draws.count * 9
    return .at(
      found,
      interval: isDetermined
        ? Self.interval(crossings).map { range in
          // A plane has between no dimension and all.
          max(0, range.lowerBound)...min(Double(inputs), max(0, range.upperBound))
        } : nil)
  }

  /// Where the fit rises from a tenth to nine tenths of the way between its ends, within what was
  /// measured; `nil` for a curve that does not rise.
  public func rise() -> ClosedRange<Double>? {
    guard parameters.b > 0.05, parameters.s.isFinite, parameters.c.isFinite else { return nil }
    let spread = exp(parameters.s * log(9.0))
    // At least from half to twice the middle: between few dimensions any step looks sharp.
    let factor = max(2, spread)
    let low = min(max(parameters.c / factor, dimensions.lowerBound), dimensions.upperBound)
    let high = min(max(parameters.c * factor, dimensions.lowerBound), dimensions.upperBound)
    return low < high ? low...high : nil
  }

  /// d* of each draw that crosses a probability, for differences between curves.
  public func crossingDraws(_ probability: Double) -> [Double] {
    draws.compactMap { Self.crossing($0, probability) }
      .map { min(Double(inputs), max(0, $0)) }
  }

  private static func value(_ parameters: [Double], _ position: Double) -> Double {
    parameters[0] + parameters[1] / (1 + exp(-(position - parameters[2]) / exp(parameters[3])))
  }

  private static func crossing(_ parameters: [Double], _ probability: Double) -> Double? {
    let ratio = parameters[1] / (probability - parameters[0]) - 1
    guard ratio > 0, ratio.isFinite else { return nil }
    let found = exp(parameters[2] - exp(parameters[3]) * log(ratio))
    return found.isFinite ? found : nil
  }

  private static func residuals(
    _ ends: Ends, _ own: [Double], _ logs: [Double], _ targets: [Double]
  ) -> (residuals: [Double], derivatives: [[Double]]) {
    let parameters = ends.all(own)
    let (b, center, s) = (parameters[1], parameters[2], exp(parameters[3]))
    var residuals: [Double] = []
    var derivatives: [[Double]] = []
    for (position, target) in zip(logs, targets) {
      let u = (position - center) / s
      let sigmoid = 1 / (1 + exp(-u))
      let slope = b * sigmoid * (1 - sigmoid)
      residuals.append(parameters[0] + b * sigmoid - target)
      derivatives.append(ends.derivatives([1, sigmoid, -slope / s, -slope * u]))
    }
    return (residuals, derivatives)
  }

  private static func interval(_ values: [Double]) -> ClosedRange<Double>? {
    let sorted = values.filter { !$0.isNaN }.sorted()
    guard !sorted.isEmpty else { return nil }
    let last = Double(sorted.count - 1)
    return sorted[Int((0.025 * last).rounded())]...sorted[Int((0.975 * last).rounded())]
  }
}
