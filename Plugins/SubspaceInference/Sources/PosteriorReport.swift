import BasinKit
import Foundation
import Landscape

/// A posterior over coordinates: its density over the plane, its draws, and whether its chains mixed.
struct PosteriorReport {
  var posterior: SubspacePosterior
  var target: SubspaceTarget
  var prior: Double
  /// The length of each coordinate's row, in units of weight.
  var lengths: [Double]
  var anchors: [(name: String, place: [Double])]
  var curve: [[Double]]
  /// Points along a side of the density's map; 0 for none.
  var grid: Int

  /// R̂ above which chains are said not to have mixed (Gelman et al., BDA3, §11.4).
  private static let mixed = 1.1

  func add(to result: inout Result, in context: Context) throws {
    let bounds = bounds
    let density = try density(over: bounds, context)
    result.add(figure(density, bounds))
    result.add(settings)
    switch posterior.found {
    case .chains(let chains): addDiagnostics(chains, to: &result)
    case .gaussian(let fitted, _): result.add(gaussian(fitted))
    }
  }

  private var settings: Table {
    var table = Table("The posterior", columns: [.text(""), .number("value")])
    table.append([.text("coordinates"), .integer(target.rank)])
    table.append([.text("training examples N"), .integer(target.examples)])
    table.append([.text("temperature T"), .number(posterior.temperature)])
    table.append([
      .text("examples' worth of data, N/T"),
      .number(Double(target.examples) / posterior.temperature),
    ])
    table.append([.text("prior deviation"), .number(prior)])
    for (index, length) in lengths.enumerated().prefix(5) {
      table.append([
        .text("length of coordinate \(index + 1), in units of weight"), .number(length),
      ])
    }
    return table
  }

  // MARK: Density

  // What the map shows: all draws and anchors, with a margin.
  private var bounds: (x: ClosedRange<Double>, y: ClosedRange<Double>)? {
    guard target.rank >= 2 else { return nil }
    let places = posterior.coordinates + anchors.map(\.place) + curve
    func range(_ axis: Int) -> ClosedRange<Double> {
      let values = places.map { $0[axis] }
      let (low, high) = (values.min() ?? -1, values.max() ?? 1)
      let margin = max(0.12 * (high - low), 1e-6)
      return (low - margin)...(high + margin)
    }
    return (range(0), range(1))
  }

  // Relative to the greatest on the grid.
  private func density(
    over bounds: (x: ClosedRange<Double>, y: ClosedRange<Double>)?, _ context: Context
  ) throws -> Figure.Grid? {
    guard let bounds, grid > 0, target.rank == 2 else { return nil }
    let points = PlaneGrid(x: bounds.x, y: bounds.y, columns: grid, rows: grid)
    var logs: [Double] = []
    for index in 0..<points.count {
      try context.cancellation.check()
      context.progress.report(
        ProgressUpdate("mapping the posterior", completed: index, total: points.count))
      let place = [points[index].x, points[index].y]
      logs.append(
        try target.logLikelihood(place, temperature: posterior.temperature)
          - place.reduce(0) { $0 + $1 * $1 } / (2 * prior * prior))
    }
    let greatest = logs.filter(\.isFinite).max() ?? 0
    return Figure.Grid(x: points.x, y: points.y, values: logs.map { exp($0 - greatest) })
  }

  private func figure(
    _ density: Figure.Grid?, _ bounds: (x: ClosedRange<Double>, y: ClosedRange<Double>)?
  ) -> Figure {
    var panels: [Figure.Panel] = []
    if let bounds {
      var panel = Figure.Panel(
        density == nil ? "Draws" : "Posterior density and draws",
        x: .init("coordinate 1", range: bounds.x), y: .init("coordinate 2", range: bounds.y),
        color: .init("density over its greatest", range: 0...1))
      if let density { panel.add(.heatMap(density)) }
      if !curve.isEmpty {
        panel.add(
          .line(
            "curve", x: curve.map { $0[0] }, y: curve.map { $0[1] }, color: .neutral,
            dash: .solid))
      }
      let draws = posterior.coordinates
      panel.add(
        .scatter(
          "draws", x: draws.map { $0[0] }, y: draws.map { $0[1] }, color: .series(1),
          marker: .circle, sizes: draws.map { _ in 0.6 }))
      for (index, anchor) in anchors.enumerated() {
        panel.add(
          .scatter(
            anchor.name, x: [anchor.place[0]], y: [anchor.place[1]], color: .highlight,
            marker: [Figure.Marker.star, .diamond, .triangle][index % 3]))
      }
      panels.append(panel)
    }
    switch posterior.found {
    case .chains(let chains):
      var panel = Figure.Panel(
        "Chains", x: .init("draw of the chain, after the warm-up"), y: .init("coordinate 1"))
      for (index, chain) in chains.prefix(7).enumerated() {
        panel.add(
          .line(
            "chain \(index)", x: chain.draws.indices.map { Double($0 + 1) },
            y: chain.draws.map { $0[0] }, color: .series(index), dash: .solid))
      }
      panels.append(panel)
    case .gaussian: break
    }
    let map =
      density == nil
      ? "Draws" : "The tempered posterior's density on \(grid) × \(grid) points, over its greatest"
    return Figure(
      "Posterior over the subspace", panels: panels, columns: max(1, panels.count),
      legend: .below, size: panels.count > 1 ? .wide : .regular,
      caption: "\(map), at T = \(NumberFormat.significant(3).text(posterior.temperature))."
        + (panels.count > 1 && bounds != nil
          ? " Right: the chains' draws of the first coordinate." : ""))
  }

  // MARK: Diagnostics

  private func addDiagnostics(_ chains: [EllipticalSliceSampling.Chain], to result: inout Result) {
    var table = Table(
      "Chains: R̂ and effective sample size of halves of \(chains.count) chains of "
        + "\(chains.first?.draws.count ?? 0) draws",
      columns: [
        .integer("coordinate"), .number("mean"), .number("deviation"),
        .number("R̂", format: .fixed(3)), .number("effective sample size", format: .fixed(0)),
      ])
    var worst = 1.0
    var fewest = Double.infinity
    func values(_ coordinate: Int) -> [[Double]] {
      chains.map { $0.draws.map { $0[coordinate] } }
    }
    for coordinate in 0..<target.rank {
      let each = values(coordinate)
      let all = each.flatMap(\.self)
      let mean = all.reduce(0, +) / Double(all.count)
      let variance =
        all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, all.count - 1))
      let reduction = ChainDiagnostics.splitScaleReduction(each)
      let size = ChainDiagnostics.effectiveSampleSize(each)
      if reduction.isFinite { worst = max(worst, reduction) } else { worst = .nan }
      if size.isFinite { fewest = min(fewest, size) }
      table.append([
        .integer(coordinate + 1), .number(mean), .number(variance.squareRoot()),
        reduction.isNaN ? .missing : .number(reduction), size.isNaN ? .missing : .number(size),
      ])
    }
    result.add(table)
    let evaluations = chains.flatMap(\.evaluations)
    let count = Double(max(1, evaluations.count))
    result.add(
      Scalar(
        "Likelihood evaluations a draw", Double(evaluations.reduce(0, +)) / count,
        format: .fixed(2)))
    result.add(
      Scalar(
        "First proposals accepted", Double(evaluations.count { $0 == 1 }) / count,
        format: .percent(1)))
    if worst.isNaN {
      result.add(
        Note(
          "too few draws to tell whether the chains have mixed; raise --samples", level: .warning))
    } else if worst > Self.mixed {
      result.add(
        Note(
          "the chains have not mixed: R̂ is \(NumberFormat.fixed(3).text(worst)), above "
            + "\(Self.mixed); raise --warmup and --samples", level: .warning))
    } else {
      result.add(
        Note(
          "the chains agree: R̂ is at most \(NumberFormat.fixed(3).text(worst)), and the draws are "
            + "worth \(NumberFormat.fixed(0).text(fewest)) independent ones or more in every coordinate"
        ))
    }
  }

  private func gaussian(_ fitted: MeanFieldPosterior) -> Table {
    var table = Table(
      "The Gaussian that was fitted (KL from the prior "
        + "\(NumberFormat.significant(3).text(fitted.divergence)) nats)",
      columns: [.integer("coordinate"), .number("mean"), .number("deviation")])
    for (index, (mean, deviation)) in zip(fitted.means, fitted.deviations).enumerated() {
      table.append([.integer(index + 1), .number(mean), .number(deviation)])
    }
    return table
  }
}
