extension Figure {
  /// One thing drawn in a panel. Layers with a name are listed in the legend.
  public enum Layer: Sendable, Equatable, Codable {
    /// Points joined by a line.
    case line(Line)
    /// Points on their own.
    case scatter(Scatter)
    /// The area between two curves.
    case band(Band)
    /// Bars from zero.
    case bars(Bars)
    /// A grid of coloured cells.
    case heatMap(HeatMap)
    /// Lines of equal value, over filled bands or not.
    case contours(Contours)
    /// A grid as a surface over the plane, in three dimensions.
    case surface(Surface)

    /// Points joined by a line; `NaN` leaves a gap.
    public static func line(
      _ name: String? = nil, x: [Double], y: [Double], color: ColorRole = .series(0),
      dash: Dash = .automatic, marker: Marker? = nil
    ) -> Layer {
      .line(Line(name: name, x: x, y: y, color: color, dash: dash, marker: marker))
    }

    /// Points on their own, one class each.
    ///
    /// - Parameters:
    ///   - values: a number for each point, shown as its colour on the panel's colour axis.
    ///   - sizes: a factor for each point; 1 is the usual size.
    ///   - labels: a short text beside each point; empty for none.
    ///   - isFaint: many raw measurements behind a summary.
    ///   - limits: where `y` are bounds, the side on which the values lie.
    public static func scatter(
      _ name: String? = nil, x: [Double], y: [Double], color: ColorRole = .series(0),
      marker: Marker = .automatic, xError: ErrorBars? = nil, yError: ErrorBars? = nil,
      values: [Double]? = nil, sizes: [Double]? = nil, labels: [String]? = nil,
      isFaint: Bool = false, limits: Limit.Side? = nil
    ) -> Layer {
      .scatter(
        Scatter(
          name: name, x: x, y: y, color: color, marker: marker, xError: xError, yError: yError,
          values: values, sizes: sizes, labels: labels, isFaint: isFaint, limits: limits))
    }

    /// The area between two curves.
    public static func band(
      _ name: String? = nil, x: [Double], lower: [Double], upper: [Double],
      color: ColorRole = .series(0)
    ) -> Layer {
      .band(Band(name: name, x: x, lower: lower, upper: upper, color: color))
    }

    /// Bars from zero, centred on `x`.
    ///
    /// - Parameter width: in units of x; 0.8 of the smallest distance where `nil`.
    public static func bars(
      _ name: String? = nil, x: [Double], heights: [Double], width: Double? = nil,
      yError: ErrorBars? = nil, color: ColorRole = .series(0)
    ) -> Layer {
      .bars(
        Bars(name: name, x: x, heights: heights, width: width, yError: yError, color: color))
    }

    /// A histogram: one bar between each pair of neighbouring edges.
    ///
    /// - Precondition: `edges` are evenly spaced, one more than `heights`.
    public static func histogram(
      _ name: String? = nil, edges: [Double], heights: [Double], color: ColorRole = .series(0)
    ) -> Layer {
      let centres = zip(edges, edges.dropFirst()).map { ($0 + $1) / 2 }
      let width = edges.count > 1 ? edges[1] - edges[0] : nil
      return .bars(name, x: centres, heights: heights, width: width, color: color)
    }

    /// A grid of coloured cells.
    ///
    /// - Parameters:
    ///   - format: writes each value into its cell; with many cells it is left out.
    ///   - blocks: indices before which a line separates groups of rows and columns.
    ///   - isMasked: `NaN` lies outside of what is shown, and is not missing.
    ///   - measured: what was measured, where `grid` is interpolated from it.
    public static func heatMap(
      _ grid: Grid, format: NumberFormat? = nil, blocks: [Int] = [], isMasked: Bool = false,
      measured: Measured? = nil
    ) -> Layer {
      .heatMap(
        HeatMap(grid: grid, format: format, blocks: blocks, isMasked: isMasked, measured: measured))
    }

    /// Lines of equal value.
    ///
    /// - Parameters:
    ///   - levels: the values, at least one; filled, each pair of neighbours bounds a band.
    ///   - isFilled: fills the bands with colours of the panel's colour axis.
    public static func contours(
      _ grid: Grid, levels: [Double], isFilled: Bool = true, color: ColorRole = .neutral
    ) -> Layer {
      .contours(Contours(grid: grid, levels: levels, isFilled: isFilled, color: color))
    }

    /// A grid as a surface seen from above and aside; see ``Figure/Surface``.
    public static func surface(_ grid: Grid) -> Layer { .surface(Surface(grid: grid)) }
  }

  /// Points joined by a line, in the order given.
  public struct Line: Sendable, Equatable, Codable {
    /// The name in the legend; `nil` for none.
    public var name: String?
    /// Horizontal positions.
    public var x: [Double]
    /// Vertical positions, as many.
    public var y: [Double]
    /// Its role, which gives its colour.
    public var color: ColorRole
    /// How the line is broken.
    public var dash: Dash
    /// The marker at each point; `nil` for none.
    public var marker: Marker?

    /// Creates a line.
    public init(
      name: String?, x: [Double], y: [Double], color: ColorRole, dash: Dash, marker: Marker?
    ) {
      self.name = name
      self.x = x
      self.y = y
      self.color = color
      self.dash = dash
      self.marker = marker
    }
  }

  /// Points on their own.
  public struct Scatter: Sendable, Equatable, Codable {
    /// The class, as the legend names it; `nil` for none.
    public var name: String?
    /// Horizontal positions.
    public var x: [Double]
    /// Vertical positions, as many.
    public var y: [Double]
    /// Their role, which gives their colour.
    public var color: ColorRole
    /// The shape.
    public var marker: Marker
    /// Horizontal intervals.
    public var xError: ErrorBars?
    /// Vertical intervals.
    public var yError: ErrorBars?
    /// A number for each point, shown as its colour on the panel's colour axis.
    public var values: [Double]?
    /// A factor for each point's size.
    public var sizes: [Double]?
    /// A short text beside each point.
    public var labels: [String]?
    /// Whether these are many raw measurements behind a summary.
    public var isFaint: Bool
    /// Where `y` are bounds and not values, the side on which the values lie.
    public var limits: Limit.Side?

    /// Creates points.
    public init(
      name: String?, x: [Double], y: [Double], color: ColorRole, marker: Marker,
      xError: ErrorBars? = nil, yError: ErrorBars? = nil, values: [Double]? = nil,
      sizes: [Double]? = nil, labels: [String]? = nil, isFaint: Bool = false,
      limits: Limit.Side? = nil
    ) {
      self.name = name
      self.x = x
      self.y = y
      self.color = color
      self.marker = marker
      self.xError = xError
      self.yError = yError
      self.values = values
      self.sizes = sizes
      self.labels = labels
      self.isFaint = isFaint
      self.limits = limits
    }
  }

  /// Intervals about points, as positions of their ends: infinite where an end is open, both `NaN` where there is no
  /// interval. An open end is drawn to the edge of the panel, without a stroke across it.
  public struct ErrorBars: Sendable, Equatable, Codable {
    /// The lower ends.
    public var lower: [Double]
    /// The upper ends, as many.
    public var upper: [Double]

    /// Creates intervals from their ends.
    public init(lower: [Double], upper: [Double]) {
      self.lower = lower
      self.upper = upper
    }

    /// Intervals of `halfWidths` to both sides of `centres`.
    public static func about(_ centres: [Double], halfWidths: [Double]) -> ErrorBars {
      ErrorBars(
        lower: zip(centres, halfWidths).map { $0 - $1 },
        upper: zip(centres, halfWidths).map { $0 + $1 })
    }
  }

  /// The area between two curves.
  public struct Band: Sendable, Equatable, Codable {
    /// The name in the legend; `nil` for none.
    public var name: String?
    /// Horizontal positions, in order.
    public var x: [Double]
    /// The lower curve.
    public var lower: [Double]
    /// The upper curve.
    public var upper: [Double]
    /// Its role, which gives its colour.
    public var color: ColorRole

    /// Creates a band.
    public init(name: String?, x: [Double], lower: [Double], upper: [Double], color: ColorRole) {
      self.name = name
      self.x = x
      self.lower = lower
      self.upper = upper
      self.color = color
    }
  }

  /// Bars from zero.
  public struct Bars: Sendable, Equatable, Codable {
    /// The name in the legend; `nil` for none.
    public var name: String?
    /// Centres.
    public var x: [Double]
    /// Heights, as many; they may be negative.
    public var heights: [Double]
    /// The width in units of x; 0.8 of the smallest distance where `nil`.
    public var width: Double?
    /// Vertical intervals about the ends of the bars.
    public var yError: ErrorBars?
    /// Their role, which gives their colour.
    public var color: ColorRole

    /// Creates bars.
    public init(
      name: String?, x: [Double], heights: [Double], width: Double?, yError: ErrorBars?,
      color: ColorRole
    ) {
      self.name = name
      self.x = x
      self.heights = heights
      self.width = width
      self.yError = yError
      self.color = color
    }
  }
}
