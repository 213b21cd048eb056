import BasinCore
import Foundation

/// A panel's colour axis with its range settled: continuous, or in steps where contours are
/// filled.
struct ColorView {
  /// How values become positions on the colour map.
  enum Kind {
    case continuous(ClosedRange<Double>, Figure.Scale)
    /// Bands between neighbouring boundaries; below the first and above the last boundary there
    /// are bands of their own where the data goes there.
    case banded(boundaries: [Double], hasBelow: Bool, hasAbove: Bool)
  }

  var label: String
  var kind: Kind
  var map: ColorMap
  var isBarShown: Bool
  /// Whether cells without a value are to be seen.
  var hasMissing: Bool

  /// The colour axis of a panel; `nil` when nothing in it is coloured by value.
  init?(_ panel: Figure.Panel) {
    var values: [Double] = []
    var boundaries: [Double]?
    var hasField = false
    for layer in panel.layers {
      switch layer {
      case .heatMap(let map):
        values += map.shownValues
        hasField = true
      case .contours(let contours) where contours.isFilled:
        values += contours.grid.values
        boundaries = boundaries ?? contours.levels
        hasField = true
      case .surface(let surface): values += surface.grid.values
      case .scatter(let points): values += points.values ?? []
      default: continue
      }
    }
    guard !values.isEmpty else { return nil }
    let scale = panel.color.scale
    let usable = values.filter { $0.isFinite && (scale == .linear || $0 > 0) }
    label = panel.color.label
    map = ColorMap(panel.color.map)
    // Beside a surface the upright axis says the same.
    isBarShown = panel.color.isBarShown && panel.surface == nil
    hasMissing = hasField && usable.count < values.count
    if let boundaries, !boundaries.isEmpty {
      let levels = Array(Set(boundaries.filter(\.isFinite))).sorted()
      kind = .banded(
        boundaries: levels, hasBelow: usable.contains { $0 < (levels.first ?? 0) },
        hasAbove: usable.contains { $0 > (levels.last ?? 0) })
    } else {
      kind = .continuous(Self.range(panel.color, usable), scale)
    }
  }

  /// How many bands there are.
  var bandCount: Int {
    guard case .banded(let boundaries, let hasBelow, let hasAbove) = kind else { return 0 }
    return max(boundaries.count - 1 + (hasBelow ? 1 : 0) + (hasAbove ? 1 : 0), 1)
  }

  /// The colour of a value.
  func color(of value: Double) -> Color { map.color(at: position(of: value)) }

  /// Where a value stands among the colours, from 0 to 1.
  func position(of value: Double) -> Double {
    let position =
      switch kind {
      case .continuous(let range, .linear):
        (value - range.lowerBound) / (range.upperBound - range.lowerBound)
      case .continuous(let range, .log10):
        log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
      case .banded: Double(band(of: value)) / Double(max(bandCount - 1, 1))
      }
    return position.isNaN ? 0 : min(max(position, 0), 1)
  }

  /// The colour of a band.
  func color(ofBand index: Int) -> Color {
    map.color(at: Double(index) / Double(max(bandCount - 1, 1)))
  }

  /// The band that a value falls into, from 0.
  func band(of value: Double) -> Int {
    guard case .banded(let boundaries, let hasBelow, _) = kind else { return 0 }
    let passed = boundaries.count { value >= $0 }
    return min(max(passed - (hasBelow ? 0 : 1), 0), bandCount - 1)
  }

  /// The ticks of a colour bar so many px long.
  func ticks(length: Double) -> Ticks {
    switch kind {
    case .continuous(let range, let scale):
      return Ticks(range: range, scale: scale, room: Int(length / 45))
    case .banded(let boundaries, let hasBelow, _):
      let marks = zip(boundaries.indices, Self.levelLabels(boundaries)).map {
        Figure.Tick(Double($0 + (hasBelow ? 1 : 0)), $1)
      }
      return Ticks(marks, in: 0...Double(bandCount), room: Int(length / 18), keepsEnds: true)
    }
  }

  // With three digits, or as many as tell neighbouring levels apart.
  private static func levelLabels(_ levels: [Double]) -> [String] {
    func labels(_ digits: Int) -> [String] {
      levels.map { NumberFormat.significant(digits).text($0).replacing("-", with: "−") }
    }
    func areDistinct(_ labels: [String]) -> Bool {
      zip(labels, labels.dropFirst()).allSatisfy { $0 != $1 }
    }
    return labels((3...16).first { areDistinct(labels($0)) } ?? 17)
  }

  private static func range(
    _ axis: Figure.ColorAxis, _ values: [Double]
  ) -> ClosedRange<Double> {
    let isLog = axis.scale == .log10
    if let range = axis.range, range.lowerBound < range.upperBound, range.lowerBound.isFinite,
      range.upperBound.isFinite, !isLog || range.lowerBound > 0
    {
      return range
    }
    // Differences of larger numbers would not be finite.
    let moderate = values.filter { abs($0) <= 1e300 }
    guard var low = moderate.min(), var high = moderate.max() else { return isLog ? 1...10 : 0...1 }
    if axis.map == .diverging && !isLog {
      high = max(abs(low), abs(high))
      low = -high
    }
    if low < high { return low...high }
    let air = low == 0 ? 1 : abs(low) * 0.1
    return isLog ? (low / 1.1)...(high * 1.1) : (low - air)...(high + air)
  }
}
