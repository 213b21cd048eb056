import BasinKit
import Datasets
import Landscape
import Torch

extension SWAG {
  /// What its draws follow from: the session's seed and the run's last snapshot, in every command.
  static func seed(_ snapshots: Snapshots, in context: Context) -> Seed {
    context.seed(for: "swag", snapshots.last.checkpoint.identity)
  }
}

extension Note {
  /// A warning where the training loss of a run's snapshots still falls or rises.
  static func trending(_ trend: Trend) -> Note? {
    .trending(trend, "what is made of them depends on where the selection begins")
  }
}

/// The snapshots of one run, in order.
struct Snapshots {
  var selected: [SelectedCheckpoint]

  var last: SelectedCheckpoint { selected[selected.count - 1] }

  /// - Throws: ``CommandError`` where there are fewer than two, or several architectures;
  ///   `DivergedSnapshots` where one has diverged.
  init(_ path: CheckpointSelection, for command: String, in context: Context) throws {
    selected = try context.checkpoints([path], atLeast: 2, for: command, kind: "snapshots")
    for one in selected where one.architecture != selected[0].architecture {
      throw CommandError(
        "\(one.label) is a \(one.architecture.text) and \(selected[0].label) a "
          + "\(selected[0].architecture.text); a run has one architecture")
    }
    if let diverged = try context.diverged(among: selected) { throw diverged }
  }

  /// A run whose Gaussian a file gives: the checkpoints that it is compared with, at least one.
  init(beside path: CheckpointSelection, in context: Context) throws {
    selected = try context.checkpoints([path])
    for one in selected where one.architecture != selected[0].architecture {
      throw CommandError(
        "\(one.label) is a \(one.architecture.text) and \(selected[0].label) a "
          + "\(selected[0].architecture.text); a run has one architecture")
    }
  }

  /// The Gaussian over them.
  func swag(rank: Int, in context: Context) throws -> SWAG {
    let first = try context.parameters(selected[0])
    var swag = try SWAG(rank: rank, parameters: first.count)
    for (index, one) in selected.enumerated() {
      try context.cancellation.check()
      context.progress.report(
        ProgressUpdate("collecting \(one.label)", completed: index, total: selected.count))
      try swag.collect(context.parameters(one))
    }
    let spread = try swag.deviations().norm().item()
    guard spread > 0 else {
      throw CommandError(
        "the \(selected.count) snapshots have the same weights and no spread; choose snapshots of "
          + "different epochs")
    }
    return swag
  }

  /// Whether their training loss still falls or rises: then what is made of them is not compared.
  func trend(in context: Context) throws -> Trend { try context.trend(of: selected) }

  /// How far snapshots and samples lie from the mean.
  func spread(_ swag: SWAG, samples: [Double]) throws -> Table {
    let variance = try swag.variance().sum().item().squareRoot()
    let low =
      swag.kept < 2 ? nil : try swag.deviations().norm().item() / Double(swag.kept - 1).squareRoot()
    var table = Table(
      "The Gaussian, in units of weight", columns: [.text(""), .number("value")])
    table.append([.text("norm of the mean"), .number(try swag.mean.norm().item())])
    table.append([.text("√trace of the diagonal"), .number(variance)])
    if let low {
      table.append([.text("√trace of DDᵀ/(K − 1), K = \(swag.kept)"), .number(low)])
    }
    table.append([
      .text("mean distance of samples from the mean"),
      .number(samples.reduce(0, +) / Double(max(1, samples.count))),
    ])
    return table
  }
}

extension Competitor {
  /// One checkpoint, with batch norm recomputed on the training split as for what it is compared with;
  /// before it, for show, the same with the statistics that it has stored.
  static func single(
    _ one: SelectedCheckpoint, _ name: String, _ split: Split, _ evaluator: Evaluator,
    in context: Context
  ) throws -> [Competitor] {
    let stored = Competitor(name, [try context.predictions(one, split).logits])
    guard evaluator.hasBatchNorm else { return [stored] }
    var shown = stored
    shown.name += ", stored batch norm"
    shown.isShownOnly = true
    // Its other buffers come with it.
    try evaluator.network.load(one.checkpoint)
    try evaluator.recalculateBatchNorm()
    return [shown, Competitor(name, [try evaluator.logits(split)])]
  }
}

extension Evaluator {
  /// What `body` says with the network at other weights and batch norm recomputed for them.
  func moved<Value>(to vector: Tensor, _ body: (Evaluator) throws -> Value) throws -> Value {
    try withoutGradients { try network.parameters.assign(vector) }
    try recalculateBatchNorm()
    return try body(self)
  }
}
