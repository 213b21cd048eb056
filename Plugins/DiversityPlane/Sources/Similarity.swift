import BasinKit
import Landscape

/// cos(w_a, w_b) over all trainable parameters, for every pair (arXiv 1912.02757, Fig. 2 left).
struct Similarity: AnalysisCommand {
  static let configuration = CommandConfiguration(
    abstract: "Cosine similarity of weights.",
    discussion: """
      cos(w_a, w_b) over all trainable parameters. Batch-norm statistics are not parameters and are left out. Fort, Hu & Lakshminarayanan, Deep Ensembles: A Loss Landscape Perspective, \
      arXiv 1912.02757.
      """)
  static let task = CommandTask.differences
  static let examples = [
    "similarity seeds path[-1]"
  ]

  @Argument(help: "Two or more checkpoints, for instance seeds or path[5..].")
  var checkpoints: [CheckpointSelection]

  func run(in context: Context) throws -> Result {
    let selected = try context.pair(checkpoints, for: "similarity")
    if let other = selected.first(where: { $0.architecture != selected[0].architecture }) {
      throw CommandError(
        "\(other.label) is a \(other.architecture.text) and \(selected[0].label) a "
          + "\(selected[0].architecture.text); weights compare within one architecture")
    }
    let parameters = try selected.enumerated().map { index, one in
      try context.cancellation.check()
      context.progress.report(
        ProgressUpdate("reading \(one.label)", completed: index, total: selected.count))
      return try context.parameters(one, alone: true)
    }
    let values = try Pairwise.cosineSimilarity(parameters, cancellation: context.cancellation)
    var result = PairMatrix(
      title: "Weight similarity", quantity: "Cosine similarity",
      caption: "Cosine of the angle between the weights of each two checkpoints: 1 is the same "
        + "direction, 0 is orthogonal.",
      values: values,
      // Weights have no inputs.
      checkpoints: selected, given: nil, independence: try context.independence(of: selected),
      color: .init("cosine similarity", map: .diverging, range: -1...1), format: .fixed(2)
    ).result
    let zeros = selected.indices.filter { values[$0][$0].isNaN }.map { selected[$0].label }
    if !zeros.isEmpty {
      result.add(
        Note(
          "weights that are all zero, or not finite, have no direction: \(AffectedCheckpoints.listed(zeros))",
          level: .warning))
    }
    return result
  }
}
