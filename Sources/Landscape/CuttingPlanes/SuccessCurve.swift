import Foundation

/// The fitted S-curve of the target's probability against the dimension of cutting planes, and the
/// dimensions at which it crosses a quarter, a half and three quarters (arXiv 2210.05546).
///
/// p(d) = a + b / (1 + exp(−(ln d − ln c)/s)), least squares over all planes, from a = 0, b = 1,
/// c = 30·D/3072 and s = 2, as the authors' notebook has it on D = 3072. Here ln c and ln s are the
/// parameters, so that c and s stay positive. Uncertainty comes from draws of the fit's covariance.
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

  /// a, b, c and s.
  public let parameters: (a: Double, b: Double, c: Double, s: Double)
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
    let fits = [scale, Double(least * greatest).squareRoot()].map { start in
      LeastSquares(from: [0, 1, log(start), log(2)], count: points.count) { parameters in
        Self.residuals(parameters, logs, targets)
      }
    }
    // The second start is for data far from the paper's.
    let fit = fits[1].squares < fits[0].squares * (1 - 1e-6) ? fits[1] : fits[0]
    let found = fit.parameters
    parameters = (found[0], found[1], exp(found[2]), exp(found[3]))
    var random = SeededNumbers(seed)
    draws = fit.draws(Self.drawCount, &random) ?? []
  }

  public static func == (first: SuccessCurve, second: SuccessCurve) -> Bool {
    first.parameters == second.parameters && first.inputs == second.inputs
      && first.dimensions == second.dimensions && first.draws == second.draws
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
    _ parameters: [Double], _ logs: [Double], _ targets: [Double]
  ) -> (residuals: [Double], derivatives: [[Double]]) {
    let (b, center, s) = (parameters[1], parameters[2], exp(parameters[3]))
    var residuals: [Double] = []
    var derivatives: [[Double]] = []
    for (position, target) in zip(logs, targets) {
      let u = (position - center) / s
      let sigmoid = 1 / (1 + exp(-u))
      let slope = b * sigmoid * (1 - sigmoid)
      residuals.append(parameters[0] + b * sigmoid - target)
      derivatives.append([1, sigmoid, -slope / s, -slope * u])
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
