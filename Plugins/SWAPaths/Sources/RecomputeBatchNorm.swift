import BasinKit
import Datasets
import Landscape

/// Batch-norm statistics of loaded checkpoints, computed again.
struct RecomputeBatchNorm: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "recompute-bn",
    abstract: "Recompute batch-norm statistics.",
    discussion: """
      Recomputes the batch-norm statistics of checkpoints on the training split.

      Averaged weights give wrong numbers until their batch-norm statistics are updated, which \
      torch.optim.swa_utils and Lightning leave to update_bn. One pass over the training split computes the \
      statistics as a cumulative average over batches, as `swa` does. Izmailov et al., arXiv 1803.05407, section 3.2. Weights \
      do not change. The result is a set that can be saved.
      """)
  static let task = CommandTask.averages
  static let examples = [
    "recompute-bn average --as updated",
    "save checkpoints updated runs/updated",
  ]

  @Argument(help: "Checkpoints of one architecture with batch norm.")
  var checkpoints: [CheckpointSelection]
  @Option(help: "Dataset split for the evaluation: train or test.") var split: Split =
    .test
  @Option(name: .customLong("as"), help: "Session name of the checkpoints with new statistics.")
  var name: String

  func run(in context: Context) throws -> Result {
    try withOneThreadAnOperator { try recomputed(in: context) }
  }

  private func recomputed(in context: Context) throws -> Result {
    let selected = try context.checkpoints(checkpoints)
    try context.requireOneArchitecture(selected)
    let dataset = try context.dataset()
    var table = Table(
      "\(dataset.name), \(split.rawValue): \(Counted.text(dataset[split].count, "inputs"))",
      columns: [
        .text("checkpoint"), .number("loss, own statistics", unit: "nats", format: .fixed(4)),
        .number("loss, recomputed", unit: "nats", format: .fixed(4)),
        .number("accuracy, own statistics", format: .percent(2)),
        .number("accuracy, recomputed", format: .percent(2)),
      ])
    var updated: [Checkpoint] = []
    var statement: String?
    for (index, one) in selected.enumerated() {
      try context.cancellation.check()
      context.progress.report(
        ProgressUpdate("recomputing \(one.label)", completed: index, total: selected.count))
      let evaluator = try context.evaluator(holding: one)
      guard evaluator.hasBatchNorm else {
        throw CommandError(
          "\(one.label) is a \(one.architecture.shortText), which has no batch-norm statistics")
      }
      let own = try evaluator.metrics(split)
      try evaluator.recalculateBatchNorm()
      if let wrong = try evaluator.nonFiniteStatistics() { throw wrong.error(at: one.label) }
      let new = try evaluator.metrics(split)
      updated.append(
        try evaluator.network.checkpoint(
          named: one.checkpoint.name, metadata: metadata(one, dataset)))
      table.append([
        .text(one.label), .number(own.loss), .number(new.loss), .number(own.accuracy),
        .number(new.accuracy),
      ])
      statement = evaluator.statement(of: .recomputed, "for each checkpoint")
    }
    let set = CheckpointSet(updated, of: selected[0].architecture)
    var result = Result()
    result.add(Note("\(name): \(set.summary)"))
    if let statement { result.add(Note(statement)) }
    result.add(table)
    result.bind(name, to: set)
    return result
  }

  // Where it is in a run, and what it was made from; scores that the file records are of other statistics.
  private func metadata(_ one: SelectedCheckpoint, _ dataset: Dataset) -> [String: String] {
    var metadata = one.checkpoint.metadata.filter {
      ["seed", "epoch", Checkpoint.independenceKey].contains($0.key)
    }
    metadata["batch_norm"] = "recomputed on the training split of \(dataset.name)"
    metadata["recomputed_from"] = one.checkpoint.identity
    return metadata
  }
}
