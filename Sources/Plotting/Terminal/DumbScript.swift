import BasinCore

/// A panel of curves, points and bars as a script for gnuplot's text terminal.
struct DumbScript {
  var script = Script()
  private let panel: Figure.Panel
  private let color: Bool

  init(_ panel: Figure.Panel, columns: Int, rows: Int, color: Bool, output: String) {
    self.panel = panel
    self.color = color
    let (x, y) = panel.axes()
    script.add("reset session")
    script.add("set encoding utf8")
    script.add(
      "set terminal dumb noenhanced size \(columns),\(rows) \(color ? "ansi256" : "mono")")
    script.add("set output '\(output)'")
    script.add("unset key")
    script.add("set tics nomirror")
    script.add("set border 3")
    addAxis("x", x, x.ticks(length: Double(columns - 12), spacing: 10), room: columns)
    addAxis("y", y, y.ticks(length: Double(rows - 4), spacing: 3), room: rows * 2)
    for annotation in panel.annotations { add(annotation, x, y) }
    let elements = panel.layers.flatMap { self.elements($0, x, y) }
    script.plot(elements.isEmpty ? [.init(nil, "NaN notitle")] : elements)
    script.add("unset output")
  }

  private mutating func addAxis(_ name: String, _ axis: AxisView, _ ticks: Ticks, room: Int) {
    if axis.scale == .log10 { script.add("set logscale \(name)") }
    let (low, high) = (axis.range.lowerBound, axis.range.upperBound)
    script.add("set \(name)range [\(axis.isReversed ? "\(high):\(low)" : "\(low):\(high)")]")
    let marks = ticks.major.map { tick in
      let label = TerminalText.shortened(tick.label, 16).replacingScalars("%", with: "%%")
      return "\(SafeText.quoted(label)) \(tick.position)"
    }
    script.add("set \(name)tics (\(marks.isEmpty ? "'' 1e305" : marks.joined(separator: ", ")))")
    // There is no upright text: the name of the vertical axis stands above.
    if name == "x" && !axis.label.isEmpty {
      let label = SafeText.quoted(TerminalText.shortened(axis.label, max(room - 4, 8)))
      script.add("set xlabel \(label) noenhanced")
    }
  }

  private mutating func add(_ annotation: Figure.Annotation, _ x: AxisView, _ y: AxisView) {
    switch annotation {
    case .text(let text, let atX, let atY, _):
      guard x.range.contains(atX), y.range.contains(atY) else { return }
      script.add("set label \(SafeText.quoted(text)) at \(atX),\(atY) noenhanced front")
    case .vertical(let position, let label, _):
      guard x.range.contains(position) else { return }
      script.add("set arrow from \(position),graph 0 to \(position),graph 1 nohead")
      if !label.isEmpty {
        script.add("set label \(SafeText.quoted(label)) at \(position),graph 0.95 front")
      }
    case .horizontal(let position, let label, _):
      guard y.range.contains(position) else { return }
      script.add("set arrow from graph 0,first \(position) to graph 1,first \(position) nohead")
      if !label.isEmpty {
        script.add(
          "set label \(SafeText.quoted(label)) at graph 1,first \(position) right front")
      }
    case .arrow(let fromX, let fromY, let toX, let toY, _):
      guard x.range.contains(fromX), x.range.contains(toX), y.range.contains(fromY),
        y.range.contains(toY)
      else { return }
      script.add("set arrow from \(fromX),\(fromY) to \(toX),\(toY) head")
    }
  }

  private func elements(
    _ layer: Figure.Layer, _ x: AxisView, _ y: AxisView
  ) -> [Script.Element] {
    let sign = TerminalText.sign(of: layer, in: panel)
    // The terminal chooses the character by the line type, or where a colour is given by the dash
    // type, of which the first has none: `*` is that of the eighth.
    let index = TerminalText.lineSigns.firstIndex(of: sign) ?? 0
    let type = color ? "dashtype \(index == 0 ? 8 : index + 1)" : "linetype \(index + 1)"
    let ink = color ? " linecolor \(Theme.terminal.color(layer.role).rgb)" : ""
    func block(_ columns: [(String, [Double])]) -> DataBlock? {
      // Records with a hole are left out: at this size nobody sees a gap.
      let rows = (columns.map(\.1.count).min() ?? 0)
      let kept = (0..<rows).filter { row in
        columns.allSatisfy { $0.1[row].isFinite } && (x.scale == .linear || columns[0].1[row] > 0)
          && (y.scale == .linear || columns[1].1[row] > 0)
      }
      return kept.isEmpty ? nil : DataBlock(columns.map { own in (own.0, kept.map { own.1[$0] }) })
    }
    func curve(_ xs: [Double], _ ys: [Double]) -> [Script.Element] {
      block([("x", xs), ("y", ys)]).map {
        [.init($0, "using 1:2 with lines \(type)\(ink) notitle")]
      } ?? []
    }
    func dots(_ xs: [Double], _ ys: [Double]) -> [Script.Element] {
      block([("x", xs), ("y", ys)]).map {
        [.init($0, "using 1:2 with points pointtype '\(sign)'\(ink) notitle")]
      } ?? []
    }
    switch layer {
    case .line(let line): return curve(line.x, line.y)
    case .band(let band): return dots(band.x, band.lower) + dots(band.x, band.upper)
    case .scatter(let points): return dots(points.x, points.y)
    case .bars(let bars):
      let width = Array(repeating: bars.drawnWidth, count: bars.x.count)
      return block([("x", bars.x), ("height", bars.heights), ("width", width)]).map {
        [.init($0, "using 1:2:3 with boxes \(type)\(ink) notitle")]
      } ?? []
    case .heatMap, .contours, .surface: return []
    }
  }
}
