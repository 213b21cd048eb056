import BasinCore

extension Figure {
  /// Refuses figures whose arrays do not fit together, before anything is drawn.
  ///
  /// - Throws: ``PlottingError/unusable(figure:reason:)``.
  func check() throws {
    func refuse(_ reason: String) -> PlottingError {
      .unusable(figure: title.isEmpty ? "the figure" : SafeText.line(title), reason: reason)
    }
    guard !panels.isEmpty else { throw refuse("it has no panels") }
    for panel in panels {
      for layer in panel.layers {
        if let reason = layer.flaw { throw refuse(reason) }
        if panel.surface != nil, !layer.canLieOnSurface {
          throw refuse("only lines and points can lie on a surface")
        }
      }
    }
  }
}

extension Figure.Layer {
  /// What is wrong with the layer's arrays; `nil` when nothing is.
  fileprivate var flaw: String? {
    switch self {
    case .line(let line):
      return Self.lengths("line", line.name, [("x", line.x), ("y", line.y)])
    case .scatter(let points):
      return Self.lengths(
        "points", points.name,
        [("x", points.x), ("y", points.y)] + Self.ends("x error", points.xError)
          + Self.ends("y error", points.yError) + [("values", points.values)].compactMap(Self.some)
          + [("sizes", points.sizes)].compactMap(Self.some))
    case .band(let band):
      return Self.lengths(
        "band", band.name, [("x", band.x), ("lower", band.lower), ("upper", band.upper)])
    case .bars(let bars):
      return Self.lengths(
        "bars", bars.name,
        [("x", bars.x), ("heights", bars.heights)] + Self.ends("y error", bars.yError))
    case .heatMap(let map): return Self.flaw(of: map.grid, in: "heat map")
    case .surface(let surface):
      if surface.grid.x.count < 2 || surface.grid.y.count < 2 {
        return "a surface needs at least 2 × 2 values"
      }
      return Self.flaw(of: surface.grid, in: "surface")
    case .contours(let contours):
      if contours.levels.isEmpty { return "the contours have no levels" }
      if contours.grid.x.count < 2 || contours.grid.y.count < 2 {
        return "contours need at least 2 × 2 values"
      }
      return Self.flaw(of: contours.grid, in: "contours")
    }
  }

  /// Whether a panel with a surface has a place for the layer.
  fileprivate var canLieOnSurface: Bool {
    switch self {
    case .line, .scatter, .surface: true
    case .band, .bars, .heatMap, .contours: false
    }
  }

  private static func some(_ pair: (String, [Double]?)) -> (String, [Double])? {
    pair.1.map { (pair.0, $0) }
  }

  private static func ends(_ what: String, _ error: Figure.ErrorBars?) -> [(String, [Double])] {
    error.map { [("lower \(what)", $0.lower), ("upper \(what)", $0.upper)] } ?? []
  }

  private static func lengths(
    _ kind: String, _ name: String?, _ arrays: [(String, [Double])]
  ) -> String? {
    // Nothing to draw is no flaw: what an analysis looked for may not be there.
    let which = name.map { " “\($0)”" } ?? ""
    guard let first = arrays.first,
      let other = arrays.first(where: { $0.1.count != first.1.count })
    else { return nil }
    return "the \(kind)\(SafeText.line(which)) has \(first.1.count) \(first.0) and "
      + "\(other.1.count) \(other.0)"
  }

  private static func flaw(of grid: Figure.Grid, in kind: String) -> String? {
    let (columns, rows) = (grid.x.count, grid.y.count)
    if columns == 0 || rows == 0 { return "there is nothing in the \(kind)" }
    let (cells, overflow) = columns.multipliedReportingOverflow(by: rows)
    if overflow || cells != grid.values.count {
      return "the \(kind) has \(grid.values.count) values for \(rows) rows of \(columns)"
    }
    for positions in [grid.x, grid.y]
    where !positions.allSatisfy(\.isFinite)
      || zip(positions, positions.dropFirst()).contains(where: { $0 >= $1 })
    {
      return "the positions of the \(kind) do not increase"
    }
    return nil
  }
}
