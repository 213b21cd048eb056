import Torch

extension Tensor {
  /// How far apart the numbers are that an input's logits can take: the unit in the last place of its largest
  /// logit, of logits `[N, C]` in the precision that they have; NaN where one is NaN or infinite.
  ///
  /// A logit is right to half of it at best, and the cross-entropy, which changes by no more than twice what its
  /// logits do, to all of it.
  package func logitSpacing() throws -> [Double] {
    try withoutGradients {
      let largest = try absolute().max(1).values
      guard dtype == .float64 else {
        return try largest.to(.float32).array(of: Float.self).map { Double($0.ulp) }
      }
      return try largest.array(of: Double.self).map(\.ulp)
    }
  }
}
