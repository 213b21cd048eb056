import BasinCore
import Foundation

/// Heat maps and contours as elements of a plot command.
enum FieldScript {
  // Up to so many cells are drawn as rectangles, which stay sharp at any size; more as an image.
  private static let mostRectangles = 1024

  static func elements(_ map: Figure.HeatMap, color: ColorView?) -> [Script.Element] {
    var values = map.grid.values.map { $0.isFinite ? $0 : .nan }
    if case .continuous(_, .log10)? = color?.kind { values = values.map { $0 > 0 ? $0 : .nan } }
    if case .banded? = color?.kind, let color {
      values = values.map { $0.isNaN ? $0 : Double(color.band(of: $0)) + 0.5 }
    }
    let (columns, rows) = (map.grid.x.count, map.grid.y.count)
    let x = GridEdges(map.grid.x)
    let y = GridEdges(map.grid.y)
    if columns * rows > mostRectangles && x.isUniform && y.isUniform {
      let block = DataBlock(
        grid: values, columns: columns, x: map.grid.x[0]...map.grid.x[columns - 1],
        y: map.grid.y[0]...map.grid.y[rows - 1])
      return [.init(block, "using 1 with image notitle")]
    }
    let kept = values.indices.filter { !values[$0].isNaN }
    let block = DataBlock([
      ("x", kept.map { map.grid.x[$0 % columns] }), ("y", kept.map { map.grid.y[$0 / columns] }),
      ("left", kept.map { x.all[$0 % columns] }), ("right", kept.map { x.all[$0 % columns + 1] }),
      ("low", kept.map { y.all[$0 / columns] }), ("high", kept.map { y.all[$0 / columns + 1] }),
      ("value", kept.map { values[$0] }),
    ])
    return [
      .init(
        block,
        "using 1:2:3:4:5:6:7 with boxxyerror linecolor palette linewidth 0.5 fillstyle solid 1 "
          + "notitle")
    ]
  }

  static func elements(
    _ contours: Figure.Contours, lines: String?, theme: Theme
  ) -> [Script.Element] {
    var elements: [Script.Element] = []
    if contours.isFilled, let field = contours.field(steps: 320) {
      elements.append(.init(field, "using (band($1)) with image notitle"))
    }
    if let lines {
      // Over filled bands a neutral line is a thin white one, which shows on all but the last.
      let color =
        contours.isFilled && contours.color == .neutral
        ? Color(0xFFFFFF).rgb(opacity: 0.75) : theme.color(contours.color).rgb
      let width = contours.isFilled ? 0.9 : 1.3
      elements.append(
        .init(
          nil,
          "\(lines) using 1:2 with lines linecolor \(color) linewidth \(width) dashtype solid "
            + "notitle"))
    }
    return elements
  }
}

extension Figure.Contours {
  /// The values on an evenly spaced grid with about `steps` steps to a side, interpolated linearly
  /// in both directions: bands and lines found on it agree. `NaN` where a neighbour is missing.
  func field(steps: Int) -> DataBlock? {
    guard let left = grid.x.first, let right = grid.x.last, let low = grid.y.first,
      let high = grid.y.last, grid.x.count > 1, grid.y.count > 1
    else { return nil }
    // Where the grid is even, its own nodes stay nodes.
    func count(_ nodes: Int) -> Int { (nodes - 1) * max(1, steps / (nodes - 1)) + 1 }
    let (columns, rows) = (count(grid.x.count), count(grid.y.count))
    let across = Self.places(columns, from: left, to: right, on: grid.x)
    let up = Self.places(rows, from: low, to: high, on: grid.y)
    var values: [Double] = []
    values.reserveCapacity(columns * rows)
    for row in up {
      let below = row.index * grid.x.count
      let above = min(row.index + 1, grid.y.count - 1) * grid.x.count
      for column in across {
        let next = min(column.index + 1, grid.x.count - 1)
        let lower = Self.mix(
          grid.values[below + column.index], grid.values[below + next], column.part)
        let upper = Self.mix(
          grid.values[above + column.index], grid.values[above + next], column.part)
        let value = Self.mix(lower, upper, row.part)
        values.append(value.isFinite ? value : .nan)
      }
    }
    return DataBlock(grid: values, columns: columns, x: left...right, y: low...high)
  }

  /// The levels that lie within the values.
  func levels(crossing field: DataBlock) -> [Double] {
    let finite = field.values.filter { !$0.isNaN }
    guard let low = finite.min(), let high = finite.max() else { return [] }
    return Array(Set(levels.filter { $0 > low && $0 < high })).sorted()
  }

  // On a node itself the neighbour does not count, not even a missing one.
  private static func mix(_ a: Double, _ b: Double, _ part: Double) -> Double {
    part == 0 ? a : part == 1 ? b : a + (b - a) * part
  }

  private static func places(
    _ count: Int, from low: Double, to high: Double, on nodes: [Double]
  ) -> [(index: Int, part: Double)] {
    var index = 0
    return (0..<count).map { step in
      let position = low + (high - low) * Double(step) / Double(count - 1)
      while index < nodes.count - 2 && nodes[index + 1] <= position { index += 1 }
      let part = (position - nodes[index]) / (nodes[index + 1] - nodes[index])
      let clamped = min(max(part, 0), 1)
      return (index, clamped < 1e-9 ? 0 : clamped > 1 - 1e-9 ? 1 : clamped)
    }
  }
}
