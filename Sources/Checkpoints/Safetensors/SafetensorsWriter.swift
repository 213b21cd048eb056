import BasinCore
import Foundation

/// Writes the safetensors format. The same tensors and metadata give the same bytes.
public enum SafetensorsWriter {
  /// Writes tensors in the order given, whole or not at all.
  ///
  /// - Parameters:
  ///   - tensors: Names, types, shapes, and elements row-major and little-endian.
  ///   - metadata: Strings about the file, written in the order of their keys.
  ///   - path: The file, which is replaced if it is there.
  /// - Throws: ``CheckpointError`` for a name twice, a type that the format lacks, or bytes that do
  ///   not fit the shape; `FileError` when it cannot be written.
  public static func write(
    _ tensors: [(name: String, scalarType: ScalarType, shape: [Int], bytes: Data)],
    metadata: [String: String], to path: String
  ) throws {
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = try metadata.keys.sorted().map {
        try "\(quoted($0)):\(quoted(metadata[$0] ?? ""))"
      }
      fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    var names = Set<String>()
    for tensor in tensors {
      guard names.insert(tensor.name).inserted, tensor.name != "__metadata__" else {
        throw CheckpointError(path, "a tensor name '\(shown(tensor.name))' cannot be written twice")
      }
      guard let type = SafetensorsReader.name(of: tensor.scalarType) else {
        throw CheckpointError(
          path, "tensor '\(shown(tensor.name))': safetensors has no \(tensor.scalarType.rawValue)")
      }
      let needed = tensor.shape.reduce(tensor.scalarType.byteWidth, *)
      guard tensor.bytes.count == needed else {
        throw CheckpointError(
          path, "tensor '\(shown(tensor.name))' needs \(needed) bytes, not \(tensor.bytes.count)")
      }
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      let end = offset + needed
      fields.append(
        try "\(quoted(tensor.name)):{\"dtype\":\"\(type)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Data("{\(fields.joined(separator: ","))}".utf8)
    // The buffer starts at a multiple of eight bytes, as the reference writer does it.
    header += Data(repeating: 0x20, count: (8 - header.count % 8) % 8)
    try AtomicFile.write(to: path) { descriptor in
      func put(_ data: Data) throws {
        try data.withUnsafeBytes { try AtomicFile.writeAll($0, to: descriptor, path: path) }
      }
      try put(withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) })
      try put(header)
      for tensor in tensors { try put(tensor.bytes) }
    }
  }

  private static func quoted(_ text: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode(text), as: UTF8.self)
  }
}
