import BasinKit
import Landscape

/// Checkpoints that are shown alike: the anchors of a plane, a run, or other points.
struct PlaneGroup {
  /// How they are drawn.
  enum Role: Equatable {
    case anchors, path, points
    /// All control points of a curve, the ends included.
    case curve(CurveKind)
  }

  var name: String
  var role: Role
  var members: [SelectedCheckpoint]

  var isCurve: Bool {
    if case .curve = role { return true }
    return false
  }

  /// The anchors, then what is projected by set. A run is what has one seed and epochs that rise.
  static func groups(
    anchors: [SelectedCheckpoint], isPath: Bool, projected: [SelectedCheckpoint]
  ) -> [PlaneGroup] {
    var groups = [
      PlaneGroup(
        name: isPath ? anchors[0].set : "checkpoints of the plane", role: isPath ? .path : .anchors,
        members: anchors)
    ]
    var sets: [(name: String, members: [SelectedCheckpoint])] = []
    for one in projected {
      if let index = sets.firstIndex(where: { $0.name == one.set }) {
        sets[index].members.append(one)
      } else {
        sets.append((one.set, [one]))
      }
    }
    groups += sets.map { set in
      PlaneGroup(
        name: set.name, role: isRun(set.members) ? .path : .points, members: set.members)
    }
    return groups
  }

  private static func isRun(_ members: [SelectedCheckpoint]) -> Bool {
    members.count > 1
      && zip(members, members.dropFirst()).allSatisfy { first, second in
        guard let before = first.epoch, let after = second.epoch else { return false }
        return after > before
          && first.checkpoint.metadata["seed"] == second.checkpoint.metadata["seed"]
      }
  }
}

/// A checkpoint in the plane.
struct ShownCheckpoint {
  var label: String
  var place: ParameterPlane.Projection
  /// With its own weights and batch-norm statistics.
  var own: LandscapeValues
  /// At its projection, with the plane's batch-norm statistics.
  var here: LandscapeValues
}

/// A group with its places.
struct ShownGroup {
  var group: PlaneGroup
  var members: [ShownCheckpoint]
}

/// A plane's figure and tables.
struct PlaneReport {
  var title: String
  /// Names of x and y.
  var axes: [String]
  var grid: PlaneGrid
  /// Row by row from the bottom.
  var values: [LandscapeValues]
  var groups: [ShownGroup]
  var metrics: [LandscapeMetric]
  var maxLoss: Double
  /// As a fraction.
  var maxError: Double
  /// log α of the levels of losses.
  var logAlpha: Double
  /// The L2 term of training losses.
  var regularizer: Regularizer?
  /// What was measured with which batch-norm statistics, as a sentence.
  var about: String
  /// With which batch-norm statistics the grid was measured, as a clause.
  var overGrid: String
  /// With which ones the checkpoints were, at their projections and as they are.
  var ofCheckpoints: String
  /// Whether axes are distances between weights, and not multiples of given directions.
  var isInDistances: Bool

  /// Contours with the checkpoints over them, a panel for each quantity.
  var figure: Figure {
    let panels = metrics.map { metric in
      let field = field(metric)
      var panel = Figure.Panel(
        metric.name(regularizer), x: .init(axes[0]), y: .init(axes[1]),
        color: .init(metric.isLoss ? "loss (nats)" : "error (%)"), aspect: aspect)
      let levels = LogarithmicLevels.levels(
        of: field, most: limit(metric),
        logAlpha: metric.isLoss ? logAlpha : LogarithmicLevels.error)
      let numbers = Figure.Grid(x: grid.x, y: grid.y, values: field)
      // Without a value there are no levels, and the holes say so.
      panel.add(levels.isEmpty ? .heatMap(numbers) : .contours(numbers, levels: levels))
      for (index, group) in drawn { add(group, index, to: &panel) }
      return panel
    }
    return Figure(
      title, panels: panels, columns: min(2, panels.count),
      size: panels.count > 1 ? .wide : .regular,
      caption:
        "\(grid.x.count) × \(grid.y.count) points; axes are "
        + (isInDistances ? "distances between weights" : "multiples of the directions")
        + ". Levels are logarithmic from the minimum up. "
        + capped { "\($0) are one band" } + about)
  }

  /// The plane in three dimensions, with the checkpoints on it.
  var surface: Figure {
    let panels = metrics.map { metric in
      let field = field(metric)
      let cap = ValueCap(of: field, limit: limit(metric))
      let highest = cap.highest ?? limit(metric)
      // Losses of 0 have no place on a logarithmic axis.
      let low = min(field.filter { $0.isFinite && (!metric.isLoss || $0 > 0) }.min() ?? 0, highest)
      // Where all is as high, the figure finds a range itself, but for what is cut.
      let range =
        low < highest ? low...highest : cap.above > 0 ? highest / 10...highest : nil
      var panel = Figure.Panel(
        metric.name(regularizer), x: .init(axes[0]), y: .init(axes[1]),
        color: .init(
          metric.isLoss ? "loss (nats)" : "error (%)", scale: metric.isLoss ? .log10 : .linear,
          range: range),
        aspect: aspect)
      panel.add(.surface(Figure.Grid(x: grid.x, y: grid.y, values: field)))
      for (index, group) in drawn { add(group, index, to: &panel) }
      return panel
    }
    return Figure(
      title, panels: panels, columns: min(2, panels.count),
      size: panels.count > 1 ? .wide : .regular,
      caption: "The same plane in three dimensions. "
        + capped { "\($0) are drawn at that height" }
        + "Points and lines lie on the surface and are seen through what stands before them. "
        + about)
  }

  // Row by row; losses in nats, errors in per cent.
  private func field(_ metric: LandscapeMetric) -> [Double] {
    values.map { ($0[metric] ?? .nan) * (metric.isLoss ? 1 : 100) }
  }

  private func limit(_ metric: LandscapeMetric) -> Double {
    metric.isLoss ? maxLoss : maxError * 100
  }

  // A sentence for each quantity with values above its limit, and a space; empty where there is none.
  private func capped(_ shown: (_ values: String) -> String) -> String {
    metrics.map { metric in
      let cap = ValueCap(of: field(metric), limit: limit(metric))
      let limit =
        NumberFormat.significant(3).text(limit(metric)) + (metric.isLoss ? " nats" : " %")
      if !cap.isUsed {
        return "No \(metric.name(regularizer)) is below \(limit), so all of its range is shown. "
      }
      guard cap.above > 0 else { return "" }
      let values =
        "Values of \(metric.name(regularizer)) above \(limit) (\(cap.above) of \(cap.count) points)"
      return shown(values) + ". "
    }.joined()
  }

  // One unit as long both ways, unless the plane would be a strip.
  private var aspect: Figure.Panel.Aspect {
    let (width, height) = (
      grid.x[grid.x.count - 1] - grid.x[0], grid.y[grid.y.count - 1] - grid.y[0]
    )
    return (0.4...2.5).contains(height / width) ? .equal : .automatic
  }

  // Lines of curves lie behind the checkpoints at their ends.
  private var drawn: [(offset: Int, element: ShownGroup)] {
    let all = Array(groups.enumerated())
    return all.filter { $0.element.group.isCurve } + all.filter { !$0.element.group.isCurve }
  }

  private var bends: Set<String> {
    Set(groups.filter(\.group.isCurve).flatMap { $0.members.dropFirst().dropLast().map(\.label) })
  }

  private func add(_ shown: ShownGroup, _ index: Int, to panel: inout Figure.Panel) {
    let places = shown.members.map(\.place)
    let (xs, ys) = (places.map(\.x), places.map(\.y))
    switch shown.group.role {
    case .anchors:
      // A curve's bends are drawn with it.
      let others = shown.members.filter { !bends.contains($0.label) }
      guard !others.isEmpty else { return }
      panel.add(
        .scatter(
          x: others.map(\.place.x), y: others.map(\.place.y), color: .highlight, marker: .circle,
          labels: others.map(\.label)))
    case .path:
      let color = Figure.ColorRole.series(index + 1)
      panel.add(.line(shown.group.name, x: xs, y: ys, color: color, dash: .solid))
      panel.add(.scatter(x: [xs[0]], y: [ys[0]], color: color, marker: .square))
      // Heads as large as their steps would hide them.
      let least = 0.03 * (grid.x[grid.x.count - 1] - grid.x[0])
      for (from, to) in zip(places, places.dropFirst())
      where ((to.x - from.x) * (to.x - from.x) + (to.y - from.y) * (to.y - from.y)) > least * least
      {
        panel.add(.arrow(fromX: from.x, fromY: from.y, toX: to.x, toY: to.y, color: color))
      }
    case .curve(let kind):
      // A place of the curve is a combination of its control points, in the plane as in the weights.
      let coefficients = (0...100).map { kind.coefficients(at: Double($0) / 100, count: xs.count) }
      func combined(_ values: [Double]) -> [Double] {
        coefficients.map { zip($0, values).reduce(0) { $0 + $1.0 * $1.1 } }
      }
      let color = Figure.ColorRole.series(3)
      panel.add(
        .line(shown.group.name, x: combined(xs), y: combined(ys), color: color, dash: .solid))
      let bends = Array(1..<max(xs.count - 1, 1))
      if !bends.isEmpty {
        panel.add(
          .scatter(
            bends.count == 1 ? "its bend" : "its bends", x: bends.map { xs[$0] },
            y: bends.map { ys[$0] }, color: color, marker: .diamond,
            labels: bends.map { shown.members[$0].label }))
      }
    case .points:
      let isSingle = places.count == 1
      let isFirst =
        isSingle
        && groups.prefix(index).allSatisfy { $0.group.role != .points || $0.members.count > 1 }
      panel.add(
        .scatter(
          shown.group.name, x: xs, y: ys, color: isFirst ? .highlight : .series(index + 1),
          marker: isFirst ? .star : .automatic))
    }
  }

  /// Every checkpoint's place, its distance from the plane, and its values there and as it is.
  var table: Table {
    var columns: [Table.Column] = [
      .text("checkpoint"), .number("x"), .number("y"), .number("off the plane"),
    ]
    for metric in metrics {
      let format = metric.isLoss ? NumberFormat.significant(4) : .percent(2)
      columns.append(.number("\(metric.name(regularizer)) in the plane", format: format))
      columns.append(.number("\(metric.name(regularizer)), its own", format: format))
    }
    var table = Table(
      "Checkpoints and the plane (values at their projections, and their own\(ofCheckpoints))",
      columns: columns)
    // A curve's ends may be anchors too.
    var listed = Set<String>()
    for one in groups.flatMap(\.members) where listed.insert(one.label).inserted {
      table.append(
        [
          .text(one.label), .number(one.place.x), .number(one.place.y),
          .number(one.place.distance),
        ]
          + metrics.flatMap { metric in
            [.number(one.here[metric] ?? .nan), .number(one.own[metric] ?? .nan)]
          })
    }
    return table
  }

  /// Where each quantity has its min on the grid.
  var extremes: Table {
    var table = Table(
      "Over the grid" + overGrid,
      columns: [
        .text("quantity"), .number("min"), .number("at x"), .number("at y"), .number("median"),
        .number("max"),
      ])
    for metric in metrics {
      // Errors in per cent, as in the other table and in the figure.
      let numbers = values.map { ($0[metric] ?? .nan) * (metric.isLoss ? 1 : 100) }
      let finite = numbers.indices.filter { numbers[$0].isFinite }
        .sorted { numbers[$0] < numbers[$1] }
      guard let least = finite.first, let greatest = finite.last else { continue }
      table.append([
        .text(metric.name(regularizer) + (metric.isLoss ? "" : " (%)")), .number(numbers[least]),
        .number(grid[least].x),
        .number(grid[least].y),
        .number(Quantiles.quantile(ofSorted: finite.map { numbers[$0] }, 0.5) ?? .nan),
        .number(numbers[greatest]),
      ])
    }
    return table
  }
}
