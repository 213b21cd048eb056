import BasinKit
import Datasets
import Landscape

extension Divergence: ExpressibleByArgument {}

/// How far apart the predicted probabilities of two checkpoints are, for every pair
/// (arXiv 1912.02757).
struct DivergenceCommand: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "divergence",
    abstract: "Divergence of predicted probabilities.",
    discussion: """
      js is the Jensen–Shannon divergence H((a + b)/2) − [H(a) + H(b)]/2, from 0 to log 2; kl is KL(a‖b) = Σ \
      a log(a/b), with a for the row and b for the column. Both are averaged over inputs. Entropies are \
      exact; they do not include the 1e-5 that the authors' notebook adds inside the logarithm. Fort, Hu & Lakshminarayanan, Deep Ensembles: A Loss Landscape Perspective, \
      arXiv 1912.02757.
      """)
  static let task = CommandTask.differences
  static let examples = [
    "divergence seeds path --measure js"
  ]

  @Argument(help: "Two or more checkpoints, for instance seeds or path[5..].")
  var checkpoints: [CheckpointSelection]
  @Option(help: "The divergence: js (Jensen–Shannon) or kl (Kullback–Leibler).")
  var measure: Divergence = .jensenShannon
  @Option(help: "Dataset split: train or test.") var split: Split = .test

  func run(in context: Context) throws -> Result {
    let finite = try context.finitePredictions(
      context.pair(checkpoints, for: "divergence"), split, atLeast: 2)
    let selected = finite.checkpoints
    let values = try measure.pairs(
      MemberPredictions(
        logits: finite.predictions.map(\.logits), labels: finite.predictions[0].labels),
      cancellation: context.cancellation)
    let dataset = try context.dataset()
    let isSymmetric = measure == .jensenShannon
    let highest = values.joined().max() ?? 0
    let independence = try context.independence(of: selected)
    let name = isSymmetric ? "Jensen–Shannon divergence" : "Kullback–Leibler divergence"
    var result = PairMatrix(
      title: name + (isSymmetric ? " of predictions" : " of predictions, row from column"),
      quantity: name + (isSymmetric ? " (nats)" : " KL(row‖column) (nats)"),
      caption:
        "Mean over the \(Counted.text(dataset[split].count, "\(split.rawValue) inputs")) of \(dataset.name), in "
        + "nats, of the "
        + (isSymmetric
          ? "Jensen–Shannon divergence of the predicted probabilities; its largest value is "
            + "log 2 = 0.693."
          : "Kullback–Leibler divergence KL(a‖b) = Σ a log(a/b) of the predicted probabilities; "
            + "rows are a, columns are b."),
      values: values, checkpoints: selected, independence: independence,
      color: .init(
        isSymmetric ? "JSD (nats)" : "KL(row‖column) (nats)", range: 0...max(1e-9, highest)),
      format: .fixed(3)
    ).result
    if !isSymmetric { summarise(values, selected, independence.contents, in: &result) }
    if let note = finite.note { result.add(note) }
    return result
  }

  // A pair of a symmetric matrix counts once; KL(a‖b) and KL(b‖a) are two numbers.
  private func summarise(
    _ values: [[Double]], _ selected: [SelectedCheckpoint], _ contents: CheckpointContents,
    in result: inout Result
  ) {
    let sets = PairMatrix.blocks(of: selected, contents)
    var table = Table(
      "KL(a‖b) by pair of sets, in nats (a checkpoint with itself left out)",
      columns: [
        .text("a of"), .text("b of"), .integer("pairs"), .number("mean", format: .fixed(3)),
        .number("min", format: .fixed(3)), .number("max", format: .fixed(3)),
      ])
    for first in sets {
      for second in sets {
        let pairs = first.places.flatMap { a in
          second.places.filter { !contents.areEqual(selected[a], selected[$0]) }
            .map { values[a][$0] }
        }
        guard let least = pairs.min(), let greatest = pairs.max() else { continue }
        table.append([
          .text(first.name), .text(second.name), .integer(pairs.count),
          .number(pairs.reduce(0, +) / Double(pairs.count)), .number(least), .number(greatest),
        ])
      }
    }
    guard !table.rows.isEmpty else { return }
    let place = result.items.firstIndex { if case .table = $0 { true } else { false } }
    if let place { result.items[place] = .table(table) }
  }
}

extension Context {
  /// What checkpoints predict on a split of the dataset in use, or of a shifted copy of it.
  ///
  /// - Throws: `NonFiniteOutputs`: an ensemble without one of its members is another one.
  func members(
    _ selected: [SelectedCheckpoint], _ split: Split, on shifted: Dataset? = nil
  ) throws -> MemberPredictions {
    let predictions = try self.predictions(selected, split, on: shifted ?? dataset())
    // Their probabilities are averaged.
    if let copies = try contents(of: selected).note(
      on: selected, "each counts as a member of its own")
    {
      warn(copies.text)
    }
    return try MemberPredictions(
      logits: predictions.map(\.logits), labels: predictions[0].labels)
  }
}
