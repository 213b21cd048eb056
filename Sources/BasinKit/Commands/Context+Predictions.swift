import BasinCore
import Datasets
import Landscape
import Torch

/// What checkpoints predict, without those whose outputs are NaN or infinite.
public struct FinitePredictions {
  /// The checkpoints that have finite outputs for every input, in their order.
  public var checkpoints: [SelectedCheckpoint] = []
  /// Their predictions.
  public var predictions: [Predictions] = []
  /// Those that were left out.
  public var leftOut: [NonFiniteOutputs] = []

  /// Says which checkpoints were left out and why; `nil` where none was.
  public var note: Note? { Self.note(leftOut, "left out") }

  /// A warning that names checkpoints with NaN or infinite outputs, five at most.
  ///
  /// - Parameter consequence: What was done with them, for instance `left out`.
  public static func note(_ affected: [NonFiniteOutputs], _ consequence: String) -> Note? {
    guard !affected.isEmpty else { return nil }
    let named = AffectedCheckpoints.listed(affected.map { "\($0.name) (\($0.extent))" })
    return Note("NaN or infinite outputs, \(consequence): \(named)", level: .warning)
  }
}

extension Context {
  /// A checkpoint's predictions on a split of the dataset in use, computed once a session.
  ///
  /// - Throws: ``CommandError`` when no dataset is loaded; what loading the weights throws;
  ///   `NonFiniteOutputs` when a logit is NaN or infinite.
  public func predictions(_ selected: SelectedCheckpoint, _ split: Split) throws -> Predictions {
    try predictions(selected, split, on: dataset())
  }

  /// A checkpoint's predictions on a split of any dataset of the same inputs and classes, computed
  /// once a session.
  ///
  /// - Throws: ``CommandError`` when no dataset is loaded; what loading the weights throws;
  ///   `NonFiniteOutputs` when a logit is NaN or infinite.
  public func predictions(
    _ selected: SelectedCheckpoint, _ split: Split, on dataset: Dataset
  ) throws -> Predictions {
    try outputs(selected, split, on: dataset).checked(of: selected.label)
  }

  /// Predictions of several checkpoints, with progress.
  ///
  /// - Throws: What ``predictions(_:_:on:)`` throws.
  public func predictions(
    _ selected: [SelectedCheckpoint], _ split: Split
  ) throws -> [Predictions] {
    try predictions(selected, split, on: dataset())
  }

  /// Predictions of several checkpoints on any dataset of the same inputs and classes, with progress.
  ///
  /// - Throws: What ``predictions(_:_:on:)`` throws.
  public func predictions(
    _ selected: [SelectedCheckpoint], _ split: Split, on dataset: Dataset
  ) throws -> [Predictions] {
    try zip(selected, outputs(selected, split, on: dataset)).map { try $1.checked(of: $0.label) }
  }

  /// Predictions of those of several checkpoints that have finite outputs for every input: a command that
  /// measures each checkpoint shows the rest of a run in which some diverged.
  ///
  /// - Parameter minimum: How many must be left.
  /// - Throws: What ``predictions(_:_:on:)`` throws, `NonFiniteOutputs` only when fewer than the minimum
  ///   are left.
  public func finitePredictions(
    _ selected: [SelectedCheckpoint], _ split: Split, on dataset: Dataset? = nil,
    atLeast minimum: Int
  ) throws -> FinitePredictions {
    var finite = FinitePredictions()
    for (one, outputs) in zip(selected, try outputs(selected, split, on: dataset ?? self.dataset()))
    {
      do {
        finite.predictions.append(try outputs.checked(of: one.label))
        finite.checkpoints.append(one)
      } catch let error as NonFiniteOutputs {
        finite.leftOut.append(error)
      }
    }
    if finite.checkpoints.count < minimum, let first = finite.leftOut.first { throw first }
    return finite
  }

  /// A checkpoint's outputs as they are, NaN and infinite ones among them: for what shows a checkpoint's
  /// values as missing. Everything else takes ``predictions(_:_:)``.
  ///
  /// - Throws: ``CommandError`` when no dataset is loaded; what loading the weights throws.
  public func outputs(
    _ selected: SelectedCheckpoint, _ split: Split, on dataset: Dataset? = nil
  ) throws -> Predictions {
    let dataset = try dataset ?? self.dataset()
    let key = PredictionStore.Key(
      checkpoint: selected.checkpoint.identity, architecture: selected.architecture,
      dataset: dataset.name + dataset.sha256, split: split)
    let evaluator = try workspace.evaluator(
      for: selected.architecture, on: dataset, cancellation: cancellation)
    let predictions = try workspace.predictions.predictions(for: key) {
      try evaluator.network.load(selected.checkpoint)
      do {
        return try Predictions(
          logits: evaluator.logits(split), labels: evaluator.data(split).labels)
      } catch let error as TorchError where error.program != nil {
        throw CommandError("\(selected.label) (\(selected.checkpoint.label)): \(error)")
      }
    }
    if predictions.nonFiniteCount > 0 {
      nonFiniteOutputs[selected.label] = NonFiniteOutputs(
        name: selected.label, count: predictions.nonFiniteCount, inputs: predictions.labels.count)
    }
    // With the checkpoint's weights, or those of another one of the same network.
    try warn(of: evaluator)
    if evaluator.hasBatchNorm { try lookAtStatistics(of: selected, evaluator) }
    if split == .test, dataset.sha256 == workspace.dataset?.sha256 {
      try compareWithRecorded(predictions, of: selected)
    }
    return predictions
  }

  // Warns where a file says that its weights score otherwise on data that they were not trained on.
  private func compareWithRecorded(
    _ predictions: Predictions, of selected: SelectedCheckpoint
  ) throws {
    guard selected.checkpoint.file != nil, predictions.nonFiniteCount == 0 else { return }
    let recorded = RecordedScore.all(in: selected.checkpoint.metadata)
    guard !recorded.isEmpty else { return }
    let metrics = try predictions.metrics()
    guard
      let first = recorded.first(where: {
        !$0.agrees(with: metrics, inputs: predictions.labels.count)
      })
    else { return }
    let assumption = selected.architecture.assumption()
    warn(
      "\(selected.label): \(first.contradiction(of: metrics)); check "
        + (assumption.map {
          "the architecture (for instance --arch \($0.other); a network with other \($0.structure) needs a "
            + "TorchScript file, --arch net.ts --trust) and "
        } ?? "")
        + "that the data and their scaling are those of the file")
  }

  /// Outputs of several checkpoints as they are, with progress.
  ///
  /// - Throws: What ``outputs(_:_:on:)`` of one throws.
  public func outputs(
    _ selected: [SelectedCheckpoint], _ split: Split, on dataset: Dataset? = nil
  ) throws -> [Predictions] {
    let dataset = try dataset ?? self.dataset()
    return try selected.enumerated().map { index, one in
      try cancellation.check()
      progress.report(
        ProgressUpdate("evaluating \(one.label)", completed: index, total: selected.count))
      return try outputs(one, split, on: dataset)
    }
  }
}

extension Note {
  /// A warning that points of a landscape have NaN or infinite outputs and are missing from figures and
  /// tables; `nil` where none has.
  ///
  /// - Parameters:
  ///   - values: A quantity at every point, NaN where an output is NaN or infinite.
  ///   - points: What the points are called, for instance `points of the plane`.
  public static func missing(_ values: [Double], _ points: String) -> Note? {
    let count = values.count { $0.isNaN }
    guard count > 0 else { return nil }
    return Note(
      "\(count) of \(values.count) \(points) have NaN or infinite outputs and are missing",
      level: .warning)
  }
}
