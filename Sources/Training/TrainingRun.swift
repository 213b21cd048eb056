import BasinCore
import Checkpoints
import Datasets
import Evaluation
import Foundation
import Torch

/// Which states of a run are kept, besides the last.
public enum SnapshotPolicy: String, Sendable, Equatable, CaseIterable {
  /// None.
  case none
  /// The random start and the end of every epoch.
  case epoch
  /// The low points of a cyclical schedule.
  case cycle
}

/// One network's training in a folder: snapshots, a state to go on from, and the last checkpoint.
///
/// Files are whole at any moment: `epochNNN.safetensors` and `last.safetensors` are checkpoints,
/// `resume.safetensors` holds weights and momentum after the latest epoch until the run is complete.
public struct TrainingRun {
  /// What is trained.
  public var plan: TrainingPlan
  /// What it is trained on.
  public var dataset: Dataset
  /// Where files go.
  public var folder: String
  /// What is kept.
  public var snapshot: SnapshotPolicy
  /// Whether other training in the folder may be replaced.
  public var overwrite: Bool
  /// Where tensors live.
  public var device: String

  /// Creates a run.
  public init(
    plan: TrainingPlan, dataset: Dataset, folder: String, snapshot: SnapshotPolicy,
    overwrite: Bool = false, device: String = "cpu"
  ) {
    self.plan = plan
    self.dataset = dataset
    self.folder = folder
    self.snapshot = snapshot
    self.overwrite = overwrite
    self.device = device
  }

  /// One epoch's numbers.
  public struct Record: Sendable, Equatable {
    /// Epochs done.
    public var epoch: Int
    /// On the training split, in evaluation mode.
    public var train: Metrics
    /// On the test split.
    public var test: Metrics
  }

  /// What a run left.
  public struct Outcome: Sendable {
    /// The seed.
    public var seed: UInt64
    /// The final checkpoint's path.
    public var last: String
    /// Numbers after each epoch, from the random start on.
    public var records: [Record]
    /// Whether nothing had to be trained.
    public var wasComplete: Bool
  }

  private var lastPath: String { "\(folder)/last.safetensors" }
  private var resumePath: String { "\(folder)/resume.safetensors" }
  private var identity: [String: String] {
    var identity = plan.metadata.merging([
      "dataset": dataset.name, "dataset_sha256": dataset.sha256, "snapshot": snapshot.rawValue,
    ]) { own, _ in own }
    identity["augmentation"] = dataset.augmentation?.text
    return identity
  }

  /// Trains to the end, from where an earlier run stopped if there was one. While it trains, no other process trains
  /// in the folder: a lock on `training.lock` says so.
  ///
  /// - Parameter report: Called after each epoch with its number and its loss and accuracy.
  /// - Throws: `Cancelled` (what is done is kept); ``TrainingError``; `FileError`.
  public func run(
    cancellation: Cancellation, report: (_ epoch: Int, _ detail: String) -> Void
  ) throws -> Outcome {
    try AtomicFile.makeFolder(folder)
    // What is complete needs no lock: it may lie where nothing can be written.
    if let complete = try? complete() { return complete }
    do {
      return try FileLock.holding("\(folder)/training.lock", of: folder) {
        try train(cancellation: cancellation, report: report)
      }
    } catch let held as LockHeld {
      throw TrainingError(
        "another run (\(held.holder)) trains in \(folder); wait until it has ended, or use another --out"
      )
    }
  }

  private func complete() throws -> Outcome? {
    try existing(lastPath).map {
      Outcome(seed: plan.seed, last: lastPath, records: try history(in: $0), wasComplete: true)
    }
  }

  private func train(
    cancellation: Cancellation, report: (_ epoch: Int, _ detail: String) -> Void
  ) throws -> Outcome {
    if overwrite { try removeOther() }
    if let complete = try complete() { return complete }
    let trainer = try Trainer(plan, on: dataset, device: device, cancellation: cancellation)
    var records: [Record]
    if let state = try existing(resumePath) {
      records = try history(in: state)
      try restore(state, into: trainer, epoch: records.last?.epoch ?? 0)
    } else {
      records = [try record(trainer)]
      try keepSnapshot(trainer, records)
    }
    while trainer.epoch < plan.epochs {
      try trainer.runEpoch()
      records.append(try record(trainer))
      try keepSnapshot(trainer, records)
      try saveState(trainer, records)
      report(trainer.epoch, records[records.count - 1].detail)
    }
    try trainer.network.save(to: lastPath, metadata: metadata(trainer.epoch, records))
    try? AtomicFile.remove(resumePath)
    return Outcome(seed: plan.seed, last: lastPath, records: records, wasComplete: false)
  }

  private func record(_ trainer: Trainer) throws -> Record {
    Record(
      epoch: trainer.epoch, train: try trainer.metrics(.train), test: try trainer.metrics(.test))
  }

  private func keepSnapshot(_ trainer: Trainer, _ records: [Record]) throws {
    let isKept =
      switch snapshot {
      case .none: false
      case .epoch: true
      case .cycle: plan.schedule.isLowPoint(afterEpoch: trainer.epoch)
      }
    guard isKept else { return }
    let name = String(format: "epoch%03d", trainer.epoch)
    try trainer.network.save(
      to: "\(folder)/\(name).safetensors", metadata: metadata(trainer.epoch, records))
  }

  // MARK: State to go on from

  private func saveState(_ trainer: Trainer, _ records: [Record]) throws {
    let network = trainer.network
    var tensors: [SafetensorsWriter.Tensor] = []
    for (name, vector) in [
      ("parameters", network.parameters), ("buffers", network.buffers),
      ("velocity", trainer.velocity),
    ] {
      tensors.append(.init(name, .float32, [vector.count]) { try vector.bytes() })
    }
    for (name, tensor) in network.counts {
      tensors.append(.init("count." + name, .int64, []) { try tensor.bytes() })
    }
    try SafetensorsWriter.write(
      tensors, metadata: metadata(trainer.epoch, records), to: resumePath)
  }

  private func restore(_ state: CheckpointFile, into trainer: Trainer, epoch: Int) throws {
    func values(_ name: String, count: Int) throws -> Tensor {
      guard let stored = state.stateDict[name], stored.elementCount == count else {
        throw TrainingError(
          "\(resumePath) has no '\(name)' of \(count) numbers; remove it to train from the start")
      }
      return try Tensor(stored.floats(), shape: [count])
    }
    let network = trainer.network
    try withoutGradients {
      try network.parameters.assign(values("parameters", count: network.parameterLayout.count))
      try network.buffers.assign(values("buffers", count: network.bufferLayout.count))
      try trainer.velocity.assign(values("velocity", count: network.parameterLayout.count))
      for (name, tensor) in network.counts {
        try tensor.fill(try values("count." + name, count: 1).item())
      }
    }
    trainer.resume(afterEpoch: epoch)
  }

  // MARK: Metadata

  private func metadata(_ epoch: Int, _ records: [Record]) -> [String: String] {
    var metadata = identity
    metadata["basin"] = BasinVersion.text
    metadata["epoch"] = String(epoch)
    metadata["history"] = records.map(\.text).joined(separator: ";")
    return metadata
  }

  // The file, if it is there; it must be of this very plan.
  private func existing(_ path: String) throws -> CheckpointFile? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let file = try CheckpointReader.open(path)
    if let key = difference(file) {
      throw TrainingError(
        "\(path) is of other training: its \(key) is \(file.metadata[key] ?? "not given"), not "
          + "\(identity[key] ?? "none"); use another --out, or --overwrite")
    }
    return file
  }

  // What of the plan a file's training had otherwise; `nil` for a file of this plan.
  private func difference(_ file: CheckpointFile) -> String? {
    // Training without augmentation has no such key, and is not what training with one left.
    let keys = Set(identity.keys).union(["augmentation"])
    return keys.sorted().first { file.metadata[$0] != identity[$0] }
  }

  // What other training left goes, its snapshots too: they would pass for snapshots of this one.
  private func removeOther() throws {
    let isOther = [lastPath, resumePath].contains { path in
      guard FileManager.default.fileExists(atPath: path) else { return false }
      guard let file = try? CheckpointReader.open(path) else { return true }
      return difference(file) != nil || (try? history(in: file)) == nil
    }
    guard isOther else { return }
    for name in try FileManager.default.contentsOfDirectory(atPath: folder)
    where name.wholeMatch(of: /(epoch\d{3,}|last|resume)\.safetensors/) != nil {
      try AtomicFile.remove("\(folder)/\(name)")
    }
  }

  private func history(in file: CheckpointFile) throws -> [Record] {
    let records = (file.metadata["history"] ?? "").split(separator: ";").map { Record(String($0)) }
    guard !records.isEmpty, records.allSatisfy({ $0 != nil }) else {
      throw TrainingError("\(file.path) has no history of its training; use --overwrite")
    }
    return records.compactMap(\.self)
  }
}

extension TrainingRun.Record {
  /// `loss 0.213, accuracy 94.1 %`
  var detail: String {
    let loss = String(format: "%.3f", train.loss)
    let accuracy = String(format: "%.1f", test.accuracy * 100)
    return "training loss \(loss), test accuracy \(accuracy) %"
  }

  // As metadata: numbers in full, so that a run that goes on writes what it would have written.
  var text: String {
    "\(epoch):\(train.loss):\(train.accuracy):\(test.loss):\(test.accuracy)"
  }

  init?(_ text: String) {
    let numbers = text.split(separator: ":").compactMap { Double($0) }
    guard numbers.count == 5, let epoch = Int(exactly: numbers[0]) else { return nil }
    self.init(
      epoch: epoch, train: Metrics(loss: numbers[1], accuracy: numbers[2]),
      test: Metrics(loss: numbers[3], accuracy: numbers[4]))
  }
}
