import BasinCore
import Datasets
import Landscape
import Logging
import Torch

/// Selections that a command asked for together.
struct SelectedGroup {
  struct Part {
    var text: String
    var checkpoints: [SelectedCheckpoint]
  }

  var parts: [Part]
  /// How many checkpoints the command cannot do without.
  var minimum: Int

  var checkpoints: [SelectedCheckpoint] { parts.flatMap(\.checkpoints) }
}

/// What a running command may use: the session's values, evaluation, random numbers, progress,
/// cancellation and a log.
public final class Context {
  /// The session's values, dataset and settings.
  public let workspace: Workspace
  /// Where to report progress.
  public let progress: any ProgressReporter
  /// What to check between short steps.
  public let cancellation: Cancellation
  /// For whoever debugs a command; nothing in it reaches a report.
  public let logger: Logger
  /// Files that the command read, for provenance.
  public private(set) var inputs: [InputFile] = []
  /// Warnings about the networks that the command evaluated, which belong beside its numbers.
  public var warnings: [Note] {
    networkWarnings
      + [
        UntouchedStatistics.note(
          untouched, in: untouched.first?.label ?? "", isComputable: canRecalculate)
      ].compactMap(\.self)
  }
  private var networkWarnings: [Note] = []
  // Checkpoints whose batch-norm statistics were never updated.
  private var untouched: [(label: String, statistics: UntouchedStatistics)] = []
  private var canRecalculate = true
  /// Whether the command has drawn random numbers.
  public var usedSeed: Bool {
    askedForSeed || evaluated.contains { $0.memory.randomPasses > $0.passes }
  }
  private var askedForSeed = false
  // What the command evaluated, and how often it had drawn before.
  private var evaluated: [(memory: EvaluatorMemory, passes: Int)] = []

  // The tensors that all checkpoints of an architecture share in this command.
  private var fixed: [Architecture: (tensors: [FixedTensor], label: String)] = [:]

  // What the command was told to take, as it asked.
  private(set) var groups: [SelectedGroup] = []
  // The checkpoints whose outputs were found NaN or infinite, by label.
  var nonFiniteOutputs: [String: NonFiniteOutputs] = [:]

  /// The command's name and arguments.
  public let words: [String]

  /// Creates the context of one command.
  ///
  /// - Parameter words: The command's name and arguments, from which its random numbers follow.
  public init(
    workspace: Workspace, words: [String], progress: any ProgressReporter,
    cancellation: Cancellation, logger: Logger
  ) {
    self.workspace = workspace
    self.words = words
    self.progress = progress
    self.cancellation = cancellation
    self.logger = logger
    // What a network draws without a generator of its own follows from the command alone.
    try? Generator.seedDefaults(
      Seed(workspace.settings.seed).derived(["default draws"] + words).value)
  }

  /// The dataset in use.
  ///
  /// - Throws: ``CommandError`` when none is loaded.
  public func dataset() throws -> Dataset {
    guard let dataset = workspace.dataset else {
      throw CommandError("no dataset is loaded; load one first, for instance `data digits`")
    }
    for file in dataset.files { cite(file) }
    return dataset
  }

  /// The checkpoints that selections mean, in order; each file is recorded for provenance.
  ///
  /// - Parameter minimum: How many the command cannot do without, for remedies; it checks itself.
  /// - Throws: ``CommandError`` for an unknown name or an index outside its set.
  public func checkpoints(
    _ selections: [CheckpointSelection], atLeast minimum: Int = 1
  ) throws -> [SelectedCheckpoint] {
    let group = SelectedGroup(
      parts: try selections.map { .init(text: $0.text, checkpoints: try workspace.resolve($0)) },
      minimum: minimum)
    groups.append(group)
    let selected = group.checkpoints
    for one in selected {
      for file in one.checkpoint.files { cite(file) }
      if case .torchScript(let file) = one.architecture.family { cite(file) }
    }
    return selected
  }

  /// The checkpoints that selections mean, as many as a command needs.
  ///
  /// - Parameters:
  ///   - minimum: How many it needs.
  ///   - place: What takes them, for the error: a command or an option.
  ///   - kind: What they are, in the plural: `snapshots` of a run, `checkpoints` of any kind.
  /// - Throws: ``CommandError`` where they are fewer, with what gives more.
  public func checkpoints(
    _ selections: [CheckpointSelection], atLeast minimum: Int, for place: String,
    kind: String = "checkpoints"
  ) throws -> [SelectedCheckpoint] {
    let selected = try checkpoints(selections, atLeast: minimum)
    guard selected.count >= minimum else {
      let text = selections.map(\.text).joined(separator: " ")
      throw CommandError(
        "\(place) needs \(minimum) \(kind) or more, and \(text) is \(selected.count); "
          + more(than: selections, minimum, isRun: kind == "snapshots"))
    }
    return selected
  }

  // What to type for more checkpoints: the whole set where it has enough, and how to make them otherwise.
  private func more(
    than selections: [CheckpointSelection], _ minimum: Int, isRun: Bool
  ) -> String {
    let set = selections.last?.terms.last?.name ?? "x"
    if let all = workspace.value(set) as? CheckpointSet, all.checkpoints.count >= minimum,
      let text = selections.last?.text, let place = words.lastIndex(of: text)
    {
      var line = words
      line[place] = set
      return "`\(TypedWords.joined(line))` takes all \(all.checkpoints.count) of \(set)"
    }
    return isRun
      ? "`train cnn --epochs \(max(10, minimum)) --snapshot epoch --out runs/new --as new` and "
        + "`load runs/new/seed0/epoch*.safetensors --as path` make some"
      : "`train cnn --epochs 10 --seeds 0..\(max(2, minimum - 1)) --out runs/new --as new` makes some"
  }

  /// The one checkpoint that a selection means.
  ///
  /// - Parameter place: What takes it, for the error: a command or an option.
  /// - Throws: ``CommandError`` where the selection is several checkpoints, or means nothing.
  public func checkpoint(
    _ selection: CheckpointSelection, for place: String
  ) throws -> SelectedCheckpoint {
    let selected = try checkpoints([selection])
    guard selected.count == 1 else {
      throw CommandError(
        "\(place) takes one checkpoint, and \(selection.text) is \(selected.count); give for "
          + "instance \(selected[selected.count - 1].label)")
    }
    return selected[0]
  }

  /// An evaluator whose network holds the checkpoint's weights.
  ///
  /// The network is the caller's alone as long as the evaluator is referenced: no other call moves it, and
  /// nothing has to be put back. Each evaluator that is held costs a network.
  ///
  /// - Throws: ``CommandError`` when no dataset is loaded; what loading the weights throws.
  public func evaluator(holding selected: SelectedCheckpoint) throws -> Evaluator {
    let evaluator = try evaluator(for: selected.architecture)
    try evaluator.network.load(selected.checkpoint)
    return evaluator
  }

  /// An evaluator for an architecture on the dataset in use, whatever weights its network holds. The
  /// network is the caller's alone, as that of ``evaluator(holding:)``.
  public func evaluator(for architecture: Architecture) throws -> Evaluator {
    _ = try dataset()
    let evaluator = try workspace.evaluator(for: architecture, cancellation: cancellation)
    try warn(of: evaluator)
    return evaluator
  }

  // A network whose outputs are no logits of its input alone: refused where numbers would be wrong.
  func warn(of evaluator: Evaluator) throws {
    if !evaluated.contains(where: { $0.memory === evaluator.memory }) {
      evaluated.append((evaluator.memory, evaluator.randomPasses))
    }
    let name = evaluator.network.architecture.shortText
    let behavior = try evaluator.behavior()
    let remedy = "if it was traced, call net.eval() before torch.jit.trace"
    if behavior.updatesStatistics {
      throw CommandError(
        "\(name) changes its batch-norm statistics in evaluation mode, as a network that was traced in "
          + "training mode does; call net.eval() before torch.jit.trace and export it again")
    }
    switch (behavior.outputs, evaluator.network.architecture.givesProbabilities) {
    case (.probabilities, false):
      throw CommandError(
        "the outputs of \(name) are probabilities (rows of nonnegative numbers that sum to 1), not "
          + "logits, so losses would be wrong; load it with --probabilities, which takes their "
          + "logarithms, or export it without softmax")
    case (.sigmoids, false):
      warn(
        "all outputs of \(name) looked at are between 0 and 1, as those of a sigmoid; losses take them for logits; "
          + "if they are not, export the program without the sigmoid")
    case (.negatedLogProbabilities, false):
      warn(
        "the outputs of \(name) are negative logarithms of probabilities (exp(−x) of each row sums to 1); losses take them "
          + "for logits, and the accuracy is that of the class that it chooses least; export it without the minus"
      )
    case (.multiplesOfProbabilities(let sum), false):
      warn(
        "each row of outputs of \(name) looked at is of nonnegative numbers that sum to "
          + "\(NumberFormat.significant(4).text(sum)), as probabilities times that number; losses take them for logits; if "
          + "they are not, export it without the softmax and the factor")
    case (.negatedLogProbabilities, true), (.multiplesOfProbabilities, true), (.logits, true),
      (.logProbabilities, true), (.sigmoids, true):
      guard !behavior.isRandom, evaluator.knowsBehavior else { break }
      throw CommandError(
        "the outputs of \(name) are no probabilities (rows of nonnegative numbers that sum to 1); load "
          + "it without --probabilities")
    default: break
    }
    if behavior.isRandom {
      askedForSeed = true
      warn(
        "\(name) draws random numbers in evaluation mode; its outputs are those of one draw, which "
          + "follows from the session's seed; \(remedy)")
    } else if behavior.dependsOnBatch {
      warn(
        "the outputs of \(name) for an input depend on the other inputs of its batch (batch norm without "
          + "running statistics?); numbers are for batches of \(evaluator.batchSize) (`set batch`); "
          + remedy)
    }
  }

  // Notes a checkpoint whose stored statistics the command evaluates, where they were never updated.
  func lookAtStatistics(of selected: SelectedCheckpoint, _ evaluator: Evaluator) throws {
    guard !untouched.contains(where: { $0.label == selected.label }),
      let found = try workspace.untouchedStatistics(of: selected, evaluator.network)
    else { return }
    canRecalculate = try canRecalculate && evaluator.canRecalculateBatchNorm()
    untouched.append((selected.label, found))
  }

  /// Adds a warning to the result, once.
  public func warn(_ text: String) {
    let note = Note(text, level: .warning)
    if !networkWarnings.contains(note) { networkWarnings.append(note) }
  }

  /// The dataset in use with its test images corrupted, for predictions under shift.
  ///
  /// - Parameters:
  ///   - corruption: What is done to them; `nil` gives the dataset as it is.
  ///   - seed: Decides the corruption's draws.
  /// - Throws: ``CommandError`` when no dataset is loaded; `DatasetError` when its inputs are no
  ///   images in [0, 1].
  public func dataset(shiftedBy corruption: Corruption?, seed: UInt64 = 0) throws -> Dataset {
    let dataset = try dataset()
    guard let corruption else { return dataset }
    var recipe = Recipe()
    recipe.corruption = corruption
    recipe.seed = seed
    return try dataset.made(by: recipe, cancellation: cancellation)
  }

  /// A checkpoint's trained parameters, flat `[P]`, as a copy. No network moves.
  ///
  /// - Parameter alone: Whether they are compared and nothing more. Otherwise all checkpoints of an
  ///   architecture that a command asks for must have the same frozen parameters and other buffers.
  /// - Throws: what loading the weights throws; `UnsharedTensor` naming the tensor that differs.
  public func parameters(_ selected: SelectedCheckpoint, alone: Bool = false) throws -> Tensor {
    let (parameters, others) = try workspace.network(for: selected.architecture)
      .weights(of: selected.checkpoint)
    if !alone, !others.isEmpty {
      if let known = fixed[selected.architecture] {
        try FixedTensor.requireSame(known.tensors, of: known.label, others, of: selected.label)
      } else {
        fixed[selected.architecture] = (others, selected.label)
      }
    }
    return parameters
  }

  /// A seed that follows from the session's seed and this command's words, options that only change what is
  /// measured among them: draws that such options must not move take ``seed(for:)-(String...)``.
  public func seed() -> Seed {
    askedForSeed = true
    return Seed(workspace.settings.seed).derived(words)
  }

  /// A seed that follows from the session's seed and from words that several commands share, so that they
  /// share what they compute with it.
  public func seed(for words: String...) -> Seed { seed(for: words) }

  /// A seed that follows from the session's seed and from what decides the draws: identities of checkpoints,
  /// say, and not the options that only change what is measured.
  public func seed(for words: [String]) -> Seed {
    askedForSeed = true
    return Seed(workspace.settings.seed).derived(words)
  }

  /// What was computed in this session under a key: an object to put results into as they come, which is
  /// there again when the same or another command asks, also after Ctrl-C. The objects used last are kept.
  ///
  /// - Parameter key: All that decides the values: identities of checkpoints and dataset, options, seeds.
  public func computed<Value: AnyObject>(_ key: [String], making make: () -> Value) -> Value {
    workspace.computed.value(for: key, making: make)
  }

  /// What an earlier process that was stopped had done of the same work, and where this one keeps its own; `nil`
  /// where nothing is kept.
  ///
  /// - Parameters:
  ///   - key: All that decides the values: identities of checkpoints and dataset, options, seeds. The program's
  ///     build, libtorch's version and the device are added.
  ///   - width: Numbers in a row of values.
  ///   - count: Rows of the whole work.
  public func unfinished(_ key: [String], width: Int, count: Int) -> UnfinishedWork? {
    workspace.unfinished.map {
      UnfinishedWork(
        in: $0.path, key: [$0.program, Engine.version, workspace.settings.device] + key,
        width: width,
        count: count)
    }
  }

  /// Notes a file that the command opened: its result is another when the file is.
  public func record(_ file: InputFile) {
    workspace.tracer?.read(file)
    cite(file)
  }

  /// Notes, for provenance, a file that a value of the session came from.
  public func cite(_ file: InputFile) {
    if !inputs.contains(file) { inputs.append(file) }
  }

  /// Notes which files a pattern meant, or that there were none.
  public func record(_ pattern: String, matching paths: [String]) {
    workspace.tracer?.read(pattern, matching: paths)
  }

  /// Notes a file that the command wrote, or all files of a folder that it wrote into.
  public func recordWritten(_ path: String) { workspace.tracer?.wrote(path) }

  /// Notes that the result depends on what Basin cannot follow: it is not cached.
  public func refuseCache() { workspace.tracer?.refuse() }
}
