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
            on: Self.splits, count: points,
            at: { try controls.combination(coefficients[$0]) },
            report: { done in
              context.progress.report(
                ProgressUpdate(
                  "evaluating the \(name)", completed: index * points + done, total: 2 * points))
            })))
    }
    var result = Result()
    result.add(try figure(paths, places))
    if evaluator.hasBatchNorm {
      result.add(
        Note("batch-norm statistics were recomputed at every place on the training split"))
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
      try table("Cross-entropy along the paths", "nats", .significant(4), paths) {
        try $0.loss()
      })
    result.add(try table("Error along the paths", nil, .percent(2), paths) { try $0.error() })
    try addBarriers(paths, places, to: &result, context)
    return result.items
  }

  private func figure(_ paths: [Path], _ places: [Double]) throws -> Figure {
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
        try panel("Training loss", "cross-entropy (nats)", .log10, 0, 1) { try $0.loss() },
        try panel("Test loss", "cross-entropy (nats)", .log10, 1, 1) { try $0.loss() },
        try panel("Training error", "error (%)", .linear, 0, 100) { try $0.error() },
        try panel("Test error", "error (%)", .linear, 1, 100) { try $0.error() },
      ], columns: 2, legend: .below, size: .wide,
      caption: "Loss and error at \(points) places of the \(kind.title), and of the straight line "
        + "between the same ends.")
  }

  // The authors' summary: extremes, the mean over places, and the mean weighted by length.
  private func table(
    _ title: String, _ unit: String?, _ format: NumberFormat, _ paths: [Path],
    _ value: (PathProfile) throws -> [Double]
  ) throws -> Table {
    var table = Table(
      title,
      columns: [.text("path"), .text("split")]
        + ["least", "mean over t", "mean over length", "greatest"].map {
          .number($0, unit: unit, format: format)
        } + [.number("greatest at t", format: .fixed(3))])
    for path in paths {
      for (split, profile) in zip(Self.splits, path.profiles) {
        let values = try value(profile)
        let range = values.finiteRange
        let greatest = range.flatMap { values.firstIndex(of: $0.upperBound) }
        table.append([
          .text(path.name), .text(split.rawValue), .number(range?.lowerBound ?? .nan),
          .number(values.reduce(0, +) / Double(values.count)),
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
    _ paths: [Path], _ places: [Double], to result: inout Result, _ context: Context
  ) throws {
    let format = NumberFormat.significant(3)
    var table = Table(
      "Barriers, in nats (95 % bootstrap intervals over inputs)",
      columns: [
        .text("split"), .text("path"), .number("barrier", format: format),
        .number("from", format: format), .number("to", format: format),
      ])
    var statements: [String] = []
    for (index, split) in Self.splits.enumerated() {
      let compared = try BarrierComparison.compare(
        paths.map { $0.profiles[index].losses },
        seed: seed.derived("barrier", split.rawValue), cancellation: context.cancellation
      ) { Barrier(along: places, $0).height }
      func append(_ name: String, _ value: Double, _ interval: ClosedRange<Double>?) {
        table.append([
          .text(split.rawValue), .text(name), .number(value),
          interval.map { .number($0.lowerBound) } ?? .missing,
          interval.map { .number($0.upperBound) } ?? .missing,
        ])
      }
      for (path, (height, interval)) in zip(paths, zip(compared.heights, compared.intervals)) {
        append(path.name, height, interval)
      }
      append("straight − curve", compared.differences[0], compared.differenceIntervals[0])
      statements.append(Self.statement(split, compared, kind))
    }
    result.add(table)
    for statement in statements { result.add(Note(statement)) }
  }

  /// What the barriers on one split say: whether the straight line has one, and how much of it the
  /// curve keeps.
  static func statement(
    _ split: Split, _ compared: BarrierComparison.Outcome, _ kind: CurveKind
  ) -> String {
    let format = NumberFormat.significant(3)
    let (line, curve) = (compared.heights[0], compared.heights[1])
    func text(_ interval: ClosedRange<Double>?) -> String {
      interval.map { " [\(format.text($0.lowerBound)), \(format.text($0.upperBound))]" } ?? ""
    }
    let name = split == .train ? "training" : "test"
    guard !line.isNaN, !curve.isNaN else {
      return "\(name) barrier not compared: the \(line.isNaN ? "straight line" : kind.title) has "
        + "places with NaN or infinite outputs"
    }
    let values =
      "\(format.text(line))\(text(compared.intervals[0])) nats on the straight line and "
      + "\(format.text(curve))\(text(compared.intervals[1])) on the \(kind.title)"
    let verdict: String
    switch compared.differenceIntervals[0] {
    case .some(let interval) where interval.lowerBound > 0:
      let part = line > 0 ? curve / line : .nan
      verdict = "the curve keeps \(NumberFormat.percent(1).text(part)) of the line's"
    case .some(let interval) where interval.upperBound < 0:
      verdict = "the curve's is the higher: it may need more epochs"
    default: verdict = "no clear difference"
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
