import BasinKit
import Foundation
import Landscape

/// The figure of a posterior: its density over one or two coordinates, its draws over pairs of coordinates, and its
/// chains.
struct PosteriorFigure {
  var posterior: SubspacePosterior
  var target: SubspaceTarget
  var prior: Double
  var anchors: [(name: String, place: [Double])]
  var curve: [[Double]]
  /// Points along a side of the density's map; 0 for none.
  var grid: Int

  func figure(in context: Context) throws -> Figure {
    let isMapped = grid > 0 && target.rank <= 2
    var panels =
      target.rank == 1
      ? [try line(isMapped: isMapped, context)]
      : try pairs.map { try map($0.0, $0.1, isMapped: isMapped, context) }
    if case .chains(let chains) = posterior.found { panels.append(traces(chains)) }
    return Figure(
      "Posterior over the subspace", panels: panels, columns: min(2, panels.count), legend: .below,
      size: panels.count > 1 ? .wide : .regular, caption: caption(isMapped: isMapped))
  }

  /// Pairs of coordinates that are drawn at most.
  private static let mostPairs = 4

  // Neighbours; with an odd number of coordinates, the last is drawn over the one before it.
  private var pairs: [(Int, Int)] {
    stride(from: 0, to: target.rank, by: 2).prefix(Self.mostPairs).map {
      $0 + 1 < target.rank ? ($0, $0 + 1) : ($0 - 1, $0)
    }
  }

  private func caption(isMapped: Bool) -> String {
    let temperature = "at T = \(NumberFormat.significant(3).text(posterior.temperature))"
    let (isFitted, isLine) = (posterior.fitted != nil, target.rank == 1)
    var what = "Draws, \(temperature)."
    if isMapped {
      what =
        isLine
        ? "The tempered posterior's density at \(grid) points, relative to its maximum, \(temperature)."
        : "The tempered posterior's density on \(grid) × \(grid) points, relative to its maximum, "
          + "\(temperature)."
    }
    if isLine {
      what += isFitted ? " Prior and fitted Gaussian" : " The prior"
      what += isFitted ? " are relative to their own maxima" : " is relative to its own maximum"
      what +=
        isMapped
        ? "; draws and named places lie at their density."
        : "; draws and named places lie on the prior."
    }
    let drawn = (pairs.last?.1 ?? 0) + 1
    if drawn < target.rank {
      what += " The first \(drawn) of \(target.rank) coordinates are drawn; tables have all."
    }
    return what + (isFitted ? "" : " Last: the chains' draws of the first coordinate.")
  }

  // MARK: Density

  // All draws and anchors, with a margin.
  private func range(_ axis: Int, and more: [Double] = []) -> ClosedRange<Double> {
    let values = (posterior.coordinates + anchors.map(\.place) + curve).map { $0[axis] } + more
    let finite = values.finiteRange ?? -1...1
    let (low, high) = (finite.lowerBound, finite.upperBound)
    let margin = max(0.12 * (high - low), 1e-6)
    return (low - margin)...(high + margin)
  }

  // Over the max at any of the places.
  private func densities(_ places: [[Double]], _ context: Context) throws -> [Double] {
    var logs: [Double] = []
    for (index, place) in places.enumerated() {
      try context.cancellation.check()
      context.progress.report(
        ProgressUpdate("mapping the posterior", completed: index, total: places.count))
      logs.append(
        try target.logLikelihood(place, temperature: posterior.temperature)
          - place.reduce(0) { $0 + $1 * $1 } / (2 * prior * prior))
    }
    let greatest = logs.filter(\.isFinite).max() ?? 0
    return logs.map { exp($0 - greatest) }
  }

  // Of one coordinate: unnormalised posterior, prior, fitted Gaussian and draws.
  private func line(isMapped: Bool, _ context: Context) throws -> Figure.Panel {
    let reach = posterior.fitted.map { fitted in
      [-3, 3].map { fitted.means[0] + $0 * fitted.deviations[0] }
    }
    let range = range(0, and: reach ?? [])
    func places(_ count: Int) -> [Double] {
      let step = (range.upperBound - range.lowerBound) / Double(count - 1)
      return (0..<count).map { range.lowerBound + Double($0) * step }
    }
    let fine = places(201)
    func gaussian(_ mean: Double, _ deviation: Double) -> [Double] {
      let values = fine.map { exp(-($0 - mean) * ($0 - mean) / (2 * deviation * deviation)) }
      let greatest = max(values.max() ?? 1, .leastNormalMagnitude)
      return values.map { $0 / greatest }
    }
    var panel = Figure.Panel(
      isMapped ? "Posterior density and draws" : "Draws",
      x: .init("coordinate 1", range: range),
      y: .init("density relative to its maximum", range: 0...1.05)
    )
    panel.add(.line("prior", x: fine, y: gaussian(0, prior), color: .neutral, dash: .dotted))
    // The density at the draws and named places, too; without a map they lie on the prior's line.
    let points = (posterior.coordinates + anchors.map(\.place)).map { $0[0] }
    var heights = Dictionary(
      points.map { ($0, exp(-$0 * $0 / (2 * prior * prior))) },
      uniquingKeysWith: { first, _ in first })
    if isMapped {
      let places = places(grid)
      let distinct = heights.keys.sorted()
      let values = try densities((places + distinct).map { [$0] }, context)
      for (place, value) in zip(distinct, values.dropFirst(places.count)) { heights[place] = value }
      panel.add(
        .line(
          "posterior", x: places, y: Array(values.prefix(places.count)),
          color: .series(0), dash: .solid, marker: .circle))
    } else {
      // As the line, over its own maximum within the range.
      let greatest = max(
        fine.map { exp(-$0 * $0 / (2 * prior * prior)) }.max() ?? 1, .leastNormalMagnitude)
      heights = heights.mapValues { $0 / greatest }
    }
    if let fitted = posterior.fitted {
      panel.add(
        .line(
          "fitted Gaussian", x: fine, y: gaussian(fitted.means[0], fitted.deviations[0]),
          color: .series(2), dash: .dashed))
    }
    addPoints(to: &panel) { ($0[0], heights[$0[0]] ?? .nan) }
    return panel
  }

  // Of two coordinates the density too; of more the draws.
  private func map(
    _ first: Int, _ second: Int, isMapped: Bool, _ context: Context
  ) throws -> Figure.Panel {
    let (x, y) = (range(first), range(second))
    var panel = Figure.Panel(
      isMapped ? "Posterior density and draws" : "Draws",
      x: .init("coordinate \(first + 1)", range: x),
      y: .init("coordinate \(second + 1)", range: y),
      color: .init("density relative to its maximum", range: 0...1))
    if isMapped {
      let points = PlaneGrid(x: x, y: y, columns: grid, rows: grid)
      let values = try densities(
        (0..<points.count).map { [points[$0].x, points[$0].y] }, context)
      panel.add(.heatMap(Figure.Grid(x: points.x, y: points.y, values: values)))
    }
    if !curve.isEmpty {
      panel.add(
        .line(
          "curve", x: curve.map { $0[first] }, y: curve.map { $0[second] }, color: .neutral,
          dash: .solid))
    }
    addPoints(to: &panel) { ($0[first], $0[second]) }
    return panel
  }

  private func addPoints(to panel: inout Figure.Panel, at place: ([Double]) -> (Double, Double)) {
    let draws = posterior.coordinates.map(place)
    panel.add(
      .scatter(
        "draws", x: draws.map(\.0), y: draws.map(\.1), color: .series(1), marker: .circle,
        sizes: draws.map { _ in 0.6 }))
    for (index, anchor) in anchors.enumerated() {
      let (x, y) = place(anchor.place)
      panel.add(
        .scatter(
          anchor.name, x: [x], y: [y], color: .highlight,
          marker: [Figure.Marker.star, .diamond, .triangle][index % 3]))
    }
  }

  private func traces(_ chains: [EllipticalSliceSampling.Chain]) -> Figure.Panel {
    var panel = Figure.Panel(
      "Chains", x: .init("draw of the chain, after the warm-up"), y: .init("coordinate 1"))
    for (index, chain) in chains.prefix(7).enumerated() {
      panel.add(
        .line(
          "chain \(index)", x: chain.draws.indices.map { Double($0 + 1) },
          y: chain.draws.map { $0[0] }, color: .series(index), dash: .solid))
    }
    return panel
  }
}
