import BasinCore

/// Where everything stands, in px of the figure's natural size, from its lower left corner.
struct Layout {
  /// A rectangle.
  struct Box: Equatable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double
  }

  /// A panel with its axes settled and its place found.
  struct Placed {
    var panel: Figure.Panel
    var x: AxisView
    var y: AxisView
    var color: ColorView?
    /// The plotting area.
    var box: Box
    var xTicks: Ticks
    var yTicks: Ticks
    var colorTicks: Ticks
    /// Whether the labels below the plotting area are slanted, because they are long.
    var hasSlantedLabels: Bool
    /// The space around the plotting area.
    var margins: Margins
    var titleLines: [String]
  }

  /// Space around a plotting area.
  struct Margins {
    var left = 0.0
    var right = 0.0
    var top = 0.0
    var bottom = 0.0
    /// The part of `left` or `right` that tick labels take.
    var yTickWidth = 0.0
    var colorTickWidth = 0.0
  }

  var width: Double
  var height: Double
  var titleLines: [String]
  var panels: [Placed]
  var legend: LegendLayout

  /// The width at which labels of ticks are cut.
  static let longestLabel = 190.0
  static let colorBarGap = 14.0
  static let colorBarWidth = 15.0

  init(_ original: Figure) {
    var figure = original
    figure.panels = figure.panels.map(\.drawable)
    width =
      switch figure.size {
      case .compact: 480
      case .regular: 640
      case .wide: 960
      }
    let columns = min(max(figure.columns, 1), max(figure.panels.count, 1))
    titleLines = Type.wrap(figure.title, size: Type.title, width: width - 24, isBold: true)
    let titleHeight =
      titleLines.isEmpty ? 8 : Double(titleLines.count) * Type.title * Type.lineHeight + 14
    legend = LegendLayout(figure, width: width)
    let usable = width - legend.widthToTheRight

    var placed = figure.panels.map {
      Self.measured($0, cell: usable / Double(columns))
    }
    let rows = Self.rows(placed.count, columns: columns)
    // Panels in a column share their sides and panels in a row share top and bottom, so that the
    // axes line up.
    var sides = Array(repeating: (left: 0.0, right: 0.0), count: columns)
    var tickWidths = Array(repeating: 0.0, count: columns)
    for row in rows {
      for (column, index) in row.enumerated() {
        sides[column].left = max(sides[column].left, placed[index].margins.left)
        sides[column].right = max(sides[column].right, placed[index].margins.right)
        tickWidths[column] = max(tickWidths[column], placed[index].margins.yTickWidth)
      }
    }
    for row in rows {
      for (column, index) in row.enumerated() {
        placed[index].margins.yTickWidth = tickWidths[column]
      }
    }
    let boxWidth = max(
      (usable - sides.reduce(0) { $0 + $1.left + $1.right }) / Double(columns), 60)

    var bands: [(height: Double, top: Double, bottom: Double)] = []
    for row in rows {
      var top = 0.0
      var bottom = 0.0
      var height = 0.0
      for index in row {
        let size = Self.boxSize(placed[index], width: boxWidth, columns: columns)
        placed[index].box.width = size.width
        placed[index].box.height = size.height
        top = max(top, placed[index].margins.top)
        bottom = max(bottom, placed[index].margins.bottom)
        height = max(height, size.height)
      }
      bands.append((height, top, bottom))
    }
    let panelsHeight = bands.reduce(0) { $0 + $1.height + $1.top + $1.bottom }
    let legendHeight = legend.isBelow ? legend.height : 0
    height = max(
      (titleHeight + panelsHeight + legendHeight).rounded(.up),
      legend.isBelow ? 0 : (legend.height + titleHeight + 16).rounded(.up))

    var y = height - titleHeight
    for (row, indices) in rows.enumerated() {
      y -= bands[row].top + bands[row].height
      var x = 0.0
      for (column, index) in indices.enumerated() {
        x += sides[column].left
        let box = placed[index].box
        placed[index].box.x = x + (boxWidth - box.width) / 2
        placed[index].box.y = y + bands[row].height - box.height
        x += boxWidth + sides[column].right
      }
      y -= bands[row].bottom
    }
    for index in placed.indices { placed[index].settleTicks() }
    panels = placed
    legend.place(width: width, height: height, top: height - titleHeight)
  }

  private static func rows(_ count: Int, columns: Int) -> [[Int]] {
    stride(from: 0, to: count, by: columns).map { Array($0..<min($0 + columns, count)) }
  }

  private static func boxSize(
    _ placed: Placed, width: Double, columns: Int
  ) -> (width: Double, height: Double) {
    if placed.panel.surface != nil { return (width, min(width * 0.8, 460)) }
    let tallest = columns == 1 ? 620.0 : width * 1.3
    var ratio: Double
    switch placed.panel.aspect {
    case .automatic:
      return (width, automaticHeight(of: placed.panel, width: width))
    case .square: ratio = 1
    case .equal:
      let (x, y) = (placed.x.range, placed.y.range)
      ratio = (y.upperBound - y.lowerBound) / (x.upperBound - x.lowerBound)
      if !ratio.isFinite || ratio < 0.05 || ratio > 20 { ratio = ratio > 1 ? 20 : 0.05 }
    }
    return width * ratio <= tallest ? (width, width * ratio) : (tallest / ratio, tallest)
  }

  private static func automaticHeight(of panel: Figure.Panel, width: Double) -> Double {
    let relative = panel.relativeHeight
    let factor = relative.isFinite ? min(max(relative, 0.2), 3) : 1
    return min(max(width * 0.64, 150), 360) * factor
  }

  private static func measured(_ panel: Figure.Panel, cell: Double) -> Placed {
    let (x, y) = panel.axes()
    let color = ColorView(panel)
    var margins = Margins()
    // A first guess of the plotting area says which ticks there will be.
    let guess = max(cell - 100, 60)
    let height =
      panel.aspect == .automatic ? automaticHeight(of: panel, width: guess) : guess
    let yTicks = y.ticks(length: height, spacing: y.isLabelled ? 14 : 42)
    // The final height may ask for more ticks or fewer, whose labels may have more digits.
    let longest =
      [0.8, 1, 1.3].flatMap { factor in
        y.ticks(length: height * factor, spacing: y.isLabelled ? 14 : 42)
          .major.map { labelWidth($0.label) }
      }.max() ?? 0
    margins.yTickWidth = min(longest, longestLabel)
    margins.left = 10 + margins.yTickWidth + (y.label.isEmpty ? 4 : 26)

    var xTicks = x.ticks(length: guess, spacing: x.isLabelled ? 15 : 62)
    let widths = xTicks.major.map { labelWidth($0.label) }
    let widest = min(widths.max() ?? 0, longestLabel)
    let isSlanted =
      x.isLabelled && (widths.max() ?? 0) > guess / Double(max(xTicks.major.count, 1)) - 14
    margins.bottom =
      14 + (isSlanted ? widest * 0.72 + 12 : Type.tick + 4)
      + (x.label.isEmpty ? 0 : Type.label * Type.lineHeight + 4) + 6
    if isSlanted {
      xTicks = x.ticks(length: guess, spacing: Placed.slantedSpacing)
      let first = min(labelWidth(xTicks.major[0].label), longestLabel)
      let inset = guess / Double(max(xTicks.major.count, 1)) / 2
      margins.left = max(margins.left, first * 0.72 + 8 - inset)
    }

    margins.right = max(14, isSlanted ? 14 : (widths.last ?? 0) / 2 + 4)
    if let color, color.isBarShown {
      // A longer bar has more ticks, whose labels may have more digits.
      let labels = [0.6, 0.8, 1, 1.3].flatMap { color.ticks(length: guess * $0).major }
      margins.colorTickWidth = labels.map { labelWidth($0.label) }.max() ?? 0
      margins.right =
        colorBarGap + colorBarWidth + 9 + margins.colorTickWidth + (color.label.isEmpty ? 8 : 28)
    }
    let titleLines = Type.wrap(
      panel.title, size: Type.panelTitle,
      width: max(cell - margins.left - margins.right + 24, 120), isBold: true)
    margins.top =
      titleLines.isEmpty
      ? 8 : Double(titleLines.count) * Type.panelTitle * Type.lineHeight + 12
    if panel.annotations.contains(where: \.isLabelledRule) { margins.top += Type.tick * 1.4 }
    return Placed(
      panel: panel, x: x, y: y, color: color, box: Box(x: 0, y: 0, width: 0, height: 0),
      xTicks: xTicks, yTicks: yTicks, colorTicks: Ticks([], in: 0...1, room: 1),
      hasSlantedLabels: isSlanted, margins: margins, titleLines: titleLines)
  }

  static func labelWidth(_ text: String) -> Double { Type.width(text, size: Type.tick) }
}

extension Layout.Placed {
  /// What a line of text takes along an axis when it is slanted by 45°, in px.
  fileprivate static let slantedSpacing = 21.0

  fileprivate mutating func settleTicks() {
    let spacing = hasSlantedLabels ? Self.slantedSpacing : x.isLabelled ? 15 : 62
    xTicks = x.ticks(length: box.width, spacing: spacing)
    yTicks = y.ticks(length: box.height, spacing: y.isLabelled ? 14 : 42)
    if let color { colorTicks = color.ticks(length: box.height) }
  }
}

extension Figure.Annotation {
  fileprivate var isLabelledRule: Bool {
    if case .vertical(_, let label, _) = self { return !label.isEmpty }
    return false
  }
}
