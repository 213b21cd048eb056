import BasinKit
import Landscape

/// Values along a line between two checkpoints.
struct PathReport {
  /// The values with one kind of batch-norm statistics; `nil` for a network without batch norm.
  struct Series {
    var statistics: LinearPath.Statistics?
    var values: [PerInput]
  }

  var start: String
  var end: String
  /// The distance between the ends.
  var length: Double
  var places: [Double]
  var series: [Series]
  /// The L2 term of training losses.
  var regularizer: Regularizer?
  /// What was measured with which batch-norm statistics, as a sentence.
  var about: String

  private static let metrics: [LandscapeMetric] = [
    .trainLoss, .testLoss, .trainError, .testError,
  ]

  private func name(_ metric: LandscapeMetric, _ series: Series) -> String {
    metric.name(regularizer) + (series.statistics.map { ", \($0.rawValue)" } ?? "")
  }

  /// Loss on the left, error on the right.
  var figure: Figure {
    let isExtended = (places.first ?? 0) < 0 || (places.last ?? 1) > 1
    func panel(isLoss: Bool) -> Figure.Panel {
      var panel = Figure.Panel(
        "", x: .init("t, from \(start) to \(end)"),
        y: .init(isLoss ? "loss (nats)" : "error (%)", scale: isLoss ? .log10 : .linear))
      for (place, metric) in Self.metrics.enumerated() where metric.isLoss == isLoss {
        for one in series {
          panel.add(
            .line(
              metric.split.rawValue + (one.statistics.map { ", \($0.rawValue)" } ?? ""),
              x: places, y: one.values.map { $0.mean(metric) * (isLoss ? 1 : 100) },
              color: .series(place % 2), dash: one.statistics == .interpolated ? .dashed : .solid))
        }
      }
      if isExtended {
        panel.add(.vertical(at: 0, label: start))
        panel.add(.vertical(at: 1, label: end))
      }
      return panel
    }
    return Figure(
      "The straight line from \(start) to \(end)",
      panels: [panel(isLoss: true), panel(isLoss: false)], columns: 2, size: .wide, caption: about)
  }

  /// The barrier of every quantity, with its interval over inputs.
  func barriers() throws -> Table {
    let hasStatistics = series.contains { $0.statistics != nil }
    let estimates = try Self.metrics.map { metric in
      try series.map {
        try Barrier.estimate(
          along: places, perInput: $0.values.map { $0[metric] }, unit: metric.split.inputsUnit,
          spacing: $0.values.map { $0.spacing(metric) }.max() ?? 0, of: metric.quantity)
      }
    }
    var table = Table(
      "Barriers between \(start) and \(end) (\(Estimate.caption(of: estimates.flatMap(\.self))))",
      columns: [.text("quantity")] + (hasStatistics ? [.text("batch norm")] : []) + [
        .number("at \(start)"), .number("at \(end)"), .number("barrier"), .number("from"),
        .number("to"), .number("at t", format: .significant(3)),
      ])
    for (metric, estimates) in zip(Self.metrics, estimates) {
      for (one, estimate) in zip(series, estimates) {
        let values = one.values.map { $0.mean(metric) }
        let barrier = Barrier(along: places, values)
        let ends = [0.0, 1.0].map { t in
          places.firstIndex(of: t).map { Table.Cell.number(values[$0]) } ?? .missing
        }
        table.append(
          [.text(metric.name(regularizer))]
            + (one.statistics.map { [.text($0.rawValue)] } ?? []) + ends
            + [
              .number(barrier.height)
            ] + estimate.endCells + [.number(barrier.place)])
      }
    }
    return table
  }

  /// The numbers of the figure.
  var table: Table {
    let columns = Self.metrics.flatMap { metric in
      series.map { (metric: metric, series: $0) }
    }
    var table = Table(
      "Along the line",
      columns: [.number("t", format: .significant(4))]
        + columns.map {
          .number(
            name($0.metric, $0.series),
            format: $0.metric.isLoss ? .significant(4) : .percent(2))
        })
    for (index, t) in places.enumerated() {
      table.append(
        [.number(t)] + columns.map { .number($0.series.values[index].mean($0.metric)) })
    }
    return table
  }
}
