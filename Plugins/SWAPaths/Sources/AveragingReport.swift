import BasinKit
import Landscape

/// A snapshot of a run, and the average of the snapshots up to it.
struct RunState {
  var epoch: Double
  var own: PerInput
  var average: PerInput?
}

/// What an average of weights is beside the run that it averages.
struct AveragingReport {
  var run: String
  var average: String
  /// What tells the snapshots apart: epoch, step or snapshot.
  var time: String
  var states: [RunState]

  private var averaged: [RunState] { states.filter { $0.average != nil } }

  /// Training loss and test error along the run.
  var figure: Figure {
    func panel(_ label: String, scale: Figure.Scale, _ value: (PerInput) -> Double)
      -> Figure.Panel
    {
      var panel = Figure.Panel("", x: .init(time), y: .init(label, scale: scale))
      panel.add(
        .line(
          run, x: states.map(\.epoch), y: states.map { value($0.own) }, color: .series(0),
          marker: .circle))
      panel.add(
        .line(
          average, x: averaged.map(\.epoch), y: averaged.compactMap { $0.average.map(value) },
          color: .highlight, marker: .star))
      return panel
    }
    let leastError =
      (states.map(\.own.test.error) + averaged.compactMap { $0.average?.test.error }).finiteRange?
      .lowerBound ?? 0
    return Figure(
      "The run and its running average",
      panels: [
        panel("training loss", scale: .log10) { $0.train.loss },
        panel("test error (%)", scale: leastError > 0 ? .log10 : .linear) { $0.test.error * 100 },
      ], columns: 2, size: .wide)
  }

  /// The numbers of the figure.
  var table: Table {
    var table = Table(
      "Along the run, and the average of the snapshots so far",
      columns: [
        .number(time, format: .significant(6)), .number("train loss of \(run)"),
        .number("test loss of \(run)"), .number("test error of \(run)", format: .percent(2)),
        .number("train loss of \(average)"), .number("test loss of \(average)"),
        .number("test error of \(average)", format: .percent(2)),
      ])
    for state in states {
      table.append(
        [.number(state.epoch)] + cells(state.own)
          + (state.average.map(cells) ?? [.missing, .missing, .missing]))
    }
    return table
  }

  private func cells(_ one: PerInput) -> [Table.Cell] {
    [.number(one.train.loss), .number(one.test.loss), .number(one.test.error)]
  }

  /// A quantity of the last average minus that of the run.
  private struct Compared {
    var quantity: String
    var against: String
    var difference: Difference
  }

  // The last average against the last snapshot and against the snapshots that it averages, input by input.
  // Snapshots of one run are not independent, so the run is held fixed.
  private var differences: [Compared] {
    let averaged = averaged
    guard let last = averaged.last, let end = last.average else { return [] }
    return Self.metrics.flatMap { metric -> [Compared] in
      let unit = metric.split.inputsUnit
      let own = end[metric]
      func compared(_ against: String, _ difference: Difference) -> Compared {
        Compared(quantity: metric.name, against: against, difference: difference)
      }
      var means = own.map { _ in 0.0 }
      for state in averaged {
        for (place, value) in state.own[metric].enumerated() {
          means[place] += value / Double(averaged.count)
        }
      }
      // NaN is no error and no success: only the difference of numbers says that it is missing.
      let hasMissing = (own + last.own[metric]).contains(where: \.isNaN)
      let lastDifference: Difference =
        metric.isLoss || hasMissing
        ? .paired(
          own, last.own[metric], unit: unit, given: Self.given,
          spacing: end.spacing(metric) + last.own.spacing(metric), bounds: metric.differenceBounds)
        : .pairedProportions(
          own.map { $0 == 1 }, last.own[metric].map { $0 == 1 }, unit: unit, given: Self.given,
          ties: end.spacing(metric) + last.own.spacing(metric))
      let spacing =
        averaged.reduce(0) { $0 + $1.own.spacing(metric) } / Double(averaged.count)
      var meanDifference = Difference.paired(
        own, means, unit: unit, given: Self.given, spacing: end.spacing(metric) + spacing,
        bounds: metric.differenceBounds)
      meanDifference.quantity = metric.quantity
      if !metric.isLoss, !hasMissing, own == means, trend.objection == nil {
        meanDifference.sameness = Difference.alike(own.count, unit)
      }
      // Snapshots that still descend are not draws around a solution: their mean depends on where it begins.
      if let objection = trend.objection {
        meanDifference.estimate.support = .unsupported(objection)
      }
      return [
        compared(lastSnapshot, lastDifference),
        compared(Self.averagedSnapshots, meanDifference),
      ]
    }
  }

  private static let metrics: [LandscapeMetric] = [.trainLoss, .testLoss, .testError]
  private static let given = "this run"
  // Snapshots that have diverged are not averaged, and nothing is compared with them.
  private var lastSnapshot: String {
    states.last?.average == nil ? "the last averaged snapshot" : "the last snapshot"
  }
  private static let averagedSnapshots = "the averaged snapshots"

  /// What the average gains on the run.
  var comparison: Table {
    let exact = NumberFormat.significant(3)
    let differences = differences
    var table = Table(
      "\(average) minus the run (\(Estimate.caption(of: differences.map(\.difference.estimate)))): "
        + "another seed may give another result",
      columns: [
        .text("quantity"), .text("against"), .number("difference", format: exact),
        .number("from", format: exact), .number("to", format: exact), .text("verdict"),
      ])
    for one in differences {
      table.append(
        [.text(one.quantity), .text(one.against), .number(one.difference.value)]
          + one.difference.estimate.endCells + [.text(one.difference.verdict.text)])
    }
    return table
  }

  /// The comparison in words: whether the average lies lower than the snapshots around it, and than the
  /// last one.
  var statements: [String] {
    let all = differences
    return [Self.averagedSnapshots, lastSnapshot].compactMap { against -> String? in
      let own = all.filter { $0.against == against }
      guard !own.isEmpty else { return nil }
      // One reason for all quantities is said once.
      if case .unsupported(let reason) = own[0].difference.verdict,
        own.allSatisfy({ $0.difference.verdict == own[0].difference.verdict })
      {
        return "\(average) is not compared with \(against): \(reason)"
      }
      let parts = own.map { one -> String in
        let format: NumberFormat =
          one.quantity.hasSuffix("error") ? .percent(2) : .significant(3)
        let verdict = one.difference.verdict
        guard verdict.isDifference, let range = one.difference.estimate.interval?.range else {
          return "\(one.quantity) \(verdict.text)"
        }
        let ends = [abs(range.lowerBound), abs(range.upperBound)].sorted().map(format.nonzeroText)
        return
          "\(one.quantity) \(verdict.text) by \(format.nonzeroText(abs(one.difference.value))) "
          + "[\(ends[0]), \(ends[1])]"
      }
      return "\(average) against \(against): \(parts.joined(separator: "; "))"
    }
  }

  private var trend: Trend { Trend(averaged.map(\.own.train.loss)) }

  /// A warning where the averaged snapshots still descend.
  var warning: Note? { .trending(trend, "their mean depends on where --from is") }

  /// How far the averaged snapshots lie from the average. Snapshots of one run are not independent, so
  /// their means have no intervals.
  func ring(_ ring: IterateRing) -> Table {
    let exact = NumberFormat.significant(3)
    var table = Table(
      "The averaged snapshots about \(average) (no intervals: snapshots of one run are not independent)",
      columns: [
        .text("quantity"), .number("min"), .number("mean", format: exact), .number("max"),
      ])
    for (name, values) in [
      ("distance from the average", ring.radii),
      ("cosine between neighbours", ring.neighbours),
    ] {
      guard let range = values.finiteRange else { continue }
      table.append([
        .text(name), .number(range.lowerBound), .number(values.reduce(0, +) / Double(values.count)),
        .number(range.upperBound),
      ])
    }
    return table
  }
}
