import BasinKit
import Checkpoints
import Datasets
import Foundation
import Landscape

/// `load FILE… --as NAME`.
struct Load: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Load checkpoints as a set.",
    discussion: """
      Reads safetensors and PyTorch's .pt, .pth, .ckpt and .bin files, the .index.json of sharded \
      checkpoints, and Hugging Face and DeepSpeed folders, as data: no code in a file is run. Files written \
      by Basin record their architecture. A file whose names and shapes match exactly one built-in \
      architecture is recognised, with a warning about what they leave open (activation, pooling, epsilon); \
      otherwise give the architecture with --arch.

      --as-curve bezier (or chain) takes three or more files as the control points of a curve that was \
      trained elsewhere: start, bends and end, in the order given. `curve`, `plane --curve` and `subspace \
      curve` use them.

      Intervals over checkpoints need independent runs. Checkpoints with similar weights are not treated as \
      independent unless --independent says so, for instance for networks trained from one start with \
      different seeds. The intervals then hold for that start only.

      A TorchScript file is a program. It runs inside Basin with all your permissions, and can end the \
      session or never return, so it needs --trust. Files are sorted naturally: epoch2 before epoch10.
      """)
  static let task = CommandTask.data
  static let examples = [
    "load seeds/*.pt --as seeds",
    "load seeds/*.pt --arch mlp:hidden=32-16,activation=tanh --as seeds",
    "load seeds/*.pt --arch model.ts --trust --as seeds",
    "load training.ckpt --key state_dict --strip net. --ignore 'criterion.*' --as net",
    "load start.pt bend.pt end.pt --as-curve bezier --as known",
  ]

  @Argument(help: "Files; * and ? are wildcards.") var files: [String]
  @Option(name: .customLong("as"), help: "Session name of the set.") var name: String?
  @Option(
    name: .customLong("arch"), help: "Architecture: a name such as resnet20, or a TorchScript file."
  )
  var architecture: String?
  @Option(help: "Key of the state dict in files that contain several.") var key: String?
  @Option(help: "Prefix to remove from the names that have it.") var strip: String?
  @Option(help: "Names of tensors to leave out; * and ? are wildcards.") var ignore: [String] = []
  @Option(help: "Names of parameters that are frozen (not trainable); * and ? are wildcards.")
  var freeze: [String] =
    []
  @Option(help: "Take the files as the control points of a curve: bezier or chain.")
  var asCurve: CurveKind?
  @Flag(
    help:
      "Treat the files as independent runs in intervals, even though their weights are similar (one start)."
  )
  var independent = false
  @Flag(help: "Run the TorchScript file given with --arch.") var trust = false
  @Flag(help: "The TorchScript file returns probabilities; use their logarithms as logits.")
  var probabilities = false

  var programs: [String] { trust ? [architecture].compactMap(\.self) : [] }

  func run(in session: Session, _ context: Context) throws -> Result {
    let paths = try files.flatMap { pattern in
      let paths = try FileNames.matching(pattern)
      context.record(pattern, matching: paths)
      return paths
    }
    var checkpoints: [Checkpoint] = []
    var result = Result()
    for (index, path) in paths.enumerated() {
      try context.cancellation.check()
      context.progress.report(
        ProgressUpdate("loading \(path)", completed: index, total: paths.count))
      checkpoints += try context.openAll(path, key: key, strip: strip, ignoring: ignore)
    }
    for note in Self.unmatched(in: checkpoints) { result.add(note) }
    var (chosen, notes) = try ArchitectureChoice(
      text: architecture, trust: trust, probabilities: probabilities
    ).architecture(for: checkpoints, freezing: freeze, dataset: session.workspace.dataset)
    if let warning = checkpoints.lazy.compactMap({ $0.warning(ofPartsLeftOutFor: chosen) }).first {
      notes.append(Note(warning, level: .warning))
    }
    var program: Evaluator?
    if case .torchScript(let file) = chosen.family {
      context.record(file)
      let probe = try session.workspace.dataset.map {
        try ProgramProbe(network: Network(chosen), dataset: $0)
      }
      if let probe, let classes = try probe.classes() {
        notes.append(Note(ArchitectureChoice.more(classes, than: probe.dataset)))
        chosen.classes = classes
      }
      // Warns of what the program does besides computing logits, or refuses it.
      program = try context.evaluator(for: chosen)
      try probe?.requireLogits()
    }
    for note in notes { result.add(note) }
    let network = try program?.network ?? Network(chosen)
    for note in network.notes { result.add(note) }
    if try program?.behavior().outputs == .logProbabilities {
      result.add(
        Note("\(chosen.shortText) gives log-probabilities, which are logits that are normalised"))
    }
    var left: [String: [String]] = [:]
    var broken: [(index: Int, error: NonFiniteWeights)] = []
    var untouched: [(label: String, statistics: UntouchedStatistics)] = []
    var negative: [(label: String, variances: NegativeVariances)] = []
    var averages: [(label: String, networks: Int)] = []
    var tied: [(label: String, tensors: [TiedTensors])] = []
    for (index, checkpoint) in checkpoints.enumerated() {
      try context.cancellation.check()
      context.progress.report(
        ProgressUpdate("checking \(checkpoint.label)", completed: index, total: checkpoints.count))
      for file in checkpoint.files { context.record(file) }
      do {
        try network.load(checkpoint)
        for name in network.buffersLeft(by: checkpoint) {
          left[name, default: []].append(checkpoint.label)
        }
        if let statistics = try checkpoint.untouchedStatistics(in: network) {
          untouched.append((checkpoint.label, statistics))
        } else if let networks = checkpoint.averaged, networks > 1, network.hasBatchNorm {
          averages.append((checkpoint.label, networks))
        }
        if let variances = try network.negativeVariances() {
          negative.append((checkpoint.label, variances))
        }
        tied.append((checkpoint.label, try checkpoint.tiedTensors(in: network)))
      } catch let error as NonFiniteWeights {
        broken.append((index, error))
      }
      for note in checkpoint.notes {
        result.add(Note("\(checkpoint.label): \(note)"))
      }
      if let prefix = network.missingPrefix(of: checkpoint) {
        result.add(
          Note("\(checkpoint.label): '\(prefix)' put before every name, as the program has it"))
      }
    }
    if let name = left.keys.min(), let first = left[name]?.first {
      result.add(
        Note(
          "\(first) has no \(Self.listed(left.keys.sorted())), as of a non-persistent buffer: the "
            + "program's own values are used"))
    }
    if let asCurve {
      guard checkpoints.count >= 3 else {
        throw CommandError(
          "--as-curve takes three files or more, start, bends and end, and \(checkpoints.count) "
            + "\(checkpoints.count == 1 ? "is" : "are") given")
      }
      checkpoints = asCurve.controlPoints(checkpoints)
    }
    if independent {
      for index in checkpoints.indices {
        checkpoints[index].metadata[Checkpoint.independenceKey] = "declared"
      }
    }
    let set = CheckpointSet(checkpoints, of: chosen)
    let bound = try name.map(checkedName) ?? FileNames.sessionName(for: paths)
    result.items.insert(.note(Note("\(bound): \(set.summary)")), at: 0)
    if let note = Self.note(broken, of: set, as: bound) { result.add(note) }
    // A built-in network can; whether a program does costs passes.
    let isAsked = !untouched.isEmpty || !negative.isEmpty || !averages.isEmpty
    let isComputable = try !isAsked || program?.canRecalculateBatchNorm() ?? true
    for note in [
      UntouchedStatistics.note(untouched, in: bound, isComputable: isComputable),
      NegativeVariances.note(negative, in: bound, isComputable: isComputable),
      AverageStatistics.note(averages, in: bound, isComputable: isComputable),
    ].compactMap(\.self) { result.add(note) }
    if let note = TiedTensors.note(tied, in: chosen) { result.add(note) }
    result.bind(bound, to: set)
    return result
  }

  // One warning for all checkpoints with NaN or infinite weights, and how the others are typed.
  private static func note(
    _ broken: [(index: Int, error: NonFiniteWeights)], of set: CheckpointSet, as name: String
  ) -> Note? {
    guard let first = broken.first else { return nil }
    guard broken.count > 1 else { return Note(first.error.description, level: .warning) }
    let places = Set(broken.map(\.index))
    let rest = set.checkpoints.indices.filter { !places.contains($0) }.map {
      SelectedCheckpoint(
        set: name, index: $0, checkpoint: set.checkpoints[$0], architecture: set.architecture)
    }
    let affected = AffectedCheckpoints(
      .weights, broken.map { .init(name: "\(name)[\($0.index)]", extent: $0.error.extent) })
    return Note(
      affected.statement + "; nothing can be computed from them"
        + (rest.isEmpty ? "" : "; the others are \(SelectedCheckpoint.text(of: rest))"),
      level: .warning)
  }

  // Patterns that match no name of any file.
  private static func unmatched(in checkpoints: [Checkpoint]) -> [Note] {
    guard let first = checkpoints.first else { return [] }
    let whole = checkpoints.count > 1 ? "any of \(checkpoints.count) checkpoints" : first.label
    return first.unmatched
      .filter { one in
        checkpoints.allSatisfy { $0.unmatched.contains { $0.pattern == one.pattern } }
      }
      .map { one in
        Note(
          "--ignore '\(one.pattern)' matches no tensor of \(whole); "
            + (one.nearest.map { "did you mean '\($0)'?" }
              ?? "there are \(one.examples.map { "'\($0)'" }.joined(separator: ", "))"
              + (one.examples.count > 3 ? " …" : "")),
          level: .warning)
      }
  }

  static func listed(_ names: [String]) -> String {
    names.prefix(4).map { "'\($0)'" }.joined(separator: ", ")
      + (names.count > 4 ? " and \(names.count - 4) more" : "")
  }
}

extension Network {
  /// What the user should know about how its parameters are taken.
  fileprivate var notes: [Note] {
    guard !narrowedTensors.isEmpty else { return parameterNotes }
    return [
      Note(
        "\(architecture.shortText) is of float64, and Basin computes in float32: "
          + "\(Load.listed(narrowedTensors)) \(narrowedTensors.count == 1 ? "is" : "are") rounded with its "
          + "parameters", level: .warning)
    ] + parameterNotes
  }

  private var parameterNotes: [Note] {
    if nothingRequiredGradients {
      return [
        Note(
          "no parameter of \(architecture.shortText) requires a gradient: all are taken as trained; "
            + "--freeze 'NAME*' freezes some")
      ]
    }
    let frozen = frozenParameters
    guard !frozen.isEmpty else { return [] }
    return [
      Note(
        "\(Counted.subject(frozen.count, "parameters")) frozen (\(Load.listed(frozen))) and neither compared, "
          + "moved nor trained")
    ]
  }
}

extension CheckpointSet {
  /// The set as a table: names, files and what the files say about themselves.
  var listing: Result {
    let keys = ["seed", "epoch"].filter { key in
      checkpoints.contains { $0.metadata[key] != nil }
    }
    var table = Table(
      architecture.text,
      columns: [.integer("index"), .text("name")] + keys.map { .text($0) }
        + [.text("file"), .text("SHA-256")])
    for (index, checkpoint) in checkpoints.enumerated() {
      table.append(
        [.integer(index), .text(checkpoint.name)]
          + keys.map { .text(checkpoint.metadata[$0] ?? "–") }
          + [
            .text(checkpoint.file?.path ?? "made in this session"),
            .text(String(checkpoint.identity.prefix(12)) + "…"),
          ])
    }
    return Result(items: [.table(table)])
  }
}
