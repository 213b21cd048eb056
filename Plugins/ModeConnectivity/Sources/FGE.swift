import BasinKit
import Datasets
import Landscape
import Torch

/// Ensembles of the low points of a cyclical learning rate (arXiv 1802.10026, §4).
struct FGE: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "fge",
    abstract: "Score fast geometric ensembles (FGE).",
    discussion: """
      Scores fast geometric ensembles by the number of cycles.

      Averages the probabilities of the first 1, 2, … snapshots of a run with a cyclical learning rate, and \
      compares these ensembles with the single snapshots. The snapshots are taken where the learning rate is \
      lowest; `train --snapshot cycle` keeps them. Garipov et al., Loss Surfaces, Mode Connectivity, \
      and Fast Ensembling of DNNs, arXiv 1802.10026.
      """)
  static let task = CommandTask.ensembles
  static let examples = [
    "train cnn --epochs 40 --schedule cyclical:4:0.0001:20 --snapshot cycle --out runs/fge",
    "load runs/fge/seed0/epoch*.safetensors --as cycles",
    "fge cycles",
  ]

  @Argument(help: "Two or more snapshots, in the order of the run.") var set: CheckpointSelection
  @Option(help: "Dataset split: train or test.") var split: Split = .test

  func run(in context: Context) throws -> Result {
    let selected = try context.checkpoints([set], atLeast: 2, for: "fge", kind: "snapshots")
    let predictions = try context.predictions(selected, split)
    if let diverged = try context.diverged(among: selected) { throw diverged }
    try context.warnUnlessOneRun(selected)
    let labels = predictions[0].labels
    let members = try MemberPredictions(logits: predictions.map(\.logits), labels: labels)
    let single = try members.scores()
    let ensembles = try MemberPredictions(
      joining: (1...selected.count).map { try members.members(Array(0..<$0)).mean() })
    let averaged = try ensembles.scores()
    let dataset = try context.dataset()
    let evaluatedOn =
      "the \(Counted.text(dataset[split].count, "\(split.rawValue) inputs")) of \(dataset.name)"
    var result = Result()
    result.add(figure(single, averaged, evaluatedOn))
    result.add(table(selected, single, averaged))
    let chosen = try context.predictions(selected, split == .test ? .train : .test)
    let otherScores = try MemberPredictions(
      logits: chosen.map(\.logits), labels: chosen[0].labels
    ).scores()
    let trend = Trend((split == .train ? single : otherScores).map(\.negativeLogLikelihood))
    result.add(
      try comparison(selected, members, ensembles, otherScores, trend))
    if let warning = Note.trending(trend, "their average depends on the first cycle") {
      result.add(warning)
    }
    return result
  }

  private typealias Score = (
    label: String, column: String, path: KeyPath<ProbabilityScores, Double>, factor: Double,
    format: NumberFormat
  )

  private static var scores: [Score] {
    [
      ("accuracy (%)", "accuracy", \.accuracy, 100, .percent(2)),
      ("NLL (nats)", "NLL", \.negativeLogLikelihood, 1, .fixed(4)),
      ("ECE", "ECE", \.expectedCalibrationError, 1, .fixed(4)),
    ]
  }

  private func figure(
    _ single: [ProbabilityScores], _ averaged: [ProbabilityScores], _ evaluatedOn: String
  ) -> Figure {
    let cycles = averaged.indices.map { Double($0 + 1) }
    return Figure(
      "Fast geometric ensembling",
      panels: Self.scores.map { score in
        var panel = Figure.Panel(
          x: .init(
            "cycles", range: 0.5...(Double(averaged.count) + 0.5),
            ticks: averaged.count > 12
              ? .automatic : .labelled(cycles.map { .init($0, String(Int($0))) })),
          y: .init(score.label))
        panel.add(
          .scatter(
            "the cycle's snapshot", x: cycles,
            y: single.map { $0[keyPath: score.path] * score.factor },
            color: .neutral))
        panel.add(
          .line(
            "ensemble of all so far", x: cycles,
            y: averaged.map { $0[keyPath: score.path] * score.factor }, color: .series(0),
            marker: .circle))
        return panel
      }, columns: 3, legend: .below, size: .wide,
      caption:
        "Scores on \(evaluatedOn) after each cycle: of its snapshot alone, and of the mean of "
        + "the probabilities of all snapshots so far. ECE in \(ProbabilityScores.bins) equal-width "
        + "bins.")
  }

  private func table(
    _ selected: [SelectedCheckpoint], _ single: [ProbabilityScores],
    _ averaged: [ProbabilityScores]
  ) -> Table {
    let times = SnapshotTimes(selected)
    // Where nothing says when a snapshot was taken its place in the selection says it all.
    let isTimed = times.unit != .snapshot
    var table = Table(
      "Ensembles by the number of cycles (ECE in \(ProbabilityScores.bins) equal-width bins)",
      columns: [.integer("cycles"), .text("last snapshot")]
        + (isTimed ? [.number(times.unit.rawValue, format: .significant(6))] : [])
        + Self.scores.map { .number("\($0.column), ensemble", format: $0.format) }
        + Self.scores.map { .number("\($0.column), snapshot", format: $0.format) })
    for (index, one) in selected.enumerated() {
      table.append(
        [
          .integer(index + 1), .text(one.label),
        ] + (isTimed ? [.number(times.values[index])] : [])
          + Self.scores.map { .number(averaged[index][keyPath: $0.path]) }
          + Self.scores.map { .number(single[index][keyPath: $0.path]) })
    }
    return table
  }

  // The whole ensemble against single snapshots, input by input. The best snapshot is chosen on the other
  // split: on this one its NLL would be too low for having been chosen. Snapshots that still descend have no
  // average one.
  private func comparison(
    _ selected: [SelectedCheckpoint], _ members: MemberPredictions,
    _ ensembles: MemberPredictions, _ scores: [ProbabilityScores], _ trend: Trend
  ) throws -> Table {
    let count = selected.count
    let best =
      scores.indices.min {
        scores[$0].negativeLogLikelihood < scores[$1].negativeLogLikelihood
      } ?? 0
    let mean = try members.rightLogProbabilities.mean(0).array(of: Double.self)
    func logs(_ predictions: MemberPredictions, _ place: Int) throws -> [Double] {
      try predictions.rightLogProbabilities.select(0, place).array(of: Double.self)
    }
    let all = try logs(ensembles, count - 1)
    // That of the ensemble is the largest of its members.
    let spacing = try 2 * ensembles.spacing.select(0, count - 1).mean().item()
    return PairedNLL.table(
      "NLL of the ensemble of \(count) cycles against single snapshots, in nats",
      [
        (
          "all \(count)", "last snapshot, \(selected[count - 1].label)", all,
          try logs(members, count - 1), nil
        ),
        (
          "all \(count)",
          "best snapshot on the \(split == .train ? "test" : "training") split, \(selected[best].label)",
          all, try logs(members, best), nil
        ),
        ("all \(count)", "a snapshot on average", all, mean, trend.objection),
      ], unit: split.inputsUnit, given: "this run", spacing: spacing)
  }
}

/// Differences of negative log-likelihoods on the same inputs.
enum PairedNLL {
  typealias Pair = (
    name: String, against: String, own: [Double], other: [Double], objection: String?
  )

  /// - Parameters:
  ///   - pairs: Names, log p_y of each input, and why there is no verdict.
  ///   - unit: What the inputs are called.
  ///   - given: What is held fixed.
  ///   - spacing: The mean spacing of the logits of both sides together.
  static func table(
    _ title: String, _ pairs: [Pair], unit: String, given: String, spacing: Double
  ) -> Table {
    // Small differences keep their digits.
    let format = NumberFormat.significant(3)
    let differences = pairs.map { pair in
      var found = Difference.paired(
        pair.own.map { -$0 }, pair.other.map { -$0 }, unit: unit, given: given,
        spacing: spacing)
      if let objection = pair.objection { found.estimate.support = .unsupported(objection) }
      return found
    }
    var table = Table(
      "\(title) (\(Estimate.caption(of: differences.map(\.estimate))))",
      columns: [
        .text("ensemble"), .text("against"), .number("difference", format: format),
        .number("from", format: format), .number("to", format: format), .text("verdict"),
      ])
    for (pair, difference) in zip(pairs, differences) {
      table.append(
        [.text(pair.name), .text(pair.against), .number(difference.value)]
          + difference.estimate.endCells + [.text(difference.verdict.text)])
    }
    return table
  }
}
