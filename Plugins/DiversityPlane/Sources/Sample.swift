import BasinKit
import Landscape
import Torch

/// New checkpoints from four subspaces around a solution (arXiv 1912.02757, §3.2).
struct Sample: AnalysisCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sample networks around a solution.",
    discussion: """
      Samples checkpoints from a subspace around a solution.

      random    w + r·v/‖v‖ in random directions v; --scale is the radius r in multiples of ‖w‖
      dropout   weights are zero with probability p, the others divided by 1 − p; --scale is p
      diagonal  the mean of the last snapshots plus the scale times each weight's standard \
      deviation over them, times a normal draw
      lowrank   the mean of the last snapshots plus normal draws along their first principal \
      components, with their standard deviations times the scale; --unit-std takes 1 for the \
      standard deviations, as the authors' released notebook does

      FROM is one checkpoint for random and dropout; for the others it is a trajectory, of which the last \
      --last snapshots are used. Each sample draws its own scale uniformly from 0 to --scale, unless --fixed \
      is given. All trainable parameters are perturbed. Batch-norm statistics are recomputed on the training \
      split. Fort, Hu & Lakshminarayanan, Deep Ensembles: A Loss Landscape Perspective, \
      arXiv 1912.02757.
      """)
  static let task = CommandTask.differences
  static let examples = [
    "sample random seeds[0] --n 20 --as random",
    "sample lowrank path --n 20 --scale 2 --as lowrank",
  ]

  /// How samples are drawn.
  enum Method: String, CaseIterable, ExpressibleByArgument {
    case random, dropout, diagonal, lowrank

    /// The largest scale unless the user gives one: on the digit networks, far enough for the
    /// accuracy to fall to that of guessing or near it.
    var usualScale: Double {
      switch self {
      case .random: 1
      case .dropout: 0.5
      case .diagonal: 10
      case .lowrank: 6
      }
    }

    var needsTrajectory: Bool { self == .diagonal || self == .lowrank }
  }

  @Argument(help: "random, dropout, diagonal or lowrank.") var method: Method
  @Argument(help: "A checkpoint such as seeds[0], or a trajectory such as path.")
  var from: CheckpointSelection
  @Option(name: .customLong("n"), help: "Number of samples.") var count = 20
  @Option(help: "Maximum scale; 1, 0.5, 10 and 6 for the four methods unless given.")
  var scale: Double?
  @Flag(help: "Use the same scale for every sample.") var fixed = false
  @Option(help: "Number of principal components for lowrank.") var rank = 5
  @Option(help: "Number of snapshots used, from the end of the trajectory.") var last = 10
  @Flag(help: "Use 1 for the components' standard deviations.") var unitStd = false
  @Option(name: .customLong("as"), help: "Session name of the set; the method's name unless given.")
  var name: String?

  func validate() throws {
    guard (1...100_000).contains(count) else {
      throw ValidationError("--n is \(count); it must be from 1 to 100000")
    }
    if let scale {
      let isFine = method == .dropout ? (0..<1).contains(scale) : scale >= 0 && scale.isFinite
      guard isFine else {
        throw ValidationError(
          "--scale is \(scale); it must be 0 or more" + (method == .dropout ? " and below 1" : ""))
      }
    }
    guard rank > 0, last > 1 else {
      throw ValidationError("--rank must be 1 or more, and --last 2 or more")
    }
    if unitStd, method != .lowrank { throw ValidationError("--unit-std is for lowrank") }
  }

  func run(in context: Context) throws -> Result {
    let selected = try chosen(context)
    let base = selected[selected.count - 1]
    if let dataset = context.workspace.dataset {
      // What lies around a network without finite outputs has none either.
      _ = try context.predictions(selected, dataset.test.count > 0 ? .test : .train)
    }
    let evaluator = context.workspace.dataset == nil ? nil : try context.evaluator(holding: base)
    if evaluator != nil, method.needsTrajectory,
      let diverged = try context.diverged(among: selected)
    {
      throw diverged
    }
    let network = try evaluator?.network ?? Network(base.architecture)
    if evaluator == nil {
      guard network.bufferLayout.entries.isEmpty else {
        throw CommandError(
          "\(base.label) has batch norm, which is recomputed on the training split; load a dataset "
            + "first")
      }
    }
    let vectors = try selected.map { try context.parameters($0).to(device: "cpu") }
    try network.load(base.checkpoint)
    let (center, draw) = try drawing(vectors, context)
    let seed = context.seed(
      for: ["sample", method.rawValue] + selected.map(\.checkpoint.identity))
    let generator = seed.generator()
    let largest = scale ?? method.usualScale
    var checkpoints: [Checkpoint] = []
    var measured = (scales: [Double](), distances: [Double](), norms: [Double]())
    for index in 0..<count {
      try context.cancellation.check()
      context.progress.report(
        ProgressUpdate("sampling", completed: index, total: count))
      let own = fixed ? largest : largest * (try generator.uniform([1], dtype: .float64).item())
      let vector = try draw(own, generator)
      let tooLarge = CommandError(
        "--scale \(largest) draws weights that are too large for single precision; choose a smaller "
          + "scale (\(method.usualScale) unless given)")
      guard try vector.isFinite(), try vector.to(.float64).norm().item().isFinite else {
        throw tooLarge
      }
      try withoutGradients { try network.parameters.assign(vector) }
      if let evaluator, evaluator.hasBatchNorm {
        try evaluator.recalculateBatchNorm()
        guard try evaluator.nonFiniteStatistics() == nil else { throw tooLarge }
      }
      checkpoints.append(
        try network.checkpoint(
          named: "\(method.rawValue) \(index)",
          metadata: [
            "method": method.rawValue + (unitStd ? " with unit deviations" : ""),
            "scale": String(own), "sample": String(index), "seed": String(seed.value),
            "base": base.label, "base_identity": base.checkpoint.identity,
          ]))
      measured.scales.append(own)
      measured.distances.append(
        try (vector - center).to(.float64).norm().item())
      measured.norms.append(try vector.to(.float64).norm().item())
    }
    var table = Table(
      "\(Counted.text(count, "samples")) around \(around(selected))",
      columns: [.text(""), .number("min"), .number("median"), .number("max")])
    for (name, values) in [
      ("scale", measured.scales), ("distance", measured.distances), ("norm", measured.norms),
    ] {
      let sorted = values.sorted()
      let median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
      table.append([
        .text(name), .number(sorted[0]), .number(median), .number(sorted[count - 1]),
      ])
    }
    var result = Result()
    let set = CheckpointSet(checkpoints, of: base.architecture)
    let bound = name ?? method.rawValue
    result.add(Note("\(bound): \(set.summary)"))
    if let statistics = evaluator?.statement(of: .recomputed, "for each sample") {
      result.add(Note(statistics))
    }
    if evaluator != nil, method.needsTrajectory,
      let warning = Note.trending(
        try context.trend(of: selected), "what is drawn depends on where the snapshots begin")
    {
      result.add(warning)
    }
    result.add(table)
    result.bind(bound, to: set)
    return result
  }

  // The one checkpoint, or the last snapshots of the trajectory.
  private func chosen(_ context: Context) throws -> [SelectedCheckpoint] {
    guard method.needsTrajectory else {
      return [try context.checkpoint(from, for: "sample \(method.rawValue)")]
    }
    let selected = try context.checkpoints(
      [from], atLeast: 2, for: "sample \(method.rawValue)", kind: "snapshots")
    return Array(selected.suffix(last))
  }

  // What the samples lie around.
  private func around(_ selected: [SelectedCheckpoint]) -> String {
    let text = SelectedCheckpoint.text(of: selected)
    return method.needsTrajectory ? "the mean of \(text)" : text
  }

  // What samples lie around, and what draws one at a scale.
  private func drawing(
    _ vectors: [Tensor], _ context: Context
  ) throws -> (center: Tensor, draw: (Double, Generator) throws -> Tensor) {
    let solution = vectors[vectors.count - 1]
    switch method {
    case .random:
      let norm = try solution.to(.float64).norm().item()
      return (
        solution, { try SolutionSampling.random(around: solution, radius: $0 * norm, $1) }
      )
    case .dropout:
      return (solution, { try SolutionSampling.dropout(of: solution, rate: $0, $1) })
    case .diagonal:
      let subspace = try SnapshotSubspace(vectors, rank: 1, cancellation: context.cancellation)
      return (subspace.mean, { try subspace.diagonalSample(scale: $0, $1) })
    case .lowrank:
      let subspace = try SnapshotSubspace(vectors, rank: rank, cancellation: context.cancellation)
      let isUnit = unitStd
      return (
        subspace.mean, { try subspace.lowRankSample(scale: $0, hasUnitDeviations: isUnit, $1) }
      )
    }
  }
}
