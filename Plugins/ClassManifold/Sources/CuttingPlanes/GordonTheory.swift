import Foundation
import Landscape

/// The probability that a random affine subspace of dimension d through x₀ ∈ R^D meets a set, for sets where
/// it is known, and Gordon's bound (Y. Gordon, On Milman's inequality and random subspaces which escape
/// through a mesh in Rⁿ, 1988; used in arXiv 2107.05802 and 2210.05546).
///
/// What decides is the set's projection on the unit sphere about x₀ and its Gaussian width w: the
/// subspace misses the set with high probability while D − d > w².
public enum GordonTheory {
  /// A ball of radius R whose centre is at distance r from x₀.
  ///
  /// The squared cosine of the angle between the centre's direction and a random subspace of dimension d
  /// is Beta(d/2, (D − d)/2); the ball is met where the squared sine is at most (R/r)². Exact.
  ///
  /// - Parameters:
  ///   - ratio: R/r, from 0 to 1.
  public static func ball(dimension d: Int, inputs: Int, ratio: Double) -> Double {
    guard ratio < 1 else { return 1 }
    guard d > 0, ratio > 0 else { return 0 }
    guard d < inputs else { return 1 }
    return 1
      - IncompleteBeta.regularized(
        1 - ratio * ratio, Double(d) / 2, Double(inputs - d) / 2)
  }

  /// All points within R of an affine subspace of dimension k at distance r from x₀: the ball in the D − k
  /// dimensions across it. Exact.
  public static func thickenedSubspace(
    dimension d: Int, inputs: Int, subspace k: Int, ratio: Double
  ) -> Double {
    d >= inputs - k ? 1 : ball(dimension: d, inputs: inputs - k, ratio: ratio)
  }

  /// The polytope with the vertices x₀ + e₁, …, x₀ + e_m times a subspace of dimension k: seen from x₀
  /// the cone of vectors whose first m entries are at least 0 and of which k more are free.
  ///
  /// A random subspace of dimension j in R^m meets the orthant with probability
  /// 2^{1−m} Σ_{i<j} C(m − 1, i) (Wendel's theorem); across the k free dimensions, j = d + m + k − D.
  /// Its statistical dimension, which w² is up to 1, is m/2 + k. Exact.
  public static func polytope(
    dimension d: Int, inputs: Int, orthant m: Int, subspace k: Int
  ) -> Double {
    guard m + k <= inputs else { return 0 }
    let met = d + m + k - inputs
    if met <= 0 { return 0 }
    if m == 0 || d + k > inputs || met >= m { return 1 }
    // The terms are the same from both ends and add up to 1: half of them are exactly a half.
    if 2 * met == m { return 0.5 }
    let logTwo = Double(m - 1) * log(2.0)
    let tail = (0..<min(met, m - met)).reduce(0) { sum, i in
      sum
        + exp(
          lgamma(Double(m)) - lgamma(Double(i + 1)) - lgamma(Double(m - i)) - logTwo)
    }
    return 2 * met < m ? tail : 1 - tail
  }

  /// Gordon's bound on the probability that a subspace meets a set of squared Gaussian width w²:
  /// at most 3.5·exp(−(k/√(k + 1) − w)²/18) with k = D − d, while that bracket is positive.
  ///
  /// - Returns: From 0 to 1; 1 where the theorem says nothing.
  public static func bound(dimension d: Int, inputs: Int, squaredWidth: Double) -> Double {
    let codimension = Double(inputs - d)
    guard codimension >= 1 else { return 1 }
    let length = codimension / (codimension + 1).squareRoot()
    let gap = length - max(0, squaredWidth).squareRoot()
    guard gap > 0 else { return 1 }
    return min(1, 3.5 * exp(-gap * gap / 18))
  }
}
