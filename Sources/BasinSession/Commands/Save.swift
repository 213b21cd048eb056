import BasinKit
import Datasets
import Foundation
import Landscape
import Notebooks

/// `save notebook FILE`, `save checkpoints SET FOLDER`, `save values NAME FILE`, `save logits SET FILE`.
struct Save: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Save a notebook, checkpoints or numbers.",
    discussion: """
      Saves the session's commands as a notebook, or checkpoints, values or logits as files.

      save notebook FILE.md          the lines of this session that worked, as a notebook, with the
                                     epochs of training as its parameter
      save checkpoints SET FOLDER    each checkpoint as FOLDER/SET-INDEX.safetensors
      save values NAME FILE.npz      all numbers of a result, kept by NAME = COMMAND …
      save logits SET FILE.npz       the checkpoints' logits on --split, with the labels

      Values and logits are arrays for numpy.load, or safetensors if FILE ends in .safetensors.
      docs/values.md lists their names.
      """)
  static let task = CommandTask.session
  static let examples = [
    "save notebook plane.md",
    "save values p plane.npz",
    "save logits seeds logits.npz --split train",
  ]
  static var isPartOfNotebook: Bool { false }

  @Argument(help: "notebook, checkpoints, values or logits.") var what: String
  @Argument(help: "For a notebook, the file; otherwise the set or name, then the file or folder.")
  var rest: [String]
  @Option(help: "Dataset split for logits: train or test.") var split: Split = .test
  @Flag(help: "Replace an existing file.") var force = false

  var writes: [String] { Array(rest.suffix(1)) }

  func run(in session: Session, _ context: Context) throws -> Result {
    switch (what, rest.count) {
    case ("notebook", 1): return try saveNotebook(session, to: rest[0], context)
    case ("checkpoints", 2): return try saveCheckpoints(rest[0], to: rest[1], context)
    case ("values", 2): return try saveValues(rest[0], to: rest[1], in: session, context)
    case ("logits", 2): return try saveLogits(rest[0], to: rest[1], context)
    case ("values", _): throw CommandError("save values takes a name and a file")
    case ("logits", _): throw CommandError("save logits takes checkpoints and a file")
    case ("notebook", _): throw CommandError("save notebook takes one file name")
    case ("checkpoints", _): throw CommandError("save checkpoints takes a set and a folder")
    default:
      throw CommandError(
        "save takes notebook FILE, checkpoints SET FOLDER, values NAME FILE or logits SET FILE, "
          + "not '\(what)'")
    }
  }

  private func saveNotebook(
    _ session: Session, to path: String, _ context: Context
  ) throws -> Result {
    context.refuseCache()
    guard !session.history.isEmpty else {
      throw CommandError("nothing has been computed yet, so there is nothing to save")
    }
    guard ["md", "markdown"].contains(URL(fileURLWithPath: path).pathExtension) else {
      throw CommandError("\(path) should end in .md, which is what is written")
    }
    try context.checkCanWrite(path, replacing: force)
    let title = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    try AtomicFile.write(
      NotebookWriter.notebook(
        fromLines: session.history, title: title, parameter: ("--epochs", "train")), to: path)
    return Result(items: [
      .note(
        Note(
          "\(path): \(Counted.text(session.history.count, "cells")); replay it with `basin run \(path)`"
        ))
    ])
  }

  private func saveCheckpoints(
    _ name: String, to folder: String, _ context: Context
  ) throws -> Result {
    guard let selection = CheckpointSelection(argument: name) else {
      throw CommandError("'\(name)' is no selection of checkpoints")
    }
    let selected = try context.checkpoints([selection])
    try AtomicFile.makeFolder(folder)
    for (index, one) in selected.enumerated() {
      try context.cancellation.check()
      let path = "\(folder)/\(one.set)-\(one.index).safetensors"
      try context.checkCanWrite(path, replacing: force)
      context.progress.report(
        ProgressUpdate("saving \(path)", completed: index, total: selected.count))
      let network = try Network(one.architecture)
      try network.load(one.checkpoint)
      var metadata = one.checkpoint.metadata
      metadata["architecture"] = one.architecture.text
      try network.save(to: path, metadata: metadata)
      context.recordWritten(path)
    }
    return Result(items: [
      .note(Note("\(Counted.text(selected.count, "checkpoints")) in \(folder)"))
    ])
  }
}
