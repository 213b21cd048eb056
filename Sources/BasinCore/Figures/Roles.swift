extension Figure {
  /// What a layer is, from which the house style takes its colour.
  public enum ColorRole: Sendable, Equatable, Hashable, Codable {
    /// One of several things of the same rank, counted from 0. The same number is the same colour
    /// (and marker, and dash) in every panel of a figure; beyond 7 they repeat.
    case series(Int)
    /// Reference lines, limits, raw data: grey.
    case neutral
    /// The one thing to look at: the baseline, the average, the result.
    case highlight
  }

  /// The shape of a point.
  public enum Marker: String, Sendable, Equatable, Codable, CaseIterable {
    /// A shape that belongs to the role, so that classes differ in print too.
    case automatic
    /// ●
    case circle
    /// ■
    case square
    /// ▲
    case triangle
    /// ▼
    case triangleDown
    /// ◆
    case diamond
    /// ★
    case star
    /// ×
    case cross
    /// +
    case plus
  }

  /// How a line is broken.
  public enum Dash: String, Sendable, Equatable, Codable, CaseIterable {
    /// A pattern that belongs to the role, so that lines differ in print too.
    case automatic
    /// Unbroken.
    case solid
    /// Long strokes.
    case dashed
    /// Dots.
    case dotted
    /// Strokes and dots.
    case dashDotted
  }
}
