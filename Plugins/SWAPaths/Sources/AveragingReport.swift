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

  /// A quantity of the last average less that of the run.
  private struct Difference {
    var quantity: String
    var against: String
    /// What the bootstrap draws anew.
    var units: String
    var mean: Double
    var interval: ClosedRange<Double>?
  }

  /// The last average against the last snapshot, input by input, and against the snapshots that it
  /// averages.
  private var differences: [Difference] {
    guard let last = states.last, let end = last.average else { return [] }
    func difference(
      _ quantity: String, _ against: String, _ units: String, _ values: [Double]
    ) -> Difference {
      var bootstrap = Bootstrap(seed: seed.derived(quantity, against))
      return Difference(
        quantity: quantity, against: against, units: units,
        mean: values.reduce(0, +) / Double(values.count),
        interval: bootstrap.interval(ofMean: values))
    }
    let quantities: [(String, (PerInput) -> [Double], (PerInput) -> Double)] = [
      ("train loss", { $0.train.losses }, { $0.train.loss }),
      ("test loss", { $0.test.losses }, { $0.test.loss }),
      ("test error", { $0.test.errors }, { $0.test.error }),
    ]
    return quantities.flatMap { quantity, values, mean in
      [
        difference(
          quantity, Self.lastSnapshot, "inputs", zip(values(end), values(last.own)).map { $0 - $1 }
        ),
        difference(
          quantity, Self.averagedSnapshots, "snapshots",
          averaged.map { mean(end) - mean($0.own) }),
      ]
    }
  }

  private static let lastSnapshot = "the last snapshot"
  private static let averagedSnapshots = "the averaged snapshots"

  /// What the average gains on the run.
  var comparison: Table {
    let exact = NumberFormat.significant(3)
    var table = Table(
      "\(average) less the run (95 % bootstrap intervals)",
      columns: [
        .text("quantity"), .text("against"), .text("drawn anew"),
        .number("difference", format: exact), .number("from", format: exact),
        .number("to", format: exact),
      ])
    for one in differences {
      table.append([
        .text(one.quantity), .text(one.against), .text(one.units), .number(one.mean),
        one.interval.map { .number($0.lowerBound) } ?? .missing,
        one.interval.map { .number($0.upperBound) } ?? .missing,
      ])
    }
    return table
  }

  /// The comparison in words: whether the average lies lower than the snapshots around it, and than the
  /// last one.
  var statements: [String] {
    [Self.averagedSnapshots, Self.lastSnapshot].compactMap { against in
      let own = differences.filter { $0.against == against }
      guard !own.isEmpty else { return nil }
      let parts = own.map { one -> String in
        let isError = one.quantity.hasSuffix("error")
        let format = isError ? NumberFormat.percent(2) : .significant(3)
        guard let interval = one.interval else { return "\(one.quantity) not compared" }
        guard interval.lowerBound > 0 || interval.upperBound < 0 else {
          return "\(one.quantity) not clearly different"
        }
        let isLower = one.mean < 0
        let (low, high) = (
          min(abs(interval.lowerBound), abs(interval.upperBound)),
          max(abs(interval.lowerBound), abs(interval.upperBound))
        )
        return "\(one.quantity) \(isLower ? "lower" : "higher") by \(format.text(abs(one.mean))) "
          + "[\(format.text(low)), \(format.text(high))]"
      }
      return "\(average) against \(against): \(parts.joined(separator: "; "))"
    }
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
      guard let range = values.finiteRange else { continue }
      var bootstrap = Bootstrap(seed: seed.derived("ring", name))
      let interval = bootstrap.interval(ofMean: values)
      table.append([
        .text(name), .number(range.lowerBound), .number(values.reduce(0, +) / Double(values.count)),
        interval.map { .number($0.lowerBound) } ?? .missing,
        interval.map { .number($0.upperBound) } ?? .missing, .number(range.upperBound),
      ])
    }
    return table
  }
}
