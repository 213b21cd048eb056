import BasinCore

/// The legend: one entry for each named layer, beside or below the panels.
struct LegendLayout {
  /// One entry.
  struct Entry {
    var layer: Figure.Layer
    var name: String
    /// Whether the layer lies over a coloured field, whose marks have colours of their own.
    var isOverField: Bool
    /// The left end of the sample and the height of its middle.
    var x = 0.0
    var y = 0.0
  }

  static let sampleWidth = 28.0
  static let gap = 8.0
  private static let rowHeight = 21.0
  private static let entryGap = 22.0

  var entries: [Entry] = []
  var isBelow = true
  private(set) var widthToTheRight = 0.0
  private(set) var height = 0.0
  private var rows: [[Int]] = []

  init(_ figure: Figure, width: Double) {
    guard figure.legend != .none else { return }
    isBelow = figure.legend == .below
    let limit = isBelow ? width - 60 : width * 0.32
    for panel in figure.panels {
      for layer in panel.layers {
        guard let name = layer.name, !name.isEmpty else { continue }
        let isKnown = entries.contains { $0.name == name && $0.layer.looksLike(layer) }
        if isKnown { continue }
        let isOverField = panel.layers.contains(where: \.isField)
        entries.append(Entry(layer: layer, name: name, isOverField: isOverField))
      }
    }
    guard !entries.isEmpty else { return }
    for index in entries.indices {
      entries[index].name = Type.shortened(
        entries[index].name, size: Type.legend, width: limit - Self.sampleWidth - Self.gap)
    }
    if isBelow {
      flow(width: width - 24)
      height = Double(rows.count) * Self.rowHeight + 12
    } else {
      rows = entries.indices.map { [$0] }
      widthToTheRight = (entries.map(entryWidth).max() ?? 0) + 16
      height = Double(entries.count) * Self.rowHeight
    }
  }

  /// Gives every entry its place in a figure of this size, `top` being the upper end of what is
  /// below the title.
  mutating func place(width: Double, height figureHeight: Double, top: Double) {
    for (row, indices) in rows.enumerated() {
      let rowWidth =
        indices.reduce(0) { $0 + entryWidth(entries[$1]) }
        + Self.entryGap * Double(indices.count - 1)
      var x = isBelow ? (width - rowWidth) / 2 : width - widthToTheRight
      let first = isBelow ? height - 8 : top - 8
      for index in indices {
        entries[index].x = x
        entries[index].y = first - (Double(row) + 0.5) * Self.rowHeight
        x += entryWidth(entries[index]) + Self.entryGap
      }
    }
  }

  private mutating func flow(width: Double) {
    var used = Double.infinity
    for index in entries.indices {
      let own = entryWidth(entries[index])
      if used + Self.entryGap + own > width {
        rows.append([index])
        used = own
      } else {
        rows[rows.count - 1].append(index)
        used += Self.entryGap + own
      }
    }
  }

  private func entryWidth(_ entry: Entry) -> Double {
    Self.sampleWidth + Self.gap + Type.width(entry.name, size: Type.legend)
  }
}

extension Figure.Layer {
  /// The name in the legend.
  var name: String? {
    switch self {
    case .line(let line): line.name
    case .scatter(let points): points.name
    case .band(let band): band.name
    case .bars(let bars): bars.name
    case .heatMap, .contours, .surface: nil
    }
  }

  /// Whether both have the same sample in the legend.
  fileprivate func looksLike(_ other: Figure.Layer) -> Bool {
    switch (self, other) {
    case (.line(let a), .line(let b)):
      a.color == b.color && a.dash == b.dash && a.marker == b.marker
    case (.scatter(let a), .scatter(let b)):
      a.color == b.color && a.marker == b.marker && a.isFaint == b.isFaint
    case (.band(let a), .band(let b)): a.color == b.color
    case (.bars(let a), .bars(let b)): a.color == b.color
    default: false
    }
  }
}
