import BasinKit
import Datasets
import Landscape

/// `eval SET…`.
struct Eval: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Evaluate loss and accuracy.",
    discussion: "Evaluates checkpoints on the current dataset.")
  static let task = CommandTask.data
  static let examples = [
    "eval seeds",
    "eval path[-1] --split train",
  ]

  @Argument(help: "Checkpoints, for instance seeds or path[-1].")
  var checkpoints: [CheckpointSelection]
  @Option(help: "Dataset split: train or test.") var split: Split = .test

  func run(in session: Session, _ context: Context) throws -> Result {
    let selected = try context.checkpoints(checkpoints)
    let dataset = try context.dataset()
    var table = Table(
      "\(dataset.name), \(split.rawValue): \(Counted.text(dataset[split].count, "inputs"))",
      columns: [
        .text("checkpoint"), .text("name"), .number("loss", unit: "nats", format: .fixed(4)),
        .number("accuracy", format: .percent(2)),
      ])
    var affected: [NonFiniteOutputs] = []
    for (one, outputs) in zip(selected, try context.outputs(selected, split)) {
      do {
        let metrics = try outputs.checked(of: one.label).metrics()
        table.append([
          .text(one.label), .text(one.checkpoint.name), .number(metrics.loss),
          .number(metrics.accuracy),
        ])
      } catch let error as NonFiniteOutputs {
        affected.append(error)
        table.append([.text(one.label), .text(one.checkpoint.name), .missing, .missing])
      }
    }
    var result = Result(items: [.table(table)])
    if let note = FinitePredictions.note(affected, "shown as missing") { result.add(note) }
    return result
  }
}
