import BasinKit
import Checkpoints
import Datasets
import Foundation
import Landscape

/// Decides which function checkpoints are for: what the user said, or what Basin's own files say.
/// Nothing is guessed.
struct ArchitectureChoice {
  /// What the user said with `--arch`.
  var text: String?
  /// Whether a TorchScript file may be run.
  var trust: Bool

  /// - Throws: `CommandError` when nobody says, when files disagree, or when a program would run
  ///   without the user's word.
  func architecture(for checkpoints: [Checkpoint], dataset: Dataset?) throws -> Architecture {
    if let text {
      if FileManager.default.fileExists(atPath: text) { return try script(text, dataset) }
      if text.contains("/") || text.hasSuffix(".pt") || text.hasSuffix(".ts") {
        throw CommandError("--arch \(text): there is no such file")
      }
      return try Architecture(text, input: dataset?.inputShape, classes: dataset?.classes)
    }
    var chosen: (text: String, file: String)?
    for checkpoint in checkpoints {
      guard let text = checkpoint.metadata["architecture"] else {
        throw CommandError(
          "\(checkpoint.label) does not say its architecture; pass --arch, for instance "
            + "--arch resnet20, or a TorchScript file with --trust")
      }
      if let chosen, chosen.text != text {
        throw CommandError(
          "\(checkpoint.label) is for \(text), but \(chosen.file) is for \(chosen.text); a set has "
            + "one architecture")
      }
      chosen = (text, checkpoint.label)
    }
    guard let chosen else { throw CommandError("no files are given") }
    return try Architecture(chosen.text, input: dataset?.inputShape, classes: dataset?.classes)
  }

  private func script(_ path: String, _ dataset: Dataset?) throws -> Architecture {
    guard trust else {
      throw CommandError(
        "\(path) is a TorchScript file, which is a program that runs when it is opened; add --trust "
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
