import BasinKit
import Datasets
import Landscape
import Torch

/// Bayesian inference over the coordinates of a subspace of the weights (arXiv 1907.07504).
struct SubspaceCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "subspace",
    abstract: "Bayesian inference in a subspace.",
    discussion: """
      Runs Bayesian inference in a subspace of the weights and averages the sampled networks.

      random  random directions through the mean of a run's snapshots
      pca     the principal components of the snapshots, through their mean
      curve   the plane through the ends and the middle bend of a curve trained by `connect`

      The posterior over the coordinates t of w = ŵ + Pᵀt has the prior N(0, σ²I) and the training likelihood \
      tempered by T: log p = −N·loss/T + log prior. `ess` samples it by elliptical slice sampling in several \
      chains. `vi` fits a Gaussian with independent coordinates on fixed draws (arXiv 2304.05527) and reports \
      the evidence lower bound (ELBO) with its error. The probabilities of the sampled networks are averaged \
      and compared with SGD, SWA and SWAG. Batch-norm statistics are recomputed at every point, also for the \
      gradients of vi. Izmailov et al., Subspace Inference for Bayesian Deep Learning, arXiv 1907.07504.

      auto uses T = N/(2K) for K coordinates, which is near the published temperatures. --regression shows \
      predictive bands on the paper's one-dimensional problem instead; leave out FROM.
      """)
  static let task = CommandTask.averages
  static let examples = [
    "subspace pca path[21..] --rank 2 --as pca",
    "subspace curve curve --against path[21..]",
    "subspace pca --regression --rank 5",
    "subspace pca path[21..] --basis basis.safetensors",
    "subspace pca path[-1] --from-moments moments.safetensors",
  ]

  @Argument(help: "random, pca or curve.") var kind: Kind
  @Argument(help: "Snapshots of a run, or the control points of a curve.")
  var from: CheckpointSelection?
  @Option(help: "Number of coordinates for random and pca; a curve has 2.") var rank = 2
  @Option(help: "Inference method: ess (elliptical slice sampling) or vi (variational inference).")
  var infer: Method = .ess
  @Option(help: "Standard deviation of the prior in each coordinate.") var prior = 1.0
  @Option(help: "Temperature T of the likelihood, or auto.") var temperature = Temperature.auto
  @Option(help: "Number of networks to average; ess rounds it up to a multiple of --chains.")
  var samples = 100
  @Option(help: "Number of chains for ess.") var chains = 4
  @Option(help: "Number of warm-up draws per chain, which are discarded.") var warmup = 20
  @Option(
    help: "Number of fixed draws for vi; 128, or 16 per coordinate up to 512, unless given.")
  var draws: Int?
  @Option(help: "Maximum optimizer steps of vi per start.") var iterations = 200
  @Option(help: "Number of deviations from the running mean to keep, the latest ones.")
  var deviations =
    20
  @Option(help: "Snapshots of a run, to compare a curve with their SWA and SWAG.")
  var against: CheckpointSelection?
  @Option(
    help: ArgumentHelp(
      "Read the run's Gaussian from a file written by swag --moments (.safetensors) or by swa_gaussian.",
      valueName: "file"))
  var fromMoments: String?
  @Option(
    help: "Points along each side of the density map, for one or two coordinates; 0 draws no map.")
  var grid = 25
  @Flag(help: "Solve the one-dimensional regression problem and show predictive bands.")
  var regression = false
  @Option(help: "Dataset split: train or test.") var split: Split = .test
  @Option(
    help: ArgumentHelp(
      "Write origin and direction0, direction1, … [P] to this file, for plane --directions.",
      valueName: "file"))
  var basis: String?
  @OptionGroup var file: WeightFileOptions
  @Option(name: .customLong("as"), help: "Session name of the networks.") var name = "subspace"

  var writes: [String] { [basis].compactMap(\.self) }

  /// What the subspace is made of.
  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case random, pca, curve
  }

  /// How the posterior is found.
  enum Method: String, ExpressibleByArgument, CaseIterable {
    case ess, vi
  }

  /// A temperature as it is typed.
  enum Temperature: ExpressibleByArgument, Equatable {
    case auto
    case fixed(Double)

    init?(argument: String) {
      if argument == "auto" {
        self = .auto
      } else if let value = Double(argument), value > 0, value.isFinite {
        self = .fixed(value)
      } else {
        return nil
      }
    }

    var defaultValueDescription: String {
      switch self {
      case .auto: "auto"
      case .fixed(let value): String(value)
      }
    }
  }

  func validate() throws {
    guard basis != nil || !file.force else {
      throw ValidationError("--force replaces the file of --basis; give that, or leave it out")
    }
    guard (1...1000).contains(rank) else {
      throw ValidationError("--rank is \(rank); it must be from 1 to 1000")
    }
    guard prior > 0, prior.isFinite else {
      throw ValidationError("--prior is \(prior); it must be a positive number")
    }
    guard (1...1000).contains(chains) else {
      throw ValidationError("--chains is \(chains); it must be from 1 to 1000")
    }
    guard (1...1_000_000).contains(samples) else {
      throw ValidationError("--samples is \(samples); it must be from 1 to 1000000")
    }
    if infer == .ess, samples < chains {
      throw ValidationError(
        "--samples is \(samples); it must be at least --chains, \(chains), of which each draws one")
    }
    guard (0...1_000_000).contains(warmup) else {
      throw ValidationError("--warmup is \(warmup); it must be from 0 to 1000000")
    }
    if let draws, !(4...100_000).contains(draws) {
      throw ValidationError("--draws is \(draws); it must be from 4 to 100000")
    }
    guard (1...100_000).contains(iterations) else {
      throw ValidationError("--iterations is \(iterations); it must be from 1 to 100000")
    }
    guard (2...10_000).contains(deviations) else {
      throw ValidationError("--deviations is \(deviations); it must be from 2 to 10000")
    }
    guard grid == 0 || (5...501).contains(grid) else {
      throw ValidationError("--grid is \(grid); it must be 0, or from 5 to 501")
    }
    if let fromMoments, kind == .curve || regression {
      throw ValidationError(
        "--from-moments \(fromMoments) is for random and pca of a run; leave it out")
    }
    if kind == .curve, rank != 2 {
      throw ValidationError("a curve's plane has 2 coordinates; leave out --rank \(rank)")
    }
    if regression {
      guard basis == nil else {
        throw ValidationError("--regression trains networks of its own; leave out --basis")
      }
      guard kind != .curve else {
        throw ValidationError("--regression is for random and pca: it trains a run, not a curve")
      }
      guard from == nil else {
        throw ValidationError("--regression has data and networks of its own; leave out FROM")
      }
    } else if from == nil {
      throw ValidationError(
        kind == .curve
          ? "subspace curve needs the control points of a curve; `connect A B --as curve` makes them"
          : "subspace \(kind.rawValue) needs the snapshots of a run, for instance path[20..]")
    }
  }

  func run(in context: Context) throws -> Result {
    if regression { return try RegressionBands(command: self).result(in: context) }
    guard let from else { return Result() }
    if let basis { try context.checkCanWrite(arrays: basis, replacing: file.force) }
    let seed = try context.seed(
      for: ["subspace", kind.rawValue, infer.rawValue]
        + context.checkpoints([from]).map(\.checkpoint.identity))
    let ground =
      kind == .curve
      ? try SubspaceGround(
        curve: from, against: against, deviations: deviations, in: context)
      : try SubspaceGround(
        kind,
        fromMoments == nil
          ? Snapshots(from, for: "subspace \(kind.rawValue)", in: context)
          : Snapshots(beside: from, in: context),
        moments: fromMoments, deviations: deviations, rank: rank, seed: seed, in: context)
    let evaluator = try context.evaluator(holding: ground.first)
    let target = try SubspaceTarget(evaluator, ground.subspace)
    let posterior = try posterior(of: target, seed: seed, in: context)

    var logits: [Tensor] = []
    var drawn: [Checkpoint] = []
    let places = posterior.coordinates
    for (index, place) in places.enumerated() {
      try context.cancellation.check()
      context.progress.report(
        ProgressUpdate("averaging networks", completed: index, total: places.count))
      try evaluator.moved(to: ground.subspace.point(place)) { evaluator in
        logits.append(try evaluator.logits(split))
        drawn.append(
          try evaluator.network.checkpoint(
            named: "\(kind.rawValue) \(infer.rawValue) \(index)",
            metadata: [
              "method": "subspace \(kind.rawValue) \(infer.rawValue)", "sample": String(index),
              "coordinates": place.map { String($0) }.joined(separator: " "),
              "temperature": String(posterior.temperature), "prior": String(prior),
              "from": from.text, "seed": String(seed.value),
              "base": ground.first.label, "base_identity": ground.first.checkpoint.identity,
            ]))
      }
    }
    if let basis {
      let rows = try (0..<ground.subspace.rank).map {
        ("direction\($0)", try ground.subspace.basis.select(0, $0))
      }
      try context.write(
        [("origin", ground.subspace.origin)] + rows, along: evaluator.network.parameterLayout,
        to: basis,
        replacing: file.force)
    }
    let set = CheckpointSet(drawn, of: ground.first.architecture)
    var result = Result()
    result.add(Note("\(name): \(set.summary)"))
    if evaluator.hasBatchNorm {
      result.add(
        Note(
          "batch-norm statistics were recomputed on the training split at every point whose "
            + "likelihood was asked for, and for every network"))
    }
    for warning in ground.warnings { result.add(warning) }
    try PosteriorReport(
      posterior: posterior, target: target, prior: prior, lengths: ground.subspace.lengths,
      anchors: ground.anchors, curve: ground.curve, grid: grid
    ).add(to: &result, in: context)
    var competitors = try ground.competitors(split, evaluator, in: context)
    competitors.append(
      Competitor(
        "subspace \(kind.rawValue), \(places.count) \(places.count == 1 ? "network" : "networks")",
        logits, isAverage: true, support: posterior.support.withholding(ground.objection)))
    try ModelComparison(competitors: competitors, split: split, seed: seed)
      .add(to: &result, in: context, evaluator)
    result.bind(name, to: set)
    return result
  }

  /// Draws from the posterior, or from the Gaussian fitted to it.
  func posterior(
    of target: SubspaceTarget, seed: Seed, in context: Context
  ) throws -> SubspacePosterior {
    let temperature =
      switch temperature {
      case .auto: target.usualTemperature
      case .fixed(let value): value
      }
    switch infer {
    case .ess:
      let draws = (samples + chains - 1) / chains
      let total = chains * (warmup + draws)
      let found = try target.chains(
        chains, warmup: warmup, draws: draws, prior: prior, temperature: temperature, seed: seed
      ) { done in
        try context.cancellation.check()
        context.progress.report(
          ProgressUpdate("sampling the posterior", completed: done, total: total))
      }
      guard found.allSatisfy({ $0.logLikelihoods.allSatisfy(\.isFinite) }) else {
        throw CommandError(
          "subspace \(kind.rawValue): the training loss is NaN or infinite at draws from the posterior; "
            + "give a --prior below \(prior), or checkpoints whose losses are finite")
      }
      return SubspacePosterior(temperature: temperature, found: .chains(found))
    case .vi:
      let fitted: VariationalFit
      do {
        fitted = try VariationalFit(
          target, prior: prior, temperature: temperature, draws: draws, iterations: iterations,
          seed: seed
        ) { done in
          try context.cancellation.check()
          context.progress.report(
            ProgressUpdate("fitting the posterior", completed: done, total: 3 * iterations))
        }
      } catch let error as VariationalError {
        throw CommandError("subspace \(kind.rawValue) --infer vi: \(error)")
      }
      try VariationalReport.check(fitted)
      var numbers = SeededNumbers(seed.derived("draws"))
      return SubspacePosterior(
        temperature: temperature,
        found: .gaussian(
          fitted, (0..<samples).map { _ in fitted.posterior.sample(using: &numbers) }))
    }
  }
}

/// What inference found.
struct SubspacePosterior {
  enum Found {
    case chains([EllipticalSliceSampling.Chain])
    case gaussian(VariationalFit, [[Double]])
  }

  var temperature: Double
  var found: Found

  /// Coordinates of all draws.
  var coordinates: [[Double]] {
    switch found {
    case .chains(let chains): chains.flatMap(\.draws)
    case .gaussian(_, let draws): draws
    }
  }

  /// What the draws support.
  var support: DrawSupport {
    switch found {
    case .chains(let chains):
      ChainReport(chains: chains, rank: chains.first?.draws.first?.count ?? 0).support
    case .gaussian(let fit, _):
      fit.verdict.objection.map { .unfitted($0) } ?? .independent
    }
  }

  /// The Gaussian, where one was fitted.
  var fitted: MeanFieldPosterior? {
    if case .gaussian(let fit, _) = found { fit.posterior } else { nil }
  }
}
