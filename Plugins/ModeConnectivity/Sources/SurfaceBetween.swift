import BasinKit
import Datasets
import Foundation
import Landscape
import Torch

/// A surface of low loss between three solutions or more, through one shared middle (arXiv
/// 1906.04724).
struct SurfaceBetween {
  var optima: [SelectedCheckpoint]
  var vectors: [Tensor]
  var plan: TrainingPlan
  /// Steps along a side of the triangles that are evaluated.
  var steps: Int
  /// Random directions around the middle.
  var directions: Int
  /// Where tunnels end, in nats.
  var threshold: Double?
  var name: String
  var seed: Seed

  private static let radii = 13

  func result(in context: Context) throws -> Result {
    let evaluator = try context.evaluator(holding: optima[0])
    let count = optima.count
    let start = try vectors.dropFirst().reduce(vectors[0]) { try $0 + $1 } / Double(count)
    let training = try ConnectorTraining(
      ControlPoints(vectors + [start]), free: count..<(count + 1), plan: plan,
      evaluator: evaluator, cancellation: context.cancellation,
      fixed: { SharedMiddle.fixedPlaces($0, corners: count) }
    ) { SharedMiddle.coefficients(at: SimplexLattice.random(corners: count, using: &$0)) }
    try training.run(in: context, "surface")
    let controls = training.controls

    var result = Result()
    let trend = try training.trend()
    let objection = trend.verdict.objection("surface")
    let set = try controlPoints(controls, trend.verdict, evaluator)
    result.add(Note("\(name): \(set.summary)"))
    try SimplexReport(
      optima: optima.map(\.label), controls: controls, steps: steps, objection: objection
    ).add(to: &result, in: context, evaluator)
    if let statistics = evaluator.statement() { result.add(Note(statistics)) }
    try OptimaGeometry(labels: optima.map(\.label), controls: controls).add(to: &result)
    try addTunnels(controls, evaluator, objection, to: &result, context)
    result.items += trend.items("surface", drawn: training.losses)
    result.bind(name, to: set)
    return result
  }

  // The optima as they are; the middle with batch norm recomputed for it.
  private func controlPoints(
    _ controls: ControlPoints, _ trend: TrainingTrend.Verdict, _ evaluator: Evaluator
  ) throws -> CheckpointSet {
    let network = evaluator.network
    var common = plan.metadata
    common[ControlPointMetadata.curve] = "surface"
    common[ControlPointMetadata.count] = String(controls.count)
    common[ControlPointMetadata.trend] = trend.rawValue
    common["optima"] = optima.map(\.label).joined(separator: " ")
    common["optima_identities"] = optima.map(\.checkpoint.identity).joined(separator: " ")
    let checkpoints = try (0..<controls.count).map { place in
      if place < optima.count {
        try network.load(optima[place].checkpoint)
      } else {
        try withoutGradients { try network.parameters.assign(controls.point(place)) }
        try evaluator.recalculateBatchNorm()
      }
      var metadata = common
      metadata[ControlPointMetadata.place] = String(place)
      return try network.checkpoint(
        named: place < optima.count ? optima[place].label : "middle", metadata: metadata)
    }
    return CheckpointSet(checkpoints, of: plan.architecture)
  }

  // MARK: Tunnels

  private func addTunnels(
    _ controls: ControlPoints, _ evaluator: Evaluator, _ objection: String?,
    to result: inout Result, _ context: Context
  ) throws {
    let level = threshold ?? 0.1 * log(Double(evaluator.dataset.classes))
    let sides = try optima.indices.flatMap { a in
      try (0..<a).map { try (vectors[a] - vectors[$0]).to(.float64).norm().item() }
    }
    let farthest = sides.reduce(0, +) / Double(sides.count)
    let distances = (0..<Self.radii).map { farthest * Double($0) / Double(Self.radii - 1) }
    let generator = seed.derived("directions").generator()
    let rays = try (0..<directions).map { _ in
      let draw = try generator.normal([vectors[0].count])
      return try (draw / (draw.to(.float64).norm().item())).to(device: evaluator.network.device)
    }
    let names = optima.map(\.label) + ["middle"]
    var tunnels: [TunnelRadius] = []
    let total = names.count * rays.count * distances.count
    for place in names.indices {
      let centre = try controls.point(place)
      let profile = try evaluator.profile(on: [.train], count: rays.count * distances.count) {
        try centre + rays[$0 / distances.count] * distances[$0 % distances.count]
      } report: { done in
        context.progress.report(
          ProgressUpdate(
            "tunnel around \(names[place])",
            completed: place * rays.count * distances.count + done, total: total))
      }
      let losses = try profile[0].loss()
      tunnels.append(
        TunnelRadius(
          distances: distances,
          losses: rays.indices.map {
            Array(losses[($0 * distances.count)..<(($0 + 1) * distances.count)])
          }, spacing: profile[0].spacing))
    }
    result.add(figure(names, tunnels, level, evaluator.clause()))
    let losses = tunnels.flatMap { $0.losses.flatMap(\.self) }
    if let note = Note.missing(
      losses, "points around the optima, which count as outside the tunnel,")
    {
      result.add(note)
    }
    addRadii(
      names, tunnels, level, evaluator.clause(), objection,
      guessing: log(Double(evaluator.dataset.classes)), to: &result)
  }

  private func figure(
    _ names: [String], _ tunnels: [TunnelRadius], _ level: Double, _ statistics: String
  ) -> Figure {
    var panel = Figure.Panel(
      x: .init("distance (units of weight)"),
      y: .init("training cross-entropy (nats)", scale: .log10))
    for (index, (name, tunnel)) in zip(names, tunnels).enumerated() {
      let isMiddle = index == names.count - 1
      let color: Figure.ColorRole = isMiddle ? .highlight : .series(index)
      let columns = tunnel.distances.indices.map { place in tunnel.losses.map { $0[place] } }
      panel.add(
        .band(
          x: tunnel.distances, lower: columns.map { $0.finiteRange?.lowerBound ?? .nan },
          upper: columns.map { $0.finiteRange?.upperBound ?? .nan }, color: color))
      panel.add(
        .line(
          name, x: tunnel.distances,
          y: columns.map { $0.reduce(0, +) / Double($0.count) }, color: color))
    }
    panel.add(.horizontal(at: level, label: "end of the tunnel"))
    return Figure(
      "Loss around the middle and around the optima", panel,
      caption:
        "Mean training loss at a distance along \(Counted.text(directions, "random directions")), the same "
        + "around every point, at \(Self.radii) distances; bands are from the minimum to the maximum. Radii "
        + "are interpolated linearly between these distances\(statistics).")
  }

  private static func outside(_ level: Double) -> String {
    "the training loss is above \(NumberFormat.significant(3).text(level)) nats at a point itself"
  }

  // A threshold above all losses at the points, and below that of guessing.
  private static func remedy(_ highest: Double, guessing: Double) -> String {
    let format = NumberFormat.significant(3)
    guard highest < 0.95 * guessing else {
      return "guessing has \(format.text(guessing)), so that no threshold is of use; raise --epochs"
    }
    let level = min(2 * highest, (highest + guessing) / 2)
    return "give for instance --threshold \(format.text(level))"
  }

  // A direction has one row. Where the loss is not reached the radius is a bound.
  private static func radiiByDirection(
    _ names: [String], _ radii: [[Double]], _ tunnels: [TunnelRadius], _ level: Double,
    _ statistics: String
  ) -> Table {
    let format = NumberFormat.significant(3)
    var table = Table(
      "Distance at which training loss reaches \(format.text(level)) nats, along each direction"
        + statistics,
      columns: [.integer("direction")] + names.map { .number("around \($0)", format: format) })
    for direction in radii.first?.indices ?? 0..<0 {
      table.append(
        [.integer(direction + 1)]
          + names.indices.map { place in
            let isOpen = tunnels[place].losses[direction].allSatisfy { $0 < level }
            return isOpen
              ? .text("> \(format.text(tunnels[place].distances.last ?? .nan))")
              : .number(radii[place][direction])
          })
    }
    return table
  }

  private func addRadii(
    _ names: [String], _ tunnels: [TunnelRadius], _ level: Double, _ statistics: String,
    _ objection: String?, guessing: Double, to result: inout Result
  ) {
    let format = NumberFormat.significant(3)
    // Where the loss starts above the threshold, there is no radius.
    let isOutside = tunnels.map { $0.losses.contains { !($0[0] < level) } }
    let radii = zip(tunnels, isOutside).map { tunnel, isOutside in
      isOutside ? tunnel.losses.map { _ in .nan } : tunnel.radii(threshold: level)
    }
    let open = tunnels.map { $0.open(threshold: level) }
    func estimate(_ values: [Double], open: Int, _ bounds: ClosedRange<Double>? = nil) -> Estimate {
      var found = Estimate.mean(
        of: values, unit: "directions", given: "these points", bounds: bounds)
      if let outside = isOutside.contains(true) ? Self.outside(level) : nil,
        values.contains(where: \.isNaN)
      {
        found.support = .unsupported(outside)
      }
      if open > 0 {
        found.support = .unsupported(
          "the mean is a lower bound where directions never reach the loss")
      }
      return found
    }
    let middle = radii[names.count - 1]
    let excess = middle.indices.map { direction in
      middle[direction]
        - radii.dropLast().reduce(0) { $0 + $1[direction] } / Double(names.count - 1)
    }
    var rows = names.indices.map {
      (
        names[$0],
        estimate(radii[$0], open: open[$0], 0...(tunnels[$0].distances.last ?? 0)),
        isOutside[$0] ? nil : Optional(open[$0])
      )
    }
    var compared = estimate(excess, open: open.reduce(0, +))
    if let objection { compared.support = .unsupported(objection) }
    rows.append(("middle − mean of optima", compared, nil))
    var table = Table(
      "Distance at which training loss reaches \(format.text(level)) nats "
        + "(\(Estimate.caption(of: rows.map(\.1)))\(statistics))",
      columns: [
        .text("around"), .number("mean radius", format: format), .number("from", format: format),
        .number("to", format: format), .integer("directions that never reach it"),
      ])
    for (name, estimate, open) in rows {
      table.append(
        [.text(name), .number(estimate.value)] + estimate.endCells + [
          open.map { .integer($0) } ?? .missing
        ])
    }
    result.add(table)
    result.add(Self.radiiByDirection(names, radii, tunnels, level, statistics))
    guard !isOutside.contains(true) else {
      let highest = tunnels.flatMap { $0.losses.map { $0[0] } }.finiteRange?.upperBound ?? level
      result.add(
        Note(
          "there is no radius around \(zip(names, isOutside).filter(\.1).map(\.0).joined(separator: ", ")): "
            + "the training loss is above \(format.text(level)) nats at the point itself, up to "
            + "\(format.text(highest)); \(Self.remedy(highest, guessing: guessing))",
          level: .warning))
      return
    }
    let tolerance = Rounding.tolerance(
      magnitude: 2 * middle.reduce(0, +) / Double(max(1, middle.count)), terms: middle.count)
    var difference = Difference(compared, rounding: tolerance)
    let doubts = tunnels.map { $0.doubt(threshold: level) }
    difference.spacing =
      doubts[names.count - 1] + doubts.dropLast().reduce(0, +) / Double(names.count - 1)
    difference.quantity = .radii
    switch difference.verdict {
    case .above: result.add(Note("the tunnel around the middle is wider than around the optima"))
    case .below: result.add(Note("the tunnel around the middle is narrower than around the optima"))
    case .notClear, .rounding, .same:
      result.add(
        Note("the tunnel around the middle is not clearly wider or narrower than around the optima")
      )
    case .unsupported(let reason):
      result.add(Note("the tunnels around the middle and the optima are not compared: \(reason)"))
    }
  }
}
