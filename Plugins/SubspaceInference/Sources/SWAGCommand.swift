import BasinKit
import Datasets
import Landscape
import Torch

/// Samples of a Gaussian over weights from the snapshots of a run (arXiv 1902.02476).
struct SWAGCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "swag",
    abstract: "SWAG: sample a Gaussian over snapshots.",
    discussion: """
      Samples networks from a Gaussian fitted to the snapshots of a run, and averages their predictions.

      The Gaussian's mean is the snapshots' mean, which is SWA; its covariance is half their diagonal \
      variance plus half the covariance of the last --rank deviations from the running mean. The \
      probabilities of networks drawn from it are averaged and compared with SGD's last snapshot and with \
      SWA. Batch-norm statistics are recomputed on the training split for SGD, SWA and every sample. Maddox et al., A Simple Baseline \
      for Bayesian Uncertainty in Deep Learning, arXiv 1902.02476.

      PATH is the snapshots of a run with a high learning rate, without its first epochs. With \
      --from-moments, the Gaussian is read from a file written by --moments or by the authors' code \
      (wjmaddox/swa_gaussian, swag-300.pt), and PATH is a checkpoint of the same run to compare it with.
      """)
  static let task = CommandTask.averages
  static let examples = [
    "load runs/demo/seed0/epoch*.safetensors --as path",
    "swag path[15..] --rank 20 --scale 0.5 --samples 30 --as swag",
    "swag path[15..] --moments moments.safetensors",
    "swag path[-1] --from-moments moments.safetensors",
  ]

  @Argument(help: "Snapshots of a run, for instance path[15..].") var path: CheckpointSelection
  @Option(help: "Number of deviations from the running mean to keep, the latest ones.") var rank =
    20
  @Option(
    name: .customLong("scale"),
    help: "Factor on the covariance; the paper's 0.5, or 1 with --diagonal, unless given.")
  var givenScale: Double?
  @Option(help: "Number of networks to draw.") var samples = 30
  @Flag(help: "Leave out the deviations (SWAG-Diagonal).")
  var diagonal = false
  @Flag(help: "Also draw the loss over the plane of the run's first two principal components.")
  var plane = false
  @Option(help: "Number of points along the plane's longer side.") var grid = 21
  @Option(help: "Dataset split: train or test.") var split: Split = .test
  @Option(
    help: ArgumentHelp(
      "Write the Gaussian to this file: mean, squares and variance [P], deviations [K, P].",
      valueName: "file"))
  var moments: String?
  @Option(
    help: ArgumentHelp(
      "Read the Gaussian from a file written by --moments (.safetensors) or by swa_gaussian.",
      valueName: "file"))
  var fromMoments: String?
  @OptionGroup var file: WeightFileOptions
  @Option(name: .customLong("as"), help: "Session name of the samples.") var name = "swag"

  var writes: [String] { [moments].compactMap(\.self) }

  /// The factor on the covariance: the paper's for each form unless given.
  private var scale: Double { givenScale ?? (diagonal ? 1 : 0.5) }

  func validate() throws {
    guard moments != nil || !file.force else {
      throw ValidationError("--force replaces the file of --moments; give that, or leave it out")
    }
    guard (2...10_000).contains(rank) else {
      throw ValidationError("--rank is \(rank); it must be from 2 to 10000")
    }
    guard scale >= 0, scale.isFinite else {
      throw ValidationError("--scale is \(scale); it must be 0 or more")
    }
    guard (3...501).contains(grid) else {
      throw ValidationError("--grid is \(grid); it must be from 3 to 501")
    }
    guard (1...100_000).contains(samples) else {
      throw ValidationError("--samples is \(samples); it must be from 1 to 100000")
    }
  }

  func run(in context: Context) throws -> Result {
    if let moments { try context.checkCanWrite(arrays: moments, replacing: file.force) }
    let snapshots =
      try fromMoments == nil
      ? Snapshots(path, for: "swag", in: context) : Snapshots(beside: path, in: context)
    let given = try fromMoments.map { file in
      try context.moments(
        in: file, for: context.evaluator(holding: snapshots.last).network.parameterLayout,
        rank: rank)
    }
    let swag = try given?.file.swag ?? snapshots.swag(rank: rank, in: context)
    if let fromMoments, !diagonal || plane, swag.kept < 2 {
      throw CommandError(
        "\(fromMoments) has \(swag.kept == 0 ? "no deviations" : "one deviation"); "
          + (diagonal ? "leave out --plane" : "add --diagonal"))
    }
    let components = try plane ? SWAGPlane.components(of: swag, path.text) : nil
    let evaluator = try context.evaluator(holding: snapshots.last)
    let seed = SWAG.seed(snapshots, in: context)
    let generator = seed.derived("samples").generator()
    // A file of moments, loaded, is its own mean, which is SWA.
    let isMean = given.map { $0.identity == snapshots.last.checkpoint.identity } ?? false
    let sgd =
      isMean
      ? []
      : try Competitor.single(
        snapshots.last, "SGD, \(snapshots.last.label)", split, evaluator, in: context)
    let swa = Competitor(
      "SWA, mean of \(swag.count)",
      [try evaluator.moved(to: swag.mean.to(.float32)) { try $0.logits(split) }])
    var drawn: [Checkpoint] = []
    var logits: [Tensor] = []
    var distances: [Double] = []
    var vectors: [Tensor] = []
    for index in 0..<samples {
      try context.cancellation.check()
      context.progress.report(ProgressUpdate("sampling", completed: index, total: samples))
      let vector = try swag.sample(scale: scale, isDiagonal: diagonal, generator)
      if plane { vectors.append(vector) }
      distances.append(try (vector.to(.float64) - swag.mean).norm().item())
      try evaluator.moved(to: vector) { evaluator in
        logits.append(try evaluator.logits(split))
        drawn.append(
          try evaluator.network.checkpoint(
            named: "swag \(index)",
            metadata: [
              "method": diagonal ? "swag-diagonal" : "swag", "scale": String(scale),
              "rank": String(swag.kept), "snapshots": String(swag.count),
              "sample": String(index), "seed": String(seed.value), "path": path.text,
              "base": snapshots.last.label,
              "base_identity": snapshots.last.checkpoint.identity,
            ]))
      }
    }
    if let moments {
      try context.write(
        [
          ("mean", swag.mean), ("squares", swag.squares), ("variance", swag.variance()),
          ("deviations", swag.deviations()),
          ("snapshots", Tensor([Double(swag.count)], shape: [1])),
        ], along: evaluator.network.parameterLayout, to: moments, replacing: file.force)
    }
    let set = CheckpointSet(drawn, of: snapshots.last.architecture)
    var result = Result()
    result.add(Note("\(name): \(set.summary)"))
    if let fromMoments, let given {
      let names = evaluator.network.parameterLayout.count
      result.add(
        Note(
          "the Gaussian is that of \(fromMoments), of \(Counted.text(swag.count, "networks"))"
            + (isMean
              ? "; \(path.text) is its mean, which is SWA: name the run's last checkpoint to compare with SGD"
              : "")))
      if given.file.unresolved > 0 {
        result.add(
          Note(
            "the variance of \(given.file.unresolved) of \(names) weights is within the rounding of the file's "
              + "numbers",
            level: 2 * given.file.unresolved > names ? .warning : .information))
      }
    }
    if let statistics = evaluator.statement(of: .recomputed, "for SGD, SWA and each sample") {
      result.add(
        Note(
          statistics + "; the row \"stored batch norm\" has the snapshot's own and is not compared")
      )
    }
    if swag.count < 3 {
      result.add(
        Note("two snapshots give one direction only; train with --snapshot epoch", level: .warning))
    }
    // Of the run behind a file nothing is known.
    let trend = try given == nil ? snapshots.trend(in: context) : .none
    if let warning = Note.trending(trend) { result.add(warning) }
    result.add(try snapshots.spread(swag, samples: distances))
    try ModelComparison(
      competitors: sgd + [
        swa,
        Competitor(
          "\(diagonal ? "SWAG-Diagonal" : "SWAG"), \(samples) \(samples == 1 ? "sample" : "samples")",
          logits, isAverage: true,
          support: DrawSupport.independent.withholding(trend.objection)),
      ], split: split, seed: seed
    ).add(to: &result, in: context, evaluator)
    if let components {
      try SWAGPlane(
        components: components, snapshots: snapshots, samples: vectors, split: split, grid: grid
      ).add(to: &result, in: context, evaluator)
    }
    result.bind(name, to: set)
    return result
  }
}
