extension Figure {
  /// How a quantity is spaced along an axis.
  public enum Scale: String, Sendable, Equatable, Codable {
    /// Equal steps for equal differences.
    case linear
    /// Equal steps for equal ratios; values must be positive.
    case log10
  }

  /// A mark on an axis with its own label.
  public struct Tick: Sendable, Equatable, Codable {
    /// Where on the axis.
    public var position: Double
    /// What is written there.
    public var label: String

    /// Creates a tick.
    public init(_ position: Double, _ label: String) {
      self.position = position
      self.label = label
    }
  }

  /// A horizontal or vertical axis.
  public struct Axis: Sendable, Equatable, Codable {
    /// Where the marks are.
    public enum Ticks: Sendable, Equatable, Codable {
      /// At round numbers.
      case automatic
      /// Here and nowhere else.
      case labelled([Tick])
    }

    /// The quantity with its unit: `test accuracy (%)`.
    public var label: String
    /// How the quantity is spaced.
    public var scale: Scale
    /// What is shown; from the data where `nil`.
    public var range: ClosedRange<Double>?
    /// Where the marks are.
    public var ticks: Ticks
    /// Whether values grow to the left or downwards, as the rows of a matrix do.
    public var isReversed: Bool

    /// Creates an axis.
    public init(
      _ label: String, scale: Scale = .linear, range: ClosedRange<Double>? = nil,
      ticks: Ticks = .automatic, isReversed: Bool = false
    ) {
      self.label = label
      self.scale = scale
      self.range = range
      self.ticks = ticks
      self.isReversed = isReversed
    }

    /// An axis of names, at 0, 1, 2, …
    public static func categories(
      _ label: String, _ names: [String], isReversed: Bool = false
    ) -> Axis {
      let ticks = names.enumerated().map { Tick(Double($0.offset), $0.element) }
      return Axis(
        label, range: names.isEmpty ? nil : -0.5...(Double(names.count) - 0.5),
        ticks: .labelled(ticks), isReversed: isReversed)
    }
  }

  /// How the values of a panel become colours. One panel has one, so that one colour bar is true
  /// of everything in it; panels to be compared are given the same `range`.
  public struct ColorAxis: Sendable, Equatable, Codable {
    /// The kind of colours.
    public enum Map: String, Sendable, Equatable, Codable {
      /// Dark to bright, for quantities from low to high.
      case sequential
      /// Two hues about a neutral middle, for signed quantities: the range is made symmetric about
      /// zero unless it is given.
      case diverging
    }

    /// The quantity, beside the colour bar.
    public var label: String
    /// The kind of colours.
    public var map: Map
    /// How values are spaced. Non-positive values on a logarithmic scale are shown as missing.
    public var scale: Scale
    /// The values at the ends; values beyond take the end's colour. From the data where `nil`.
    public var range: ClosedRange<Double>?
    /// Whether the colour bar is drawn.
    public var isBarShown: Bool

    /// Creates a colour axis.
    public init(
      _ label: String = "", map: Map = .sequential, scale: Scale = .linear,
      range: ClosedRange<Double>? = nil, isBarShown: Bool = true
    ) {
      self.label = label
      self.map = map
      self.scale = scale
      self.range = range
      self.isBarShown = isBarShown
    }
  }
}
