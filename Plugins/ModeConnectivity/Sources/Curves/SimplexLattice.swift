import Landscape

/// Evenly spaced points of a triangle, by barycentric coordinates.
public struct SimplexLattice: Sendable, Equatable {
  /// Steps along each side.
  public let steps: Int
  /// Barycentric coordinates of each point, three numbers that sum to 1.
  public let points: [[Double]]

  /// The (steps + 1)(steps + 2)/2 points whose coordinates are multiples of 1/steps.
  ///
  /// - Precondition: `steps` is at least 1.
  public init(steps: Int) {
    self.steps = steps
    points = (0...steps).flatMap { first in
      (0...(steps - first)).map { second in
        [first, second, steps - first - second].map { Double($0) / Double(steps) }
      }
    }
  }

  /// Where a barycentric point lies in the drawing: the first corner on the left at (0, 0), the second
  /// on the right at (1, 0), the third on top.
  public static func position(of point: [Double]) -> (x: Double, y: Double) {
    (point[1] + 0.5 * point[2], 0.5 * (3.0).squareRoot() * point[2])
  }

  /// The barycentric coordinates of a place in the drawing; negative ones lie outside.
  public static func barycentric(x: Double, y: Double) -> [Double] {
    let third = y / (0.5 * (3.0).squareRoot())
    let second = x - 0.5 * third
    return [1 - second - third, second, third]
  }

  /// A value between the points, linear on each small triangle; `nil` outside.
  ///
  /// - Parameter values: One a point.
  public func interpolated(_ values: [Double], at point: [Double]) -> Double? {
    guard point.allSatisfy({ $0 >= -1e-9 }) else { return nil }
    let u = min(max(0, point[0]), 1) * Double(steps)
    let v = min(max(0, point[1]), 1) * Double(steps)
    let i = min(Int(u), steps)
    let j = min(Int(v), steps - i)
    let (f, g) = (u - Double(i), v - Double(j))
    func value(_ i: Int, _ j: Int) -> Double {
      // On the rim a neighbour outside has no weight but for rounding.
      let first = min(i, steps)
      let second = min(j, steps - first)
      // Before row i lie (steps + 1) + steps + … points.
      return values[first * (steps + 1) - first * (first - 1) / 2 + second]
    }
    if f + g <= 1 {
      return (1 - f - g) * value(i, j) + f * value(i + 1, j) + g * value(i, j + 1)
    }
    return (f + g - 1) * value(i + 1, j + 1) + (1 - f) * value(i, j + 1) + (1 - g) * value(i + 1, j)
  }

  /// A random point of a simplex with so many corners, uniform over it (Dirichlet with all ones).
  public static func random(corners: Int, using numbers: inout SeededNumbers) -> [Double] {
    // Gaps between sorted uniform draws.
    let cuts = (1..<corners).map { _ in Double.random(in: 0..<1, using: &numbers) }.sorted()
    return zip(cuts + [1], [0] + cuts).map { $0 - $1 }
  }
}
