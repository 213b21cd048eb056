/// The numbers of a figure as they were measured: what every form of JSON, the data file of a figure and
/// `save values` carry.
///
/// Nothing is interpolated, clipped or rounded. A ``Series`` is one layer of the figure; its columns have
/// fixed names: `x`, `y`, `value`, `size`, `label`, `lower`, `upper`, `x_lower`, `x_upper`, `y_lower`,
/// `y_upper`, and `x_label`, `y_label` where an axis has names for its positions.
///
/// As JSON it is `{"panels": […]}`. A missing number (`NaN` in the figure) is `null`; infinities are
/// `"Infinity"` and `"-Infinity"`.
public struct FigureData: Sendable, Equatable, Encodable {
  /// One pair of axes.
  public struct Panel: Sendable, Equatable, Encodable {
    /// Its title; empty for none.
    public var title: String
    /// What `x` is.
    public var x: String
    /// What `y` is.
    public var y: String
    /// What `value` is; `nil` where no series has values.
    public var value: String?
    /// What is drawn in it, from back to front.
    public var series: [Series]
  }

  /// What a series was drawn as.
  public enum Kind: String, Sendable, Equatable, Encodable {
    /// Points joined by a line.
    case line
    /// Points on their own.
    case points
    /// The area between `lower` and `upper`.
    case band
    /// Bars from zero.
    case bars
    /// A rectangular grid: `x` of its columns, `y` of its rows, and `value` as rows of numbers.
    case grid
  }

  /// Columns that belong together.
  public struct Series: Sendable, Equatable, Encodable {
    /// What it was drawn as.
    public var kind: Kind
    /// Its name in the legend; `nil` for none.
    public var name: String?
    /// The columns, of the same length but for a grid.
    public var columns: [Column]

    /// The column of a name.
    public subscript(name: String) -> Column? { columns.first { $0.name == name } }
  }

  /// Numbers or texts under a name.
  public struct Column: Sendable, Equatable {
    /// What is in a column.
    public enum Values: Sendable, Equatable {
      /// A number for each point; `NaN` where there is none.
      case numbers([Double])
      /// A text for each point.
      case texts([String])
      /// A number for each node of a grid, row by row, with so many columns.
      case rows([Double], columns: Int)
    }

    /// Its name: letters and `_`.
    public var name: String
    /// What is in it.
    public var values: Values
  }

  /// The panels, in reading order.
  public var panels: [Panel]

  /// The numbers of a figure.
  public init(_ figure: Figure) {
    panels = figure.panels.map(Panel.init)
  }
}

extension FigureData.Panel {
  fileprivate init(_ panel: Figure.Panel) {
    var series: [FigureData.Series] = []
    for layer in panel.layers {
      let one = FigureData.Series(layer, x: panel.x, y: panel.y)
      // Contours over a heat map are of the same numbers.
      if one.kind != .grid || !series.contains(where: one.isSame(as:)) { series.append(one) }
    }
    self.init(
      title: panel.title, x: panel.x.label, y: panel.y.label,
      value: series.contains { $0["value"] != nil } ? panel.color.label : nil, series: series)
  }
}

extension FigureData.Series {
  fileprivate init(_ layer: Figure.Layer, x: Figure.Axis, y: Figure.Axis) {
    switch layer {
    case .line(let line):
      self.init(kind: .line, name: line.name, columns: [.init("x", line.x), .init("y", line.y)])
    case .scatter(let points):
      let (y, yError) = points.measured
      self.init(
        kind: .points, name: points.name,
        columns: [.init("x", points.x), .init("y", y)]
          + Self.ends("x_", points.xError) + Self.ends("y_", yError)
          + [
            points.values.map { .init("value", $0) }, points.sizes.map { .init("size", $0) },
            Self.labels(points),
          ].compactMap(\.self))
    case .band(let band):
      self.init(
        kind: .band, name: band.name,
        columns: [.init("x", band.x), .init("lower", band.lower), .init("upper", band.upper)])
    case .bars(let bars):
      self.init(
        kind: .bars, name: bars.name,
        columns: [.init("x", bars.x), .init("y", bars.heights)] + Self.ends("y_", bars.yError))
    case .heatMap(let map):
      self = map.measured.map { Self($0) } ?? Self(map.grid)
    case .contours(let contours): self.init(contours.grid)
    case .surface(let surface): self.init(surface.grid)
    }
    // What is drawn beside a name, so that several can be told apart, belongs to the name.
    for index in columns.indices where columns[index].name == "x" {
      if case .numbers(let positions) = columns[index].values {
        columns[index].values = .numbers(positions.map(x.named))
      }
    }
    for (name, axis) in [("x", x), ("y", y)] {
      if case .numbers(let positions)? = self[name]?.values, let names = axis.names(of: positions) {
        columns.append(.init(name: name + "_label", values: .texts(names)))
      }
    }
  }

  private init(_ grid: Figure.Grid) {
    self.init(
      kind: .grid, name: nil,
      columns: [
        .init("x", grid.x), .init("y", grid.y),
        .init(name: "value", values: .rows(grid.values, columns: grid.x.count)),
      ])
  }

  private init(_ points: Figure.Measured) {
    self.init(
      kind: .points, name: nil,
      columns: [.init("x", points.x), .init("y", points.y), .init("value", points.values)])
  }

  // `NaN` differs from itself.
  fileprivate func isSame(as other: Self) -> Bool {
    kind == other.kind && columns.count == other.columns.count
      && zip(columns, other.columns).allSatisfy { $0.bits == $1.bits }
  }

  private static func ends(_ axis: String, _ bars: Figure.ErrorBars?) -> [FigureData.Column] {
    bars.map { [.init(axis + "lower", $0.lower), .init(axis + "upper", $0.upper)] } ?? []
  }

  // A figure may have fewer labels than points.
  private static func labels(_ points: Figure.Scatter) -> FigureData.Column? {
    points.labels.map { labels in
      .init(
        name: "label",
        values: .texts(points.x.indices.map { labels.indices.contains($0) ? labels[$0] : "" }))
    }
  }
}

extension FigureData.Column {
  fileprivate init(_ name: String, _ numbers: [Double]) {
    self.init(name: name, values: .numbers(numbers))
  }
}

extension FigureData.Column {
  fileprivate var bits: [UInt64]? {
    switch values {
    case .numbers(let values), .rows(let values, _): values.map(\.bitPattern)
    case .texts: nil
    }
  }
}

extension Figure.Axis {
  /// The position of the name that a position is drawn beside: the same position on an axis of numbers.
  ///
  /// An axis of names has them one apart, with half a step of room at both ends.
  fileprivate func named(_ position: Double) -> Double {
    guard case .labelled(let ticks) = self.ticks, let range, let first = ticks.first,
      let last = ticks.last, range == (first.position - 0.5)...(last.position + 0.5),
      zip(ticks, ticks.dropFirst()).allSatisfy({ $1.position - $0.position == 1 })
    else { return position }
    return ticks.first { abs($0.position - position) < 0.5 }?.position ?? position
  }

  /// The names of positions on an axis of names; `nil` where one has none.
  fileprivate func names(of positions: [Double]) -> [String]? {
    guard case .labelled(let ticks) = self.ticks, !positions.isEmpty else { return nil }
    let known = Dictionary(ticks.map { ($0.position, $0.label) }) { first, _ in first }
    let names = positions.compactMap { known[$0] }
    return names.count == positions.count ? names : nil
  }
}

extension FigureData.Column: Encodable {
  private enum Key: CodingKey { case name, values }

  /// `{"name": …, "values": […]}`, of a grid `{"name": …, "values": [[…], …]}`.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(name, forKey: .name)
    func numbers(_ values: some Sequence<Double>) -> [NumberJSON] { values.map(NumberJSON.init) }
    switch values {
    case .numbers(let values): try object.encode(numbers(values), forKey: .values)
    case .texts(let texts): try object.encode(texts, forKey: .values)
    case .rows(let values, let columns):
      let starts = columns > 0 ? Array(stride(from: 0, to: values.count, by: columns)) : []
      try object.encode(
        starts.map { numbers(values[$0..<min($0 + columns, values.count)]) }, forKey: .values)
    }
  }
}

extension Figure.Scatter {
  /// The values and what is known of them: of bounds, no value, and from there on everything on their side.
  fileprivate var measured: (y: [Double], yError: Figure.ErrorBars?) {
    guard let limits else { return (y, yError) }
    let open = y.map { _ in limits == .above ? Double.infinity : -Double.infinity }
    return (
      y.map { _ in .nan },
      limits == .above ? .init(lower: y, upper: open) : .init(lower: open, upper: y)
    )
  }
}
