import BasinKit
import Datasets
import Landscape
import Torch

/// The subnetworks of a multi-input multi-output network, measured as the members of an ensemble are
/// (Havasi et al., arXiv 2010.06610).
struct MIMO: AnalysisCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare a MIMO network's subnetworks.",
    discussion: """
      All heads get the same image, as in the paper's evaluation. Shows the disagreement between heads; each \
      head's diversity against the first head, with the limits for its accuracy; and the scores of averages \
      over 1, 2, … heads, over all subsets of heads. Havasi et \
      al., Training independent subnetworks for robust prediction, arXiv 2010.06610.
      """)
  static let task = CommandTask.ensembles
  static let examples = [
    "train mimo-cnn:heads=3 --epochs 40 --lr 0.02 --out runs/mimo --as m",
    "mimo m[0]",
  ]

  @Argument(help: "A checkpoint of a mimo-cnn, or, with --heads, of a TorchScript program.")
  var checkpoint: CheckpointSelection
  @Option(help: "Number of heads; the architecture's own unless given.") var heads: Int?
  @Option(help: "Dataset split: train or test.") var split: Split = .test

  func run(in context: Context) throws -> Result {
    let one = try context.checkpoint(checkpoint, for: "mimo")
    let count = try number(one)
    let evaluator = try context.evaluator(holding: one)
    let logits = try evaluator.headLogits(split, heads: count).checkedOutputs(of: one.label)
    let labels = try evaluator.data(split).labels
    let members = try MemberPredictions(
      logits: (0..<count).map { try logits.select(1, $0) }, labels: labels)
    let scores = try members.scores()
    let classes = try (0..<count).map { try members.member($0).argmax(1) }
    let disagreement = try Pairwise.disagreement(classes)
    let dataset = try context.dataset()
    var result = Result()
    result.add(
      Scalar(
        "Accuracy of the ensemble", try members.mean().scores()[0].accuracy, format: .percent(2)))
    result.add(
      Scalar(
        "Mean accuracy of a head", scores.reduce(0) { $0 + $1.accuracy } / Double(count),
        format: .percent(2)))
    let about =
      "the \(Counted.text(dataset[split].count, "\(split.rawValue) inputs")) of \(dataset.name)"
    result.add(
      matrix(
        "Disagreement of the heads of \(one.label)", disagreement, "disagreement",
        caption: "The fraction of \(about) on which the predictions of two heads differ."))
    result.add(
      matrix(
        "Jensen–Shannon divergence of the heads of \(one.label)",
        try Divergence.jensenShannon.pairs(members, cancellation: context.cancellation),
        "JSD (nats)", caption: "Mean over \(about), in nats; the largest value is log 2 = 0.693."))
    if scores[0].accuracy > 1 / Double(dataset.classes) {
      result.add(
        DiversityAccuracyPlane(
          baseline: "\(one.label) head 0",
          limits: LimitCurves(baseline: scores[0].accuracy, classes: dataset.classes),
          points: (1..<count).map { head in
            DiversityAccuracyPlane.Point(
              label: "\(one.label) head \(head)", set: "head \(head)",
              accuracy: scores[head].accuracy, disagreement: disagreement[0][head])
          }, evaluatedOn: about, unit: split.inputsUnit
        ).figure)
    }
    result.add(table(scores, disagreement[0], classes: dataset.classes, one))
    result.add(try ensembles(members, seed: context.seed(for: "mimo")))
    return result
  }

  private func number(_ one: SelectedCheckpoint) throws -> Int {
    let own = one.architecture.heads
    if case .torchScript = one.architecture.family {
      guard let heads, heads >= 2 else {
        throw CommandError("a TorchScript file does not say its heads; pass --heads, 2 or more")
      }
      return heads
    }
    guard own >= 2 else {
      throw CommandError(
        "\(one.label) is a \(one.architecture.shortText), which has one head; "
          + "`train mimo-cnn:heads=3 …` makes a network of several")
    }
    guard heads == nil || heads == own else {
      throw CommandError("\(one.label) has \(Counted.text(own, "heads")), not \(heads ?? 0)")
    }
    return own
  }

  private func matrix(
    _ title: String, _ values: [[Double]], _ quantity: String, caption: String
  ) -> Figure {
    let highest = values.joined().max() ?? 0
    return Figure(
      title,
      .matrix(
        rows: values, labels: values.indices.map { "head \($0)" }, axis: "head",
        color: .init(quantity, range: 0...max(highest, 0.01)), format: .fixed(3)),
      legend: .none, size: .compact, caption: caption)
  }

  private func table(
    _ scores: [ProbabilityScores], _ disagreement: [Double], classes: Int,
    _ one: SelectedCheckpoint
  ) -> Table {
    let limits = LimitCurves(baseline: scores[0].accuracy, classes: classes)
    var table = Table(
      "Heads, against head 0",
      columns: [
        .text("head"), .number("accuracy", format: .percent(2)),
        .number("NLL", unit: "nats", format: .fixed(4)), .number("disagreement", format: .fixed(4)),
        .number("normalised diversity", format: .fixed(3)),
        .number("lower limit", format: .fixed(3)), .number("upper limit", format: .fixed(3)),
      ])
    for (head, score) in scores.enumerated() {
      let hasDiversity = head > 0 && score.accuracy < 1 && scores[0].accuracy > 1 / Double(classes)
      func cell(_ value: Double) -> Table.Cell { hasDiversity ? .number(value) : .missing }
      table.append([
        .text("\(one.label) head \(head)"), .number(score.accuracy),
        .number(score.negativeLogLikelihood), .number(disagreement[head]),
        cell(disagreement[head] / (1 - score.accuracy)), cell(limits.lower(score.accuracy)),
        cell(limits.upper(score.accuracy)),
      ])
    }
    return table
  }

  private func ensembles(_ members: MemberPredictions, seed: Seed) throws -> Table {
    var table = Table(
      "Ensembles of heads (means over all sets of a size, or 1,000 of them)",
      columns: [
        .integer("heads"), .integer("sets"), .number("accuracy", format: .percent(2)),
        .number("NLL", unit: "nats", format: .fixed(4)), .number("Brier score", format: .fixed(4)),
        .number("ECE (15 equal-width bins)", format: .fixed(4)),
      ])
    for size in 1...members.count {
      let sets = try Subsets(of: members.count, size: size, limit: 1000, seed: seed).places
      let scores = try sets.map { try members.members($0).mean().scores()[0] }
      func mean(_ value: (ProbabilityScores) -> Double) -> Table.Cell {
        .number(scores.reduce(0) { $0 + value($1) } / Double(scores.count))
      }
      table.append([
        .integer(size), .integer(sets.count), mean(\.accuracy), mean(\.negativeLogLikelihood),
        mean(\.brier), mean(\.expectedCalibrationError),
      ])
    }
    return table
  }
}
