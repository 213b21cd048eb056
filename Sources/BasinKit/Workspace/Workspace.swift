import BasinCore
import Datasets
import Landscape
import Torch

/// What a session holds: values by name, the dataset in use, settings, and what has been computed
/// from them and may be needed again.
public final class Workspace {
  private var storage: [String: any SessionValue] = [:]
  private var datasetInUse: Dataset?
  /// What notes what is read and changed here; usually nothing does.
  public var tracer: Tracer?
  /// What the user set.
  public private(set) var settings: Settings
  /// What the user set about the prompt.
  public private(set) var display = DisplaySettings()
  /// Where long work is kept until it is done; nowhere where this is `nil`.
  public var unfinished: UnfinishedFolder?
  let predictions = PredictionStore(capacity: 512 << 20)
  let computed = ComputedValues(capacity: 64)
  private var pool = NetworkPool()
  // What was found about checkpoints' batch-norm statistics, by identity: reading them takes a moment.
  private var untouched: [String: UntouchedStatistics?] = [:]
  // Hashes of checkpoints' weights and buffers, by identity and architecture.
  private var contentHashes: [String: String] = [:]

  /// An empty workspace.
  public init(settings: Settings = Settings()) {
    self.settings = settings
    Engine.threads = settings.threads
  }

  /// Values by name.
  public var values: [String: any SessionValue] {
    tracer?.read(all: storage)
    return storage
  }

  /// Names of all values, sorted.
  public var names: [String] { values.keys.sorted() }

  /// The value of a name; `nil` when there is none.
  public func value(_ name: String) -> (any SessionValue)? {
    let value = storage[name]
    tracer?.read(name, value)
    return value
  }

  /// The dataset that commands evaluate on: the one loaded last.
  public var dataset: Dataset? {
    tracer?.read(dataset: datasetInUse)
    return datasetInUse
  }

  /// Gives a value a name. A dataset also becomes the one in use.
  public func bind(_ name: String, to value: any SessionValue) {
    storage[name] = value
    tracer?.bound(name, value)
    if let dataset = value as? Dataset {
      datasetInUse = dataset
      forgetEvaluators()
    }
  }

  /// Does `body`; where it throws or returns false, names, dataset and settings are as they were.
  public func attempt(_ body: () throws -> Bool) rethrows -> Bool {
    let before = (storage, datasetInUse, settings)
    func undo() {
      (storage, datasetInUse) = (before.0, before.1)
      forgetEvaluators()
      if settings != before.2 { adopt(before.2) }
    }
    do {
      if try body() { return true }
      undo()
      return false
    } catch {
      undo()
      throw error
    }
  }

  private func forgetEvaluators() {
    pool = NetworkPool()
  }

  /// Changes one setting by name.
  ///
  /// - Throws: ``CommandError`` for an unknown name or a value out of range.
  public func set(_ name: String, to value: String) throws {
    if try display.set(name, to: value) { return }
    var changed = settings
    try changed.set(name, to: value)
    adopt(changed)
    tracer?.set(name, value)
  }

  private func adopt(_ settings: Settings) {
    self.settings = settings
    Engine.threads = settings.threads
    forgetEvaluators()
    predictions.removeAll()
    computed.removeAll()
  }

  /// An evaluator on a dataset, that in use unless told, whose network nobody else holds.
  func evaluator(
    for architecture: Architecture, on other: Dataset? = nil, cancellation: Cancellation
  ) throws -> Evaluator {
    guard let dataset = other ?? dataset else {
      throw CommandError("no dataset is loaded; load one first, for instance `data digits`")
    }
    return try pool.evaluator(
      for: architecture, on: dataset, settings: settings, cancellation: cancellation)
  }

  /// A network that nobody else holds, for what needs no dataset.
  func network(for architecture: Architecture) throws -> Network {
    try pool.network(for: architecture, device: settings.device)
  }

  /// Batch-norm layers of a checkpoint whose statistics were never updated.
  func untouchedStatistics(
    of selected: SelectedCheckpoint, _ network: Network
  ) throws -> UntouchedStatistics? {
    let key = selected.checkpoint.identity + selected.architecture.text
    if let known = untouched[key] { return known }
    let found = try selected.checkpoint.untouchedStatistics(in: network)
    untouched[key] = .some(found)
    return found
  }

  /// A hash of a checkpoint's weights and buffers, computed once.
  ///
  /// - Throws: What loading the weights throws.
  func contentHash(of selected: SelectedCheckpoint) throws -> String {
    let key = selected.checkpoint.identity + selected.architecture.text
    if let known = contentHashes[key] { return known }
    let found = try network(for: selected.architecture).contentHash(of: selected.checkpoint)
    contentHashes[key] = found
    return found
  }

  /// The checkpoints that a selection means.
  ///
  /// - Throws: ``CommandError`` for a name that is not there (with the nearest that is), is no
  ///   checkpoint set, or an index outside it.
  public func resolve(_ selection: CheckpointSelection) throws -> [SelectedCheckpoint] {
    try selection.terms.flatMap { term -> [SelectedCheckpoint] in
      guard let value = value(term.name) else { throw unknownName(term.name) }
      guard let set = value as? CheckpointSet else {
        throw notCheckpoints(term.name, value)
      }
      return try indices(of: term, count: set.checkpoints.count).map { index in
        SelectedCheckpoint(
          set: term.name, index: index, checkpoint: set.checkpoints[index],
          architecture: set.architecture)
      }
    }
  }

  private func notCheckpoints(_ name: String, _ value: any SessionValue) -> CommandError {
    let sets = names.filter { values[$0] is CheckpointSet }
    return CommandError(
      "'\(name)' is a \(value.kind), not checkpoints; "
        + (sets.isEmpty
          ? "`load FILE… --as x` names some x"
          : "\(AffectedCheckpoints.listed(sets)) \(sets.count == 1 ? "is" : "are") there"))
  }

  private func unknownName(_ name: String) -> CommandError {
    if let advice = SessionName.advice(onFile: name) { return CommandError(advice) }
    let sets = names.filter { values[$0] is CheckpointSet }
    if let near = nearest(name, in: sets) {
      return CommandError("there is nothing named '\(name)'; did you mean '\(near)'?")
    }
    return CommandError(
      "there is nothing named '\(name)'"
        + (sets.isEmpty
          ? "; `load FILE… --as \(name)` makes it"
          : "; \(AffectedCheckpoints.listed(sets)) \(sets.count == 1 ? "is" : "are") there, and "
            + "`load FILE… --as \(name)` makes it"))
  }

  private func indices(of term: CheckpointSelection.Term, count: Int) throws -> [Int] {
    func place(_ index: Int) throws -> Int {
      let place = index < 0 ? count + index : index
      guard (0..<count).contains(place) else {
        throw CommandError(
          "'\(term.name)' has \(Counted.text(count, "checkpoints")), "
            + (count == 1 ? "\(term.name)[0]" : "\(term.name)[0..\(count - 1)]")
            + "; there is no [\(index)]")
      }
      return place
    }
    switch term.part {
    case .all: return Array(0..<count)
    case .index(let index): return [try place(index)]
    case .range(let first, let last):
      let (first, last) = (try place(first ?? 0), try place(last ?? -1))
      guard first <= last else {
        throw CommandError(
          "the range in '\(term.name)[\(first)..\(last)]' is empty; "
            + "'\(term.name)[\(last)..\(first)]' has \(first - last + 1) checkpoints")
      }
      return Array(first...last)
    }
  }
}
