import BasinKit
import Datasets
import Landscape
import Torch

/// Loss and error along a curve, beside the straight line between its ends.
struct CurveReport {
  var kind: CurveKind
  var controls: ControlPoints
  /// What the two ends are called.
  var ends: [String]
  var points: Int
  var seed: Seed
  /// The L2 term of training losses.
  var regularizer: Regularizer?
  /// What the end of its training said; `nil` where that is not known.
  var trend: TrainingTrend.Verdict?

  private static let splits: [Split] = [.train, .test]

  // One path, with what was measured on it.
  private struct Path {
    var name: String
    var coefficients: [[Double]]
    var distances: [Double]
    var profiles: [PathProfile]

    var length: Double { distances.reduce(0, +) }
  }

  func items(in context: Context, _ evaluator: Evaluator) throws -> [Result.Item] {
    let places = (0..<points).map { Double($0) / Double(points - 1) }
    let count = controls.count
    let straight = places.map { t in
      (0..<count).map { $0 == 0 ? 1 - t : $0 == count - 1 ? t : 0 }
    }
    let curved = places.map { kind.coefficients(at: $0, count: count) }
    var paths: [Path] = []
    for (index, (name, coefficients)) in [
      ("straight line", straight), (kind.title, curved),
    ].enumerated() {
      paths.append(
        Path(
          name: name, coefficients: coefficients,
          distances: try controls.distances(along: coefficients),
          profiles: try evaluator.profile(
            on: Self.splits, count: points, regularizer: regularizer,
            at: { try controls.combination(coefficients[$0]) },
            report: { done in
              context.progress.report(
                ProgressUpdate(
                  "evaluating the \(name)", completed: index * points + done, total: 2 * points))
            })))
    }
    var result = Result()
    result.add(try figure(paths, places, inputs(evaluator)))
    let statistics = evaluator.statement(of: .recomputed, "at every place")
    let clause = evaluator.clause(of: .recomputed, "at every place")
    if let statistics { result.add(Note(statistics)) }
    if let regularizer {
      result.add(
        Note(
          "training values are of the regularized training loss (\(regularizer.text)): cross-entropy "
            + "and ½·decay·‖w‖²"))
    }
    for path in paths {
      let losses = try path.profiles.flatMap { try $0.loss() }
      if let note = Note.missing(losses, "losses on the \(path.name)") { result.add(note) }
    }
    result.add(
      Scalar("Length of the straight line", paths[0].length, unit: "units of weight"))
    result.add(
      Scalar(
        "Length of the \(kind.title)", paths[1].length, unit: "units of weight"))
    result.add(
      try table(
        (regularizer == nil
          ? "Cross-entropy along the paths"
          : "Loss along the paths: \(LandscapeMetric.trainLoss.name(regularizer)), test cross-entropy")
          + clause,
        "nats", .significant(4), paths
      ) {
        try $0.loss()
      })
    result.add(
      try table("Error along the paths" + clause, nil, .percent(2), paths) { try $0.error() })
    try addBarriers(paths, places, clause, to: &result, context)
    return result.items
  }

  // `1197 training and 600 test inputs, batch norm …`
  private func inputs(_ evaluator: Evaluator) -> String {
    let counts = Self.splits.map { evaluator.dataset[$0].count }
    return
      "\(counts[0]) training and \(Counted.text(counts[1], "test inputs")) of \(evaluator.dataset.name)"
      + evaluator.clause(of: .recomputed, "at every place")
  }

  private func figure(
    _ paths: [Path], _ places: [Double], _ inputs: String
  ) throws -> Figure {
    func panel(
      _ title: String, _ label: String, _ scale: Figure.Scale, _ split: Int, _ factor: Double,
      _ value: (PathProfile) throws -> [Double]
    ) throws -> Figure.Panel {
      var panel = Figure.Panel(
        title, x: .init("t, from \(ends[0]) to \(ends[1])", range: 0...1),
        y: .init(label, scale: scale))
      for (path, color) in zip(paths, [Figure.ColorRole.neutral, .series(0)]) {
        panel.add(
          .line(
            path.name, x: places, y: try value(path.profiles[split]).map { $0 * factor },
            color: color, dash: color == .neutral ? .dashed : .solid))
      }
      return panel
    }
    return Figure(
      "From \(ends[0]) to \(ends[1])",
      panels: [
        try panel(
          regularizer == nil ? "Training loss" : LandscapeMetric.trainLoss.name(regularizer),
          regularizer == nil ? "cross-entropy (nats)" : "loss (nats)", .log10, 0, 1
        ) { try $0.loss() },
        try panel("Test loss", "cross-entropy (nats)", .log10, 1, 1) { try $0.loss() },
        try panel("Training error", "error (%)", .linear, 0, 100) { try $0.error() },
        try panel("Test error", "error (%)", .linear, 1, 100) { try $0.error() },
      ], columns: 2, legend: .below, size: .wide,
      caption: "Loss and error at \(points) places of the \(kind.title), and of the straight line "
        + "between the same ends, on the \(inputs).")
  }

  // The authors' summary: extremes, the mean over t, and the mean weighted by length, both by the
  // trapezoidal rule.
  private func table(
    _ title: String, _ unit: String?, _ format: NumberFormat, _ paths: [Path],
    _ value: (PathProfile) throws -> [Double]
  ) throws -> Table {
    var table = Table(
      title,
      columns: [.text("path"), .text("split")]
        + ["min", "mean over t", "mean over length", "max"].map {
          .number($0, unit: unit, format: format)
        } + [.number("max at t", format: .fixed(3))])
    for path in paths {
      for (split, profile) in zip(Self.splits, path.profiles) {
        let values = try value(profile)
        let range = values.finiteRange
        let greatest = range.flatMap { values.firstIndex(of: $0.upperBound) }
        table.append([
          .text(path.name), .text(split.rawValue), .number(range?.lowerBound ?? .nan),
          .number(
            Self.lengthWeightedMean(
              values, Array(repeating: 1, count: max(0, values.count - 1)))),
          .number(Self.lengthWeightedMean(values, path.distances)),
          .number(range?.upperBound ?? .nan),
          .number(greatest.map { Double($0) / Double(points - 1) } ?? .nan),
        ])
      }
    }
    return table
  }

  /// Σ ½(lᵢ + lᵢ₊₁)Δᵢ / ΣΔᵢ: the integral over the path's length, divided by it.
  static func lengthWeightedMean(_ values: [Double], _ distances: [Double]) -> Double {
    var (sum, length) = (0.0, 0.0)
    for (index, distance) in distances.enumerated() {
      sum += 0.5 * (values[index] + values[index + 1]) * distance
      length += distance
    }
    return length > 0 ? sum / length : .nan
  }

  private func addBarriers(
    _ paths: [Path], _ places: [Double], _ statistics: String, to result: inout Result,
    _ context: Context
  ) throws {
    let format = NumberFormat.significant(3)
    let outcomes = try Self.splits.indices.map { index in
      try BarrierComparison.compare(
        paths.map { $0.profiles[index].losses }, over: places.map { [1 - $0, $0] },
        unit: Self.splits[index].inputsUnit,
        spacings: paths.map { $0.profiles[index].spacing }
      ).withholding(trend?.objection("curve"))
    }
    let estimates = outcomes.flatMap { $0.heights + $0.differences.map(\.estimate) }
    var table = Table(
      "Barriers\(regularizer.map { ", training loss regularized (\($0.text))" } ?? ""), in nats "
        + "(\(Estimate.caption(of: estimates)); \(Note.barrierPlaces(places.count - 2))\(statistics))",
      columns: [
        .text("split"), .text("path"), .number("barrier", format: format),
        .number("from", format: format), .number("to", format: format),
      ])
    var statements: [String] = []
    for (split, compared) in zip(Self.splits, outcomes) {
      func append(_ name: String, _ estimate: Estimate) {
        table.append(
          [.text(split.rawValue), .text(name), .number(estimate.value)] + estimate.endCells)
      }
      for (path, height) in zip(paths, compared.heights) { append(path.name, height) }
      append("straight − curve", compared.differences[0].estimate)
      statements.append(Self.statement(split, compared, kind))
    }
    result.add(table)
    if let note = Note.coarse(barriersFrom: places.count - 2) { result.add(note) }
    for statement in statements { result.add(Note(statement)) }
  }

  /// What the barriers on one split say: whether the straight line has one, and how much of it the
  /// curve keeps.
  static func statement(
    _ split: Split, _ compared: BarrierComparison.Outcome, _ kind: CurveKind
  ) -> String {
    let format = NumberFormat.significant(3)
    let (line, curve) = (compared.heights[0], compared.heights[1])
    let name = split == .train ? "training" : "test"
    guard !line.value.isNaN, !curve.value.isNaN else {
      return
        "\(name) barrier not compared: the \(line.value.isNaN ? "straight line" : kind.title) has "
        + "places with NaN or infinite outputs"
    }
    let values =
      "\(line.text(format)) nats on the straight line and \(curve.text(format)) on the \(kind.title)"
    let verdict: String
    switch compared.differences[0].verdict {
    case .above:
      let part = line.value > 0 ? curve.value / line.value : .nan
      verdict = "the curve keeps \(NumberFormat.percent(1).text(part)) of the line's"
    case .below: verdict = "the curve's is the higher"
    case .notClear, .rounding, .same, .unsupported: verdict = compared.differences[0].verdict.text
    }
    return "\(name) barrier \(values): \(verdict)"
  }
}

extension CurveKind {
  /// What texts call it.
  var title: String {
    switch self {
    case .bezier: "Bézier curve"
    case .chain: "polygonal chain"
    }
  }
}
