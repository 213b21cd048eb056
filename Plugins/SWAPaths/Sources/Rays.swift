import BasinKit
import Landscape
import Torch

/// Loss and error along random directions from checkpoints (arXiv 1803.05407, fig. 4 left).
struct Rays: AnalysisCommand {
  static let configuration = CommandConfiguration(
    abstract: "Loss along random directions.",
    discussion: """
      Evaluates loss and error along random directions from checkpoints.

      w(r) = w + r·d for --n directions d drawn uniformly from the unit sphere; r is a distance in weight \
      space. With --filter-normalised, every filter of d has the norm of the corresponding filter of w, \
      biases and the scales of normalisation layers do not move, and r is in multiples of these norms. All \
      checkpoints use the same directions, so they are compared direction by direction. --directions FILE \
      uses the directions of a file, direction0, direction1, …, unchanged, and shows each one; r is in \
      multiples of them. Batch-norm statistics are recomputed on the training split at every point; with \
      --keep-bn the checkpoint's own are used. --regularized adds ½·decay·‖w‖² to training losses. Izmailov et al., Averaging Weights Leads to \
      Wider Optima, arXiv 1803.05407, §4.2; Li et al., arXiv 1712.09913, §4.
      """)
  static let task = CommandTask.landscape
  static let examples = [
    "rays swa path[-1] --n 10",
    "rays seeds[0] --filter-normalised --to 1",
  ]

  @Argument(help: "Starts of the rays, for instance swa,path[-1].")
  var checkpoints: [CheckpointSelection]
  @Option(
    name: .customLong("n"), help: "Number of directions; 10, or all in the file, unless given.")
  var number: Int?
  @Option(
    help:
      "Maximum r; half the first checkpoint's norm unless given, or 1 with --filter-normalised or --directions."
  )
  var to: Double?
  @Option(help: "Number of points per ray, including its start.") var points = 16
  @Flag(help: "Give every filter of a direction the norm of the corresponding filter.")
  var filterNormalised = false
  @Option(help: "File with the directions.") var directions: String?
  @Flag(
    name: .customLong("keep-bn"),
    help: "Keep each checkpoint's batch-norm statistics; do not recompute them.")
  var keepBN = false
  @OptionGroup var regularized: RegularizedOption

  func validate() throws {
    if let number, !(1...10_000).contains(number) {
      throw ValidationError("--n is \(number); it must be from 1 to 10000")
    }
    guard directions == nil || number == nil && !filterNormalised else {
      throw ValidationError(
        "--directions gives the directions as they are; leave out --n and --filter-normalised")
    }
    guard (2...10_001).contains(points) else {
      throw ValidationError("--points is \(points); it must be from 2 to 10001")
    }
    if let to, !(to > 0 && to.isFinite) {
      throw ValidationError("--to is \(to); it must be a positive number")
    }
  }

  func run(in context: Context) throws -> Result {
    try withOneThreadAnOperator { try measured(in: context) }
  }

  // Where weights are zero, half their norm and their filters' norms are no distance to go.
  private func refuseZeros(_ selected: [SelectedCheckpoint], in context: Context) throws {
    guard directions == nil else { return }
    for (place, one) in selected.enumerated() where filterNormalised || place == 0 && to == nil {
      guard try context.parameters(one, alone: true).countNonzero() == 0 else { continue }
      throw CommandError(
        "the weights of \(one.label) are all zero, "
          + (filterNormalised
            ? "and so are directions with the norms of their filters; leave out --filter-normalised "
              + "and give --to 1" : "and half their norm is no distance; give for instance --to 1"))
    }
  }

  private func measured(in context: Context) throws -> Result {
    let selected = try context.checkpoints(checkpoints)
    try context.requireOneArchitecture(selected)
    let evaluator = try context.evaluator(holding: selected[0])
    let network = evaluator.network
    let seed = context.seed(for: "random directions", "rays")
    let given = try directions.map { try context.directions(in: $0, for: selected[0]) }
    let count = given?.count ?? number ?? 10
    let regularizer = try regularized.regularizer(for: selected)
    try network.load(selected[0].checkpoint)
    try refuseZeros(selected, in: context)
    let reach =
      try to
      ?? (filterNormalised || given != nil ? 1 : network.parameters.to(.float64).norm().item() / 2)
    let distances = (0..<points).map { reach * Double($0) / Double(points - 1) }
    let buffers = try selected.map { one in
      try network.load(one.checkpoint)
      return try network.buffers.clone()
    }
    let starts = try selected.map { try context.parameters($0).to(.float64) }
    let directions = try starts.map { start in
      if let given { return given }
      return try (0..<count).map { ray in
        let generator = seed.derived("direction", String(ray)).generator()
        let direction =
          try filterNormalised
          ? RandomDirections.filterNormalised(
            around: start.to(device: "cpu"), network.parameterLayout, generator)
          : RandomDirections.unit(count: network.parameterLayout.count, generator)
        return try direction.to(device: network.device)
      }
    }
    // The point at distance 0 is the same on every ray of a checkpoint, and is measured once.
    let places = selected.indices.flatMap { from in
      [(from: from, ray: 0, at: 0)]
        + (0..<count).flatMap { ray in (1..<points).map { (from: from, ray: ray, at: $0) } }
    }
    var measured = [LandscapeValues](repeating: .init(), count: places.count)
    try network.load(selected[0].checkpoint)
    try ParallelEvaluation.run(
      evaluator, threads: context.workspace.settings.threads, over: Array(places.indices),
      body: { evaluator, index in
        try context.cancellation.check()
        let place = places[index]
        try withoutGradients {
          try evaluator.network.parameters.assign(
            starts[place.from] + directions[place.from][place.ray] * distances[place.at])
          if keepBN { try evaluator.network.buffers.assign(buffers[place.from]) }
        }
        if !keepBN { try evaluator.recalculateBatchNorm() }
        return try LandscapeValues(evaluator, on: [.train, .test], regularizer: regularizer)
      },
      store: { measured[$0] = $1 },
      report: {
        context.progress.report(
          ProgressUpdate("along rays", completed: $0, total: places.count))
      })
    let each = 1 + count * (points - 1)
    let rays = selected.indices.map { from in
      (0..<count).map { ray in
        let first = from * each + 1 + ray * (points - 1)
        return [measured[from * each]] + measured[first..<(first + points - 1)]
      }
    }
    let kind: BatchNormStatistics = keepBN ? .keptOfEach : .recomputed
    let statistics = evaluator.statement(of: kind)
    let report = RayReport(
      checkpoints: given == nil
        ? selected.map(\.label)
        : selected.flatMap { from in (0..<count).map { "\(from.label), direction\($0)" } },
      distances: distances, rays: given == nil ? rays : rays.flatMap { $0.map { [$0] } },
      unit: given != nil
        ? "multiples of the direction"
        : filterNormalised ? "distance in filter norms" : "distance in weight space",
      directions: count, isRandom: given == nil, regularizer: regularizer,
      about: try context.inputs(of: [.train, .test]) + evaluator.clause(of: kind) + ".",
      statistics: evaluator.clause(of: kind))
    var result = Result()
    if let statistics { result.add(Note(statistics)) }
    result.add(report.figure)
    let losses = measured.map { ($0[.trainLoss] ?? .nan) + ($0[.testLoss] ?? .nan) }
    if let note = Note.missing(losses, "points of the rays") { result.add(note) }
    if let comparison = report.comparison { result.add(comparison) }
    result.add(report.table)
    return result
  }
}
