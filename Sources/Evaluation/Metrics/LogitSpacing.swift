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

  /// The part of the inputs whose prediction rounding may decide: the label's logit, of logits `[N, C]`, and the
  /// largest other one differ by no more than the spacing of the input's logits. 0 where all are NaN.
  ///
  /// - Parameters:
  ///   - labels: `[N]`.
  ///   - spacings: The spacing of each input's logits; those of these logits unless given.
  package func tieRate(_ labels: Tensor, spacings: [Double]? = nil) throws -> Double {
    try withoutGradients {
      let wide = try to(.float64)
      let isRight = try labels.oneHot(classes: shape[1]).equal(to: 1)
      let others = try wide.filled(with: -.infinity, where: isRight).max(1).values
      let right = try wide.gathered(1, labels.reshaped([labels.count, 1])).flattened()
      let margins = try (right - others).absolute().array(of: Double.self)
      let tied = zip(margins, try spacings ?? logitSpacing()).count { $0 <= $1 }
      return Double(tied) / Double(Swift.max(1, labels.count))
    }
  }
}
