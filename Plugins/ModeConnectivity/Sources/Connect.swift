import BasinKit
import Datasets
import Landscape
import Torch

/// Trains a curve of low loss between two solutions, or a surface between several (arXiv 1802.10026,
/// 1906.04724).
struct Connect: AnalysisCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a low-loss curve between solutions.",
    discussion: """
      Trains a low-loss curve between two solutions, or a low-loss surface between several.

      Two solutions are connected by a Bézier curve or a polygonal chain. The ends are fixed; the bends start \
      on the straight segment. For each batch, t is drawn uniformly from 0 to 1 and the bends take a step on \
      the loss at that point of the curve; weight decay applies to the weights there. Loss and error are then \
      evaluated at --points points, with batch-norm statistics recomputed at each, and compared with the \
      straight line. \
      Garipov et al., Loss Surfaces, Mode Connectivity, and Fast Ensembling of DNNs, \
      arXiv 1802.10026.

      Three or more solutions share one middle point M. The loss is optimised at Σ bᵢ² wᵢ + (1 − Σ bᵢ²) M for \
      random convex combinations b, which is the Bézier curve for two solutions. Shows the loss over the \
      simplex, angles between the optima, and the radius of low loss around the middle. \
      Fort & Jastrzebski, Large Scale Structure of Neural Network Loss Landscapes, arXiv 1906.04724.

      The control points become a set: start, bends and end of a curve; the solutions and then the middle of \
      a surface. `curve` evaluates them again. The loss of every epoch is shown, and whether it was still \
      falling or rising at points that stay the same; if so, nothing is compared with the curve. --regularized \
      adds ½·decay·‖w‖² to the training losses of a curve; decay is --weight-decay unless given.
      """)
  static let task = CommandTask.landscape
  static let examples = [
    "connect seeds[0] seeds[1] --curve bezier --epochs 30 --as curve",
    "connect seeds[0..2] --epochs 30 --as surface",
  ]

  @Argument(help: "Two solutions for a curve, three or more for a surface.")
  var solutions: [CheckpointSelection]
  @Option(help: "Kind of curve: bezier or chain.") var curve: CurveKind = .bezier
  @Option(help: "Number of control points, including both ends.") var bends = 3
  @Option(help: "Number of passes over the training split.") var epochs = 30
  @Option(name: .customLong("lr"), help: "Learning rate, before --schedule lowers it.")
  var learningRate = 0.03
  @Option(help: "Learning-rate schedule: constant, cosine, plateau or step:EPOCHS:FACTOR.")
  var schedule = Schedule.plateau
  @Option(help: "Momentum of SGD.") var momentum = 0.9
  @Option(help: "Weight decay (L2 penalty) on the weights at the drawn point.") var weightDecay =
    5e-4
  @Option(help: "Inputs per step.") var batchSize = 64
  @Option(
    help:
      "Number of points evaluated along a curve, including the ends, or along a side of a surface.")
  var points: Int?
  @Option(help: "Number of random directions around the middle of a surface.") var directions = 10
  @Option(
    help:
      "Training loss (nats) at which a tunnel ends; a tenth of the loss of guessing unless given.")
  var threshold: Double?
  @OptionGroup var regularized: RegularizedOption
  @Option(
    name: .customLong("as"),
    help: "Session name of the control points; curve or surface unless given.")
  var name: String?

  func validate() throws {
    guard (3...100).contains(bends) else {
      throw ValidationError("--bends is \(bends); it must be from 3 to 100")
    }
    guard (1...100_000).contains(epochs) else {
      throw ValidationError("--epochs is \(epochs); it must be from 1 to 100000")
    }
    guard learningRate > 0, learningRate.isFinite else {
      throw ValidationError("--lr is \(learningRate); it must be a positive number")
    }
    guard (0..<1).contains(momentum) else {
      throw ValidationError("--momentum is \(momentum); it must be from 0 to below 1")
    }
    guard weightDecay >= 0, weightDecay.isFinite else {
      throw ValidationError("--weight-decay is \(weightDecay); it must be 0 or more")
    }
    guard batchSize > 0 else {
      throw ValidationError("--batch-size is \(batchSize); it must be 1 or more")
    }
    if let points, !(3...10_001).contains(points) {
      throw ValidationError("--points is \(points); it must be from 3 to 10001")
    }
    guard (3...1000).contains(directions) else {
      throw ValidationError("--directions is \(directions); it must be from 3 to 1000")
    }
    if let threshold, !(threshold > 0 && threshold.isFinite) {
      throw ValidationError("--threshold is \(threshold); it must be a positive number")
    }
  }

  func run(in context: Context) throws -> Result {
    let ends = try context.checkpoints(solutions, atLeast: 2, for: "connect")
    for one in ends where one.architecture != ends[0].architecture {
      throw CommandError(
        "\(one.label) is a \(one.architecture.text) and \(ends[0].label) a "
          + "\(ends[0].architecture.text); only networks of one architecture can be connected")
    }
    let vectors = try ends.map { try context.parameters($0) }
    for (index, one) in vectors.enumerated() {
      if let same = vectors[..<index].firstIndex(where: { (try? one.isEqual(to: $0)) == true }) {
        throw CommandError(
          "\(ends[index].label) has the weights of \(ends[same].label); choose different solutions")
      }
    }
    // A solution without outputs cannot be connected, at whatever rate.
    _ = try context.predictions(ends, .train)
    // Of the solutions alone, not of where the result is measured or what it is called.
    let seed = context.seed(for: ["connect"] + ends.map(\.checkpoint.identity))
    let plan = TrainingPlan(
      ends[0].architecture, epochs: epochs, learningRate: learningRate, schedule: schedule,
      momentum: momentum, weightDecay: weightDecay, batchSize: batchSize,
      seed: seed.derived("training").value)
    if ends.count == 2 {
      return try CurveBetween(
        ends: ends, vectors: vectors, kind: curve, bends: bends, plan: plan, points: points ?? 61,
        name: name ?? "curve", seed: seed,
        regularizer: regularized.regularizer(trainedWith: weightDecay)
      ).result(in: context)
    }
    guard regularized.regularizer(trainedWith: 0) == nil else {
      throw CommandError(
        "--regularized is for a curve between two solutions, and \(ends.count) are given; leave it out"
      )
    }
    guard curve == .bezier, bends == 3 else {
      throw CommandError(
        "\(ends.count) solutions are connected through one middle; leave out --curve and --bends, "
          + "or name two solutions")
    }
    return try SurfaceBetween(
      optima: ends, vectors: vectors, plan: plan, steps: (points ?? 15) - 1,
      directions: directions, threshold: threshold, name: name ?? "surface", seed: seed
    ).result(in: context)
  }
}

extension ConnectorTraining {
  /// Trains to the end of the plan, with progress.
  func run(in context: Context, _ what: String) throws {
    while epoch < plan.epochs {
      let done = epoch
      try runEpoch { part in
        context.progress.report(
          ProgressUpdate(
            "training the \(what), epoch \(done + 1) of \(self.plan.epochs)",
            completed: Int((Double(done) + part) * 1000), total: self.plan.epochs * 1000))
      }
    }
  }
}

extension Tensor {
  /// Whether all elements are the same.
  func isEqual(to other: Tensor) throws -> Bool {
    try notEqual(to: other).countNonzero() == 0
  }
}
