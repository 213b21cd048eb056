/// What is known of a number that lies beyond what was measured: on which side of which bound.
public struct Limit: Sendable, Equatable, Codable {
  /// What the number is.
  public enum Role: String, Sendable, Equatable, Codable {
    /// A measured value.
    case value
    /// The lower end of an interval.
    case lowerEnd
    /// The upper end of an interval.
    case upperEnd
  }

  /// What the number is.
  public var role: Role
  /// What lies between the number and what was measured.
  public var bound: Double
  /// Whether the number is above the bound; below it otherwise.
  public var isAbove: Bool

  /// Creates a limit.
  public init(_ role: Role, _ side: Side, _ bound: Double) {
    self.role = role
    self.bound = bound
    isAbove = side == .above
  }

  /// On which side of a bound.
  public enum Side: String, Sendable, Equatable, Codable {
    /// Below it.
    case below
    /// Above it.
    case above
  }

  /// All that the number can be.
  public var range: ClosedRange<Double> {
    isAbove ? bound...(.infinity) : -.infinity...bound
  }

  /// The number for other programs: `NaN` for a value. The end of an interval is as far out as it can be, so that the
  /// interval has all that it may have in it: infinite where it is open.
  public var number: Double {
    switch role {
    case .value: .nan
    case .lowerEnd: range.lowerBound
    case .upperEnd: range.upperBound
    }
  }

  /// `< 1`, `> 24`.
  public func text(_ format: NumberFormat) -> String {
    let isWhole = bound == bound.rounded() && abs(bound) < 1e7
    return (isAbove ? "> " : "< ") + (isWhole ? String(Int(bound)) : format.text(bound))
  }
}

extension Table.Cell {
  /// The number for other programs; `NaN` where there is none.
  public var number: Double {
    switch self {
    case .number(let value), .interval(let value, _): value
    case .integer(let value): Double(value)
    case .limit(let limit): limit.number
    case .text, .missing: .nan
    }
  }
}
