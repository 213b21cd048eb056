/// How a curve runs between its control points (Garipov et al., arXiv 1802.10026, §3).
public enum CurveKind: String, Sendable, Equatable, CaseIterable {
  /// φ(t) = Σᵢ C(n − 1, i) tⁱ (1 − t)ⁿ⁻¹⁻ⁱ wᵢ: with three control points the quadratic Bézier curve.
  case bezier
  /// Straight from each control point to the next, each piece in the same part of [0, 1].
  case chain

  /// What each control point counts at a place: the weights are not negative and sum to 1.
  ///
  /// - Parameters:
  ///   - t: From 0, the first control point, to 1, the last.
  ///   - count: The number of control points n, at least 2.
  /// - Returns: n numbers.
  public func coefficients(at t: Double, count: Int) -> [Double] {
    let last = count - 1
    switch self {
    case .bezier:
      // De Casteljau's recurrence, on the coefficients themselves.
      var coefficients = [1.0]
      for _ in 0..<last {
        var next = Array(repeating: 0.0, count: coefficients.count + 1)
        for (place, value) in coefficients.enumerated() {
          next[place] += value * (1 - t)
          next[place + 1] += value * t
        }
        coefficients = next
      }
      return coefficients
    case .chain:
      return (0..<count).map { max(0, 1 - abs(t * Double(last) - Double($0))) }
    }
  }
}

/// What the optima and their shared middle count at a point of the surface that connects them.
///
/// The quadratic Bézier simplex whose mixed control points are all the one middle M:
/// φ(b) = Σᵢ bᵢ² wᵢ + (1 − Σᵢ bᵢ²) M. Every point is a convex combination of the optima and M; with
/// two optima it is the Bézier curve whose bend is M.
public enum SharedMiddle {
  /// Coefficients of the optima, and last of the middle.
  ///
  /// - Parameter barycentric: b, one number an optimum, not negative, with the sum 1.
  public static func coefficients(at barycentric: [Double]) -> [Double] {
    let squares = barycentric.map { $0 * $0 }
    return squares + [1 - squares.reduce(0, +)]
  }
}
