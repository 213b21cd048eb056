extension Figure {
  /// A remark in front of the data, in the coordinates of the axes.
  public enum Annotation: Sendable, Equatable, Codable {
    /// On which side of its position a text stands.
    public enum Side: String, Sendable, Equatable, Codable {
      /// The text ends at the position.
      case left
      /// The text is centred on the position.
      case center
      /// The text begins at the position.
      case right
    }

    /// A few words at a position.
    case text(String, x: Double, y: Double, side: Side = .right)
    /// An arrow from one position to another.
    case arrow(fromX: Double, fromY: Double, toX: Double, toY: Double, color: ColorRole = .neutral)
    /// A vertical rule over the whole height, with a label at its top.
    case vertical(at: Double, label: String = "", color: ColorRole = .neutral)
    /// A horizontal rule over the whole width, with a label at its right end.
    case horizontal(at: Double, label: String = "", color: ColorRole = .neutral)
  }
}
