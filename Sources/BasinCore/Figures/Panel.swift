extension Figure {
  /// One pair of axes and what is drawn between them.
  public struct Panel: Sendable, Equatable, Codable {
    /// The shape of the plotting area.
    public enum Aspect: String, Sendable, Equatable, Codable {
      /// Whatever fits.
      case automatic
      /// As high as wide, whatever the axes count: matrices.
      case square
      /// One unit of x is as long as one unit of y: planes in weight space.
      case equal
    }

    /// A title above the panel; empty for none.
    public var title: String
    /// The horizontal axis.
    public var x: Axis
    /// The vertical axis.
    public var y: Axis
    /// What values become colours, for heat maps, filled contours and coloured points.
    public var color: ColorAxis
    /// The shape of the plotting area.
    public var aspect: Aspect
    /// How high the panel is beside the usual; 1 is the usual, 0.4 suits a histogram below.
    public var relativeHeight: Double
    /// What is drawn, from back to front.
    public var layers: [Layer]
    /// Rules, arrows and text, in front of the layers.
    public var annotations: [Annotation]

    /// Creates a panel.
    public init(
      _ title: String = "", x: Axis, y: Axis, color: ColorAxis = ColorAxis(),
      aspect: Aspect = .automatic, relativeHeight: Double = 1, layers: [Layer] = [],
      annotations: [Annotation] = []
    ) {
      self.title = title
      self.x = x
      self.y = y
      self.color = color
      self.aspect = aspect
      self.relativeHeight = relativeHeight
      self.layers = layers
      self.annotations = annotations
    }

    /// Puts a layer in front of those before it.
    public mutating func add(_ layer: Layer) { layers.append(layer) }
    /// Adds a rule, an arrow or text.
    public mutating func add(_ annotation: Annotation) { annotations.append(annotation) }

    /// A square matrix, first row on top, such as the similarity of every checkpoint to every
    /// other.
    ///
    /// - Parameters:
    ///   - rows: the values, row by row.
    ///   - labels: what the rows and columns are, in order; with many, some are left out.
    ///   - format: writes each value into its cell; with many cells it is left out.
    ///   - blocks: indices before which a line separates groups: `[10, 20]` for three runs of 10.
    public static func matrix(
      _ title: String = "", rows: [[Double]], labels: [String], axis: String = "",
      color: ColorAxis, format: NumberFormat? = nil, blocks: [Int] = []
    ) -> Panel {
      Panel(
        title, x: .categories(axis, labels), y: .categories(axis, labels, isReversed: true),
        color: color, aspect: .square,
        layers: [.heatMap(Grid(rows: rows), format: format, blocks: blocks)])
    }
  }
}
