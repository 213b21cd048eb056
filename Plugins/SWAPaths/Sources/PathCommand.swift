import BasinKit
import Landscape
import Torch

/// Evaluates loss and error along the straight line between two checkpoints.
struct PathCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "path",
    abstract: "Loss on the line between two checkpoints.",
    discussion: """
      Evaluates loss and error along the straight line between two checkpoints.

      w(t) = (1 − t)·A + t·B, with A at t = 0 and B at t = 1; --to extends the range. The barrier is the \
      maximum height of a quantity between A and B above the linear interpolation of its values at the ends: \
      max over t of L(t) − [(1 − t)·L(0) + t·L(1)]. Its 95 % interval is over inputs.

      If the network has batch norm, the line is measured twice: with statistics recomputed on the training \
      split at every point, and with statistics interpolated like the weights (Li et al. with --dir_type \
      states). --keep-bn uses A's statistics at every point instead of recomputed ones (Li et al. with \
      --dir_type weights). --regularized adds ½·decay·‖w‖² to training losses. Izmailov et al., \
      arXiv 1803.05407 (fig. 4); Garipov et al., arXiv 1802.10026.
      """)
  static let task = CommandTask.landscape
  static let examples = [
    "path seeds[0] seeds[1]",
    "path swa path[-1] --to -0.5..1.5",
  ]

  @Argument(help: "Start of the line, for instance seeds[0].") var start: CheckpointSelection
  @Argument(help: "End of the line.") var end: CheckpointSelection
  @Option(parsing: .unconditional, help: "Range of t; A is at 0 and B at 1.")
  var to = RealRange(0...1)
  @Option(
    help: "Number of evenly spaced points; t = 0 and t = 1 are added if they are not among them.")
  var points = 41

  @Flag(
    name: .customLong("keep-bn"),
    help: "Keep A's batch-norm statistics along the whole line; do not recompute them.")
  var keepBN = false
  @OptionGroup var regularized: RegularizedOption

  func validate() throws {
    guard (3...10_001).contains(points) else {
      throw ValidationError("--points is \(points); it must be from 3 to 10001")
    }
    guard to.bounds.contains(0), to.bounds.contains(1) else {
      throw ValidationError(
        "--to is \(to.defaultValueDescription); it must contain both ends, 0 and 1")
    }
  }

  func run(in context: Context) throws -> Result {
    try withOneThreadAnOperator { try measured(in: context) }
  }

  private func measured(in context: Context) throws -> Result {
    let ends = [
      try context.checkpoint(start, for: "A"), try context.checkpoint(end, for: "B"),
    ]
    try context.requireOneArchitecture(ends)
    let evaluator = try context.evaluator(holding: ends[0])
    let line = try LinearPath(
      from: .init(ends[0].checkpoint, in: evaluator.network),
      to: .init(ends[1].checkpoint, in: evaluator.network))
    let places = LinearPath.places(to.bounds, count: points)
    let regularizer = try regularized.regularizer(for: ends)
    let kinds: [LinearPath.Statistics] =
      evaluator.hasBatchNorm ? [keepBN ? .kept : .recomputed, .interpolated] : [.interpolated]
    let tasks = kinds.flatMap { kind in places.map { (kind: kind, t: $0) } }
    var values = [PerInput?](repeating: nil, count: tasks.count)
    try ParallelEvaluation.run(
      evaluator, threads: context.workspace.settings.threads, over: Array(tasks.indices),
      body: { evaluator, index in
        try context.cancellation.check()
        try line.move(evaluator, to: tasks[index].t, tasks[index].kind)
        return try PerInput(evaluator, regularizer: regularizer)
      },
      store: { values[$0] = $1 },
      report: {
        context.progress.report(
          ProgressUpdate("along the line", completed: $0, total: tasks.count))
      })
    let measured = kinds.enumerated().map { turn, kind in
      PathReport.Series(
        statistics: evaluator.hasBatchNorm ? kind : nil,
        values: values[(turn * places.count)..<((turn + 1) * places.count)].compactMap(\.self))
    }
    let statistics = evaluator.statement(
      of: keepBN ? .kept(of: ends[0].label) : .recomputed
    ).map { $0 + "; interpolated ones are shown beside them" }
    let report = PathReport(
      start: ends[0].label, end: ends[1].label, length: try line.length(), places: places,
      series: measured, regularizer: regularizer,
      about: try context.inputs(of: [.train, .test]) + (statistics.map { "; " + $0 } ?? "") + ".")
    var result = Result()
    result.add(Scalar("Distance between \(ends[0].label) and \(ends[1].label)", report.length))
    if let statistics { result.add(Note(statistics)) }
    result.add(report.figure)
    for one in measured {
      let what = one.statistics.map { "points with \($0.rawValue) statistics" } ?? "points"
      let losses = one.values.map { $0.mean(.trainLoss) + $0.mean(.testLoss) }
      if let note = Note.missing(losses, what) { result.add(note) }
    }
    result.add(try report.barriers())
    result.add(report.table)
    return result
  }
}
