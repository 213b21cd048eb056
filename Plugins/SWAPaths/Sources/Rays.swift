import BasinKit
import Landscape
import Torch

/// Loss and error along random directions from checkpoints (arXiv 1803.05407, fig. 4 left).
struct Rays: AnalysisCommand {
  static let configuration = CommandConfiguration(
    abstract: "Loss and error along random directions from checkpoints.",
    discussion: """
      w(r) = w + r·d for --n directions d, uniform on the unit sphere; r is a distance in weight \
      space. With --filter-normalised every filter of d has the norm of the filter of w that it \
      moves, biases and scales of norms stay, and r is in multiples of these norms. All checkpoints \
      are left along the same draws, so that they are compared direction by direction. Batch norm is \
      recomputed on the training split at every point. Izmailov et al., Averaging Weights Leads to \
      Wider Optima, arXiv 1803.05407, §4.2; Li et al., arXiv 1712.09913, §4.

        rays swa path[-1] --n 10
        rays seeds[0] --filter-normalised --to 1
      """)

  @Argument(help: "Where the rays start, for instance swa,path[-1].")
  var checkpoints: [CheckpointSelection]
  @Option(name: .customLong("n"), help: "Directions.") var count = 10
  @Option(
    help: "How far; half the norm of the first checkpoint, or 1 if filter-normalised, unless given."
  )
  var to: Double?
  @Option(help: "Points on a ray, its start among them.") var points = 16
  @Flag(help: "Give every filter of a direction the norm of the filter that it moves.")
  var filterNormalised = false

  func validate() throws {
    guard (1...10_000).contains(count) else {
      throw ValidationError("--n is \(count); it must be from 1 to 10000")
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

  private func measured(in context: Context) throws -> Result {
    let selected = try context.checkpoints(checkpoints)
    try context.requireOneArchitecture(selected)
    let evaluator = try context.evaluator(holding: selected[0])
    let network = evaluator.network
    let seed = context.seed()
    let reach = try to ?? (filterNormalised ? 1 : network.parameters.norm().item() / 2)
    let distances = (0..<points).map { reach * Double($0) / Double(points - 1) }
    let starts = try selected.map { try context.parameters($0).to(.float64) }
    let directions = try starts.map { start in
      try (0..<count).map { ray in
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
        }
        try evaluator.recalculateBatchNorm()
        return try LandscapeValues(evaluator, on: [.train, .test])
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
    let report = RayReport(
      checkpoints: selected.map(\.label), distances: distances, rays: rays,
      isFilterNormalised: filterNormalised)
    var result = Result()
    if evaluator.hasBatchNorm {
      result.add(
        Note("batch-norm statistics were recomputed at every point on the training split"))
    }
    result.add(report.figure)
    let losses = measured.map { ($0[.trainLoss] ?? .nan) + ($0[.testLoss] ?? .nan) }
    if let note = Note.missing(losses, "points of the rays") { result.add(note) }
    if let comparison = report.comparison { result.add(comparison) }
    result.add(report.table)
    return result
  }
}
