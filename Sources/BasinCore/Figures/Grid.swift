extension Figure {
  /// Values on a rectangular grid.
  public struct Grid: Sendable, Equatable, Codable {
    /// Positions of the columns, strictly increasing.
    public var x: [Double]
    /// Positions of the rows, strictly increasing.
    public var y: [Double]
    /// The values, row by row: the one at (x[i], y[j]) is `values[j * x.count + i]`. `NaN` is
    /// shown as missing.
    public var values: [Double]

    /// Creates a grid; `values` has `y.count` rows of `x.count`.
    public init(x: [Double], y: [Double], values: [Double]) {
      self.x = x
      self.y = y
      self.values = values
    }

    /// A grid at 0, 1, 2, … with these rows.
    public init(rows: [[Double]]) {
      self.init(
        x: (0..<(rows.first?.count ?? 0)).map(Double.init),
        y: rows.indices.map(Double.init), values: rows.flatMap(\.self))
    }
  }

  /// Values at points that are on no rectangular grid.
  public struct Measured: Sendable, Equatable, Codable {
    /// Horizontal positions.
    public var x: [Double]
    /// Vertical positions, as many.
    public var y: [Double]
    /// The values, as many.
    public var values: [Double]

    /// Creates values at points.
    public init(x: [Double], y: [Double], values: [Double]) {
      self.x = x
      self.y = y
      self.values = values
    }
  }

  /// A grid of coloured cells.
  public struct HeatMap: Sendable, Equatable, Codable {
    /// The values; cells are centred on the grid's positions.
    public var grid: Grid
    /// Writes each value into its cell, where cells are large enough.
    public var format: NumberFormat?
    /// Indices before which a line separates groups of rows and columns.
    public var blocks: [Int]
    /// Whether `NaN` lies outside of what is shown, such as around a triangle: the page is seen there,
    /// and no value is said to be missing.
    public var isMasked: Bool
    /// What was measured, where the grid is only interpolated from it to be drawn; `nil` where the grid
    /// is what was measured.
    public var measured: Measured?

    /// Creates a heat map.
    public init(
      grid: Grid, format: NumberFormat?, blocks: [Int], isMasked: Bool = false,
      measured: Measured? = nil
    ) {
      self.grid = grid
      self.format = format
      self.blocks = blocks
      self.isMasked = isMasked
      self.measured = measured
    }

    /// The values that are there to be seen.
    public var shownValues: [Double] {
      isMasked ? grid.values.filter { !$0.isNaN } : grid.values
    }
  }

  /// Lines of equal value.
  public struct Contours: Sendable, Equatable, Codable {
    /// The values; lines are interpolated linearly between the grid's positions.
    public var grid: Grid
    /// The values that lines are drawn at.
    public var levels: [Double]
    /// Whether the bands between the lines are filled.
    public var isFilled: Bool
    /// The role of the lines.
    public var color: ColorRole

    /// Creates contours.
    public init(grid: Grid, levels: [Double], isFilled: Bool, color: ColorRole) {
      self.grid = grid
      self.levels = levels
      self.isFilled = isFilled
      self.color = color
    }
  }
  /// A grid as a surface over the plane. Its height and its colour are both the value on the panel's
  /// colour axis; values beyond that axis' range are drawn at its end.
  ///
  /// The panel is then drawn in three dimensions: lines, points and arrows lie on the surface, at the
  /// values interpolated there, and are seen through what stands before them. At most
  /// ``mostNodes`` × ``mostNodes`` nodes are drawn; larger grids are interpolated. Other kinds of layers
  /// do not belong on it.
  public struct Surface: Sendable, Equatable, Codable {
    /// The most nodes to a side that are drawn.
    public static let mostNodes = 61

    /// The values.
    public var grid: Grid

    /// Creates a surface.
    public init(grid: Grid) { self.grid = grid }
  }
}
