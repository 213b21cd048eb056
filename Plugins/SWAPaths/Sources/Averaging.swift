import BasinKit
import Datasets
import Landscape
import Torch

/// Averages of the weights along a run (arXiv 1803.05407).
struct Averaging: AnalysisCommand {
  static let configuration = CommandConfiguration(
    commandName: "swa",
    abstract: "Average the weights along a run.",
    discussion: """
      Averages the weights along a run and compares the average with the run.

      All snapshots from --from on have equal weight, as in stochastic weight averaging (SWA). With --ema D, \
      each update is D times the past average plus 1 − D times the new snapshot. The run should use a \
      constant or cyclical learning rate, so that its snapshots surround a solution. Izmailov et al., Averaging Weights \
      Leads to Wider Optima, arXiv 1803.05407.

      The figure shows the training loss and the test error of every snapshot, and of the running average up \
      to it. Batch-norm statistics are recomputed on the training split for snapshots and averages alike.
      """)
  static let task = CommandTask.averages
  static let examples = [
    "swa path --from 10 --as swa",
    "swa path --from 0 --ema 0.9 --as ema",
  ]

  @Argument(help: "Snapshots of one run in order, for instance path.")
  var path: CheckpointSelection
  @Option(help: "Index in PATH, from 0, of the first snapshot to average.") var from = 0
  @Option(help: "EMA decay D; equal weights unless given.")
  var ema: Double?
  @Option(name: .customLong("as"), help: "Session name of the average.") var name = "swa"

  func validate() throws {
    guard from >= 0 else { throw ValidationError("--from is \(from); it must be 0 or more") }
    if let ema, !(ema > 0 && ema < 1) {
      throw ValidationError("--ema is \(ema); it must be between 0 and 1")
    }
  }

  func run(in context: Context) throws -> Result {
    try withOneThreadAnOperator { try measured(in: context) }
  }

  private func measured(in context: Context) throws -> Result {
    let snapshots = try context.run(path, for: "swa")
    guard snapshots.count - from >= 2 else {
      throw CommandError(
        "--from is \(from), which leaves \(max(0, snapshots.count - from)) of the "
          + "\(Counted.text(snapshots.count, "snapshots")) of \(path.text); two or more are needed")
    }
    var average = WeightAverage(ema.map { .exponential(decay: $0) } ?? .equal)
    var diverged = DivergedSnapshots(classes: try context.dataset().classes)
    var averaged: [SelectedCheckpoint] = []
    let times = SnapshotTimes(snapshots)
    var states: [RunState] = []
    var vectors: [Tensor] = []
    for (index, snapshot) in snapshots.enumerated() {
      try context.cancellation.check()
      context.progress.report(
        ProgressUpdate("averaging", completed: index, total: snapshots.count))
      var state = RunState(
        epoch: times.values[index], own: try context.recomputed(snapshot))
      let loss = state.own.train.loss
      if index >= from, diverged.contains(loss: loss) {
        diverged.snapshots.append((snapshot.label, loss))
      } else if index >= from {
        averaged.append(snapshot)
        vectors.append(try context.parameters(snapshot).to(device: "cpu"))
        try average.add(vectors[vectors.count - 1])
        let evaluator = try context.evaluator(holding: snapshot)
        try evaluator.move(to: average)
        state.average = try PerInput(evaluator)
      }
      states.append(state)
    }
    guard averaged.count >= 2 else { throw diverged }
    let last = averaged[averaged.count - 1]
    let evaluator = try context.evaluator(holding: last)
    try evaluator.move(to: average)
    let checkpoint = try evaluator.network.checkpoint(
      named: ema == nil ? "SWA of \(path.text)" : "EMA of \(path.text)",
      metadata: metadata(averaged))
    try context.warnUnlessOneRun(averaged)
    let report = AveragingReport(
      run: path.text, average: name, time: times.unit.rawValue,
      states: states)
    var result = Result()
    let set = CheckpointSet([checkpoint], of: last.architecture)
    result.add(Note("\(name): \(set.summary)"))
    if let statistics = evaluator.statement(of: .recomputed, "for snapshots and averages alike") {
      result.add(Note(statistics))
    }
    if !diverged.snapshots.isEmpty { result.add(diverged.note) }
    result.add(report.figure)
    if let note = Note.missing(
      states.map { $0.own.train.loss + $0.own.test.loss }, "snapshots of \(path.text)")
    {
      result.add(note)
    }
    if let note = Note.missing(
      states.compactMap { $0.average.map { $0.train.loss + $0.test.loss } }, "averages")
    {
      result.add(note)
    }
    result.add(report.table)
    result.add(report.comparison)
    for statement in report.statements { result.add(Note(statement)) }
    if let warning = report.warning { result.add(warning) }
    if let centre = average.value {
      result.add(report.ring(try IterateRing(vectors, about: centre)))
    }
    result.bind(name, to: set)
    return result
  }

  private func metadata(_ counted: [SelectedCheckpoint]) -> [String: String] {
    [
      "method": ema.map { "exponential average, decay \($0)" } ?? "equal average",
      "averaged": counted.map(\.checkpoint.name).joined(separator: " "),
      "averaged_identities": counted.map(\.checkpoint.identity).joined(separator: " "),
    ]
  }
}

extension Evaluator {
  /// Moves the network to an average, with batch-norm statistics of its own.
  func move(to average: WeightAverage) throws {
    guard let value = average.value else { return }
    try withoutGradients { try network.parameters.assign(value) }
    try recalculateBatchNorm()
  }
}

extension SelectedCheckpoint {
  /// The epoch that its metadata names.
  var epoch: Double? { checkpoint.metadata["epoch"].flatMap(Double.init) }
}

extension Context {
  /// Losses and errors of a checkpoint, with batch-norm statistics recomputed as for an average: those of
  /// training lag behind the weights.
  func recomputed(_ selected: SelectedCheckpoint) throws -> PerInput {
    let evaluator = try evaluator(holding: selected)
    guard !evaluator.hasBatchNorm else {
      try evaluator.recalculateBatchNorm()
      return try PerInput(evaluator)
    }
    func part(_ split: Split) throws -> PerInput.Part {
      // A snapshot that diverged is shown as missing.
      let predictions = try outputs(selected, split)
      return try PerInput.Part(logits: predictions.logits, labels: predictions.labels)
    }
    return try PerInput(train: part(.train), test: part(.test))
  }

  /// Snapshots of one run: at least two checkpoints of one architecture.
  func run(_ selection: CheckpointSelection, for command: String) throws -> [SelectedCheckpoint] {
    let selected = try checkpoints(
      [selection], atLeast: 2, for: command, kind: "snapshots")
    try requireOneArchitecture(selected)
    return selected
  }

  /// - Throws: ``CommandError`` naming two checkpoints whose architectures differ.
  func requireOneArchitecture(_ selected: [SelectedCheckpoint]) throws {
    for one in selected where one.architecture != selected[0].architecture {
      throw CommandError(
        "\(one.label) is a \(one.architecture.shortText) and \(selected[0].label) a "
          + "\(selected[0].architecture.shortText); weights of one architecture are needed")
    }
  }
}
