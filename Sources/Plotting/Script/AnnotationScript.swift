import BasinCore

/// Rules, arrows and text in front of the data.
struct AnnotationScript {
  var script = Script()
  private let canvas: Canvas
  private let theme: Theme
  private let hasField: Bool

  init(canvas: Canvas, theme: Theme, hasField: Bool) {
    self.canvas = canvas
    self.theme = theme
    self.hasField = hasField
  }

  mutating func add(_ annotation: Figure.Annotation) {
    switch annotation {
    case .text(let text, let x, let y, let side):
      addText(text, x: x, y: y, side: side)
    case .arrow(let fromX, let fromY, let toX, let toY, let role):
      guard canvas.contains(x: fromX, y: fromY), canvas.contains(x: toX, y: toY) else { return }
      script.add(
        "set arrow from \(fromX),\(fromY) to \(toX),\(toY) front head filled size screen 0.015,20 "
          + "linewidth 1.5 linecolor \(color(role).rgb)")
    case .vertical(let x, let label, let role):
      guard canvas.x.range.contains(x) else { return }
      script.add(
        "set arrow from \(x),graph 0 to \(x),graph 1 nohead front linewidth 1.2 "
          + "dashtype (10,7) linecolor \(color(role).rgb)")
      let up = 1 + 9 / canvas.box.height
      addLabel(
        label, at: "\(x),graph \(up)", align: "center", color: theme.color(role), size: Type.tick)
    case .horizontal(let y, let label, let role):
      guard canvas.y.range.contains(y) else { return }
      script.add(
        "set arrow from graph 0,first \(y) to graph 1,first \(y) nohead front linewidth 1.2 "
          + "dashtype (10,7) linecolor \(color(role).rgb)")
      let corner = canvas.position((canvas.x.value(at: 1), y), dx: -4, dy: 9)
      addText(label, x: corner.x, y: corner.y, side: .left, role: role)
    }
  }

  /// Texts that belong to a layer: beside points, in cells, and lines between blocks of cells.
  mutating func addLabels(of layer: Figure.Layer, color: ColorView?) {
    switch layer {
    case .scatter(let points):
      for (index, text) in (points.labels ?? []).enumerated()
      where index < points.x.count && !text.isEmpty {
        addPointLabel(text, x: points.x[index], y: points.y[index])
      }
    case .heatMap(let map): addCellLabels(map, color: color)
    default: return
    }
  }

  private func color(_ role: Figure.ColorRole) -> Color {
    (hasField ? theme.overField : theme).color(role)
  }

  // To the right of the point, or to the left where it would leave the plotting area.
  private mutating func addPointLabel(_ text: String, x: Double, y: Double) {
    guard canvas.contains(x: x, y: y) else { return }
    let room = (1 - canvas.x.fraction(x)) * canvas.box.width
    let isRight = room > Type.width(text, size: Type.tick) + 14
    let place = canvas.position((x, y), dx: isRight ? 9 : -9, dy: 8)
    addText(text, x: place.x, y: place.y, side: isRight ? .right : .left)
  }

  private mutating func addText(
    _ text: String, x: Double, y: Double, side: Figure.Annotation.Side,
    role: Figure.ColorRole? = nil
  ) {
    guard !text.isEmpty, canvas.contains(x: x, y: y) else { return }
    let align =
      switch side {
      case .left: "right"
      case .center: "center"
      case .right: "left"
      }
    let size = Type.tick + 0.5
    if hasField { addPlate(text, size: size, x: x, y: y, side: side) }
    let ink =
      hasField ? Theme.light.foreground : role.map { theme.color($0) } ?? theme.foreground
    addLabel(text, at: "\(x),\(y)", align: align, color: ink, size: size)
  }

  // Over a coloured field text stands on a light plate.
  private mutating func addPlate(
    _ text: String, size: Double, x: Double, y: Double, side: Figure.Annotation.Side
  ) {
    let width = Type.width(text, size: size) + 6
    let left =
      switch side {
      case .left: -width + 2
      case .center: -width / 2
      case .right: -2.0
      }
    let low = canvas.position((x, y), dx: left, dy: -size * 0.62)
    let high = canvas.position((x, y), dx: left + width, dy: size * 0.62)
    script.add(
      "set object rectangle from \(low.x),\(low.y) to \(high.x),\(high.y) front "
        + "fillcolor \(Color(0xFFFFFF).rgb(opacity: 0.72)) fillstyle solid 1 noborder")
  }

  private mutating func addCellLabels(_ map: Figure.HeatMap, color: ColorView?) {
    let (columns, rows) = (map.grid.x.count, map.grid.y.count)
    let (x, y) = (GridEdges(map.grid.x).all, GridEdges(map.grid.y).all)
    // A line between blocks differs from the colours of most cells.
    let isBright = (color?.map.color(at: 0.5).luminance ?? 0) > 0.8
    let ink = isBright ? Theme.light.faintForeground : Color(0xFFFFFF)
    for block in map.blocks {
      let line = "nohead front linewidth 1.6 linecolor \(ink.rgb)"
      if block > 0 && block < columns {
        script.add("set arrow from \(x[block]),graph 0 to \(x[block]),graph 1 \(line)")
      }
      if block > 0 && block < rows {
        script.add("set arrow from graph 0,first \(y[block]) to graph 1,first \(y[block]) \(line)")
      }
    }
    guard let format = map.format, let color, columns * rows <= 400 else { return }
    let texts = map.grid.values.map { format.text($0) }
    let widest = texts.map { Type.width($0, size: 1) }.max() ?? 1
    let size = min(
      13, canvas.box.width / Double(columns) * 0.86 / widest,
      canvas.box.height / Double(rows) * 0.6)
    guard size >= 7 else { return }
    for (index, value) in map.grid.values.enumerated() {
      let isMissing = !value.isFinite
      let ink =
        isMissing
        ? theme.foreground
        : color.color(of: value).luminance > 0.55 ? Theme.light.foreground : Color(0xFFFFFF)
      addLabel(
        texts[index], at: "\(map.grid.x[index % columns]),\(map.grid.y[index / columns])",
        align: "center", color: ink, size: (size * 10).rounded() / 10)
    }
  }

  private mutating func addLabel(
    _ text: String, at place: String, align: String, color: Color, size: Double
  ) {
    guard !text.isEmpty else { return }
    script.add(
      "set label \(SafeText.quoted(text)) at \(place) \(align) font ',\(size)' "
        + "textcolor \(color.rgb) noenhanced front")
  }
}
