import Foundation

/// Student's t distribution and the normal distribution, as far as intervals need them.
public enum StudentT {
  /// The probability that |T| is greater than `t`, from 0 to 1.
  ///
  /// - Parameter degrees: Degrees of freedom, above 0; they need not be whole.
  public static func twoSidedTail(_ t: Double, degrees: Double) -> Double {
    IncompleteBeta.regularized(degrees / (degrees + t * t), degrees / 2, 0.5)
  }

  /// The t that |T| exceeds with the probability 1 − `level`.
  ///
  /// ```swift
  /// StudentT.critical(level: 0.95, degrees: 2)  // 4.303
  /// ```
  /// - Parameters:
  ///   - level: Above 0 and below 1.
  ///   - degrees: Degrees of freedom, above 0.
  public static func critical(level: Double, degrees: Double) -> Double {
    let tail = 1 - level
    var (low, high) = (0.0, 1.0)
    while twoSidedTail(high, degrees: degrees) > tail, high < 1e12 {
      (low, high) = (high, high * 2)
    }
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if twoSidedTail(middle, degrees: degrees) > tail { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The z that a standard normal number exceeds in size with the probability 1 − `level`.
  public static func normalCritical(level: Double) -> Double {
    var (low, high) = (0.0, 40.0)
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if erfc(middle / 2.0.squareRoot()) > 1 - level { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
