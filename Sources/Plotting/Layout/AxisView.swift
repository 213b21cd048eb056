import BasinCore
import Foundation

/// An axis with its range settled.
struct AxisView {
  var label: String
  var scale: Figure.Scale
  var range: ClosedRange<Double>
  var isReversed: Bool
  private var ticks: Figure.Axis.Ticks

  /// What the data of a panel wants of an axis.
  struct Extent {
    /// Values that get a little air.
    var values: [Double] = []
    /// Values at which the axis ends when they are the outermost: edges of cells, zero under bars.
    var edges: [Double] = []
  }

  init(_ axis: Figure.Axis, extent: Extent) {
    label = axis.label
    scale = axis.scale
    isReversed = axis.isReversed
    ticks = axis.ticks
    range = Self.range(axis, extent)
  }

  /// The ticks when the axis is so many px long and labels need so many px each.
  func ticks(length: Double, spacing: Double) -> Ticks {
    let room = Int(length / spacing)
    switch ticks {
    case .automatic: return Ticks(range: range, scale: scale, room: room)
    case .labelled(let own): return Ticks(own, in: range, room: room)
    }
  }

  /// Whether the axis has labels of its own, which may be long.
  var isLabelled: Bool {
    if case .labelled = ticks { return true }
    return false
  }

  /// Where a value stands, from 0 at the lower to 1 at the upper end; outside for values beyond.
  func fraction(_ value: Double) -> Double {
    let (low, high) = (transformed(range.lowerBound), transformed(range.upperBound))
    let place = (transformed(value) - low) / (high - low)
    return isReversed ? 1 - place : place
  }

  /// The value at a fraction of the axis.
  func value(at fraction: Double) -> Double {
    let place = isReversed ? 1 - fraction : fraction
    let (low, high) = (transformed(range.lowerBound), transformed(range.upperBound))
    let value = low + place * (high - low)
    return scale == .log10 ? pow(10, value) : value
  }

  private func transformed(_ value: Double) -> Double {
    scale == .log10 ? log10(value) : value
  }

  private static let largest = 1e300
  private static let smallest = 1e-300

  private static func range(_ axis: Figure.Axis, _ extent: Extent) -> ClosedRange<Double> {
    func usable(_ value: Double) -> Bool {
      value.isFinite && abs(value) <= largest && (axis.scale == .linear || value >= smallest)
    }
    if let range = axis.range, usable(range.lowerBound), usable(range.upperBound),
      range.lowerBound < range.upperBound
    {
      return range
    }
    let values = extent.values.filter(usable)
    let edges = extent.edges.filter(usable)
    guard let low = (values + edges).min(), let high = (values + edges).max() else {
      return axis.scale == .log10 ? 1...10 : 0...1
    }
    let hasEdgeBelow = edges.contains { $0 <= low }
    let hasEdgeAbove = edges.contains { $0 >= high }
    if axis.scale == .log10 {
      let air = low == high ? 2 : pow(high / low, 0.04)
      let lower = hasEdgeBelow && low < high ? low : low / air
      let upper = hasEdgeAbove && low < high ? high : high * air
      return max(lower, 1e-305)...min(upper, 1e305)
    }
    let air = low == high ? max(abs(low) * 0.1, 1e-12, low == 0 ? 1 : 0) : (high - low) * 0.04
    return
      (hasEdgeBelow && low < high ? low : low - air)...(hasEdgeAbove && low < high
      ? high : high + air)
  }
}

extension Figure.Panel {
  /// The panel's axes with their ranges settled.
  func axes() -> (x: AxisView, y: AxisView) {
    var x = AxisView.Extent()
    var y = AxisView.Extent()
    for layer in layers {
      switch layer {
      case .line(let line):
        x.values += line.x
        y.values += line.y
      case .scatter(let points):
        x.values += points.x + (points.xError.map { $0.lower + $0.upper } ?? [])
        y.values += points.y + (points.yError.map { $0.lower + $0.upper } ?? [])
      case .band(let band):
        x.values += band.x
        y.values += band.lower + band.upper
      case .bars(let bars):
        let half = bars.drawnWidth / 2
        x.values += bars.x.map { $0 - half } + bars.x.map { $0 + half }
        y.values += bars.heights + (bars.yError.map { $0.lower + $0.upper } ?? [])
        y.edges.append(0)
      case .heatMap(let map):
        x.edges += [GridEdges(map.grid.x).all.first ?? 0, GridEdges(map.grid.x).all.last ?? 1]
        y.edges += [GridEdges(map.grid.y).all.first ?? 0, GridEdges(map.grid.y).all.last ?? 1]
      case .contours(let contours):
        x.edges += [contours.grid.x.first ?? 0, contours.grid.x.last ?? 1]
        y.edges += [contours.grid.y.first ?? 0, contours.grid.y.last ?? 1]
      case .surface(let surface):
        x.edges += [surface.grid.x.first ?? 0, surface.grid.x.last ?? 1]
        y.edges += [surface.grid.y.first ?? 0, surface.grid.y.last ?? 1]
      }
    }
    return (AxisView(self.x, extent: x), AxisView(self.y, extent: y))
  }
}

extension Figure.Bars {
  /// The width in units of x.
  var drawnWidth: Double {
    if let width, width.isFinite, width > 0 { return width }
    let sorted = x.filter(\.isFinite).sorted()
    let gaps = zip(sorted, sorted.dropFirst()).map { $1 - $0 }.filter { $0 > 0 }
    return (gaps.min() ?? 1) * 0.8
  }
}

/// The edges between cells that are centred on the positions of a grid.
struct GridEdges {
  var all: [Double]

  init(_ centres: [Double]) {
    guard centres.count > 1 else {
      all = centres.flatMap { [$0 - 0.5, $0 + 0.5] }
      return
    }
    let inner = zip(centres, centres.dropFirst()).map { ($0 + $1) / 2 }
    let first = centres[0] - (inner[0] - centres[0])
    let last = centres[centres.count - 1] + (centres[centres.count - 1] - inner[inner.count - 1])
    all = [first] + inner + [last]
  }

  /// Whether all cells are as large, within rounding.
  var isUniform: Bool {
    let sizes = zip(all, all.dropFirst()).map { $1 - $0 }
    guard let smallest = sizes.min(), let largest = sizes.max() else { return true }
    return largest - smallest <= 1e-6 * largest
  }
}
