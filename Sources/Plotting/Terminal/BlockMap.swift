import BasinCore

/// A panel with a coloured field, drawn with characters: its numbers where they fit, or else
/// shaded or coloured blocks, with the signs of points and lines over them.
struct BlockMap {
  private(set) var lines: [String] = []

  private static let shades: [Character] = [" ", "░", "▒", "▓", "█"]

  private let panel: Figure.Panel
  private let x: AxisView
  private let y: AxisView
  private let view: ColorView
  private let color: Bool

  init(_ panel: Figure.Panel, columns: Int, rows: Int, color: Bool) {
    self.panel = panel
    self.color = color
    (x, y) = panel.axes()
    guard let view = ColorView(panel), let field = panel.field else {
      self.view = ColorView(of: 0...1)
      return
    }
    self.view = view
    let labels = y.ticks(length: Double(rows - 4), spacing: y.isLabelled ? 1 : 3).major
    let gutter = min(labels.map { $0.label.count }.max() ?? 0, columns / 3, 20)
    let room = columns - gutter - 3
    if !y.label.isEmpty { lines.append(TerminalText.shortened("↑ " + y.label, columns)) }
    if let cells = numbers(room: room, rows: rows) {
      addGrid(cells, gutter: gutter, labels: labels)
      addColumns(gutter: gutter, width: cells.first?.count ?? 0)
    } else {
      let (width, height) = size(of: field.grid, room: room, rows: rows - 4)
      addGrid(blocks(field, width: width, height: height), gutter: gutter, labels: labels)
      addColumns(gutter: gutter, width: width)
    }
    addScale(columns: columns)
  }

  /// One character of the field.
  private struct Cell {
    var character: Character
    var ink: Color?
    var paper: Color?
  }

  // A matrix with a format is a table of numbers where it fits.
  private func numbers(room: Int, rows: Int) -> [[Cell]]? {
    guard panel.layers.count == 1, case .heatMap(let map) = panel.layers[0],
      let format = map.format
    else { return nil }
    let (columns, count) = (map.grid.x.count, map.grid.y.count)
    let texts = map.grid.values.map { format.text($0) }
    let width = (texts.map(\.count).max() ?? 1) + 2
    guard columns * width <= room, count <= max(rows - 4, 5) else { return nil }
    let order = y.isReversed ? Array(0..<count) : Array((0..<count).reversed())
    return order.map { row in
      (0..<columns).flatMap { column -> [Cell] in
        let value = map.grid.values[row * columns + column]
        let paper = value.isFinite ? view.color(of: value) : nil
        let ink = paper.map { Color($0.luminance > 0.55 ? 0x000000 : 0xFFFFFF) }
        let text = texts[row * columns + column]
        let padded = String(repeating: " ", count: width - text.count - 1) + text + " "
        return padded.map { Cell(character: $0, ink: ink, paper: paper) }
      }
    }
  }

  // Two characters are about as wide as one is high. Cells of a matrix are equally large.
  private func size(of grid: Figure.Grid, room: Int, rows: Int) -> (width: Int, height: Int) {
    let height = max(rows, 4)
    let width = panel.aspect == .automatic ? room : min(room, height * 2)
    let (columns, count) = (grid.x.count, grid.y.count)
    guard panel.layers.count == 1, columns <= width, count <= height else {
      return (max(width, 4), height)
    }
    let tall = max(1, min(height / count, 4))
    let wide = max(1, min(width / columns, panel.aspect == .automatic ? width : tall * 2))
    return (wide * columns, tall * count)
  }

  private func blocks(_ field: Field, width: Int, height: Int) -> [[Cell]] {
    var cells = (0..<height).map { row in
      (0..<width).map { column -> Cell in
        let across = (Double(column) + 0.5) / Double(width)
        let up = 1 - (Double(row) + 0.5) / Double(height)
        let value = field.value(x: x.value(at: across), y: y.value(at: up))
        guard value.isFinite, view.isDrawable(value) else {
          return Cell(character: field.isMasked && value.isNaN ? " " : "?")
        }
        if color { return Cell(character: " ", paper: view.color(of: value)) }
        return Cell(character: Self.shades[shade(value)])
      }
    }
    for layer in panel.layers where layer.hasSign {
      let sign = TerminalText.sign(of: layer, in: panel)
      for point in layer.points {
        let column = x.fraction(point.x) * Double(width)
        let row = (1 - y.fraction(point.y)) * Double(height)
        guard column >= 0, row >= 0, column <= Double(width), row <= Double(height) else {
          continue
        }
        let (i, j) = (min(Int(column), width - 1), min(Int(row), height - 1))
        cells[j][i].character = sign
        cells[j][i].ink = cells[j][i].paper.map { Color($0.luminance > 0.55 ? 0x000000 : 0xFFFFFF) }
      }
    }
    return cells
  }

  private func shade(_ value: Double) -> Int {
    min(Int(view.position(of: value) * Double(Self.shades.count)), Self.shades.count - 1)
  }

  private mutating func addGrid(_ cells: [[Cell]], gutter: Int, labels: [Figure.Tick]) {
    let height = cells.count
    var names: [Int: String] = [:]
    for tick in labels {
      let row = Int((1 - y.fraction(tick.position)) * Double(height))
      names[min(max(row, 0), height - 1)] = tick.label
    }
    for (row, cells) in cells.enumerated() {
      let name = TerminalText.shortened(names[row] ?? "", gutter)
      let padding = String(repeating: " ", count: gutter - name.count)
      lines.append(padding + name + " │" + text(cells) + "│")
    }
  }

  private func text(_ cells: [Cell]) -> String {
    guard color else { return String(cells.map(\.character)) }
    var result = ""
    var state = ""
    for cell in cells {
      var codes = ["0"]
      if let ink = cell.ink { codes.append("38;5;\(ink.ansi)") }
      if let paper = cell.paper { codes.append("48;5;\(paper.ansi)") }
      let next = "\u{1B}[\(codes.joined(separator: ";"))m"
      if next != state { result += next }
      state = next
      result.append(cell.character)
    }
    return result + "\u{1B}[0m"
  }

  // Labels below the columns, as many as stand beside each other.
  private mutating func addColumns(gutter: Int, width: Int) {
    let ticks = x.ticks(length: Double(width), spacing: x.isLabelled ? 1 : 8).major
    var line = Array(repeating: Character(" "), count: width + 8)
    var used = -2
    for tick in ticks {
      let label = Array(TerminalText.shortened(tick.label, 16))
      let center = Int(x.fraction(tick.position) * Double(width))
      let start = max(0, center - label.count / 2)
      guard start > used + 1 || used < 0, start + label.count <= line.count else { continue }
      line.replaceSubrange(start..<start + label.count, with: label)
      used = start + label.count
    }
    let margin = String(repeating: " ", count: gutter + 2)
    let text = String(line.reversed().drop { $0 == " " }.reversed())
    if !text.isEmpty { lines.append(margin + text) }
    if !x.label.isEmpty {
      let label = TerminalText.shortened("→ " + x.label, width + 8)
      lines.append(margin + label)
    }
  }

  // What the shades or colours stand for.
  private mutating func addScale(columns: Int) {
    let (low, high) = view.ends
    let ramp =
      color
      ? text((0..<16).map { Cell(character: " ", paper: view.map.color(at: Double($0) / 15)) })
      : String(Self.shades.flatMap { [$0, $0] })
    let number = NumberFormat.significant(3)
    let label = panel.color.label.isEmpty ? "" : "  " + SafeText.line(panel.color.label)
    let missing = view.hasMissing ? "  ? no value" : ""
    lines.append(" \(number.text(low)) [\(ramp)] \(number.text(high))\(label)\(missing)")
  }
}

/// The field of a panel, to be read anywhere.
struct Field {
  var grid: Figure.Grid
  /// Whether `NaN` lies outside of what is shown.
  var isMasked = false

  /// The value of the nearest node.
  func value(x: Double, y: Double) -> Double {
    grid.values[Self.nearest(y, grid.y) * grid.x.count + Self.nearest(x, grid.x)]
  }

  private static func nearest(_ position: Double, _ nodes: [Double]) -> Int {
    nodes.indices.min { abs(nodes[$0] - position) < abs(nodes[$1] - position) } ?? 0
  }
}

extension Figure.Panel {
  /// The front-most field.
  fileprivate var field: Field? {
    for layer in layers.reversed() {
      switch layer {
      case .heatMap(let map): return Field(grid: map.grid, isMasked: map.isMasked)
      case .contours(let contours) where contours.isFilled: return Field(grid: contours.grid)
      case .surface(let surface): return Field(grid: surface.grid)
      default: continue
      }
    }
    return nil
  }
}

extension Figure.Layer {
  /// The points that a layer's sign is put at.
  fileprivate var points: [(x: Double, y: Double)] {
    let all =
      switch self {
      case .line(let line): Array(zip(line.x, line.y))
      case .scatter(let points): Array(zip(points.x, points.y))
      default: [(Double, Double)]()
      }
    return all.filter { $0.0.isFinite && $0.1.isFinite }.map { (x: $0.0, y: $0.1) }
  }
}

extension ColorView {
  /// A plain scale.
  init(of range: ClosedRange<Double>) {
    label = ""
    kind = .continuous(range, .linear)
    map = ColorMap(.sequential)
    isBarShown = false
    hasMissing = false
  }

  /// The values at the ends of the colours.
  var ends: (low: Double, high: Double) {
    switch kind {
    case .continuous(let range, _): (range.lowerBound, range.upperBound)
    case .banded(let boundaries, _, _): (boundaries.first ?? 0, boundaries.last ?? 1)
    }
  }

  /// Whether the scale has a place for the value.
  func isDrawable(_ value: Double) -> Bool {
    if case .continuous(_, .log10) = kind { return value > 0 }
    return true
  }
}
