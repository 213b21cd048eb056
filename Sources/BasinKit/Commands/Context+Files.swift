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
  /// - Throws: `CheckpointError` naming the file and what is wrong with it; `CommandError` when it holds
  ///   several.
  public func open(
    _ path: String, key: String? = nil, strip: String? = nil, ignoring ignored: [String] = []
  ) throws -> Checkpoint {
    let all = try openAll(path, key: key, strip: strip, ignoring: ignored)
    guard all.count == 1 else { throw CommandError("\(path) holds \(all.count) checkpoints") }
    return all[0]
  }

  /// Opens a file, or a folder that is one checkpoint, as data: one checkpoint, or the control points of a
  /// curve in their order.
  ///
  /// - Throws: as ``open(_:key:strip:ignoring:)`` does.
  public func openAll(
    _ path: String, key: String? = nil, strip: String? = nil, ignoring ignored: [String] = []
  ) throws -> [Checkpoint] {
    let whole = try CheckpointReader.open(path, key: key, strip: strip, ignoring: ignored)
    let files = try files(of: whole)
    let stem = URL(fileURLWithPath: path).deletingPathExtension()
    let folder = stem.deletingLastPathComponent().lastPathComponent
    let name = path.contains("/") ? "\(folder)/\(stem.lastPathComponent)" : stem.lastPathComponent
    // The same file means other weights under another key.
    let identity =
      ([CheckpointFile.identity(of: files)] + [key, strip].compactMap(\.self)
      + ignored.map { "ignore \($0)" }).joined(separator: ":")
    let parts = try whole.checkpoints()
    return parts.enumerated().map { place, file in
      let part = parts.count > 1 ? place : nil
      var checkpoint = Checkpoint(
        name: name + (part.map { ", point \($0)" } ?? ""), file: files.first,
        shards: Array(files.dropFirst()), identity: identity + (part.map { ":point \($0)" } ?? ""),
        metadata: file.metadata, notes: file.notes, weights: .stored(file.stateDict))
      checkpoint.reading = .init(key: key, strip: strip, ignored: ignored, part: part)
      (checkpoint.place, checkpoint.unmatched) = (file.place, file.unmatched)
      (checkpoint.leftOut, checkpoint.averaged) = (file.leftOut, file.averaged)
      if whole.path != path { checkpoint.reading.folder = path }
      return checkpoint
    }
  }

  /// Opens a file of a run's moments, which decides the result, and reads the Gaussian of SWAG.
  ///
  /// - Parameters:
  ///   - path: What `swag --moments` wrote as safetensors, or a checkpoint of wjmaddox/swa_gaussian.
  ///   - layout: Where the network's parameters lie.
  ///   - rank: Deviations that are kept, the latest.
  /// - Returns: It, and what identifies the file.
  /// - Throws: `MomentsFileError`, `CheckpointError`; `CommandError` for .npz.
  public func moments(
    in path: String, for layout: ParameterLayout, rank: Int
  ) throws -> (file: MomentsFile, identity: String) {
    guard FilePath.fileExtension(of: path).lowercased() != "npz" else {
      throw CommandError(
        "\(path): moments are read from safetensors; write them with swag PATH --moments FILE.safetensors"
      )
    }
    let file = try CheckpointReader.open(path)
    let files = try files(of: file)
    for one in files { record(one) }
    return (
      try MomentsFile(file, for: layout, rank: rank), CheckpointFile.identity(of: files)
    )
  }

  /// Opens a file of vectors in weight space, .npz or anything that ``open(_:key:strip:ignoring:)`` takes.
  ///
  /// - Throws: `CheckpointError` naming the file and what is wrong with it; `FileError`.
  public func open(vectors path: String) throws -> Checkpoint {
    guard FilePath.fileExtension(of: path).lowercased() == "npz" else { return try open(path) }
    let arrays = try ArrayFile(path: path, skipsTexts: true)
    let file = InputFile(path: path, sha256: try arrays.sha256(), size: arrays.byteCount)
    return Checkpoint(
      name: path, file: file, identity: file.sha256, metadata: [:],
      weights: .stored(try arrays.stateDict()))
  }

  /// Refuses a file that is there and may not be replaced, before any work is done for it.
  ///
  /// - Throws: `CommandError`.
  public func checkCanWrite(_ path: String, replacing: Bool) throws {
    guard replacing || !FileManager.default.fileExists(atPath: path) else {
      throw CommandError("\(path) is there already; add --force to replace it")
    }
  }

  /// Refuses a file of arrays that has another ending than .npz and .safetensors, or may not be replaced.
  ///
  /// - Throws: `CommandError`.
  public func checkCanWrite(arrays path: String, replacing: Bool) throws {
    guard ArrayWriter.endings.contains(FilePath.fileExtension(of: path).lowercased()) else {
      throw CommandError("\(path) should end in .npz or .safetensors")
    }
    try checkCanWrite(path, replacing: replacing)
  }
}
