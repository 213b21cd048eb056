import Landscape

extension CurveKind {
  /// The coefficients at the middles of so many equal parts of 0 to 1.
  func fixedPlaces(_ places: Int, count: Int) -> [[Double]] {
    (0..<places).map { coefficients(at: (Double($0) + 0.5) / Double(places), count: count) }
  }
}

extension SharedMiddle {
  /// The coefficients at so many fixed convex combinations, the same each time, uniform over the simplex.
  static func fixedPlaces(_ places: Int, corners: Int) -> [[Double]] {
    var numbers = SeededNumbers(Seed(0).derived("fixed points", String(corners)))
    return (0..<places).map { _ in
      coefficients(at: SimplexLattice.random(corners: corners, using: &numbers))
    }
  }
}
