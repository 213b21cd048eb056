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
    _ contours: Figure.Contours, lines: String?, color: ColorView?, theme: Theme
  ) -> [Script.Element] {
    var elements: [Script.Element] = []
    if contours.isFilled, let color, let field = contours.grid.field(steps: 320) {
      // One byte a node for the index of its band, where that is enough: pages carry the file.
      elements.append(
        color.bandCount < DataBlock.missingStep
          ? .init(
            field.steps { color.band(of: $0) },
            "using ($1 == \(DataBlock.missingStep) ? NaN : $1 + 0.5) with image notitle")
          : .init(field, "using (band($1)) with image notitle"))
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
  /// The levels that lie within the values.
  func levels(crossing field: DataBlock) -> [Double] {
    let finite = field.values.filter { !$0.isNaN }
    guard let low = finite.min(), let high = finite.max() else { return [] }
    return Array(Set(levels.filter { $0 > low && $0 < high })).sorted()
  }
}
