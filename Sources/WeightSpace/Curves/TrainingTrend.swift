import Statistics

/// Whether a training's loss was still falling when it ended.
///
/// The mean over the last tenth of the epochs, three at least, is compared with that over as many epochs
/// before. With the half-width h of the difference's 95 % interval (Welch's t with √(s₁²/n + s₂²/n)), the loss is
/// *still falling* where it fell by more than 2 % and by more than h, *rising* where it rose by as much, and has
/// *settled* where it fell by no more than 2 % even with h added. Otherwise the epochs vary too much to say.
public struct TrainingTrend: Sendable, Equatable {
  /// What the last epochs say.
  public enum Verdict: String, Sendable, Equatable {
    /// The loss fell by more than the rule allows.
    case falling
    /// It rose by more than that.
    case rising
    /// It fell by no more than that, with the error counted.
    case settled
    /// The error is too large to tell.
    case unclear
    /// There are fewer than six epochs.
    case tooShort = "too short"

    /// Why nothing is compared with what was trained, a clause; `nil` where the loss had settled, or no change of
    /// it was found.
    ///
    /// - Parameter what: What was trained, for instance `curve`.
    public func objection(_ what: String) -> String? {
      switch self {
      case .falling: "the loss of the \(what) was still falling"
      case .rising: "the loss of the \(what) was rising"
      case .settled, .unclear: nil
      case .tooShort: "too few epochs to judge the convergence of the \(what)"
      }
    }

    /// What to give `connect` then, a clause; `nil` without an objection.
    public var remedy: String? {
      switch self {
      case .falling: "raise --epochs"
      case .rising: "lower --lr"
      case .settled, .unclear: nil
      case .tooShort: "raise --epochs to 6 or more"
      }
    }
  }

  /// The mean loss of each epoch, in order.
  public let losses: [Double]
  /// The number of epochs n on either side of the comparison.
  public let window: Int
  /// The mean over the n epochs before the last n; NaN where there are too few.
  public let before: Double
  /// The mean over the last n epochs.
  public let last: Double
  /// What the rule says.
  public let verdict: Verdict

  /// (before − last)/|before|: below 0 where the loss rose.
  public var fall: Double { (before - last) / abs(before) }

  /// Judges losses, one an epoch.
  public init(_ losses: [Double]) {
    self.losses = losses
    window = max(3, losses.count / 10)
    guard losses.count >= 2 * window else {
      (before, last, verdict) = (.nan, .nan, .tooShort)
      return
    }
    let first = Self.spread(losses.suffix(2 * window).prefix(window))
    let second = Self.spread(losses.suffix(window))
    (before, last) = (first.mean, second.mean)
    let error = Self.halfWidth(first.variance, second.variance, count: window)
    let drop = first.mean - second.mean
    let allowed = 0.02 * abs(first.mean)
    verdict =
      if drop > max(allowed, error) {
        .falling
      } else if -drop > max(allowed, error) {
        .rising
      } else {
        drop + error <= allowed ? .settled : .unclear
      }
  }

  // Of the 95 % interval of a difference of two means of `count` values, with Welch's degrees of freedom.
  private static func halfWidth(_ first: Double, _ second: Double, count: Int) -> Double {
    let sum = first + second
    guard sum > 0 else { return 0 }
    let share = first / sum
    let degrees = Double(count - 1) / (share * share + (1 - share) * (1 - share))
    return StudentT.critical(level: 0.95, degrees: degrees) * (sum / Double(count)).squareRoot()
  }

  private static func spread(_ values: ArraySlice<Double>) -> (mean: Double, variance: Double) {
    let found = MeanAndSpread(values)
    return (found.mean, found.variance)
  }
}
