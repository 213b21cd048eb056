extension Figure {
  /// What a reader who cannot see the figure should know: the author's words, or else a
  /// description made from the data.
  public var altText: String {
    if let alt, !alt.isEmpty { return alt }
    var sentences = title.isEmpty ? [] : [Self.sentence(title)]
    for (index, panel) in panels.enumerated() {
      let name =
        !panel.title.isEmpty ? panel.title : panels.count > 1 ? "Panel \(index + 1)" : ""
      sentences += panel.describe(named: name)
    }
    if let dataNote { sentences.append(dataNote) }
    return sentences.joined(separator: " ")
  }

  /// How many values are not drawn, and why; `nil` when all are. It belongs below the figure.
  public var dataNote: String? {
    var missing = 0
    var notPositive = 0
    for panel in panels {
      for layer in panel.layers {
        let counts = layer.undrawable(x: panel.x.scale, y: panel.y.scale, color: panel.color.scale)
        missing += counts.missing
        notPositive += counts.notPositive
      }
    }
    var parts: [String] = []
    if missing > 0 {
      parts.append("\(missing) \(missing == 1 ? "value that is" : "values that are") not finite")
    }
    if notPositive > 0 {
      let values = notPositive == 1 ? "value" : "values"
      parts.append("\(notPositive) non-positive \(values) on a logarithmic scale")
    }
    return parts.isEmpty ? nil : "Not drawn: " + parts.joined(separator: " and ") + "."
  }

  private static func sentence(_ text: String) -> String {
    text.last.map { ".!?…".contains($0) } == true ? text : text + "."
  }
}

extension Figure.Panel {
  fileprivate func describe(named name: String) -> [String] {
    let axes = [(x.label, "horizontally"), (y.label, "vertically")]
      .filter { !$0.0.isEmpty }.map { "\($0.0) \($0.1)" }
    let opening = [name, axes.joined(separator: ", ")].filter { !$0.isEmpty }
    let sentences = layers.map { $0.describe(x: x, y: y, color: color) }
    return (opening.isEmpty ? [] : [opening.joined(separator: ": ") + "."]) + sentences
  }
}

extension Figure.Layer {
  /// How many points cannot be drawn: with a value that is not finite, or not positive where the
  /// scale is logarithmic.
  fileprivate func undrawable(
    x: Figure.Scale, y: Figure.Scale, color: Figure.Scale
  ) -> (missing: Int, notPositive: Int) {
    var missing = 0
    var notPositive = 0
    func count(_ values: [(Double, Figure.Scale)]) {
      if values.contains(where: { !$0.0.isFinite }) {
        missing += 1
      } else if values.contains(where: { $0.1 == .log10 && $0.0 <= 0 }) {
        notPositive += 1
      }
    }
    switch self {
    case .line(let line): for point in zip(line.x, line.y) { count([(point.0, x), (point.1, y)]) }
    case .scatter(let points):
      for index in 0..<min(points.x.count, points.y.count) {
        var values = [(points.x[index], x), (points.y[index], y)]
        if let colors = points.values, index < colors.count {
          values.append((colors[index], color))
        }
        count(values)
      }
    case .band(let band):
      for ((at, low), high) in zip(zip(band.x, band.lower), band.upper) {
        count([(at, x), (low, y), (high, y)])
      }
    case .bars(let bars): for bar in zip(bars.x, bars.heights) { count([(bar.0, x), (bar.1, y)]) }
    case .heatMap(let map): for value in map.shownValues { count([(value, color)]) }
    case .contours(let contours): for value in contours.grid.values { count([(value, .linear)]) }
    case .surface(let surface): for value in surface.grid.values { count([(value, color)]) }
    }
    return (missing, notPositive)
  }

  fileprivate func describe(
    x: Figure.Axis, y: Figure.Axis, color: Figure.ColorAxis
  ) -> String {
    switch self {
    case .line(let line):
      return "Line\(quoted(line.name)), \(points(line.x, line.y))."
    case .scatter(let points):
      return "Points\(quoted(points.name)), \(self.points(points.x, points.y))."
    case .band(let band):
      return "Band\(quoted(band.name)) \(span(band.lower + band.upper))."
    case .bars(let bars):
      return "Bars\(quoted(bars.name)), \(points(bars.x, bars.heights))."
    case .heatMap(let map):
      return "Heat map\(of(color)), \(describe(map.grid, x: x, y: y))."
    case .contours(let contours):
      let levels = contours.levels.map(Self.number).joined(separator: ", ")
      return "Contours\(of(color)) at \(levels), \(describe(contours.grid, x: x, y: y))."
    case .surface(let surface):
      return "Surface\(of(color)), \(describe(surface.grid, x: x, y: y))."
    }
  }

  private func quoted(_ name: String?) -> String { name.map { " “\($0)”" } ?? "" }

  private func of(_ color: Figure.ColorAxis) -> String {
    color.label.isEmpty ? "" : " of \(color.label)"
  }

  private func points(_ x: [Double], _ y: [Double]) -> String {
    let count = min(x.count, y.count)
    guard count > 0 else { return "no points" }
    if count == 1 { return "one point at (\(Self.number(x[0])), \(Self.number(y[0])))" }
    return "\(Counted.text(count, "points")), x \(span(x)), y \(span(y))"
  }

  private func span(_ values: [Double]) -> String {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return "without finite values" }
    return "from \(Self.number(low)) to \(Self.number(high))"
  }

  private func describe(_ grid: Figure.Grid, x: Figure.Axis, y: Figure.Axis) -> String {
    let size = "\(grid.y.count) × \(grid.x.count) values"
    let finite = grid.values.indices.filter { grid.values[$0].isFinite }
    guard let low = finite.min(by: { grid.values[$0] < grid.values[$1] }),
      let high = finite.max(by: { grid.values[$0] < grid.values[$1] }),
      grid.values.count == grid.x.count * grid.y.count
    else { return size }
    func place(_ index: Int) -> String {
      let column = x.name(at: grid.x[index % grid.x.count])
      let row = y.name(at: grid.y[index / grid.x.count])
      return "\(Self.number(grid.values[index])) at (\(column), \(row))"
    }
    return "\(size), smallest \(place(low)), largest \(place(high))"
  }

  fileprivate static func number(_ value: Double) -> String {
    NumberFormat.significant(3).text(value)
  }
}

extension Figure.Axis {
  /// A position by its tick's label where it has one.
  fileprivate func name(at position: Double) -> String {
    if case .labelled(let ticks) = ticks,
      let tick = ticks.first(where: { $0.position == position }), !tick.label.isEmpty
    {
      return tick.label
    }
    return Figure.Layer.number(position)
  }
}
