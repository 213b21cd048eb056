import BasinCore
import Checkpoints
import Foundation
import Landscape

extension Context {
  /// A checkpoint's files with their SHA-256, computed with progress.
  ///
  /// - Throws: `Cancelled`; what reading throws.
  public func files(of checkpoint: CheckpointFile) throws -> [InputFile] {
    try checkpoint.files { done in
      try cancellation.check()
      progress.report(
        ProgressUpdate("reading \(checkpoint.path)", completed: done, total: checkpoint.byteCount))
    }
  }

  /// Opens a checkpoint's file as data. The file is not recorded: ``record(_:)`` does that.
  ///
  /// - Throws: `CheckpointError` naming the file and what is wrong with it.
  public func open(
    _ path: String, key: String? = nil, strip: String? = nil, ignoring ignored: [String] = []
  ) throws -> Checkpoint {
    let file = try CheckpointReader.open(path, key: key, strip: strip, ignoring: ignored)
    let files = try files(of: file)
    let stem = URL(fileURLWithPath: path).deletingPathExtension()
    let folder = stem.deletingLastPathComponent().lastPathComponent
    let identity = CheckpointFile.identity(of: files)
    var checkpoint = Checkpoint(
      name: path.contains("/") ? "\(folder)/\(stem.lastPathComponent)" : stem.lastPathComponent,
      file: files.first, shards: Array(files.dropFirst()),
      // The same file means other weights under another key.
      identity: ([identity] + [key, strip].compactMap(\.self) + ignored.map { "ignore \($0)" })
        .joined(separator: ":"),
      metadata: file.metadata, notes: file.notes, weights: .stored(file.stateDict))
    checkpoint.reading = (key, strip, ignored)
    return checkpoint
  }
}
