import BasinKit
import Landscape

/// The plane of normalised diversity against accuracy, as a figure, tables and what they show.
struct DiversityAccuracyPlane {
  /// A checkpoint in the plane, or a head of one.
  struct Point {
    var label: String
    var set: String
    /// How far a sample of a subspace was drawn; `nil` for what is none.
    var scale: Double?
    /// From 0 to 1.
    var accuracy: Double
    /// With the baseline, from 0 to 1.
    var disagreement: Double
    /// The checkpoint, of which the sets are compared; `nil` for a head of one.
    var checkpoint: SelectedCheckpoint?
    /// What each input adds to the normalised diversity; empty where that is not known.
    var influences: [Double] = []

    /// disagreement / (1 − accuracy); `nil` for a checkpoint without errors.
    var diversity: Double? { accuracy < 1 ? disagreement / (1 - accuracy) : nil }
  }

  /// The baseline's label.
  var baseline: String
  var limits: LimitCurves
  var points: [Point]
  var evaluatedOn: String
  /// What the inputs are called.
  var unit: String
  /// Whether there may be intervals over checkpoints.
  var independence = Independence()

  var result: Result {
    var result = Result()
    result.add(
      Scalar("Baseline accuracy (\(baseline))", limits.baseline, format: .percent(2)))
    result.add(figure)
    result.add(summary)
    if let comparison { result.add(comparison) }
    let faultless = points.count { $0.diversity == nil }
    if faultless > 0 {
      result.add(
        Note(
          "\(Counted.text(faultless, "checkpoints")) \(faultless == 1 ? "makes" : "make") no error, so \(faultless == 1 ? "its" : "their") normalised diversity is not defined",
          level: .warning))
    }
    result.add(table)
    return result
  }

  private var sets: [(name: String, points: [Point])] {
    var sets: [(name: String, points: [Point])] = []
    for point in points {
      if let index = sets.firstIndex(where: { $0.name == point.set }) {
        sets[index].points.append(point)
      } else {
        sets.append((point.set, [point]))
      }
    }
    return sets
  }

  // MARK: Figure

  /// How many points of accuracy the close-up shows on each side of the baseline.
  private static let closeUp = 8.0

  /// All points, and those near the baseline where others are far off.
  var figure: Figure {
    let near = points.filter { abs($0.accuracy - limits.baseline) * 100 <= Self.closeUp }
    let far = points.count - near.count
    var panels = [panel("", near: nil)]
    // Where some points are far off, those at the baseline's accuracy get a panel of their own.
    if !near.isEmpty, far > 0 {
      panels = [panel("All checkpoints", near: nil), panel("Near the baseline", near: near)]
    }
    return Figure(
      "Diversity–accuracy plane", panels: panels, columns: 2, legend: .below,
      size: panels.count > 1 ? .wide : .regular,
      caption:
        "Accuracy on \(evaluatedOn), and normalised diversity: the disagreement of predictions with "
        + "those of the baseline \(baseline), divided by the error rate."
        + (sets.contains { sizes(of: $0.points) != nil }
          ? " Samples of a subspace are drawn the larger the greater their scale." : ""))
  }

  // The whole plane, or the part of it that holds `near` and the baseline.
  private func panel(_ title: String, near: [Point]?) -> Figure.Panel {
    let shown = near ?? points
    let highest = shown.compactMap(\.diversity).max() ?? 0
    let accuracies = (shown.map(\.accuracy) + [limits.baseline]).map { $0 * 100 }
    let air = max(0.5, ((accuracies.max() ?? 0) - (accuracies.min() ?? 0)) * 0.05)
    var panel = Figure.Panel(
      title,
      x: .init(
        "accuracy (%)",
        range: near.map { _ in ((accuracies.min() ?? 0) - air)...((accuracies.max() ?? 0) + air) }),
      // The upper limit rises without bound towards accuracy 1; the points decide what is shown.
      y: .init("normalised diversity", range: -0.05...max(1.2, highest * 1.1)))
    let chance = 1 / Double(limits.classes)
    let best = max(limits.baseline, points.map(\.accuracy).filter { $0 < 1 }.max() ?? 0)
    addCurve("upper limit: independent errors", .dashed, chance...best, limits.upper, to: &panel)
    addCurve(
      "lower limit: baseline perturbed", .dotted, chance...limits.baseline, limits.lower, to: &panel
    )
    for (index, set) in sets.enumerated() {
      let drawn = set.points.filter { $0.diversity != nil }
      panel.add(
        .scatter(
          set.name, x: drawn.map { $0.accuracy * 100 }, y: drawn.compactMap(\.diversity),
          color: .series(index), sizes: sizes(of: drawn)))
    }
    panel.add(
      .scatter(
        "baseline \(baseline)", x: [limits.baseline * 100], y: [0], color: .highlight,
        marker: .star))
    return panel
  }

  // Samples of a subspace are the larger the further they were drawn.
  private func sizes(of points: [Point]) -> [Double]? {
    let scales = points.compactMap(\.scale)
    guard scales.count == points.count, let largest = scales.max(), largest > 0 else { return nil }
    return scales.map { 0.6 + 0.9 * $0 / largest }
  }

  private func addCurve(
    _ name: String, _ dash: Figure.Dash, _ accuracies: ClosedRange<Double>,
    _ value: (Double) -> Double, to panel: inout Figure.Panel
  ) {
    let steps = 400.0
    let x = (0...Int(steps)).map {
      accuracies.lowerBound
        + (accuracies.upperBound - accuracies.lowerBound) * Double($0) / steps
    }
    panel.add(.line(name, x: x.map { $0 * 100 }, y: x.map(value), color: .neutral, dash: dash))
  }

  // MARK: Tables

  private var table: Table {
    var table = Table(
      "Checkpoints in the plane",
      columns: [
        .text("checkpoint"), .number("accuracy", format: .percent(2)),
        .number("disagreement", format: .fixed(4)),
        .number("normalised diversity", format: .fixed(3)),
        .number("lower limit", format: .fixed(3)), .number("upper limit", format: .fixed(3)),
      ])
    for point in points {
      func cell(_ value: Double?) -> Table.Cell { value.map { .number($0) } ?? .missing }
      let hasLimits = point.accuracy < 1
      table.append([
        .text(point.label), .number(point.accuracy), .number(point.disagreement),
        cell(point.diversity), cell(hasLimits ? limits.lower(point.accuracy) : nil),
        cell(hasLimits ? limits.upper(point.accuracy) : nil),
      ])
    }
    return table
  }

  private var summary: Table {
    var table = Table(
      "Sets in the plane",
      columns: [
        .text("set"), .integer("checkpoints"), .number("mean accuracy", format: .percent(2)),
        .number("mean disagreement", format: .fixed(4)),
        .number("mean normalised diversity", format: .fixed(3)),
      ])
    for set in sets {
      let diversities = set.points.compactMap(\.diversity)
      table.append([
        .text(set.name), .integer(set.points.count), .number(mean(set.points.map(\.accuracy))),
        .number(mean(set.points.map(\.disagreement))),
        diversities.isEmpty ? .missing : .number(mean(diversities)),
      ])
    }
    return table
  }

  // Sets of checkpoints against each other, where there are two.
  private var comparison: Table? {
    guard sets.count > 1 else { return nil }
    return MatchedComparison.table(
      sets.map { set in
        let known = set.points.filter { $0.diversity != nil }
        return MatchedComparison.Side(
          name: set.name,
          points: known.map {
            .init(
              accuracy: $0.accuracy, diversity: $0.diversity ?? .nan, influences: $0.influences,
              content: $0.checkpoint.map { independence.contents[$0] })
          }, checkpoints: known.compactMap(\.checkpoint))
      }, unit: unit, independence: independence)
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}
