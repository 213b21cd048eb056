/// An interval of a quantity, with everything that a reader needs to judge it.
public struct ConfidenceInterval: Sendable, Equatable {
  /// From its lower to its upper end, in the units of the quantity.
  public var range: ClosedRange<Double>
  /// How often such intervals cover the true value, as a fraction; 0.95 unless given.
  public var level: Double
  /// How it was computed: `Student's t`.
  public var method: String
  /// The number of independent units that it was computed from.
  public var count: Int
  /// The numbers of two samples, as text: `5 + 7`; `nil` for one sample.
  public var shownCount: String?
  /// What the units are, in the plural: `checkpoints`, `test inputs`, `directions`.
  public var unit: String
  /// What was held fixed: `these networks`, `this run`; `nil` where nothing was.
  public var given: String?

  /// Creates an interval.
  public init(
    _ range: ClosedRange<Double>, level: Double = 0.95, method: String, count: Int, unit: String,
    given: String? = nil, shownCount: String? = nil
  ) {
    self.range = range
    self.level = level
    self.method = method
    self.count = count
    self.unit = unit
    self.given = given
    self.shownCount = shownCount
  }

  /// `Student's t over 5 checkpoints`, with what was held fixed.
  public var text: String {
    "\(method) over \(shownCount ?? String(count)) \(unit)" + (given.map { ", for \($0)" } ?? "")
  }
}

/// A value, and its interval or the reason why there is none.
///
/// Every kind of interval that is printed has its simulated coverage in `docs/intervals.md`. To add a kind:
///
/// 1. Make it here as a static function that returns an `Estimate`, and name the source of the method.
/// 2. Add a simulation with a known truth and data of the right shape to the tests, with `Coverage.measure` of
///    `TestSupport`, in a test whose name has `coverage` in it.
/// 3. Run `Benchmarks/coverage`, and copy the row into the table of `docs/intervals.md`.
public struct Estimate: Sendable, Equatable {
  /// What says how certain the value is.
  public enum Support: Sendable, Equatable {
    /// An interval.
    case interval(ConfidenceInterval)
    /// The value has no sampling error, because everything that it is a mean of was measured.
    case exact(String)
    /// There is no interval, for this reason: a clause such as `2 checkpoints are too few`.
    case unsupported(String)
  }

  /// The value.
  public var value: Double
  /// Its interval, or why there is none.
  public var support: Support

  /// Creates an estimate.
  public init(_ value: Double, _ support: Support) {
    self.value = value
    self.support = support
  }

  /// The interval; `nil` where there is none.
  public var interval: ConfidenceInterval? {
    if case .interval(let interval) = support { interval } else { nil }
  }

  /// Why there is no interval; `nil` where there is one.
  public var reason: String? {
    switch support {
    case .interval: nil
    case .exact(let reason), .unsupported(let reason): reason
    }
  }

  /// The estimate within bounds that the quantity cannot leave: the true value is within them, so the
  /// coverage does not change. Without bounds it is the same.
  public func clamped(to bounds: ClosedRange<Double>?) -> Estimate {
    guard let bounds, case .interval(var interval) = support else { return self }
    func inside(_ x: Double) -> Double { min(max(x, bounds.lowerBound), bounds.upperBound) }
    interval.range = inside(interval.range.lowerBound)...inside(interval.range.upperBound)
    return Estimate(value, .interval(interval))
  }

  /// For the title of a table: the level, the methods and the numbers of units of its intervals, and why
  /// others have none.
  ///
  /// ```swift
  /// Table("Barriers (\(Estimate.caption(of: barriers)))", …)
  /// // Barriers (95 % intervals: Student's t over 600 test inputs, for these networks)
  /// ```
  public static func caption(of estimates: [Estimate]) -> String {
    func unique(_ texts: [String]) -> [String] {
      texts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
    let intervals = unique(estimates.compactMap { $0.interval?.text })
    let reasons = unique(estimates.compactMap(\.reason))
    let levels = unique(
      estimates.compactMap { $0.interval.map { "\(Int(($0.level * 100).rounded())) %" } })
    let known =
      intervals.isEmpty
      ? [] : [levels.joined(separator: ", ") + " intervals: " + intervals.joined(separator: "; ")]
    return
      (known
      + (reasons.isEmpty
        ? []
        : [(known.isEmpty ? "no intervals: " : "else none: ") + reasons.joined(separator: "; ")]))
      .joined(separator: "; ")
  }
}
