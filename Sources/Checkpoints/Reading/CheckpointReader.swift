import BasinCore
import Foundation

/// A checkpoint file, opened as data.
public struct CheckpointFile: Sendable {
  /// The kinds of file that are read.
  public enum Format: String, Sendable, Equatable {
    /// safetensors.
    case safetensors
    /// `torch.save` since 1.6.
    case torchZip = "PyTorch zip"
    /// A TorchScript archive, for its weights only.
    case torchScript = "TorchScript archive"
  }

  /// The file.
  public var path: String
  /// Its kind.
  public var format: Format
  /// Its tensors by name.
  public var stateDict: StateDict
  /// Scalars and strings that the file has besides tensors.
  public var metadata: [String: String]
  /// What was found on the way: wrappers, stripped prefixes, objects left alone.
  public var notes: [String]

  let source: ByteSource

  /// The file's size in bytes.
  public var byteCount: Int { source.count }

  /// SHA-256 of the file as 64 hexadecimal digits. Reads the whole file.
  public func sha256() throws -> String { try source.sha256() }
}

/// Tensors by name, in the file's order.
public struct StateDict: Sendable {
  /// The tensors.
  public let tensors: [StoredTensor]
  private let places: [String: Int]

  /// - Throws: ``CheckpointError`` when a name occurs twice.
  init(_ tensors: [StoredTensor], path: String) throws {
    var places: [String: Int] = [:]
    for (index, tensor) in tensors.enumerated() {
      guard places.updateValue(index, forKey: tensor.name) == nil else {
        throw CheckpointError(path, "it has two tensors named '\(shown(tensor.name))'")
      }
    }
    self.tensors = tensors
    self.places = places
  }

  /// The tensor of a name.
  public subscript(name: String) -> StoredTensor? { places[name].map { tensors[$0] } }
}

/// Opens checkpoint files of any kind that is read.
public enum CheckpointReader {
  /// Opens a file: names, shapes and types are read, numbers are left where they are.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - key: Where the state dict is in a file that holds several.
  ///   - limits: What is accepted at most.
  /// - Throws: `FileError` when it cannot be read; ``CheckpointError`` saying what is wrong with it.
  public static func open(
    _ path: String, key: String? = nil, limits: ReadLimits = .default
  ) throws -> CheckpointFile {
    let source = try ByteSource(path: path)
    guard source.count > 0 else { throw CheckpointError(path, "it is empty") }
    if try ZipArchive.recognises(source) {
      return try TorchArchive.read(source, key: key, limits: limits)
    }
    if try SafetensorsReader.recognises(source) {
      let (tensors, metadata) = try SafetensorsReader.read(source, limits: limits)
      return try file(source, .safetensors, tensors, metadata, [])
    }
    throw CheckpointError(path, try reasonToRefuse(source))
  }

  static func file(
    _ source: ByteSource, _ format: CheckpointFile.Format, _ tensors: [StoredTensor],
    _ metadata: [String: String], _ notes: [String]
  ) throws -> CheckpointFile {
    var tensors = tensors
    let stripped = Prefixes.strip(&tensors)
    return CheckpointFile(
      path: source.path, format: format, stateDict: try StateDict(tensors, path: source.path),
      metadata: metadata, notes: notes + stripped, source: source)
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
    if start.starts(with: [0x80, 0x02]) {
      return
        "it is a pickle of PyTorch before 1.6 (or no checkpoint at all); load it in PyTorch and "
        + "save the state_dict() again"
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

extension ByteSource {
  func sha256() throws -> String {
    let hash = SHA256()
    for start in stride(from: 0, to: count, by: 4 << 20) {
      try withBytes(start..<min(count, start + 4 << 20)) { hash.update($0) }
    }
    return SHA256.hexadecimal(hash.finish())
  }
}
