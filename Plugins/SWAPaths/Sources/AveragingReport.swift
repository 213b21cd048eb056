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
  /// Whether all snapshots know their epochs.
  var isEpoch: Bool
  var states: [RunState]
  /// Decides the draws of the bootstrap.
  var seed: Seed

  private var averaged: [RunState] { states.filter { $0.average != nil } }
  private var time: String { isEpoch ? "epoch" : "snapshot" }

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
      (states.map(\.own.test.error) + averaged.compactMap { $0.average?.test.error }).min() ?? 0
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
        .number("test loss"), .number("test error", format: .percent(2)),
        .number("train loss of \(average)"), .number("test loss"),
        .number("test error", format: .percent(2)),
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

  /// The last average against the last snapshot, input by input, and against the snapshots that it
  /// averages.
  var comparison: Table {
    let exact = NumberFormat.significant(3)
    var table = Table(
      "\(average) less the run (95 % bootstrap intervals)",
      columns: [
        .text("quantity"), .text("against"), .text("drawn anew"),
        .number("difference", format: exact), .number("from", format: exact),
        .number("to", format: exact),
      ])
    guard let last = states.last, let end = last.average else { return table }
    func append(_ quantity: String, _ against: String, _ units: String, _ differences: [Double]) {
      var bootstrap = Bootstrap(seed: seed.derived(quantity, against))
      let interval = bootstrap.interval(ofMean: differences)
      table.append([
        .text(quantity), .text(against), .text(units),
        .number(differences.reduce(0, +) / Double(differences.count)),
        interval.map { .number($0.lowerBound) } ?? .missing,
        interval.map { .number($0.upperBound) } ?? .missing,
      ])
    }
    let quantities: [(String, (PerInput) -> [Double], (PerInput) -> Double)] = [
      ("train loss", { $0.train.losses }, { $0.train.loss }),
      ("test loss", { $0.test.losses }, { $0.test.loss }),
      ("test error", { $0.test.errors }, { $0.test.error }),
    ]
    for (quantity, values, mean) in quantities {
      append(
        quantity, "the last snapshot", "inputs", zip(values(end), values(last.own)).map { $0 - $1 })
      append(
        quantity, "the averaged snapshots", "snapshots",
        averaged.map { mean(end) - mean($0.own) })
    }
    return table
  }

  /// How far the averaged snapshots lie from the average.
  func ring(_ ring: IterateRing) -> Table {
    let exact = NumberFormat.significant(3)
    var table = Table(
      "The averaged snapshots about \(average) (95 % bootstrap intervals over snapshots)",
      columns: [
        .text("quantity"), .number("least"), .number("mean", format: exact),
        .number("from", format: exact), .number("to", format: exact), .number("greatest"),
      ])
    for (name, values) in [
      ("distance from the average", ring.radii),
      ("cosine between neighbours", ring.neighbours),
    ] {
      guard let least = values.min(), let greatest = values.max() else { continue }
      var bootstrap = Bootstrap(seed: seed.derived("ring", name))
      let interval = bootstrap.interval(ofMean: values)
      table.append([
        .text(name), .number(least), .number(values.reduce(0, +) / Double(values.count)),
        interval.map { .number($0.lowerBound) } ?? .missing,
        interval.map { .number($0.upperBound) } ?? .missing, .number(greatest),
      ])
    }
    return table
  }
}
