import BasinCore
import Foundation

/// A panel with a surface, drawn by gnuplot in three dimensions.
struct SurfaceScript {
  var script = Script()
  private let placed: Layout.Placed
  private let surface: Figure.Surface
  private let color: ColorView
  private let page: (width: Double, height: Double)
  private let theme: Theme

  // Seen from so many degrees above straight down, turned by so many about the upright.
  private static let tilt = 58.0
  private static let turn = 32.0
  // How high the box is beside its base.
  private static let height = 0.8
  private static let pointScale = 0.8

  init?(_ placed: Layout.Placed, page: (width: Double, height: Double), theme: Theme) {
    guard let surface = placed.panel.surface, let color = placed.color else { return nil }
    self.placed = placed
    self.surface = surface
    self.color = color
    self.page = page
    self.theme = theme
    addBox()
    addAxes()
    script.plot(quadrangles, command: "splot")
    // In a plot of its own nothing of the surface hides what lies on it.
    script.add(
      "unset border; unset tics; unset grid; unset xlabel; unset ylabel; unset zlabel; unset label")
    addPointLabels()
    script.plot(marks, command: "splot")
    script.add("unset label; unset object; unset arrow; unset logscale; unset colorbox; unset grid")
    script.add("unset pm3d; set view map")
  }

  // gnuplot draws the base within the margins as if it were seen edge on; turned, it reaches
  // beyond them by a factor that the angles say.
  private mutating func addBox() {
    let (tilt, turn) = (Self.tilt * .pi / 180, Self.turn * .pi / 180)
    let across = cos(turn) + sin(turn)
    let up = across * cos(tilt) + Self.height * sin(tilt)
    // Room for the ticks and names around the base.
    let (left, right, below) = (30 + widerTicks, 44.0, 22.0)
    let room = (width: placed.box.width - left - right, height: placed.box.height - below)
    let side = max(min(room.width / across, room.height / up), 20)
    let middle = (
      x: placed.box.x + left + room.width / 2, y: placed.box.y + below + room.height / 2
    )
    script.add("set lmargin at screen \((middle.x - side / 2) / page.width)")
    script.add("set rmargin at screen \((middle.x + side / 2) / page.width)")
    script.add("set bmargin at screen \((middle.y - side / 2) / page.height)")
    script.add("set tmargin at screen \((middle.y + side / 2) / page.height)")
    script.add("set view \(Self.tilt),\(Self.turn),1,\(Self.height)")
    script.add(placed.panel.aspect == .equal ? "set view equal xy" : "set view noequal")
  }

  private var heightTicks: Ticks { color.ticks(length: placed.box.height * 0.9) }

  // gnuplot has room for ticks of four digits before the name of the heights; what longer ones take more, in px.
  private var widerTicks: Double {
    let widths = heightTicks.major.map {
      Type.width(
        Type.shortened($0.label, size: Type.tick, width: Layout.longestLabel), size: Type.tick)
    }
    return max(0, (widths.max() ?? 0) - Type.width("0.25", size: Type.tick))
  }

  private mutating func addAxes() {
    let range = heights
    script.add("set xyplane at \(range.lowerBound)")
    script.add("set zrange [\(range.lowerBound):\(range.upperBound)]")
    if isLogarithmic { script.add("set logscale z") }
    // The base, the two rear walls' edges and the upright with the ticks.
    script.add("set border 31 + 32 + 64 + 256 + 512 back linewidth 0.8 linecolor \(theme.grid.rgb)")
    let ticks: [(String, Ticks, String)] = [
      ("x", placed.xTicks, "offset 0,-0.2"), ("y", placed.yTicks, "offset 0.3,-0.2"),
      ("z", heightTicks, ""),
    ]
    for (name, ticks, offset) in ticks {
      script.add(
        "set \(name)tics nomirror out norotate scale 0.5,0.25 \(offset) font ',\(Type.tick)' "
          + "textcolor \(theme.faintForeground.rgb) \(FigureScript.list(ticks))")
    }
    script.add(
      "set grid xtics ytics ztics vertical back linetype 1 linewidth 0.8 linecolor \(theme.grid.rgb)"
    )
    let names = [("x", placed.x.label, "0,-0.4"), ("y", placed.y.label, "0.2,-0.7")]
    for (name, label, offset) in names where !label.isEmpty {
      let text = Type.shortened(label, size: Type.label, width: placed.box.width * 0.58)
      script.add(
        "set \(name)label \(SafeText.quoted(text)) rotate parallel offset \(offset) "
          + "font ',\(Type.label)' textcolor \(theme.foreground.rgb) noenhanced")
    }
    if !color.label.isEmpty {
      let text = Type.shortened(color.label, size: Type.label, width: placed.box.height * 0.6)
      script.add(
        "set zlabel \(SafeText.quoted(text)) rotate parallel "
          + "offset \(-widerTicks / Type.width("0", size: Type.tick)),0 font ',\(Type.label)' "
          + "textcolor \(theme.foreground.rgb) noenhanced")
    }
    script.add(
      "set pm3d depthorder border linecolor \(Color(0xFFFFFF).rgb(opacity: 0.45)) linewidth 0.35")
  }

  private var isLogarithmic: Bool {
    if case .continuous(_, .log10) = color.kind { return true }
    return false
  }

  private var heights: ClosedRange<Double> {
    if case .continuous(let range, _) = color.kind { return range }
    return 0...1
  }

  // The height at which a value is drawn.
  private func height(_ value: Double) -> Double {
    guard value.isFinite, !isLogarithmic || value > 0 else { return .nan }
    return min(max(value, heights.lowerBound), heights.upperBound)
  }

  private func height(x: Double, y: Double) -> Double {
    guard placed.x.range.contains(x), placed.y.range.contains(y) else { return .nan }
    return height(surface.grid.value(x: x, y: y))
  }

  private var quadrangles: [Script.Element] {
    let most = Figure.Surface.mostNodes
    let grid = surface.grid
    guard
      var block = grid.interpolated(
        columns: min(grid.x.count, most), rows: min(grid.y.count, most))
    else { return [] }
    block.values = block.values.map(height)
    return [Script.Element(block, "using 1 with pm3d notitle")]
  }

  private var marks: [Script.Element] {
    // Something must be drawn for the labels to appear.
    let corner = DataBlock([
      ("x", [placed.x.range.lowerBound]), ("y", [placed.y.range.lowerBound]),
      ("z", [heights.lowerBound]),
    ])
    var elements = [Script.Element(corner, "using 1:2:3 with dots linecolor bgnd notitle")]
    for layer in placed.panel.layers {
      switch layer {
      case .line(let line): elements += self.line(line)
      case .scatter(let points): elements += scatter(points)
      default: continue
      }
    }
    return elements + arrows
  }

  // Between two points a line follows the surface.
  private func line(_ line: Figure.Line) -> [Script.Element] {
    var (x, y) = ([Double](), [Double]())
    let step = max(
      (placed.x.range.upperBound - placed.x.range.lowerBound)
        / Double(Figure.Surface.mostNodes), .leastNormalMagnitude)
    for index in line.x.indices {
      if index > 0 {
        let (dx, dy) = (line.x[index] - line.x[index - 1], line.y[index] - line.y[index - 1])
        let length = (dx * dx + dy * dy).squareRoot()
        let parts = length.isFinite ? min(max(Int((length / step).rounded(.up)), 1), 200) : 1
        for part in 1..<max(parts, 1) {
          x.append(line.x[index - 1] + dx * Double(part) / Double(parts))
          y.append(line.y[index - 1] + dy * Double(part) / Double(parts))
        }
      }
      x.append(line.x[index])
      y.append(line.y[index])
    }
    let dash = (line.dash == .automatic ? Figure.Dash.solid : line.dash).pattern(for: line.color)
    let block = block(x, y, keepsGaps: true)
    let edge = theme.background.rgb(opacity: 0.8)
    return [
      .init(block, "using 1:2:3 with lines linecolor \(edge) linewidth 4 notitle"),
      .init(
        block,
        "using 1:2:3 with lines linecolor \(theme.color(line.color).rgb) linewidth 2 "
          + "dashtype \(dash) notitle"),
    ]
  }

  private func scatter(_ points: Figure.Scatter) -> [Script.Element] {
    let block = block(points.x, points.y, keepsGaps: false)
    let shape = points.marker.resolved(for: points.color)
    let (number, factor) = shape.pointType
    let size = (points.color == .highlight ? 1.35 : 1) * factor * Self.pointScale
    let ink = theme.color(points.color).rgb
    var elements: [Script.Element] = []
    if !shape.isStroke {
      elements.append(
        .init(
          block,
          "using 1:2:3 with points pointtype \(number) pointsize \(size + 0.28) "
            + "linecolor \(theme.background.rgb) notitle"))
    }
    elements.append(
      .init(
        block,
        "using 1:2:3 with points pointtype \(number) pointsize \(size) "
          + "linewidth \(shape.isStroke ? 2 : 1) linecolor \(ink) notitle"))
    return elements
  }

  private mutating func addPointLabels() {
    script.add(
      "set style textbox opaque noborder fillcolor \(Color(0xFFFFFF).rgb(opacity: 0.72)) "
        + "margins 0.3,0.3")
    for case .scatter(let points) in placed.panel.layers {
      for (index, text) in (points.labels ?? []).enumerated()
      where index < points.x.count && !text.isEmpty {
        let z = height(x: points.x[index], y: points.y[index])
        guard z.isFinite else { continue }
        let label = Type.shortened(text, size: Type.tick, width: Layout.longestLabel)
        script.add(
          "set label \(SafeText.quoted(label)) at \(points.x[index]),\(points.y[index]),\(z) "
            + "left offset 1,0.7 font ',\(Type.tick + 0.5)' "
            + "textcolor \(Theme.light.foreground.rgb) noenhanced boxed front")
      }
    }
  }

  private var arrows: [Script.Element] {
    placed.panel.annotations.compactMap { annotation in
      guard case .arrow(let fromX, let fromY, let toX, let toY, let role) = annotation else {
        return nil
      }
      let (from, to) = (height(x: fromX, y: fromY), height(x: toX, y: toY))
      guard from.isFinite, to.isFinite else { return nil }
      let block = DataBlock([
        ("x", [fromX]), ("y", [fromY]), ("z", [from]), ("dx", [toX - fromX]),
        ("dy", [toY - fromY]), ("dz", [to - from]),
      ])
      return .init(
        block,
        "using 1:2:3:4:5:6 with vectors head filled size screen 0.012,20 linewidth 1.5 "
          + "linecolor \(theme.color(role).rgb) notitle")
    }
  }

  private func block(_ x: [Double], _ y: [Double], keepsGaps: Bool) -> DataBlock {
    let records = zip(x, y).map { (x: $0, y: $1, z: height(x: $0, y: $1)) }
    let kept = keepsGaps ? records : records.filter { !$0.z.isNaN }
    return DataBlock([("x", kept.map(\.x)), ("y", kept.map(\.y)), ("z", kept.map(\.z))])
  }
}

extension Figure.Panel {
  /// The surface that makes the panel one of three dimensions.
  var surface: Figure.Surface? {
    for case .surface(let surface) in layers { return surface }
    return nil
  }

  /// The panel with marks that can be drawn on it: a star is a polygon in px, which has no place in three
  /// dimensions, so that it becomes a triangle on a surface.
  var drawable: Figure.Panel {
    guard surface != nil else { return self }
    var panel = self
    panel.layers = layers.map { layer in
      switch layer {
      case .scatter(var points) where points.marker.resolved(for: points.color) == .star:
        points.marker = .triangleDown
        return .scatter(points)
      case .line(var line) where line.marker?.resolved(for: line.color) == .star:
        line.marker = .triangleDown
        return .line(line)
      default: return layer
      }
    }
    return panel
  }
}
