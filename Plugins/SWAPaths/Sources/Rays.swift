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
    let selected = try context.checkpoints(checkpoints)
    try context.requireOneArchitecture(selected)
    let evaluator = try context.evaluator(holding: selected[0])
    let network = evaluator.network
    let seed = context.seed()
    let reach = try to ?? (filterNormalised ? 1 : network.parameters.norm().item() / 2)
    let distances = (0..<points).map { reach * Double($0) / Double(points - 1) }
    var rays: [[[LandscapeValues]]] = []
    for (turn, one) in selected.enumerated() {
      let start = try context.parameters(one).to(.float64)
      try network.load(one.checkpoint)
      // At its start a ray has statistics of the same kind as further on.
      try evaluator.recalculateBatchNorm()
      let first = try LandscapeValues(evaluator, on: [.train, .test])
      rays.append(
        try (0..<count).map { ray in
          let generator = seed.derived("direction", String(ray)).generator()
          let direction =
            try filterNormalised
            ? RandomDirections.filterNormalised(
              around: start, network.parameterLayout, generator)
            : RandomDirections.unit(count: network.parameterLayout.count, generator)
          return try distances.enumerated().map { index, distance in
            guard index > 0 else { return first }
            try context.cancellation.check()
            context.progress.report(
              ProgressUpdate(
                "along rays from \(one.label)",
                completed: (turn * count + ray) * points + index,
                total: selected.count * count * points))
            try withoutGradients {
              try network.parameters.assign(start + direction.to(device: network.device) * distance)
            }
            try evaluator.recalculateBatchNorm()
            return try LandscapeValues(evaluator, on: [.train, .test])
          }
        })
    }
    let report = RayReport(
      checkpoints: selected.map(\.label), distances: distances, rays: rays,
      isFilterNormalised: filterNormalised, seed: seed)
    var result = Result()
    if evaluator.hasBatchNorm {
      result.add(
        Note("batch-norm statistics were recomputed at every point on the training split"))
    }
    result.add(report.figure)
    if let comparison = report.comparison { result.add(comparison) }
    result.add(report.table)
    return result
  }
}
