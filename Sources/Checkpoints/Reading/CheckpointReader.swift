import BasinCore
import Foundation

/// Opens checkpoint files of any kind that is read.
public enum CheckpointReader {
  /// Opens a file: names, shapes and types are read, numbers are left where they are.
  ///
  /// - Parameters:
  ///   - path: The file, or the `.index.json` of one in several shards.
  ///   - key: Where the state dict is in a file that holds several; also what the wanted names begin
  ///     with, without the dot.
  ///   - strip: A prefix to take off the names that have it.
  ///   - ignored: Patterns of names to leave out, as they are once prefixes are off.
  ///   - limits: What is accepted at most.
  /// - Throws: `FileError` when it cannot be read; ``CheckpointError`` saying what is wrong with it.
  public static func open(
    _ path: String, key: String? = nil, strip: String? = nil, ignoring ignored: [String] = [],
    limits: ReadLimits = .default
  ) throws -> CheckpointFile {
    let source = try ByteSource(path: path)
    var content = try content(of: source, key: key, limits: limits)
    let extra = try leaveOut(ignored, of: &content.tensors, path)
    content.notes += try Prefixes.strip(&content.tensors, own: strip, path: path) + extra
    content.notes += try leaveOut(ignored, of: &content.tensors, path)
    return CheckpointFile(
      path: path, format: content.format,
      stateDict: try StateDict(content.tensors, path: path), metadata: content.metadata,
      notes: content.notes, sources: content.sources)
  }

  // Before prefixes are taken off, since names that are left out may not have them, and after.
  private static func leaveOut(
    _ ignored: [String], of tensors: inout [StoredTensor], _ path: String
  ) throws -> [String] {
    let patterns = ignored.map(NamePattern.init)
    let before = tensors.count
    tensors.removeAll { tensor in patterns.contains { $0.matches(tensor.name) } }
    guard tensors.count < before else { return [] }
    guard !tensors.isEmpty else {
      throw CheckpointError(path, "--ignore \(ignored.joined(separator: " ")) leaves out all of it")
    }
    let count = before - tensors.count
    return ["\(count) tensor\(count == 1 ? "" : "s") left out by --ignore"]
  }

  /// What one file holds, under the names that are in it.
  struct Content {
    var format: CheckpointFile.Format
    var tensors: [StoredTensor]
    var metadata: [String: String] = [:]
    var notes: [String] = []
    var sources: [ByteSource]
  }

  static func content(
    of source: ByteSource, key: String?, limits: ReadLimits
  ) throws -> Content {
    guard source.count > 0 else { throw CheckpointError(source.path, "it is empty") }
    if try ZipArchive.recognises(source) {
      return try TorchArchive.read(source, key: key, limits: limits)
    }
    if try LegacyFile.recognises(source) {
      let (tensors, finder) = try LegacyFile.read(source, key: key, limits: limits)
      return Content(
        format: .torchLegacy, tensors: tensors, metadata: finder.metadata, notes: finder.notes,
        sources: [source])
    }
    if try SafetensorsReader.recognises(source) {
      let (tensors, metadata) = try SafetensorsReader.read(source, limits: limits)
      return Content(
        format: .safetensors, tensors: try subtree(key, of: tensors, in: source.path),
        metadata: metadata, sources: [source])
    }
    if source.path.hasSuffix(".index.json") {
      var content = try ShardIndex.read(source, limits: limits)
      content.tensors = try subtree(key, of: content.tensors, in: source.path)
      return content
    }
    throw CheckpointError(source.path, try reasonToRefuse(source))
  }

  // Files that have no wrappers have keys only as beginnings of names.
  private static func subtree(
    _ key: String?, of tensors: [StoredTensor], in path: String
  ) throws -> [StoredTensor] {
    guard let key, key != "." else { return tensors }
    let chosen = tensors.filter {
      $0.name.hasPrefix(key + ".") && $0.name.count > key.count + 1
    }
    guard !chosen.isEmpty else {
      throw CheckpointError(path, "it has no tensors whose names begin with '\(shown(key)).'")
    }
    return chosen.map { tensor in
      var tensor = tensor
      tensor.name.removeFirst(key.count + 1)
      return tensor
    }
  }

  private static func reasonToRefuse(_ source: ByteSource) throws -> String {
    let start = try source.bytes(0..<min(source.count, 512))
    if source.path.hasSuffix(".safetensors") {
      _ = try SafetensorsReader.read(source, limits: .default)
    }
    if start.count > 262, Array(start[257..<262]) == Array("ustar".utf8) {
      return
        "it is a tar file of PyTorch before 0.4, which is not read; load it in PyTorch and save "
        + "the state_dict() again"
    }
    if start.count > 2, start[0] == 0x80, start[1] <= 5 {
      return
        "it is a pickle of protocol \(start[1]), but not one that torch.save makes; load it in "
        + "Python and save the model's state_dict()"
    }
    if start.starts(with: [0x93] + Array("NUMPY".utf8)) {
      return "it is a NumPy array, not a checkpoint; `data` reads .npz"
    }
    let printable = start.allSatisfy { $0 >= 0x20 && $0 < 0x7f || [9, 10, 13].contains($0) }
    if printable {
      let line = String(decoding: start.prefix { $0 != 10 }.prefix(40), as: UTF8.self)
      return "it is a text file, not a checkpoint; it starts with '\(shown(line))'"
    }
    return "it is neither safetensors nor a PyTorch checkpoint"
  }
}
