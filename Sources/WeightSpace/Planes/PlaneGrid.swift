/// Evenly spaced points of a plane, in rows from the bottom up.
public struct PlaneGrid: Sendable, Equatable {
  /// Positions of the columns, increasing.
  public let x: [Double]
  /// Positions of the rows, increasing.
  public let y: [Double]

  /// How many points there are.
  public var count: Int { x.count * y.count }

  /// The point with an index; rows come first.
  public subscript(index: Int) -> (x: Double, y: Double) {
    (x[index % x.count], y[index / x.count])
  }

  /// A grid of points from end to end of two ranges.
  ///
  /// - Precondition: both counts are at least 2.
  public init(x: ClosedRange<Double>, y: ClosedRange<Double>, columns: Int, rows: Int) {
    self.x = Self.steps(x, columns)
    self.y = Self.steps(y, rows)
  }

  /// A grid about some places, with a margin to every side that is a part of the places' extent.
  ///
  /// - Parameters:
  ///   - places: What must lie inside.
  ///   - margin: 0.2 leaves a fifth of the extent on each side.
  ///   - flattest: The min ratio of the shorter side to the longer: a plane hardly wider than a
  ///     line shows nothing of its surroundings.
  ///   - side: How many points lie along the longer side; the shorter has as many as its length
  ///     asks for, so that points are equally far apart both ways.
  public init(
    about places: [ParameterPlane.Projection], margin: Double, flattest: Double = 0.5, side: Int
  ) {
    let (x, y) = Self.ranges(about: places, margin: margin, flattest: flattest)
    let (width, height) = (x.upperBound - x.lowerBound, y.upperBound - y.lowerBound)
    func count(_ length: Double) -> Int {
      max(2, Int((Double(side - 1) * length / max(width, height)).rounded()) + 1)
    }
    self.init(x: x, y: y, columns: count(width), rows: count(height))
  }

  /// The ranges of a grid about some places.
  ///
  /// - Parameters:
  ///   - places: What must lie inside.
  ///   - margin: What is left on each side, as a part of the places' extent.
  ///   - flattest: The min ratio of the shorter side to the longer.
  public static func ranges(
    about places: [ParameterPlane.Projection], margin: Double, flattest: Double
  ) -> (x: ClosedRange<Double>, y: ClosedRange<Double>) {
    func extent(_ values: [Double]) -> (middle: Double, length: Double) {
      let range = values.finiteRange ?? 0...0
      let (low, high) = (range.lowerBound, range.upperBound)
      return ((low + high) / 2, (high - low) * (1 + 2 * margin))
    }
    var (x, y) = (extent(places.map(\.x)), extent(places.map(\.y)))
    let longest = max(x.length, y.length)
    x.length = max(x.length, flattest * longest)
    y.length = max(y.length, flattest * longest)
    func range(_ one: (middle: Double, length: Double)) -> ClosedRange<Double> {
      (one.middle - one.length / 2)...(one.middle + one.length / 2)
    }
    return (range(x), range(y))
  }

  private static func steps(_ range: ClosedRange<Double>, _ count: Int) -> [Double] {
    (0..<count).map {
      range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / Double(count - 1)
    }
  }
}
