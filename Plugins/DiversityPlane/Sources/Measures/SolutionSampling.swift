import Torch

/// Draws around one solution (Fort, Hu & Lakshminarayanan, arXiv 1912.02757, §3.2).
public enum SolutionSampling {
  /// A point at a distance in a random direction: w + r·v/‖v‖ with v ~ N(0, I).
  ///
  /// - Parameters:
  ///   - solution: w, flat `[P]`, on the CPU.
  ///   - radius: r, in the units of the weights.
  /// - Returns: Flat `[P]`.
  public static func random(
    around solution: Tensor, radius: Double, _ generator: Generator
  ) throws -> Tensor {
    let direction = try generator.normal(solution.shape, dtype: solution.dtype ?? .float32)
    let norm = try direction.to(.float64).norm().item()
    return try solution + direction * (radius / norm)
  }

  /// Dropout in weight space: each weight is zero with probability `rate`, and the others are
  /// divided by 1 − rate.
  ///
  /// - Parameters:
  ///   - solution: w, flat `[P]`; every trainable parameter takes part, biases too.
  ///   - rate: From 0 to below 1.
  /// - Returns: Flat `[P]`.
  public static func dropout(
    of solution: Tensor, rate: Double, _ generator: Generator
  ) throws -> Tensor {
    let draws = try generator.uniform(solution.shape)
    let kept = try draws.greaterOrEqual(to: rate)
    return try solution * kept.to(solution.dtype ?? .float32) * (1 / (1 - rate))
  }
}
