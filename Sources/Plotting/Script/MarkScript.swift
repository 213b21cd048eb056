import BasinCore
import Foundation

/// Layers as elements of a plot command.
struct MarkScript {
  var canvas: Canvas
  var theme: Theme
  /// Whether the marks lie over a coloured field, where lines need an edge to be seen.
  var hasField = false

  private static let mostStars = 50
  private static let pointScale = 0.8

  func elements(
    _ layer: Figure.Layer, color: ColorView?, contours: String?
  ) -> [Script.Element] {
    switch layer {
    case .line(let line): self.line(line)
    case .scatter(let points): scatter(points, color: color)
    case .band(let band): self.band(band)
    case .bars(let bars): self.bars(bars)
    case .heatMap(let map): FieldScript.elements(map, color: color)
    case .contours(let lines):
      FieldScript.elements(lines, lines: contours, color: color, theme: theme)
    case .surface: []
    }
  }

  /// The layers that stand beside a name in the legend, on a canvas in px.
  func legendSample(_ entry: LegendLayout.Entry) -> [Figure.Layer] {
    let (left, right) = (entry.x, entry.x + LegendLayout.sampleWidth)
    let middle = (left + right) / 2
    switch entry.layer {
    case .line(let line) where line.isOfLonePoints:
      return [
        .scatter(x: [middle], y: [entry.y], color: line.color, marker: line.marker ?? .circle)
      ]
    case .line(var line):
      let marker = line.marker.map {
        Figure.Layer.scatter(x: [middle], y: [entry.y], color: line.color, marker: $0)
      }
      (line.x, line.y, line.marker) = ([left, right], [entry.y, entry.y], nil)
      return [.line(line)] + (marker.map { [$0] } ?? [])
    case .scatter(var points):
      (points.x, points.y) = ([middle], [entry.y])
      (points.values, points.sizes, points.xError) = (nil, nil, nil)
      points.yError = points.yError.map { _ in .init(lower: [entry.y - 8], upper: [entry.y + 8]) }
      return [.scatter(points)]
    case .band(var band):
      band.x = [left, right]
      (band.lower, band.upper) = ([entry.y - 6, entry.y - 6], [entry.y + 6, entry.y + 6])
      return [.band(band)]
    case .bars(let bars):
      let block = [entry.y - 6, entry.y - 6]
      let band = Figure.Band(
        name: nil, x: [left + 4, right - 4], lower: block, upper: block.map { $0 + 12 },
        color: bars.color)
      return [.band(band)]
    case .heatMap, .contours, .surface: return []
    }
  }

  /// The stars of a layer, unless they are very many. gnuplot has no filled star, so each is a
  /// polygon; and as an object it is not cut at the edge of the plotting area.
  func stars(_ layer: Figure.Layer) -> [String] {
    guard let points = Self.marks(layer), points.marker.resolved(for: points.color) == .star,
      points.x.count <= Self.mostStars
    else { return [] }
    return points.x.indices.compactMap { index in
      let (x, y) = (points.x[index], points.y[index])
      guard canvas.contains(x: x, y: y) else { return nil }
      let size = Self.size(points.sizes?[index] ?? 1) * 1.2
      let corners = (0...10).map { corner in
        let radius = (corner % 2 == 0 ? 7.5 : 3.1) * size
        let angle = Double.pi / 2 + Double(corner) * Double.pi / 5
        let place = canvas.position((x, y), dx: radius * cos(angle), dy: radius * sin(angle))
        return "\(place.x),\(place.y)"
      }
      return "set object polygon from \(corners.joined(separator: " to ")) front noclip "
        + "fillcolor \(theme.color(points.color).rgb) "
        + "fillstyle solid 1 border linecolor \(theme.background.rgb) linewidth 1"
    }
  }

  // The points of a scatter, and those that a line has at its places.
  private static func marks(_ layer: Figure.Layer) -> Figure.Scatter? {
    switch layer {
    case .scatter(let points): return points
    case .line(let line):
      guard let marker = line.marker,
        case .scatter(let points) = Figure.Layer.scatter(
          x: line.x, y: line.y, color: line.color, marker: marker)
      else { return nil }
      return points
    default: return nil
    }
  }

  private func line(_ line: Figure.Line) -> [Script.Element] {
    let (x, y) = gapped(line.x, line.y)
    let block = DataBlock([("x", x), ("y", y)])
    guard y.contains(where: { !$0.isNaN }) else { return [] }
    let width = line.color == .highlight ? 2.6 : line.color == .neutral ? 1.5 : 2.0
    let color = theme.color(line.color)
    // Broken lines with an edge are hard to follow.
    let ownDash = hasField && line.dash == .automatic ? Figure.Dash.solid : line.dash
    let dash = ownDash.pattern(for: line.color)
    let stroke = Script.Element(
      block,
      "using 1:2 with lines linecolor \(color.rgb) linewidth \(width) dashtype \(dash) notitle")
    // A line of one point would not be seen.
    let isPoint = y.count { !$0.isNaN } == 1
    var elements = [stroke]
    if hasField {
      let edge = theme.background.rgb(opacity: 0.8)
      let style = "using 1:2 with lines linecolor \(edge) linewidth \(width + 2.4) notitle"
      elements.insert(.init(block, style), at: 0)
    }
    guard stars(.line(line)).isEmpty else { return elements }
    guard let marker = line.marker ?? (isPoint ? .circle : nil) else { return elements }
    return elements
      + scatterPoints(x: x, y: y, role: line.color, marker: marker, size: 0.9)
  }

  private func scatter(_ points: Figure.Scatter, color: ColorView?) -> [Script.Element] {
    let kept = points.x.indices.filter { index in
      usable(points.x[index], canvas.x) && usable(points.y[index], canvas.y)
        && (points.values.map { $0[index].isFinite } ?? true)
    }
    guard !kept.isEmpty else { return [] }
    func pick(_ values: [Double]) -> [Double] { kept.map { values[$0] } }
    let (x, y) = (pick(points.x), pick(points.y))
    var elements: [Script.Element] = []
    let ink = theme.color(points.color)
    if let error = points.xError {
      elements.append(
        errorBars(
          from: zip(pick(error.lower), y).map { ($0, $1) },
          to: zip(pick(error.upper), y).map { ($0, $1) }, cap: (0, 4), ink))
    }
    if let error = points.yError {
      elements.append(
        errorBars(
          from: zip(x, pick(error.lower)).map { ($0, $1) },
          to: zip(x, pick(error.upper)).map { ($0, $1) }, cap: (4, 0), ink))
    }
    if !stars(.scatter(points)).isEmpty { return elements }
    let base = points.color == .highlight ? 1.35 : 1.0
    let sizes = points.sizes.map(pick)?.map { Self.size($0) * base }
    return elements
      + scatterPoints(
        x: x, y: y, role: points.color, marker: points.marker, size: base, sizes: sizes,
        values: points.values.map(pick), color: color, isFaint: points.isFaint)
  }

  // Points with an edge in the page's colour, so that they can be told apart where they overlap.
  private func scatterPoints(
    x: [Double], y: [Double], role: Figure.ColorRole, marker: Figure.Marker, size: Double,
    sizes: [Double]? = nil, values: [Double]? = nil, color: ColorView? = nil, isFaint: Bool = false
  ) -> [Script.Element] {
    let shape = marker.resolved(for: role)
    var columns = [("x", x), ("y", y)]
    var using = "1:2"
    let (number, factor) = shape.pointType
    var scale = "\(size * factor * Self.pointScale)"
    var halo = "\(size * factor * Self.pointScale + 0.28)"
    if let sizes {
      columns.append(("size", sizes.map { $0 * factor * Self.pointScale }))
      columns.append(("edge", sizes.map { $0 * factor * Self.pointScale + 0.28 }))
      using += ":3"
      (scale, halo) = ("variable", "variable")
    }
    var ink = theme.color(role).rgb(opacity: isFaint ? 0.35 : 1)
    if let values, let color {
      columns.append(("value", values.map { Self.paletteValue($0, color) }))
      using += ":\(columns.count)"
      ink = "palette"
    }
    let block = DataBlock(columns)
    let width = shape.isStroke ? 2.0 : 1.0
    let points = Script.Element(
      block,
      "using \(using) with points pointtype \(number) pointsize \(scale) linewidth \(width) "
        + "linecolor \(ink) notitle")
    if isFaint || shape.isStroke { return [points] }
    let edge = Script.Element(
      block,
      "using \(sizes == nil ? "1:2" : "1:2:4") with points pointtype \(number) "
        + "pointsize \(halo) linewidth 1 linecolor \(theme.background.rgb) notitle")
    return [edge, points]
  }

  private static func size(_ factor: Double) -> Double {
    factor.isFinite ? min(max(factor, 0.1), 10) : 1
  }

  private static func paletteValue(_ value: Double, _ color: ColorView) -> Double {
    if case .banded = color.kind { return Double(color.band(of: value)) + 0.5 }
    return value
  }

  private func band(_ band: Figure.Band) -> [Script.Element] {
    let fill = theme.color(band.color).rgb(opacity: 0.22)
    let count = min(band.x.count, band.lower.count, band.upper.count)
    let isDrawn = (0..<count).map { index in
      usable(band.x[index], canvas.x) && usable(band.lower[index], canvas.y)
        && usable(band.upper[index], canvas.y)
    }
    // Each stretch without a hole is an area of its own.
    return isDrawn.indices.split(whereSeparator: { !isDrawn[$0] }).map { run in
      Script.Element(
        DataBlock([
          ("x", run.map { band.x[$0] }), ("lower", run.map { band.lower[$0] }),
          ("upper", run.map { band.upper[$0] }),
        ]),
        "using 1:2:3 with filledcurves fillcolor \(fill) fillstyle solid 1 noborder notitle")
    }
  }

  private func bars(_ bars: Figure.Bars) -> [Script.Element] {
    let kept = bars.x.indices.filter {
      usable(bars.x[$0], canvas.x) && usable(bars.heights[$0], canvas.y)
    }
    let (x, heights) = (kept.map { bars.x[$0] }, kept.map { bars.heights[$0] })
    let width = Array(repeating: bars.drawnWidth, count: x.count)
    let color = theme.color(bars.color)
    var elements = [
      Script.Element(
        DataBlock([("x", x), ("height", heights), ("width", width)]),
        "using 1:2:3 with boxes linecolor \(color.rgb) linewidth 0.5 fillstyle solid 0.8 notitle")
    ]
    if let error = bars.yError {
      elements.append(
        errorBars(
          from: zip(x, kept.map { error.lower[$0] }).map { ($0, $1) },
          to: zip(x, kept.map { error.upper[$0] }).map { ($0, $1) }, cap: (4, 0),
          theme.foreground))
    }
    return elements
  }

  // gnuplot's own error bars blank a disc in their middle. `cap` is half the length in px of the
  // strokes at their ends.
  private func errorBars(
    from lower: [(Double, Double)], to upper: [(Double, Double)], cap: (Double, Double),
    _ color: Color
  ) -> Script.Element {
    var strokes: [(from: (x: Double, y: Double), to: (x: Double, y: Double))] = []
    for (low, high) in zip(lower, upper) {
      let given = [(x: low.0, y: low.1), (x: high.0, y: high.1)]
      let ends = given.map { (x: Self.edge($0.x, canvas.x), y: Self.edge($0.y, canvas.y)) }
      guard ends.allSatisfy({ usable($0.x, canvas.x) && usable($0.y, canvas.y) }) else { continue }
      strokes.append((ends[0], ends[1]))
      // An open end has no stroke across it.
      for (end, own) in zip(ends, given) where own.x.isFinite && own.y.isFinite {
        strokes.append(
          (
            canvas.position(end, dx: -cap.0, dy: -cap.1),
            canvas.position(end, dx: cap.0, dy: cap.1)
          ))
      }
    }
    let block = DataBlock([
      ("x", strokes.map(\.from.x)), ("y", strokes.map(\.from.y)),
      ("x-end", strokes.map(\.to.x)), ("y-end", strokes.map(\.to.y)),
    ])
    return .init(
      block,
      "using 1:2:($3-$1):($4-$2) with vectors nohead linecolor \(color.rgb) linewidth 1.3 "
        + "dashtype solid notitle")
  }

  // Values that cannot be drawn become holes.
  private func gapped(_ x: [Double], _ y: [Double]) -> ([Double], [Double]) {
    var result: ([Double], [Double]) = ([], [])
    for (x, y) in zip(x, y) {
      let isDrawn = usable(x, canvas.x) && usable(y, canvas.y)
      result.0.append(isDrawn ? x : .nan)
      result.1.append(isDrawn ? y : .nan)
    }
    return result
  }

  // An infinite end is drawn to the edge.
  private static func edge(_ value: Double, _ axis: AxisView) -> Double {
    guard value.isInfinite else { return value }
    return value < 0 ? axis.range.lowerBound : axis.range.upperBound
  }

  private func usable(_ value: Double, _ axis: AxisView) -> Bool {
    value.isFinite && (axis.scale == .linear || value > 0)
  }
}

extension Figure.Line {
  /// Whether it has values, and no two neighbours of which both are finite: points are all that is drawn.
  fileprivate var isOfLonePoints: Bool {
    let drawn = zip(x, y).map { $0.isFinite && $1.isFinite }
    return drawn.contains(true) && !zip(drawn, drawn.dropFirst()).contains { $0 && $1 }
  }
}
