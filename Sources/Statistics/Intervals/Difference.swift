import BasinCore
import Foundation

/// What the data say of a difference.
public enum Verdict: Sendable, Equatable {
  /// Above 0: the 95 % interval excludes 0.
  case above
  /// Below 0.
  case below
  /// The interval has 0 in it.
  case notClear
  /// No larger than the rounding of the numbers that it is the difference of.
  case rounding
  /// Nothing that could differ does, a clause: `right or wrong alike on 3 test inputs`.
  case same(String)
  /// The data do not support a statement, for this reason.
  case unsupported(String)

  /// One clause: `higher`, `lower`, `not clearly different`, `equal within rounding` or
  /// `not compared: …`.
  public var text: String { text(above: "higher", below: "lower") }

  /// One clause, with words of one's own for above and below: `better`, `worse`.
  public func text(above: String, below: String) -> String {
    switch self {
    case .above: above
    case .below: below
    case .notClear: "not clearly different"
    case .rounding: "equal within rounding"
    case .same(let text): text
    case .unsupported(let reason): "not compared: \(reason)"
    }
  }

  /// Whether the data show a difference.
  public var isDifference: Bool { self == .above || self == .below }
}

/// A difference of two quantities: its interval, its rounding, and what follows.
public struct Difference: Sendable, Equatable {
  /// The difference with its interval.
  public var estimate: Estimate
  /// Differences up to this size are rounding, see ``Rounding``; negative for counts, which are exact.
  public var rounding: Double
  /// The mean spacing of the logits behind both sides, which differences up to this size may come from.
  public var spacing = 0.0
  /// What the spacing acts on.
  public var quantity = Rounding.Quantity.losses
  /// Why no verdict is given in spite of an interval: a clause.
  public var doubt: String?
  /// What is said where the value is 0 because nothing that it counts differs, a clause.
  public var sameness: String?

  /// Creates a difference.
  public init(_ estimate: Estimate, rounding: Double, doubt: String? = nil) {
    self.estimate = estimate
    self.rounding = rounding
    self.doubt = doubt
  }

  /// The difference itself.
  public var value: Double { estimate.value }

  /// What the data say of it.
  public var verdict: Verdict {
    guard value.isFinite else { return .unsupported("a value is NaN or infinite") }
    if value == 0, let sameness { return .same(sameness) }
    if abs(value) <= rounding {
      // An interval about 0 that is wider than rounding says more.
      let range = estimate.interval?.range
      let isWide = range.map { $0.contains(0) && max(-$0.lowerBound, $0.upperBound) > rounding }
      return isWide == true ? .notClear : .rounding
    }
    if spacing > 0, abs(value) <= spacing {
      return .unsupported(Rounding.reason(spacing, of: quantity))
    }
    switch estimate.support {
    case .unsupported(let reason): return .unsupported(reason)
    case .exact: return value > 0 ? .above : .below
    case .interval(let interval):
      guard !interval.range.contains(0) else { return .notClear }
      if let doubt { return .unsupported(doubt) }
      return value > 0 ? .above : .below
    }
  }

  /// One sentence: `the test loss of swa is lower than that of path[-1] by 0.012 [0.004, 0.02]`.
  ///
  /// - Parameters:
  ///   - first: What the difference is of, as a subject.
  ///   - second: What it is compared with.
  public func sentence(_ first: String, _ second: String, format: NumberFormat) -> String {
    switch verdict {
    case .above, .below:
      guard let range = estimate.interval?.range else {
        return "\(first) is \(verdict.text) than \(second) by \(format.nonzeroText(abs(value)))"
      }
      let ends = [abs(range.lowerBound), abs(range.upperBound)].sorted().map(format.nonzeroText)
      return "\(first) is \(verdict.text) than \(second) by \(format.nonzeroText(abs(value))) "
        + "[\(ends[0]), \(ends[1])]"
    case .notClear: return "\(first) is not clearly different from \(second)"
    case .rounding: return "\(first) is equal to \(second) within rounding"
    case .same(let text): return "\(first) is that of \(second): \(text)"
    case .unsupported(let reason): return "\(first) is not compared with \(second): \(reason)"
    }
  }
}

extension Difference {
  /// How many inputs must carry a difference: with five or fewer, signs that all agree have a probability
  /// of 1/16 or more by chance (the two-sided sign test).
  public static let fewestCarriers = 6

  /// The mean of one quantity minus that of another on the same inputs, with Student's t interval of the
  /// differences.
  ///
  /// No verdict is given where the differences are effectively of fewer than six inputs,
  /// (Σ|dᵢ|)²/Σdᵢ² < 6: the interval of a mean that a few inputs decide says nothing of other inputs.
  ///
  /// - Parameters:
  ///   - own: The first quantity of each input, `[N]`.
  ///   - other: The second, `[N]`.
  ///   - unit: `test inputs`.
  ///   - given: What is held fixed.
  ///   - isSingle: Whether the values come from single precision.
  ///   - draws: Where the quantities are means over random draws too, such as some of all ensembles: the mean of each
  ///     draw over the inputs, one list for each side that was drawn. The variance s²/m of each is added to that of the inputs,
  ///     with the degrees of freedom of F. E. Satterthwaite (Biometrics Bulletin 2, 1946).
  ///   - drawn: What was drawn: `ensembles`.
  ///   - spacing: The mean spacing of the logits of both sides together.
  ///   - bounds: What the difference cannot leave.
  public static func paired(
    _ own: [Double], _ other: [Double], unit: String, given: String? = nil, isSingle: Bool = true,
    draws: [[Double]] = [], drawn: String = "draws", spacing: Double = 0,
    bounds: ClosedRange<Double>? = nil
  ) -> Difference {
    let differences = zip(own, other).map { $0 - $1 }
    let magnitude =
      zip(own, other).reduce(0) { $0 + abs($1.0) + abs($1.1) } / Double(max(1, own.count))
    let (sizes, squares) = differences.reduce((0.0, 0.0)) { ($0.0 + abs($1), $0.1 + $1 * $1) }
    let carriers = squares > 0 ? sizes * sizes / squares : 0
    var found = Difference(
      draws.isEmpty
        ? .mean(of: differences, unit: unit, given: given)
        : .mean(of: differences, draws: draws, drawn: drawn, unit: unit, given: given),
      rounding: Rounding.tolerance(magnitude: magnitude, terms: own.count, isSingle: isSingle),
      doubt: carriers < Double(fewestCarriers)
        ? "the difference comes from effectively \(NumberFormat.fixed(1).text(carriers)) of "
          + "\(own.count) \(unit)" : nil)
    found.spacing = spacing
    found.estimate = found.estimate.clamped(to: bounds)
    return found
  }

  /// The fraction of inputs for which one thing holds minus that for another, on the same inputs: Bonett
  /// and Price's adjusted Wald interval (Adjusted Wald Confidence Interval for a Difference of Binomial
  /// Proportions Based on Paired Data, Journal of Educational and Behavioral Statistics 37, 2012), which
  /// adds one to each of the two kinds of discordant inputs.
  ///
  /// A verdict also needs McNemar's exact test below 0.05 (Q. McNemar, Psychometrika 12, 1947), so that
  /// no five or fewer discordant inputs decide one.
  ///
  /// - Parameters:
  ///   - own: Whether the first holds, of each input.
  ///   - other: Whether the second holds.
  ///   - ties: The fractions of inputs of both sides together whose prediction rounding may decide.
  public static func pairedProportions(
    _ own: [Bool], _ other: [Bool], unit: String, given: String? = nil, ties: Double = 0
  ) -> Difference {
    let count = own.count
    let (gains, losses) = zip(own, other).reduce((0, 0)) {
      ($0.0 + ($1.0 && !$1.1 ? 1 : 0), $0.1 + (!$1.0 && $1.1 ? 1 : 0))
    }
    let value = Double(gains - losses) / Double(count)
    let sameness = gains + losses == 0 ? alike(count, unit) : nil
    guard count >= Estimate.fewestUnits else {
      var found = Difference(
        Estimate(value, .unsupported(Estimate.tooFew(count, unit))), rounding: -1)
      found.sameness = sameness
      return found
    }
    let (one, two, total) = (
      Double(gains + 1) / Double(count + 2), Double(losses + 1) / Double(count + 2),
      Double(count + 2)
    )
    let half =
      StudentT.normalCritical(level: 0.95)
      * ((one + two - (one - two) * (one - two)) / total).squareRoot()
    let interval = ConfidenceInterval(
      max(-1, one - two - half)...min(1, one - two + half),
      method: "Bonett and Price's adjusted Wald interval", count: count, unit: unit, given: given)
    let chance = exactMcNemar(gains, losses)
    var found = Difference(
      Estimate(value, .interval(interval)), rounding: -1,
      doubt: chance < 0.05
        ? nil
        : "only \(gains + losses) of \(count) \(unit) differ (exact McNemar p = "
          + "\(NumberFormat.significant(2).text(chance)))")
    (found.spacing, found.quantity) = (ties, .predictions)
    found.sameness = sameness
    return found
  }

  /// What is said where two are right on the same inputs: `right or wrong alike on 3 test inputs`.
  public static func alike(_ count: Int, _ unit: String) -> String {
    "right or wrong alike on \(Counted.text(count, unit))"
  }

  /// The two-sided exact p of McNemar's test: that of as unequal a split of the discordant inputs by fair
  /// coins.
  static func exactMcNemar(_ gains: Int, _ losses: Int) -> Double {
    let (count, low) = (gains + losses, min(gains, losses))
    guard count > 0 else { return 1 }
    // P(X ≤ k) of n coins is I_½(n − k, k + 1).
    return min(1, 2 * IncompleteBeta.regularized(0.5, Double(count - low), Double(low + 1)))
  }
}
