import BasinCore

/// How far a computed number may be from the exact one through rounding alone.
public enum Rounding {
  /// The tolerance of a mean: γ·m with the mean size m of the summands and γ = n·u₆₄ + k·u, where u is the
  /// unit roundoff of the summands and k the roundings that each has behind it (N. J. Higham, Accuracy and
  /// Stability of Numerical Algorithms, 2nd edition, §3.1 and §4.2).
  ///
  /// - Parameters:
  ///   - magnitude: The mean size of the summands, at least 0; for a difference, of those of both sides.
  ///   - terms: The number n of summands.
  ///   - isSingle: Whether the summands come from single precision, as what networks compute does.
  public static func tolerance(magnitude: Double, terms: Int, isSingle: Bool = true) -> Double {
    let sum = Double(terms) * 0x1p-53
    // A network's logits have some dozens of roundings behind them that do not all point one way.
    let each = isSingle ? 16 * 0x1p-24 : 16 * 0x1p-53
    return magnitude * (sum + each)
  }

  /// What the spacing of logits acts on.
  public enum Quantity: Sendable, Equatable {
    /// Losses, which change as the logits do.
    case losses
    /// Predictions, of inputs whose largest logits are tied within their spacing.
    case predictions
    /// Radii at which losses reach a value.
    case radii
  }

  /// Why there is no verdict on what the spacing of logits may be all of.
  ///
  /// - Parameters:
  ///   - spacing: What it may add: the mean over inputs of the unit in the last place of the largest logit; of
  ///     predictions the fraction that is tied; of radii how far they may move.
  ///   - quantity: What of.
  public static func reason(_ spacing: Double, of quantity: Quantity = .losses) -> String {
    switch quantity {
    case .losses:
      "it is within the spacing of the logits, \(NumberFormat.significant(2).text(spacing)) on average"
    case .predictions:
      "it is within the predictions that the spacing of the logits may decide, "
        + "\(NumberFormat.percent(1).nonzeroText(min(1, spacing))) of the inputs"
    case .radii:
      "it is within what the spacing of the logits may move radii by, "
        + "\(NumberFormat.significant(2).text(spacing)) on average"
    }
  }
}
