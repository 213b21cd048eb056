import BasinKit
import Datasets
import Landscape

/// Normalised diversity against accuracy, with the two limit curves (arXiv 1912.02757, Fig. 5).
struct Diversity: AnalysisCommand {
  static let configuration = CommandConfiguration(
    abstract: "The diversity–accuracy plane.",
    discussion: """
      Plots checkpoints on the diversity–accuracy plane against a baseline.

      For each checkpoint it shows the accuracy, and the disagreement with the baseline's predictions divided \
      by the checkpoint's error rate. The curves behind the points are two limits: the baseline's own \
      predictions perturbed at random (lower), and errors independent of the baseline's (upper). Fort, Hu & Lakshminarayanan, Deep Ensembles: A Loss Landscape Perspective, \
      arXiv 1912.02757.

      Sets are compared at matched accuracy: over all pairs with one checkpoint from each set whose \
      accuracies differ by at most 1 point, the mean difference in diversity is given with a 95 % interval.
      """)
  static let task = CommandTask.differences
  static let examples = [
    "diversity seeds path --baseline seeds[0]",
    "diversity seeds random lowrank --baseline seeds[0] --shift noise:3",
  ]

  @Argument(help: "Checkpoint sets, for instance independent seeds or a trajectory.")
  var checkpoints: [CheckpointSelection]
  @Option(help: "The baseline: a checkpoint, or an index into the first set.")
  var baseline = Baseline.index(0)
  @Option(help: "Dataset split: train or test.") var split: Split = .test
  @Option(
    help:
      "Corrupt the test images first, for instance gaussian-noise:3; noise is short for gaussian-noise."
  )
  var shift: Shift?

  /// How the baseline is typed.
  enum Baseline: ExpressibleByArgument {
    case index(Int)
    case selection(CheckpointSelection)

    init?(argument: String) {
      if let index = Int(argument) {
        self = .index(index)
      } else if let selection = CheckpointSelection(argument: argument) {
        self = .selection(selection)
      } else {
        return nil
      }
    }

    static var defaultCompletionKind: CompletionKind { CheckpointSelection.defaultCompletionKind }

    var defaultValueDescription: String {
      switch self {
      case .index(let index): String(index)
      case .selection(let selection): selection.text
      }
    }
  }

  func validate() throws {
    if shift != nil, split != .test {
      throw ValidationError("--shift corrupts test images; leave out --split \(split.rawValue)")
    }
  }

  func run(in context: Context) throws -> Result {
    let base = try chosenBaseline(context)
    let given = try context.checkpoints(checkpoints)
    let contents = try context.contents(of: [base] + given)
    let others = given.filter { !contents.areEqual($0, base) }
    let selected = Dictionary(grouping: others.indices) {
      others[$0].set + " " + contents[others[$0]]
    }
    .values.map { $0[0] }.sorted().map { others[$0] }
    guard !selected.isEmpty else {
      let all = (context.workspace.value(base.set) as? CheckpointSet)?.checkpoints.count ?? 1
      throw CommandError(
        "diversity needs a checkpoint besides the baseline \(base.label); "
          + (all > 1
            ? "`diversity \(base.set) --baseline \(base.label)` takes all \(all) of \(base.set)"
            : "`train cnn --epochs 10 --seeds 0..2 --out runs/new --as new` makes some"))
    }
    let dataset = try context.dataset(shiftedBy: shift?.corruption)
    let baseline = try context.predictions(base, split, on: dataset)
    let finite = try context.finitePredictions(selected, split, on: dataset, atLeast: 1)
    let reference = try baseline.classes()
    let accuracy = try baseline.metrics().accuracy
    guard accuracy > 1 / Double(dataset.classes) else {
      throw CommandError(
        "the baseline \(base.label) has an accuracy of \(NumberFormat.percent(1).text(accuracy)), "
          + "which is no better than guessing; choose another with --baseline")
    }
    let plane = DiversityAccuracyPlane(
      baseline: base.label, limits: LimitCurves(baseline: accuracy, classes: dataset.classes),
      points: try zip(finite.checkpoints, finite.predictions).map { one, predictions in
        let classes = try predictions.classes()
        let accuracy = try predictions.metrics().accuracy
        return DiversityAccuracyPlane.Point(
          label: one.label, set: one.set,
          scale: one.checkpoint.metadata["scale"].flatMap(Double.init), accuracy: accuracy,
          disagreement: try Pairwise.disagreement([reference, classes])[0][1], checkpoint: one,
          influences: Self.influences(
            disagreements: try classes.notEqual(to: reference).array(of: Double.self),
            errors: try classes.notEqual(to: predictions.labels).array(of: Double.self)))
      },
      evaluatedOn:
        "the \(Counted.text(dataset[split].count, "\(split.rawValue) inputs")) of \(dataset.name)",
      unit: split.inputsUnit, independence: try context.independence(of: finite.checkpoints))
    var result = plane.result
    if let note = finite.note { result.add(note) }
    for note in Self.leftOut(given, base, contents) { result.add(note) }
    return result
  }

  // What is the baseline itself, and what occurs twice in its set.
  private static func leftOut(
    _ given: [SelectedCheckpoint], _ base: SelectedCheckpoint, _ contents: CheckpointContents
  ) -> [Note] {
    let copies = given.filter { $0.label != base.label && contents.areEqual($0, base) }
    var notes: [Note] = []
    if !copies.isEmpty {
      notes.append(
        Note(
          "\(Counted.text(copies.count, "checkpoints")) with the weights and buffers of the baseline "
            + "\(base.label) left out: \(AffectedCheckpoints.listed(copies.map(\.label)))"))
    }
    let others = given.filter { !contents.areEqual($0, base) }
    for set in Set(others.map(\.set)).sorted() {
      notes += [contents.note(on: others.filter { $0.set == set }, "left out")].compactMap(\.self)
    }
    return notes
  }

  // Of the ratio D/E of two means, input i adds (dᵢ − D/E·eᵢ)/E to first order.
  static func influences(disagreements: [Double], errors: [Double]) -> [Double] {
    let count = Double(max(1, errors.count))
    let (disagreement, error) = (
      disagreements.reduce(0, +) / count, errors.reduce(0, +) / count
    )
    guard error > 0 else { return [] }
    return zip(disagreements, errors).map { ($0 - disagreement / error * $1) / error }
  }

  private func chosenBaseline(_ context: Context) throws -> SelectedCheckpoint {
    let selection: CheckpointSelection
    switch baseline {
    case .index(let index):
      var first = checkpoints[0]
      first.terms = [.init(name: first.terms[0].name, part: .index(index))]
      selection = first
    case .selection(let given): selection = given
    }
    return try context.checkpoint(selection, for: "--baseline")
  }
}
