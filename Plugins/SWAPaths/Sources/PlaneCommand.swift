import BasinKit
import Datasets
import Landscape
import Torch

/// Loss and error over a plane of weights (arXiv 1802.10026, 1803.05407).
struct PlaneCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "plane",
    abstract: "Loss over a plane of weights.",
    discussion: """
      Draws contours of loss and error over a plane of weights.

      The plane goes through three checkpoints, with u = (B − A)/‖B − A‖ and v along the part of C − A \
      orthogonal to u; or through the mean of a run's snapshots along their first two principal components \
      (--pca); or through one checkpoint along two random directions (--random). Axes are distances in weight \
      space. Random directions depend only on the session's seed. With --filter-normalised they are not \
      orthogonalised, as in the code of Li et al., and axes are multiples of them. --curve draws a trained \
      curve and its bends in the plane; without checkpoints, the plane goes through the curve's ends and its \
      middle bend. Contours are at the logarithmic levels of the papers' figures. Batch-norm statistics are \
      recomputed on the training split at every point. With --keep-bn those of the first checkpoint (with \
      --pca, of the last snapshot) are used everywhere, as in the code of Li et al., which makes valleys look \
      narrower. --regularized adds the L2 term ½·decay·‖w‖² to the training loss, as Garipov et al. do. \
      --directions FILE uses direction0 and direction1 of a file unchanged: the point (x, y) is w + \
      x·direction0 + y·direction1.

      --project shows further checkpoints in the plane: the snapshots of one run as a path with arrows, \
      others as points. The table gives their distance from the plane, the values at their projections, and \
      their own values. --surface adds a three-dimensional view, with losses on a logarithmic scale. Values \
      above --max-loss and --max-error form a single contour band, and are cut off at that height in three \
      dimensions; if all values are above, the whole range is shown. The caption says which applies and how \
      many points are above.

      With `set threads 2`, two points are evaluated at a time. The finished points of a stopped plane are \
      kept: the same line continues from there, also in another process. Garipov et al., arXiv 1802.10026; Izmailov et al., \
      arXiv 1803.05407; Li et al., arXiv 1712.09913.
      """)
  static let task = CommandTask.landscape
  static let examples = [
    "plane seeds[0] seeds[1] seeds[2]",
    "plane path[10..] --pca --project swa",
    "plane seeds[0] --random --filter-normalised",
    "plane --curve curve --surface",
    "plane seeds[0] --random --filter-normalised --keep-bn --regularized",
    "plane seeds[0] --directions basis.safetensors --reach 1",
  ]

  @Argument(
    help: "Three checkpoints; with --pca a run's snapshots; with --random one; with --curve none.")
  var checkpoints: [CheckpointSelection] = []
  @Flag(help: "Use the snapshots' first two principal components.")
  var pca = false
  @Flag(help: "Use two random directions.") var random = false
  @Flag(
    help: "With --random, give every filter of a direction the norm of the checkpoint's filter.")
  var filterNormalised = false
  @Option(help: "File with direction0 and direction1, the plane's axes.")
  var directions: String?
  @Option(
    help:
      "Extent to each side. With --random, half the checkpoint's norm, or 1 with --filter-normalised, unless given; with --directions, 1 unless given, in multiples of them."
  )
  var reach: Double?
  @Option(help: "Number of points along each side.") var grid = 41
  @Option(help: "Margin around the checkpoints, as a fraction of their extent.") var margin = 0.2
  @Flag(
    name: .customLong("keep-bn"),
    help: "Keep a checkpoint's batch-norm statistics; do not recompute them.")
  var keepBN = false
  @OptionGroup var regularized: RegularizedOption
  @Option(help: "Metrics, separated by commas: train-loss, train-error, test-loss, test-error.")
  var metric = MetricList([.trainLoss, .testError])
  @Option(help: "Control points of a curve trained by connect, to draw in the plane.")
  var curve: CheckpointSelection?
  @Option(help: "Further checkpoints to show in the plane, for instance path,swa.")
  var project: CheckpointSelection?
  @Flag(help: "Also draw a three-dimensional surface.") var surface = false
  @Option(help: "Losses above this value form one band, unless all are above.") var maxLoss = 5.0
  @Option(help: "Errors above this value (in %) form one band, unless all are above.")
  var maxError = 40.0
  @Option(
    parsing: .unconditional,
    help:
      "Logarithm of the width of the lowest loss band; lower values show more of a valley's floor."
  )
  var logAlpha = LogarithmicLevels.loss

  func validate() throws {
    guard (2...1001).contains(grid) else {
      throw ValidationError("--grid is \(grid); it must be from 2 to 1001")
    }
    guard (0...10).contains(margin) else {
      throw ValidationError("--margin is \(margin); it must be from 0 to 10")
    }
    guard !checkpoints.isEmpty || curve != nil else {
      throw ValidationError(
        "a plane goes through three checkpoints: name them, or a curve with --curve")
    }
    guard !checkpoints.isEmpty || !pca && !random else {
      throw ValidationError(
        "--curve alone lays the plane through the curve; with \(pca ? "--pca" : "--random") name "
          + "checkpoints, too")
    }
    guard !(pca && random) else {
      throw ValidationError("--pca and --random lay the plane in different ways; choose one")
    }
    guard directions == nil || !(pca || random || checkpoints.isEmpty) else {
      throw ValidationError(
        "--directions lays the plane from one checkpoint; leave out --pca and --random, and name it"
      )
    }
    if filterNormalised, !random { throw ValidationError("--filter-normalised needs --random") }
    if let reach {
      guard random || directions != nil else {
        throw ValidationError("--reach needs --random or --directions")
      }
      guard reach > 0, reach.isFinite else {
        throw ValidationError("--reach is \(reach); it must be a positive number")
      }
    }
    guard logAlpha.isFinite, abs(logAlpha) <= 50 else {
      throw ValidationError("--log-alpha is \(logAlpha); it must be from -50 to 50")
    }
    guard maxLoss > 0, maxError > 0 else {
      throw ValidationError("--max-loss and --max-error must be positive")
    }
  }

  func run(in context: Context) throws -> Result {
    try withOneThreadAnOperator { try measured(in: context) }
  }

  private func measured(in context: Context) throws -> Result {
    let drawn = try curve.map { try DrawnCurve($0, context) }
    let named =
      pca && !checkpoints.isEmpty
      ? try context.checkpoints(checkpoints, atLeast: 3, for: "plane --pca", kind: "snapshots")
      : try context.checkpoints(
        checkpoints, atLeast: checkpoints.isEmpty || random || directions != nil ? 1 : 3)
    let anchors = named.isEmpty ? drawn?.anchors ?? [] : named
    let projected = try project.map { try context.checkpoints([$0]) } ?? []
    try context.requireOneArchitecture(anchors + projected + (drawn?.controls ?? []))
    let laid = try lay(anchors, context)
    let others = projected.filter { one in
      !(anchors + (drawn?.controls ?? [])).contains { $0.label == one.label }
    }
    let groups =
      PlaneGroup.groups(anchors: anchors, isPath: pca, projected: others)
      + (drawn.map { [$0.group] } ?? [])
    let places = try groups.map { group in
      try group.members.map { try laid.plane.projection(of: context.parameters($0)) }
    }
    let regularizer = try regularized.regularizer(for: anchors)
    let own = try groups.map { group in
      try group.members.map { one in
        var values = LandscapeValues(
          train: try context.outputs(one, .train).metrics(),
          test: try context.outputs(one, .test).metrics())
        if let regularizer {
          values.train?.loss += try regularizer.term(of: context.parameters(one))
        }
        return values
      }
    }
    // Snapshots have no centre of their own; the last is the one that training led to.
    let holder = pca ? anchors[anchors.count - 1] : anchors[0]
    let evaluator = try context.evaluator(holding: holder)
    // A plane through three checkpoints reaches as far as the authors': by the margin beyond them.
    let ranges = PlaneGrid.ranges(
      about: places.joined() + laid.corners, margin: random || directions != nil ? 0 : margin,
      flattest: pca || random ? 0.7 : 0.05)
    let points = PlaneGrid(x: ranges.x, y: ranges.y, columns: grid, rows: grid)
    let surface = PlaneSurface(
      laid.plane, points, splits: Set(metric.metrics.map(\.split)), regularizer: regularizer,
      keepsStatistics: keepBN)
    let values = try values(of: surface, evaluator, context)
    var here = try surface.values(
      at: places.joined().map { ($0.x, $0.y) }, with: evaluator,
      threads: context.workspace.settings.threads
    ).makeIterator()
    let shown = zip(groups, zip(places, own)).map { group, pair in
      ShownGroup(
        group: group,
        members: zip(group.members, zip(pair.0, pair.1)).map { one, pair in
          ShownCheckpoint(
            label: one.label, place: pair.0, own: pair.1, here: here.next() ?? .init())
        })
    }
    let kind: BatchNormStatistics = keepBN ? .kept(of: holder.label) : .recomputed
    let statistics = evaluator.statement(of: kind)
    let report = PlaneReport(
      title: laid.title, axes: laid.plane.subspace.names, grid: points, values: values,
      groups: shown, metrics: metric.metrics, maxLoss: maxLoss, maxError: maxError / 100,
      logAlpha: logAlpha, regularizer: regularizer,
      about: try context.inputs(of: surface.splits) + evaluator.clause(of: kind) + ".",
      overGrid: evaluator.clause(of: kind),
      ofCheckpoints: evaluator.clause(of: kind, "at projections")
        + evaluator.clause(of: .stored, "for values of its own"),
      isInDistances: directions == nil && !filterNormalised)
    var result = Result()
    if let note = laid.note { result.add(Note(note)) }
    if let statistics { result.add(Note(statistics)) }
    if keepBN, !evaluator.hasBatchNorm {
      result.add(Note("--keep-bn changes nothing: the network has no batch-norm statistics"))
    }
    result.add(report.figure)
    let missing = metric.metrics.map { metric in values.map { $0[metric] ?? .nan } }
      .max { $0.count(where: \.isNaN) < $1.count(where: \.isNaN) }
    if let note = Note.missing(missing ?? [], "points of the plane") { result.add(note) }
    if self.surface { result.add(report.surface) }
    result.add(report.table)
    result.add(report.extremes)
    return result
  }

  private func values(
    of surface: PlaneSurface, _ evaluator: Evaluator, _ context: Context
  ) throws -> [LandscapeValues] {
    let count = surface.grid.count
    let key = ["surface", try surface.identity(with: evaluator)]
    let stored = context.computed(key) { StoredSurface(count: count) }
    guard !stored.missing.isEmpty else { return stored.values.compactMap(\.self) }
    let kept = context.unfinished(key, width: LandscapeValues.rowWidth, count: count)
    for (index, row) in kept?.rows ?? [:] where stored.values[index] == nil {
      stored.values[index] = LandscapeValues(row: row)
    }
    let missing = stored.missing
    try surface.evaluate(
      missing, with: evaluator, threads: context.workspace.settings.threads,
      store: {
        stored.values[$0] = $1
        kept?.add($0, $1.row)
      },
      report: { done in
        context.progress.report(
          ProgressUpdate(
            "evaluating the plane", completed: count - missing.count + done, total: count))
      })
    kept?.finish()
    return stored.values.compactMap(\.self)
  }
}
