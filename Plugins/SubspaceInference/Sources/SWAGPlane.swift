import BasinKit
import Datasets
import Landscape
import Torch

/// Loss over the plane of a run's first two principal components, with its snapshots and what was drawn
/// from their Gaussian (arXiv 1902.02476, §4).
struct SWAGPlane {
  var components: AffineSubspace
  var snapshots: Snapshots
  var samples: [Tensor]
  var split: Split
  /// Number of points along the plane's longer side.
  var grid: Int

  /// The first two principal components of a run.
  ///
  /// - Parameter path: The run, as it was typed.
  /// - Throws: `CommandError` where its snapshots span no plane.
  static func components(of swag: SWAG, _ path: String) throws -> AffineSubspace {
    do {
      return try AffineSubspace(principal: swag, rank: 2)
    } catch is SubspaceError {
      throw CommandError(
        "the \(swag.count) snapshots of \(path) lie on a line, and --plane needs a plane: name three or "
          + "more that differ, or leave out --plane")
    }
  }

  func add(to result: inout Result, in context: Context, _ evaluator: Evaluator) throws {
    let plane = try ParameterPlane(
      at: components.origin, along: components.basis.select(0, 0), components.basis.select(0, 1))
    let path = try snapshots.selected.map { try plane.projection(of: context.parameters($0)) }
    let drawn = try samples.map { try plane.projection(of: $0) }
    let centre = ParameterPlane.Projection(x: 0, y: 0)
    let points = PlaneGrid(about: path + drawn + [centre], margin: 0.25, side: grid)
    let profiles = try evaluator.profile(on: [.train, split], count: points.count) { index in
      try plane.point(x: points[index].x, y: points[index].y)
    } report: { done in
      context.progress.report(
        ProgressUpdate("evaluating the plane", completed: done, total: points.count))
    }
    result.add(
      try figure(
        points, profiles, path, drawn, statistics: evaluator.statement(of: .recomputed, "at each")))
    result.add(table(path, drawn))
  }

  private func figure(
    _ points: PlaneGrid, _ profiles: [PathProfile], _ path: [ParameterPlane.Projection],
    _ drawn: [ParameterPlane.Projection], statistics: String?
  ) throws -> Figure {
    func panel(_ title: String, _ values: [Double]) -> Figure.Panel {
      var panel = Figure.Panel(
        title, x: .init("component 1 (units of weight)"),
        y: .init("component 2 (units of weight)"),
        color: .init("cross-entropy (nats)", scale: .log10), aspect: .equal)
      panel.add(.heatMap(.init(x: points.x, y: points.y, values: values)))
      panel.add(
        .line(
          "snapshots", x: path.map(\.x), y: path.map(\.y), color: .neutral, dash: .solid,
          marker: .circle))
      panel.add(
        .scatter(
          "samples", x: drawn.map(\.x), y: drawn.map(\.y), color: .series(1), marker: .circle,
          sizes: drawn.map { _ in 0.6 }))
      panel.add(.scatter("SWA", x: [0], y: [0], color: .highlight, marker: .star))
      return panel
    }
    return Figure(
      "The plane of the run's principal components",
      panels: [
        panel("Training loss", try profiles[0].loss()),
        panel("\(split == .test ? "Test" : "Training") loss", try profiles[1].loss()),
      ], columns: 2, legend: .below, size: .wide,
      caption:
        "\(points.x.count) × \(points.y.count) points about the mean of the snapshots"
        + (statistics.map { "; \($0)" } ?? "")
        + ". Snapshots and samples are projected; the table says how far off "
        + "the plane they are.")
  }

  private func table(
    _ path: [ParameterPlane.Projection], _ drawn: [ParameterPlane.Projection]
  ) -> Table {
    var table = Table(
      "Distances in the plane and from it, in units of weight",
      columns: [
        .text(""), .integer("points"), .number("mean distance from SWA in the plane"),
        .number("mean distance off the plane"), .number("max off the plane"),
      ])
    for (name, places) in [("snapshots", path), ("samples", drawn)] where !places.isEmpty {
      let count = Double(places.count)
      let within = places.reduce(0) { $0 + ($1.x * $1.x + $1.y * $1.y).squareRoot() } / count
      table.append([
        .text(name), .integer(places.count), .number(within),
        .number(places.reduce(0) { $0 + $1.distance } / count),
        .number(places.map(\.distance).max() ?? 0),
      ])
    }
    return table
  }
}
