import BasinCore
import Landscape

/// The median, quartiles and extremes of a list of values.
struct FiveNumbers {
  var least: Double
  var lower: Double
  var median: Double
  var upper: Double
  var greatest: Double

  /// Quartiles are interpolated linearly between order statistics; `nil` for no values.
  init?(_ values: [Double]) {
    let sorted = values.sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    func quantile(_ part: Double) -> Double {
      Quantiles.quantile(ofSorted: sorted, part) ?? first
    }
    (least, greatest) = (first, last)
    (lower, median, upper) = (quantile(0.25), quantile(0.5), quantile(0.75))
  }
}

extension Figure.Panel {
  /// Adds box plots: quartiles as an area, the median as a stroke and a marker, the extremes as
  /// whiskers.
  mutating func addBoxes(
    _ name: String, x: [Double], _ boxes: [FiveNumbers], width: Double, color: Figure.ColorRole
  ) {
    guard !boxes.isEmpty else { return }
    for (x, box) in zip(x, boxes) where box.lower < box.upper {
      add(
        .band(
          x: [x - width / 2, x + width / 2], lower: [box.lower, box.lower],
          upper: [box.upper, box.upper], color: color))
    }
    for (x, box) in zip(x, boxes) {
      add(
        .line(
          x: [x - width / 2, x + width / 2], y: [box.median, box.median], color: color,
          dash: .solid))
    }
    add(
      .scatter(
        name, x: x, y: boxes.map(\.median), color: color,
        yError: .init(lower: boxes.map(\.least), upper: boxes.map(\.greatest))))
  }
}
