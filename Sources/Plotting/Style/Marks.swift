import BasinCore

extension Figure.Marker {
  /// The shape for a role: its own, or the one that belongs to the role.
  func resolved(for role: Figure.ColorRole) -> Figure.Marker {
    guard self == .automatic else { return self }
    let shapes: [Figure.Marker] = [
      .circle, .triangle, .square, .diamond, .triangleDown, .cross, .plus, .circle,
    ]
    switch role {
    case .series(let index): return shapes[cycled(index, shapes.count)]
    case .neutral: return .circle
    case .highlight: return .star
    }
  }

  /// gnuplot's number for the shape, and the factor that makes shapes look equally large.
  var pointType: (number: Int, factor: Double) {
    switch self {
    case .automatic, .circle: (7, 1)
    case .square: (5, 0.9)
    case .triangle: (9, 1.05)
    case .triangleDown: (11, 1.05)
    case .diamond: (13, 1.05)
    case .star: (3, 1.3)
    case .cross: (2, 1)
    case .plus: (1, 1.1)
    }
  }

  /// Whether the shape is made of strokes and so has no inside.
  var isStroke: Bool { self == .cross || self == .plus }
}

extension Figure.Dash {
  /// gnuplot's `dt` for a role: its own, or the one that belongs to the role.
  func pattern(for role: Figure.ColorRole) -> String {
    switch self {
    case .solid: return "solid"
    case .dashed: return "(13,7)"
    case .dotted: return "(3,5)"
    case .dashDotted: return "(13,6,3,6)"
    case .automatic:
      guard case .series(let index) = role else { return "solid" }
      let patterns: [Figure.Dash] = [.solid, .dashed, .dashDotted, .dotted]
      let own = patterns[cycled(index, patterns.count)]
      return own.pattern(for: role)
    }
  }
}
