import BasinKit
import Checkpoints
import Foundation
import Landscape

/// The tensors of one checkpoint, which the user names as a file or as `seeds[0]`.
struct NamedStateDict {
  /// The file, for messages and titles.
  var label: String
  var stateDict: StateDict
  var metadata: [String: String]
  var notes: [String]
  /// What it is, in one line.
  var about: String

  /// - Parameter withoutNumbers: Whether nothing but names and shapes is wanted, so that the file
  ///   need not be read whole for its SHA-256.
  /// - Throws: `CommandError` when it is no single checkpoint, or one that is in no file;
  ///   `CheckpointError`, `FileError` when the file cannot be read.
  init(
    _ text: String, key: String? = nil, in session: Session, _ context: Context,
    withoutNumbers: Bool = false
  ) throws {
    if !FileManager.default.fileExists(atPath: text),
      let selection = CheckpointSelection(argument: text),
      session.workspace.value(selection.terms[0].name) != nil
    {
      if let key {
        throw CommandError(
          "--key is for files, and \(text) is loaded already: `load FILE --key \(Line.joined([key]))` reads another part "
            + "of its file")
      }
      context.record(text, matching: [])
      let selected = try context.checkpoints([selection])
      guard selected.count == 1, let one = selected.first else {
        throw CommandError("\(text) is \(selected.count) checkpoints; one is needed")
      }
      guard case .stored(let stateDict) = one.checkpoint.weights else {
        throw CommandError("\(one.label) was made in this session; save it first")
      }
      label = one.checkpoint.label
      self.stateDict = stateDict
      metadata = one.checkpoint.metadata
      notes = one.checkpoint.notes
      about = "\(one.label): a checkpoint of \(one.architecture.text)"
      return
    }
    let paths = try FileNames.matching(text)
    context.record(text, matching: paths)
    guard paths.count == 1 else {
      throw CommandError("\(text) is \(paths.count) files; one is needed")
    }
    let file = try CheckpointReader.open(paths[0], key: key)
    about = "\(file.format.rawValue), \(file.byteCount) bytes"
    if withoutNumbers {
      about += ", not read whole: its SHA-256 is not known"
      context.refuseCache()
    } else {
      let files = try context.files(of: file)
      for one in files { context.record(one) }
      about += ", SHA-256 \(CheckpointFile.identity(of: files).prefix(12))…"
    }
    label = paths[0]
    stateDict = file.stateDict
    metadata = file.metadata
    notes = file.notes
  }
}
