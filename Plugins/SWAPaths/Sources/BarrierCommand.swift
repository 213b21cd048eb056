import BasinKit
import Landscape

/// Measures barriers on the straight lines between all pairs of checkpoints.
struct BarrierCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "barrier",
    abstract: "Barriers between all pairs.",
    discussion: """
      Measures barriers on the straight lines between all pairs of checkpoints.

      A barrier is the maximum height of a quantity on the line between two checkpoints above the linear \
      interpolation of its values at the ends: max over t of L(t) − [(1 − t)·L(0) + t·L(1)]. Batch-norm \
      statistics are recomputed on the training split at every point, including the ends; with --keep-bn the \
      ends keep their own, and points between them use interpolated ones. \
      --regularized adds ½·decay·‖w‖² to training losses. Garipov et al., Loss \
      Surfaces, Mode Connectivity, and Fast Ensembling of DNNs, arXiv 1802.10026; Entezari et al., \
      arXiv 2110.06296, definition 2.1.
      """)
  static let task = CommandTask.landscape
  static let examples = [
    "barrier seeds",
    "barrier seeds path[-1] --metric test-error",
  ]

  @Argument(help: "Two or more checkpoints, for instance seeds.")
  var checkpoints: [CheckpointSelection]
  @Option(help: "train-loss, train-error, test-loss or test-error.")
  var metric = LandscapeMetric.trainLoss
  @Option(help: "Number of points per line, including both ends.") var points = 21

  @Flag(
    name: .customLong("keep-bn"),
    help: "Keep the checkpoints' batch-norm statistics and interpolate them along the line.")
  var keepBN = false
  @OptionGroup var regularized: RegularizedOption

  func validate() throws {
    guard (3...10_001).contains(points) else {
      throw ValidationError("--points is \(points); it must be from 3 to 10001")
    }
  }

  func run(in context: Context) throws -> Result {
    try withOneThreadAnOperator { try measured(in: context) }
  }

  private func measured(in context: Context) throws -> Result {
    let selected = try context.checkpoints(checkpoints, atLeast: 2, for: "barrier")
    try context.requireOneArchitecture(selected)
    let evaluator = try context.evaluator(holding: selected[0])
    let regularizer = try regularized.regularizer(for: selected)
    let places = LinearPath.places(0...1, count: points)
    let pairs = selected.indices.flatMap { first in
      selected.indices.dropFirst(first + 1).map { (first, $0) }
    }
    let all = try selected.map { try LinearPath.End($0.checkpoint, in: evaluator.network) }
    let lines = pairs.map { LinearPath(from: all[$0.0], to: all[$0.1]) }
    // The checkpoints themselves, on the line to the next one or from the one before, and then what
    // lies between the ends of every line.
    let ends = try values(
      selected.indices.map { index in
        index + 1 < selected.count
          ? (line: index * (2 * selected.count - index - 1) / 2, t: 0)
          : (line: pairs.count - 1, t: 1)
      }, of: lines, evaluator, regularizer, "at the checkpoints", context)
    let inner = places.filter { $0 > 0 && $0 < 1 }
    let between = try values(
      lines.indices.flatMap { line in inner.map { (line: line, t: $0) } }, of: lines, evaluator,
      regularizer, "barriers", context)
    var heights = [[Double]](
      repeating: [Double](repeating: 0, count: selected.count), count: selected.count)
    var (spacings, tops) = (heights, heights.map { $0.map { _ in Double.nan } })
    var curves: [BarrierReport.Line] = []
    for (index, (first, second)) in pairs.enumerated() {
      let own = between[(index * inner.count)..<((index + 1) * inner.count)]
      let line = [ends[first]] + own + [ends[second]]
      let barrier = Barrier(along: places, line.map(\.value))
      let height = barrier.height
      (heights[first][second], heights[second][first]) = (height, height)
      (tops[first][second], tops[second][first]) = (barrier.place, 1 - barrier.place)
      curves.append(.init(from: first, to: second, values: line.map(\.value)))
      // Both a point and what lies straight between the ends are as uncertain as a value.
      let spacing = 2 * (line.map(\.spacing).max() ?? 0)
      (spacings[first][second], spacings[second][first]) = (spacing, spacing)
    }
    let statistics =
      keepBN && evaluator.hasBatchNorm
      ? "batch-norm statistics are each checkpoint's own at the ends and interpolated between them; "
        + "they were not recomputed" : evaluator.statement()
    let report = BarrierReport(
      metric: metric, name: metric.name(regularizer), checkpoints: selected,
      ends: ends.map(\.value),
      heights: heights, tops: tops, places: places, lines: curves, spacings: spacings,
      independence: try context.independence(of: selected),
      inputs: try context.inputs(of: [metric.split]),
      statistics: "; \(Note.barrierPlaces(inner.count))" + (statistics.map { "; " + $0 } ?? ""))
    var result = Result()
    if let statistics { result.add(Note(statistics)) }
    result.add(report.figure)
    result.add(report.lineFigure)
    if let note = Note.coarse(barriersFrom: inner.count) { result.add(note) }
    if let note = Note.missing((ends + between).map(\.value), "points on the lines") {
      result.add(note)
    }
    if let summary = report.summary { result.add(summary) }
    if selected.count <= 12 {
      result.add(report.topMatrix)
      result.add(report.matrix)
    }
    if let note = report.note { result.add(note) }
    return result
  }

  // The metric at places of lines, and what the spacing of logits may add to it.
  private func values(
    _ places: [(line: Int, t: Double)], of lines: [LinearPath], _ evaluator: Evaluator,
    _ regularizer: Regularizer?, _ label: String, _ context: Context
  ) throws -> [(value: Double, spacing: Double)] {
    var values = [(value: Double, spacing: Double)](
      repeating: (.nan, 0), count: places.count)
    try ParallelEvaluation.run(
      evaluator, threads: context.workspace.settings.threads, over: Array(places.indices),
      body: { evaluator, index in
        try context.cancellation.check()
        try lines[places[index].line].move(
          evaluator, to: places[index].t, keepBN ? .interpolated : .recomputed)
        return try LandscapeValues.value(of: metric, evaluator, regularizer: regularizer)
      },
      store: { values[$0] = $1 },
      report: {
        context.progress.report(ProgressUpdate(label, completed: $0, total: places.count))
      })
    return values
  }
}

/// Barriers between all pairs of checkpoints.
struct BarrierReport {
  var metric: LandscapeMetric
  /// What the metric is called.
  var name: String
  var checkpoints: [SelectedCheckpoint]
  /// The quantity at each checkpoint.
  var ends: [Double]
  /// The barrier of each pair, symmetric.
  var heights: [[Double]]
  /// Where each is reached, t from the row's checkpoint to the column's.
  var tops: [[Double]]
  /// t of the points of a line.
  var places: [Double]
  /// The quantity along each line.
  var lines: [Line]
  /// What the spacing of logits may add to each, symmetric.
  var spacings: [[Double]]
  /// Whether there may be an interval over checkpoints.
  var independence: Independence
  /// What was measured, as a sentence without its stop.
  var inputs: String
  /// From how many places, and with which batch-norm statistics, as clauses.
  var statistics: String

  /// The quantity along one line.
  struct Line {
    var from: Int
    var to: Int
    var values: [Double]
  }

  /// Every line, its pair in the data alone: there are many.
  var lineFigure: Figure {
    var panel = Figure.Panel(
      x: .init("t"),
      y: .init(
        metric.isLoss ? "\(name) (nats)" : "\(name) (%)", scale: metric.isLoss ? .log10 : .linear))
    for (index, line) in lines.enumerated() {
      panel.add(
        .line(
          "\(checkpoints[line.from].label) to \(checkpoints[line.to].label)", x: places,
          y: line.values.map { metric.isLoss ? $0 : 100 * $0 },
          color: lines.count > 7 ? .neutral : .series(index), dash: .solid))
    }
    return Figure(
      "The straight lines between the checkpoints", panel,
      legend: lines.count > 7 ? .none : .below,
      caption: "A line for each pair; t is 0 at the first of the two. \(inputs)\(statistics).")
  }

  /// Where on each line the barrier is.
  var topMatrix: Table {
    let exact = NumberFormat.significant(3)
    var table = Table(
      "Where the barriers are: t from the checkpoint on the left to that above" + statistics,
      columns: [.text("")] + checkpoints.map { .number($0.label, format: exact) })
    for (row, one) in checkpoints.enumerated() {
      table.append(
        [.text(one.label)]
          + checkpoints.indices.map { column in
            // Without a barrier it is at no place.
            heights[row][column] > 0 ? .number(tops[row][column]) : .missing
          })
    }
    return table
  }

  private var unit: String { metric.isLoss ? " (nats)" : "" }
  private var format: NumberFormat { metric.isLoss ? .significant(3) : .percent(1) }

  var figure: Figure {
    let sets = zip(checkpoints, checkpoints.dropFirst()).enumerated()
      .filter { $0.element.0.set != $0.element.1.set }.map { $0.offset + 1 }
    return Figure(
      "Barriers of \(name) on straight lines",
      .matrix(
        rows: heights, labels: checkpoints.map(\.label), axis: "checkpoint",
        color: .init(
          "barrier of \(name)" + unit,
          range: 0...max(1e-9, heights.joined().finiteRange?.upperBound ?? 0)),
        format: metric.isLoss ? .fixed(2) : .percent(0), blocks: sets),
      legend: .none, caption: inputs + statistics + ".")
  }

  /// The mean over all pairs of different checkpoints, with an interval over checkpoints, which pairs share;
  /// `nil` without such a pair.
  var summary: Table? {
    var seen: Set<String> = []
    let places = checkpoints.indices.filter {
      seen.insert(independence.contents[checkpoints[$0]]).inserted
    }
    guard places.count > 1 else { return nil }
    let own = places.map { row in places.map { heights[row][$0] } }
    let pairs = own.indices.flatMap { own[$0].prefix($0) }
    var mean = Estimate.meanOverPairs(
      own, unit: "checkpoints", given: "these inputs",
      bounds: 0...(metric.isLoss ? .infinity : 1))
    let spacing =
      places.indices.reduce(0) { sum, row in
        places[..<row].reduce(sum) { $0 + spacings[places[row]][$1] }
      } / Double(pairs.count)
    if mean.value > 0, mean.value <= spacing {
      mean.support = .unsupported(Rounding.reason(spacing, of: metric.quantity))
    }
    let distinct = places.map { checkpoints[$0] }
    if let objection = independence.objection(to: distinct) {
      mean.support = .unsupported(objection)
    }
    var table = Table(
      "Barriers over all pairs (\(independence.caption(of: [mean], over: distinct))\(statistics))",
      columns: [
        .integer("pairs"), .number("mean", format: format), .number("from", format: format),
        .number("to", format: format), .number("min", format: format),
        .number("max", format: format),
        .number("mean \(name) of the checkpoints", format: format),
      ])
    table.append(
      [.integer(pairs.count), .number(mean.value)] + mean.endCells + [
        .number(pairs.finiteRange?.lowerBound ?? .nan),
        .number(pairs.finiteRange?.upperBound ?? .nan),
        .number(places.reduce(0) { $0 + ends[$1] } / Double(places.count)),
      ])
    return table
  }

  /// Which checkpoints occur twice; `nil` where none does.
  var note: Note? {
    independence.contents.note(
      on: checkpoints, "each counts once, and pairs of a checkpoint with itself are left out")
  }

  var matrix: Table {
    var table = Table(
      "Barriers of \(name)" + statistics,
      columns: [.text("")] + checkpoints.map { .number($0.label, format: format) })
    for (one, row) in zip(checkpoints, heights) {
      table.append([.text(one.label)] + row.map { .number($0) })
    }
    return table
  }
}
