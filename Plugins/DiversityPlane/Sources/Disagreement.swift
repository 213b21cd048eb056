import BasinKit
import Datasets
import Landscape

/// The fraction of inputs on which two checkpoints predict different classes, for every pair
/// (arXiv 1912.02757, Fig. 2 right).
struct Disagreement: AnalysisCommand {
  static let configuration = CommandConfiguration(
    abstract: "How often predictions differ.",
    discussion: """
      The fraction of inputs on which two checkpoints predict different classes.

      This measures how different two functions are, whatever their weights. Fort, \
      Hu & Lakshminarayanan, Deep Ensembles: A Loss Landscape Perspective, arXiv 1912.02757.
      """)
  static let task = CommandTask.differences
  static let examples = [
    "disagreement seeds",
    "disagreement path[..10] path[-1] --split train",
  ]

  @Argument(help: "Two or more checkpoints, for instance seeds or path[5..].")
  var checkpoints: [CheckpointSelection]
  @Option(help: "Dataset split: train or test.") var split: Split = .test

  func run(in context: Context) throws -> Result {
    let finite = try context.finitePredictions(
      context.pair(checkpoints, for: "disagreement"), split, atLeast: 2)
    let selected = finite.checkpoints
    let values = try Pairwise.disagreement(finite.predictions.map { try $0.classes() })
    let dataset = try context.dataset()
    var result = PairMatrix(
      title: "Disagreement of predictions", quantity: "Disagreement",
      caption:
        "Fraction of the \(Counted.text(dataset[split].count, "\(split.rawValue) inputs")) of "
        + "\(dataset.name) on which the predicted classes differ.",
      values: values, checkpoints: selected, independence: try context.independence(of: selected),
      color: .init("disagreement", range: 0...max(1e-9, values.joined().max() ?? 0)),
      format: .fixed(3)
    ).result
    if let note = finite.note { result.add(note) }
    return result
  }
}

extension Context {
  /// The selected checkpoints, at least two.
  func pair(
    _ selections: [CheckpointSelection], for command: String
  ) throws -> [SelectedCheckpoint] {
    try checkpoints(selections, atLeast: 2, for: command)
  }
}
