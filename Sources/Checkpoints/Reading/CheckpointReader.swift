import BasinCore
import Foundation

/// Opens checkpoint files of any kind that is read.
public enum CheckpointReader {
  /// Opens a file: names, shapes and types are read, numbers are left where they are.
  ///
  /// - Parameters:
  ///   - path: The file, the `.index.json` of one in several shards, or a folder of Hugging Face or
  ///     DeepSpeed.
  ///   - key: Where the state dict is in a file that holds several; also what the wanted names begin
  ///     with, without the dot.
  ///   - strip: Prefix to remove from the names that have it.
  ///   - ignored: Patterns of names to leave out, as they are once prefixes are off.
  ///   - limits: What is accepted at most.
  /// - Throws: `FileError` when it cannot be read; ``CheckpointError`` saying what is wrong with it.
  public static func open(
    _ path: String, key: String? = nil, strip: String? = nil, ignoring ignored: [String] = [],
    limits: ReadLimits = .default
  ) throws -> CheckpointFile {
    var (path, key, found) = (path, key, CheckpointFolder.Found?.none)
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      let own = try CheckpointFolder.weights(in: path)
      (path, found) = (own.path, own)
      // Beside the weights, DeepSpeed keeps tensors of its own.
      if path.hasSuffix("_model_states.pt") { key = key ?? "module" }
    }
    let source = try ByteSource(path: path)
    var content = try content(of: source, key: key, limits: limits)
    if let found {
      content.notes = found.notes + content.notes
      content.sources += found.others
    }
    for index in content.tensors.indices {
      content.tensors[index].given = content.tensors[index].name
    }
    let all = content.tensors
    var unmatched = ignored
    content.notes += PaperFormats.takeMean(&content.tensors, of: path)
    var left: [StoredTensor] = []
    let extra = try leaveOut(ignored, of: &content.tensors, path, &unmatched, &left)
    let last = content.tensors.last?.name ?? ""
    let averaged = Prefixes.averaged(among: content.tensors)
    content.notes += try Prefixes.strip(&content.tensors, own: strip, path: path) + extra
    if let now = content.tensors.last?.name, strip == nil, last != now, last.hasSuffix(now) {
      content.keys.append(String(last.dropLast(now.count + 1)))
    }
    content.notes += try leaveOut(ignored, of: &content.tensors, path, &unmatched, &left)
    var file = CheckpointFile(
      path: path, format: content.format,
      stateDict: try StateDict(content.tensors, path: path), metadata: content.metadata,
      notes: content.notes, place: content.keys.joined(separator: "."),
      moments: WeightMoments(of: content.tensors, among: all), sources: content.sources)
    file.averaged = averaged
    file.leftOut = left.map { ($0.name, $0.shape) }
    file.unmatched = unmatched.map { UnmatchedPattern($0, among: content.tensors.map(\.name)) }
    return file
  }

  /// Whether a file is a TorchScript archive: a program, as `torch.jit.save` writes it.
  ///
  /// - Throws: `FileError` when it cannot be read.
  public static func isTorchScript(_ path: String) throws -> Bool {
    let source = try ByteSource(path: path)
    guard try ZipArchive.recognises(source), let archive = try? ZipArchive(source, limits: .default)
    else { return false }
    return archive.members.contains { member in
      let parts = member.name.split(separator: "/")
      return parts.count > 1 && (parts[1] == "constants.pkl" || parts[1] == "code")
    }
  }

  // Before prefixes are taken off, since names that are left out may not have them, and after.
  private static func leaveOut(
    _ ignored: [String], of tensors: inout [StoredTensor], _ path: String,
    _ unmatched: inout [String], _ left: inout [StoredTensor]
  ) throws -> [String] {
    let patterns = ignored.map(NamePattern.init)
    unmatched.removeAll { text in
      let pattern = NamePattern(text)
      return tensors.contains { pattern.matches($0.name) }
    }
    let before = tensors.count
    left += tensors.filter { tensor in patterns.contains { $0.matches(tensor.name) } }
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
    /// The keys that lead to the tensors.
    var keys: [String] = []
    var sources: [ByteSource]
  }

  static func content(
    of source: ByteSource, key: String?, limits: ReadLimits
  ) throws -> Content {
    guard source.count > 0 else { throw CheckpointError(source.path, "it is empty") }
    try LFSPointer.refuse(source)
    if source.path.hasSuffix(".distcp") || source.path.hasSuffix("/.metadata") {
      let folder = source.path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        .joined(separator: "/")
      throw CheckpointError(
        source.path, CheckpointFolder.distributed(folder.isEmpty ? "." : folder))
    }
    if try ZipArchive.recognises(source) {
      return try TorchArchive.read(source, key: key, limits: limits)
    }
    if try LegacyFile.recognises(source) {
      let (tensors, finder) = try LegacyFile.read(source, key: key, limits: limits)
      return Content(
        format: .torchLegacy, tensors: tensors, metadata: finder.metadata, notes: finder.notes,
        keys: finder.keys, sources: [source])
    }
    if try SafetensorsReader.recognises(source) {
      let (tensors, metadata) = try SafetensorsReader.read(source, limits: limits)
      return Content(
        format: .safetensors, tensors: try subtree(key, of: tensors, in: source.path),
        metadata: metadata, keys: [key].compactMap(\.self), sources: [source])
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
