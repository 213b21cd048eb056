import BasinKit
import Checkpoints
import Datasets
import Foundation
import Landscape

/// Decides which function checkpoints are for: what the user said, what Basin's own files say, or
/// the one built-in architecture that has exactly their tensors. What these leave open, such as an
/// activation, is assumed to be the usual one, with a warning.
struct ArchitectureChoice {
  /// What the user said with `--arch`.
  var text: String?
  /// Whether a TorchScript file may be run.
  var trust: Bool
  /// Whether the user says that a TorchScript file's outputs are probabilities.
  var probabilities = false

  /// The architecture, with what there is to note about how it was found, and a warning of what was
  /// assumed.
  ///
  /// Names and shapes of every checkpoint are compared with a built-in architecture's here, before
  /// anything of its size is made.
  ///
  /// - Throws: `CommandError` when nobody says and the tensors do not tell, when files disagree, or
  ///   when a program would run without the user's word; `CheckpointMismatch`.
  func architecture(
    for checkpoints: [Checkpoint], freezing frozen: [String] = [], dataset: Dataset?
  ) throws -> (architecture: Architecture, notes: [Note]) {
    do {
      return try chosen(for: checkpoints, frozen, dataset)
    } catch {
      guard let dataset, let known = classes(of: checkpoints, frozen, fewerThan: dataset) else {
        throw error
      }
      // Labels from 1 to N make N + 1 classes, of which the network has N.
      if let last = dataset.labelsFromOne, dataset.classes == last + 1, known == last {
        throw CommandError(
          "\(error); class 0 never occurs in \(dataset.name), whose labels run from 1 to \(last): if they are "
            + "counted from 1, `data \(Line.joined([dataset.name])) --classes \(last)` takes them as classes 0 to "
            + "\(last - 1)")
      }
      throw CommandError("\(error); \(dataset.remedy(forNetworkOf: known))")
    }
  }

  // How many classes the network has, where it has fewer than the dataset and fits otherwise.
  private func classes(
    of checkpoints: [Checkpoint], _ frozen: [String], fewerThan dataset: Dataset
  ) -> Int? {
    guard case .stored(let stateDict)? = checkpoints.first?.weights else { return nil }
    let sizes = Set(stateDict.tensors.compactMap(\.shape.first))
      .filter { (2..<dataset.classes).contains($0) }
    // Each costs a comparison of names and shapes.
    return sizes.sorted().prefix(64).first { size in
      var fewer = dataset
      fewer.classNames = Array(dataset.classNames.prefix(size))
      return (try? chosen(for: checkpoints, frozen, fewer))?.architecture.classes == size
    }
  }

  private func chosen(
    for checkpoints: [Checkpoint], _ frozen: [String], _ dataset: Dataset?
  ) throws -> (architecture: Architecture, notes: [Note]) {
    var notes: [Note] = []
    var chosen =
      if let text {
        try given(text, checkpoints, dataset, &notes)
      } else {
        try told(by: checkpoints, dataset, &notes)
      }
    if let odd = frozen.first(where: { $0.isEmpty || $0.contains { ",+".contains($0) } }) {
      throw CommandError("--freeze '\(odd)' is no name: it is empty, or has , or + in it")
    }
    chosen.frozen += frozen
    if case .torchScript = chosen.family {
      chosen.givesProbabilities = probabilities
      return (chosen, notes)
    }
    if probabilities {
      throw CommandError(
        "--probabilities is for a TorchScript file; the outputs of \(chosen.shortText) are logits")
    }
    let plan = try NetworkPlan(chosen)
    for checkpoint in checkpoints { try checkpoint.check(against: plan, of: chosen) }
    return (chosen, notes)
  }

  private func given(
    _ text: String, _ checkpoints: [Checkpoint], _ dataset: Dataset?, _ notes: inout [Note]
  ) throws -> Architecture {
    if FileManager.default.fileExists(atPath: text) { return try script(text, dataset) }
    if text.contains("/") || text.hasSuffix(".pt") || text.hasSuffix(".ts") {
      throw CommandError("--arch \(text): there is no such file")
    }
    var given = try Architecture(text, input: dataset?.inputShape, classes: dataset?.classes)
    if let first = checkpoints.first { given.takeLayerNames(of: first) }
    if let first = checkpoints.first(where: { $0.metadata["architecture"] == nil }),
      let assumption = given.assumption(besides: Architecture.options(in: text))
    {
      // A transformer is never recognised whole, so that this is the only word about it.
      let level: Note.Level = if case .vit = given.family { .warning } else { .information }
      notes.append(
        Note(
          "\(first.label): taken as \(given.shortText) by names and shapes, \(assumption.sentence)",
          level: level))
    }
    if let first = checkpoints.first(where: { $0.metadata["architecture"] == nil }),
      let contradiction = given.contradiction(in: Architecture.options(in: text))
    {
      notes.append(Note("\(first.label): \(contradiction)", level: .warning))
    }
    guard let dataset, given.classes == dataset.classes,
      let first = checkpoints.first, let larger = try more(of: given, in: first)
    else { return given }
    notes.append(Note(Self.more(larger.classes, than: dataset)))
    return larger
  }

  /// `the network has 10 classes, of which few.npz has the first 3`
  static func more(_ classes: Int, than dataset: Dataset) -> String {
    "the network has \(classes) classes, of which \(dataset.name) has the first \(dataset.classes)"
  }

  // The same with as many classes as the checkpoint has, where that is more and all else fits.
  private func more(
    of given: Architecture, in checkpoint: Checkpoint
  ) throws -> Architecture? {
    guard case .stored(let stateDict) = checkpoint.weights, given.heads == 1,
      let last = try NetworkPlan(given).entries.last(where: { !$0.isBuffer }),
      let count = stateDict[last.name]?.shape.first, count > given.classes, count <= 100_000
    else { return nil }
    var larger = given
    larger.classes = count
    let fits = (try? checkpoint.check(against: NetworkPlan(larger), of: larger)) != nil
    return fits ? larger : nil
  }

  // What the files' metadata or tensors say, all of them alike.
  private func told(
    by checkpoints: [Checkpoint], _ dataset: Dataset?, _ notes: inout [Note]
  ) throws -> Architecture {
    var chosen: (architecture: Architecture, file: String)?
    var recognised: [String] = []
    for checkpoint in checkpoints {
      let architecture: Architecture
      if let text = checkpoint.metadata["architecture"] {
        if let program = Self.program(in: text) {
          throw CommandError(
            "\(checkpoint.label) is for the TorchScript file \(program.path), which runs only if you say "
              + "so; load it with \(Line.joined(program.options))")
        }
        architecture = try Architecture(
          text, input: dataset?.inputShape, classes: dataset?.classes)
      } else {
        architecture = try recognise(checkpoint, dataset)
        recognised.append(checkpoint.label)
        if let dataset, architecture.classes > dataset.classes, recognised.count == 1 {
          notes.append(Note(Self.more(architecture.classes, than: dataset)))
        }
      }
      if let chosen, chosen.architecture != architecture {
        throw CommandError(
          "\(checkpoint.label) is for \(architecture.text), but \(chosen.file) is for "
            + "\(chosen.architecture.text); a set has one architecture")
      }
      chosen = (architecture, checkpoint.label)
    }
    guard let chosen else { throw CommandError("no files are given") }
    if let first = recognised.first {
      let others = recognised.count > 1 ? " and \(recognised.count - 1) more" : ""
      let flat = if case .mlp = chosen.architecture.family { dataset == nil } else { false }
      var text = "\(first)\(others): recognised as \(chosen.architecture.text) by names and shapes"
      if flat { text += " (no dataset is loaded: inputs are taken as flat)" }
      let assumption = chosen.architecture.assumption()
      if let assumption { text += ", \(assumption.sentence)" }
      // Where a score is recorded, `eval` compares it and warns.
      let scores = checkpoints.compactMap(\.recordedScore)
      if assumption != nil, scores.count == checkpoints.count, let score = scores.first {
        text += "; `eval` on the test split compares \(score), which the file records"
      }
      let isOpen = assumption != nil && scores.count < checkpoints.count
      notes.append(Note(text, level: isOpen ? .warning : .information))
    }
    return chosen.architecture
  }

  // The TorchScript file that a text names which Basin wrote, and the options that load it again.
  private static func program(in text: String) -> (path: String, options: [String])? {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    guard let path = parts.first,
      path.contains("/") || [".ts", ".pt", ".pth"].contains(where: path.hasSuffix)
    else { return nil }
    var options = ["--arch", path, "--trust"]
    for option in parts.count > 1 ? parts[1].split(separator: ",") : [] {
      if option == "outputs=probabilities" { options.append("--probabilities") }
      if option.hasPrefix("freeze=") {
        for name in option.dropFirst("freeze=".count).split(separator: "+") {
          options += ["--freeze", String(name)]
        }
      }
    }
    return (path, options)
  }

  // What a file is that --arch names, where it is not TorchScript.
  private static func whatIsNoProgram(_ path: String) throws -> String? {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      return "a folder"
    }
    guard try !CheckpointReader.isTorchScript(path) else { return nil }
    guard let file = try? CheckpointReader.open(path) else { return "another kind of file" }
    return "a state dict of \(Counted.text(file.stateDict.tensors.count, "tensors"))"
  }

  private func recognise(_ checkpoint: Checkpoint, _ dataset: Dataset?) throws -> Architecture {
    guard case .stored(let stateDict) = checkpoint.weights else {
      throw CommandError("\(checkpoint.label) does not say its architecture; pass --arch")
    }
    do {
      return try Architecture.recognised(
        in: stateDict.tensors.map { ($0.name, $0.shape) }, under: checkpoint.place,
        input: dataset?.inputShape,
        classes: dataset?.classes)
    } catch let error as RecognitionError {
      throw CommandError("\(checkpoint.label) does not say its architecture; \(error)")
    }
  }

  private func script(_ path: String, _ dataset: Dataset?) throws -> Architecture {
    if let what = try Self.whatIsNoProgram(path) {
      throw CommandError(
        "--arch \(path): it is \(what), and no program; `load \(path)` reads weights, and --arch takes a "
          + "built-in architecture or what torch.jit.script(net).save(FILE) writes")
    }
    guard trust else {
      throw CommandError(
        "\(path) is a TorchScript file: a program that runs within Basin when it is opened, can do all that you "
          + "can, and can end the session; add --trust "
          + "if you know where it comes from")
    }
    guard let dataset else {
      throw CommandError(
        "a TorchScript file does not say its input shape; load a dataset before it")
    }
    guard let content = FileManager.default.contents(atPath: path) else {
      throw CommandError("cannot read \(path)")
    }
    let file = InputFile(
      path: path, sha256: SHA256.hexadecimal(of: content), size: content.count)
    return Architecture(
      .torchScript(file), input: dataset.inputShape, classes: dataset.classes)
  }
}
