import BasinCore

/// The whole of a figure as a script: one page with title and legend, and one plot a panel.
struct FigureScript {
  /// What the script draws on.
  enum Target: Equatable {
    case svg
    /// SVG by a user's own gnuplot, which knows no bold type there.
    case standaloneSVG
    /// PNG with so many pixels per px of the layout. There gnuplot takes sizes of type for points of
    /// 4/3 px.
    case png(scale: Double)

    fileprivate func terminal(_ layout: Layout, _ theme: Theme) -> String {
      switch self {
      case .svg, .standaloneSVG:
        "svg noenhanced dynamic size \(Int(layout.width)),\(Int(layout.height)) "
          + "font 'sans-serif,12' linewidth 1"
      case .png(let scale):
        "pngcairo noenhanced size \(Int(layout.width * scale)),\(Int(layout.height * scale)) "
          + "font 'sans-serif,12' fontscale \(number(scale * 0.75)) linewidth \(number(scale)) "
          + "pointscale \(number(scale * 1.5)) background \(theme.background.rgb)"
      }
    }

    fileprivate var isPNG: Bool {
      if case .png = self { return true }
      return false
    }

    private func number(_ value: Double) -> String { NumberFormat.significant(4).text(value) }
  }

  var script = Script()
  private let layout: Layout
  private let theme: Theme
  private let target: Target

  init(_ layout: Layout, theme: Theme, target: Target, output: String) {
    self.layout = layout
    self.theme = theme
    self.target = target
    script.add("reset session")
    script.add("set encoding utf8")
    script.add("set terminal \(target.terminal(layout, theme))")
    script.add("set output '\(output)'")
    let contours = addContours()
    script.add("set multiplot")
    addPage(isOpaque: target.isPNG)
    for (index, placed) in layout.panels.enumerated() {
      addPanel(placed, contours: contours[index])
    }
    script.add("unset multiplot")
    script.add("unset output")
  }

  // Contour lines are found before anything is drawn, into data blocks of gnuplot's own: the
  // names of one panel's blocks, by the index of the layer.
  private mutating func addContours() -> [[Int: String]] {
    var count = 0
    return layout.panels.map { placed in
      var names: [Int: String] = [:]
      for (index, layer) in placed.panel.layers.enumerated() {
        guard case .contours(let contours) = layer,
          let field = contours.grid.field(steps: 120)
        else { continue }
        let levels = contours.levels(crossing: field)
        guard !levels.isEmpty else { continue }
        count += 1
        names[index] = "$contours\(count)"
        script.add("set contour base")
        script.add("unset surface")
        script.add("set cntrparam levels discrete \(levels.map { "\($0)" }.joined(separator: ","))")
        script.add("set table $contours\(count)")
        script.plot([.init(field, "using 1 with lines notitle")], command: "splot")
        script.add("unset table")
        script.add("unset contour")
        script.add("set surface")
      }
      return names
    }
  }

  private mutating func addPage(isOpaque: Bool) {
    let canvas = Canvas(width: layout.width, height: layout.height)
    script.add("# Title and legend, in px from the lower left corner.")
    setMargins(Layout.Box(x: 0, y: 0, width: layout.width, height: layout.height))
    script.add("set xrange [0:\(layout.width)]")
    script.add("set yrange [0:\(layout.height)]")
    script.add("unset border; unset tics; unset key; unset colorbox")
    if isOpaque {
      script.add(
        "set object 1 rectangle from screen 0,0 to screen 1,1 behind "
          + "fillcolor \(theme.background.rgb) fillstyle solid noborder")
    }
    for (index, line) in layout.titleLines.enumerated() {
      let y = layout.height - 10 - (Double(index) + 0.5) * Type.title * Type.lineHeight
      addText(
        line, x: layout.width / 2, y: y, size: Type.title, color: theme.foreground, isBold: true)
    }
    var elements = [Script.Element(nil, "-1 with lines notitle")]
    for entry in layout.legend.entries {
      let marks = MarkScript(
        canvas: canvas, theme: entry.isOverField ? theme.overField : theme,
        hasField: entry.isOverField)
      for sample in marks.legendSample(entry) {
        for var element in marks.elements(sample, color: nil, contours: nil) {
          element.data?.isLegendMark = true
          elements.append(element)
        }
        for star in marks.stars(sample) { script.add(star) }
      }
      addText(
        entry.name, x: entry.x + LegendLayout.sampleWidth + LegendLayout.gap, y: entry.y,
        size: Type.legend, color: theme.foreground, align: "left")
    }
    script.plot(elements)
    script.add("unset label; unset object")
  }

  private mutating func addPanel(_ placed: Layout.Placed, contours: [Int: String]) {
    let hasField = placed.panel.layers.contains(where: \.isField)
    let box = placed.box
    script.add("# A panel.")
    if placed.panel.surface != nil {
      addSurface(placed)
      return
    }
    setMargins(box)
    addAxis("x", placed.x, placed.xTicks, isSlanted: placed.hasSlantedLabels, hasField: hasField)
    addAxis("y", placed.y, placed.yTicks, isSlanted: false, hasField: hasField)
    script.add("set clip one; set clip two")
    let sides = hasField ? 15 : 3
    script.add("set border \(sides) front linewidth 0.8 linecolor \(theme.faintForeground.rgb)")
    if hasField {
      script.add("unset grid")
    } else {
      script.add("set grid xtics ytics back linetype 1 linewidth 0.8 linecolor \(theme.grid.rgb)")
    }
    addColor(placed)
    addLabels(placed)

    let canvas = Canvas(x: placed.x, y: placed.y, box: box)
    var annotations = AnnotationScript(canvas: canvas, theme: theme, hasField: hasField)
    for annotation in placed.panel.annotations { annotations.add(annotation) }
    let marks = MarkScript(
      canvas: canvas, theme: hasField ? theme.overField : theme, hasField: hasField)
    var elements: [Script.Element] = []
    for (index, layer) in placed.panel.layers.enumerated() {
      elements += marks.elements(layer, color: placed.color, contours: contours[index])
      for star in marks.stars(layer) { script.add(star) }
      annotations.addLabels(of: layer, color: placed.color)
    }
    script.add(annotations.script)
    // An empty panel still shows its axes.
    if elements.isEmpty { elements = [.init(nil, "NaN with lines notitle")] }
    script.plot(elements)
    script.add("unset label; unset object; unset arrow; unset logscale; unset colorbox")
  }

  private mutating func addSurface(_ placed: Layout.Placed) {
    addAxis("x", placed.x, placed.xTicks, isSlanted: false, hasField: false)
    addAxis("y", placed.y, placed.yTicks, isSlanted: false, hasField: false)
    addColor(placed)
    addTitle(placed)
    let page = (width: layout.width, height: layout.height)
    if let surface = SurfaceScript(placed, page: page, theme: theme) { script.add(surface.script) }
  }

  private mutating func addAxis(
    _ name: String, _ axis: AxisView, _ ticks: Ticks, isSlanted: Bool, hasField: Bool
  ) {
    script.add(axis.scale == .log10 ? "set logscale \(name)" : "unset logscale \(name)")
    let (low, high) = (axis.range.lowerBound, axis.range.upperBound)
    script.add("set \(name)range [\(axis.isReversed ? "\(high):\(low)" : "\(low):\(high)")]")
    let rotation = isSlanted ? "rotate by 45 right" : "norotate"
    // In SVG gnuplot keeps more distance from the ticks than Cairo does.
    let offset = name == "x" && !isSlanted && !target.isPNG ? "offset 0,0.4" : ""
    // Labels that fill a category's whole length need no marks between data and label.
    let scale = hasField && axis.isLabelled ? "0.3,0.15" : "0.6,0.3"
    script.add(
      "set \(name)tics nomirror out \(rotation) \(offset) scale \(scale) font ',\(Type.tick)' "
        + "textcolor \(theme.faintForeground.rgb) \(Self.list(ticks))")
  }

  private mutating func addColor(_ placed: Layout.Placed) {
    guard let color = placed.color else {
      script.add("unset colorbox")
      return
    }
    script.add("unset logscale cb")
    switch color.kind {
    case .continuous(let range, let scale):
      if scale == .log10 { script.add("set logscale cb") }
      script.add("set palette \(color.map.definition)")
      script.add("set cbrange [\(range.lowerBound):\(range.upperBound)]")
    case .banded(let boundaries, let hasBelow, _):
      let count = color.bandCount
      let passed = boundaries.map { "(v >= \($0))" }.joined(separator: "+")
      let index = "(\(passed))\(hasBelow ? "" : " - 1")"
      script.add("clamp(i) = i < 0 ? 0 : i > \(count - 1) ? \(count - 1) : i")
      script.add("band(v) = v != v ? NaN : clamp(\(index)) + 0.5")
      let steps = (0..<count).map { color.color(ofBand: $0).digits }
      let stops = steps.enumerated().flatMap { ["\($0) '#\($1)'", "\($0 + 1) '#\($1)'"] }
      script.add("set palette defined (\(stops.joined(separator: ", ")))")
      script.add("set cbrange [0:\(count)]")
    }
    if color.hasMissing, placed.panel.surface == nil {
      script.add(
        "set object 1 rectangle from graph 0,0 to graph 1,1 behind "
          + "fillcolor \(theme.missing.rgb) fillstyle solid noborder")
    }
    guard color.isBarShown else {
      script.add("unset colorbox")
      return
    }
    let box = placed.box
    let x = screenX(box.x + box.width + Layout.colorBarGap)
    let size = "\(screenX(Layout.colorBarWidth)),\(screenY(box.height))"
    script.add(
      "set colorbox user vertical origin screen \(x),\(screenY(box.y)) size screen \(size)")
    script.add(
      "set cbtics out scale 0.5,0.25 font ',\(Type.tick)' "
        + "textcolor \(theme.faintForeground.rgb) \(Self.list(placed.colorTicks))")
  }

  private mutating func addTitle(_ placed: Layout.Placed) {
    let box = placed.box
    let hasRuleLabels = placed.panel.annotations.contains {
      if case .vertical(_, let label, _) = $0 { !label.isEmpty } else { false }
    }
    let top = box.y + box.height + 8 + (hasRuleLabels ? Type.tick * 1.4 : 0)
    for (index, line) in placed.titleLines.reversed().enumerated() {
      addText(
        line, x: box.x + box.width / 2,
        y: top + (Double(index) + 0.5) * Type.panelTitle * Type.lineHeight,
        size: Type.panelTitle, color: theme.foreground, isBold: true)
    }
  }

  private mutating func addLabels(_ placed: Layout.Placed) {
    let box = placed.box
    let middleX = box.x + box.width / 2
    let middleY = box.y + box.height / 2
    addTitle(placed)
    func oneLine(_ text: String, _ length: Double) -> String {
      Type.shortened(text, size: Type.label, width: length)
    }
    if !placed.x.label.isEmpty {
      addText(
        oneLine(placed.x.label, box.width + placed.margins.left + placed.margins.right), x: middleX,
        y: box.y - placed.margins.bottom + Type.label * 0.7 + 6, size: Type.label,
        color: theme.foreground)
    }
    if !placed.y.label.isEmpty {
      addText(
        oneLine(placed.y.label, box.height + placed.margins.top + placed.margins.bottom),
        x: box.x - placed.margins.yTickWidth - 24, y: middleY, size: Type.label,
        color: theme.foreground, isVertical: true)
    }
    if let color = placed.color, color.isBarShown, !color.label.isEmpty {
      let x = box.x + box.width + Layout.colorBarGap + Layout.colorBarWidth
      addText(
        oneLine(color.label, box.height + placed.margins.bottom),
        x: x + 9 + placed.margins.colorTickWidth + 14, y: middleY, size: Type.label,
        color: theme.foreground, isVertical: true)
    }
  }

  private mutating func addText(
    _ text: String, x: Double, y: Double, size: Double, color: Color, align: String = "center",
    isBold: Bool = false, isVertical: Bool = false
  ) {
    let font = isBold && target != .standaloneSVG ? "sans-serif:Bold,\(size)" : ",\(size)"
    script.add(
      "set label \(SafeText.quoted(text)) at screen \(screenX(x)),\(screenY(y)) \(align) "
        + "\(isVertical ? "rotate by 90 " : "")font '\(font)' textcolor \(color.rgb) "
        + "noenhanced front")
  }

  private mutating func setMargins(_ box: Layout.Box) {
    script.add(
      "set lmargin at screen \(screenX(box.x)); set rmargin at screen "
        + "\(screenX(box.x + box.width)); set bmargin at screen \(screenY(box.y)); "
        + "set tmargin at screen \(screenY(box.y + box.height))")
  }

  private func screenX(_ x: Double) -> Double { x / layout.width }
  private func screenY(_ y: Double) -> Double { y / layout.height }

  // In labels of ticks gnuplot looks for number formats, so that a percent sign is doubled.
  static func list(_ ticks: Ticks) -> String {
    let major = ticks.major.map { tick in
      let label = Type.shortened(tick.label, size: Type.tick, width: Layout.longestLabel)
      return "\(SafeText.quoted(label.replacingScalars("%", with: "%%"))) \(tick.position)"
    }
    let all = major + ticks.minor.map { "'' \($0) 1" }
    return all.isEmpty ? "('' 1e305)" : "(\(all.joined(separator: ", ")))"
  }
}

/// A plotting area: what places in px mean on its axes.
struct Canvas {
  var x: AxisView
  var y: AxisView
  var box: Layout.Box

  init(x: AxisView, y: AxisView, box: Layout.Box) {
    self.x = x
    self.y = y
    self.box = box
  }

  /// A canvas in px.
  init(width: Double, height: Double) {
    x = AxisView(.init("", range: 0...width), extent: .init())
    y = AxisView(.init("", range: 0...height), extent: .init())
    box = Layout.Box(x: 0, y: 0, width: width, height: height)
  }

  /// The position so many px to the right of and above another.
  func position(_ point: (x: Double, y: Double), dx: Double, dy: Double) -> (x: Double, y: Double) {
    (
      x.value(at: x.fraction(point.x) + dx / box.width),
      y.value(at: y.fraction(point.y) + dy / box.height)
    )
  }

  /// Whether a position can be drawn.
  func contains(x: Double, y: Double) -> Bool {
    let (across, up) = (self.x.fraction(x), self.y.fraction(y))
    return (-0.001...1.001).contains(across) && (-0.001...1.001).contains(up)
  }
}

extension Figure.Layer {
  /// Whether the layer covers the plotting area with colours.
  var isField: Bool {
    switch self {
    case .heatMap, .surface: true
    case .contours(let contours): contours.isFilled
    default: false
    }
  }
}
