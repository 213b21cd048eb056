import Foundation

extension SigmoidFit {
  /// JᵀWJ, JᵀWr and rᵀWr at a curve, by the free parameters.
  struct Normal {
    var (m00, m10, m11, m20, m21, m22, m30, m31, m32, m33) = (
      0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    )
    var (g0, g1, g2, g3) = (0.0, 0.0, 0.0, 0.0)
    var squares = 0.0
    var weight = 0.0

    init(_ data: Means, _ curve: Curve, _ ends: Ends) {
      let (a, b, middle, s) = (curve.a, curve.b, curve.middle, exp(curve.logScale))
      for index in 0..<data.positions.count {
        let w = data.weights[index]
        let u = (data.positions[index] - middle) / s
        let sigmoid = 1 / (1 + exp(-u))
        let slope = b * sigmoid * (1 - sigmoid)
        let r = a + b * sigmoid - data.means[index]
        var (j0, j1) = (1.0, sigmoid)
        switch ends {
        case .free: break
        case .low: (j0, j1) = (1 - sigmoid, 0)
        case .high: j0 = 0
        case .neither: (j0, j1) = (0, 0)
        }
        let j2 = -slope / s
        let j3 = slope == 0 ? 0 : -slope * u
        m00 += w * j0 * j0
        m10 += w * j1 * j0
        m11 += w * j1 * j1
        m20 += w * j2 * j0
        m21 += w * j2 * j1
        m22 += w * j2 * j2
        m30 += w * j3 * j0
        m31 += w * j3 * j1
        m32 += w * j3 * j2
        m33 += w * j3 * j3
        g0 += w * j0 * r
        g1 += w * j1 * r
        g2 += w * j2 * r
        g3 += w * j3 * r
        squares += w * r * r
        weight += w
      }
    }

    /// The lower triangle, rows first.
    var matrix: [Double] {
      [m00, 0, 0, 0, m10, m11, 0, 0, m20, m21, m22, 0, m30, m31, m32, m33]
    }
  }
}
