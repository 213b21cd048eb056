import BasinCore

extension Figure.Grid {
  /// The values on an evenly spaced grid with about `steps` steps to a side: bands and lines found on
  /// it agree.
  func field(steps: Int) -> DataBlock? {
    // Where the grid is even, its own nodes stay nodes.
    func count(_ nodes: Int) -> Int { (nodes - 1) * max(1, steps / max(1, nodes - 1)) + 1 }
    return interpolated(columns: count(x.count), rows: count(y.count))
  }

  /// The values on an evenly spaced grid of so many nodes, interpolated linearly in both directions;
  /// `NaN` where a neighbour is missing.
  func interpolated(columns: Int, rows: Int) -> DataBlock? {
    guard let left = x.first, let right = x.last, let low = y.first, let high = y.last,
      x.count > 1, y.count > 1
    else { return nil }
    func places(_ count: Int, _ from: Double, _ to: Double, _ nodes: [Double]) -> [Place] {
      (0..<count).map { Place(from + (to - from) * Double($0) / Double(count - 1), on: nodes) }
    }
    let across = places(columns, left, right, x)
    let values = places(rows, low, high, y).flatMap { row in across.map { value($0, row) } }
    return DataBlock(grid: values, columns: columns, x: left...right, y: low...high)
  }

  /// The value at a place, interpolated linearly in both directions; that of the nearest edge outside
  /// of the grid, and `NaN` where a neighbour is missing.
  func value(x atX: Double, y atY: Double) -> Double { value(Place(atX, on: x), Place(atY, on: y)) }

  private func value(_ column: Place, _ row: Place) -> Double {
    let (below, above) = (row.index * x.count, row.next * x.count)
    let lower = Self.mix(values[below + column.index], values[below + column.next], column.part)
    let upper = Self.mix(values[above + column.index], values[above + column.next], column.part)
    let value = Self.mix(lower, upper, row.part)
    return value.isFinite ? value : .nan
  }

  // On a node itself the neighbour does not count, not even a missing one.
  private static func mix(_ a: Double, _ b: Double, _ part: Double) -> Double {
    part == 0 ? a : part == 1 ? b : a + (b - a) * part
  }

  /// A position between two nodes.
  private struct Place {
    var index: Int
    var next: Int
    /// How far towards the next node, from 0 to 1.
    var part: Double

    init(_ position: Double, on nodes: [Double]) {
      // The last node that is not beyond the position, by bisection.
      var (low, high) = (0, max(nodes.count - 2, 0))
      while low < high {
        let middle = (low + high + 1) / 2
        if nodes[middle] <= position { low = middle } else { high = middle - 1 }
      }
      index = low
      next = min(low + 1, nodes.count - 1)
      let width = nodes[next] - nodes[index]
      let raw = width > 0 ? min(max((position - nodes[index]) / width, 0), 1) : 0
      part = raw < 1e-9 ? 0 : raw > 1 - 1e-9 ? 1 : raw
    }
  }
}
