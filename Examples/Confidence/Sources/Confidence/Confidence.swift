import BasinKit
import Datasets
import Torch

/// What `my-basin` has beside Basin's own plugins.
public let confidence = Plugin(
  name: "confidence", version: "1.0", summary: "how sure predictions are",
  commands: [Confidence.self])

struct Confidence: AnalysisCommand {
  static let configuration = CommandConfiguration(
    abstract: "Mean confidence of each checkpoint's predictions.")
  @Argument(help: "Checkpoints.") var checkpoints: [CheckpointSelection]
  @Option(help: "Dataset split: train or test.") var split: Split = .test

  func run(in context: Context) throws -> Result {
    let selected = try context.checkpoints(checkpoints)
    var table = Table(
      "Confidence", columns: [.text("checkpoint"), .number("mean", format: .percent(1))])
    for (one, predictions) in zip(selected, try context.predictions(selected, split)) {
      let largest = try predictions.probabilities().max(1).values
      table.append([.text(one.label), .number(try largest.mean().item())])
    }
    return Result(items: [.table(table)])
  }
}
