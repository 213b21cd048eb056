import BasinCore
import Foundation

/// Writes the safetensors format. The same tensors and metadata give the same bytes.
public enum SafetensorsWriter {
  /// A tensor to write.
  public struct Tensor {
    /// Its name.
    public var name: String
    /// The type of its elements.
    public var scalarType: ScalarType
    /// Its shape.
    public var shape: [Int]
    /// Its elements' bytes, row-major and little-endian, asked for when they are written.
    public var bytes: () throws -> [UInt8]

    /// Creates a tensor from its parts.
    public init(
      _ name: String, _ scalarType: ScalarType, _ shape: [Int],
      bytes: @escaping () throws -> [UInt8]
    ) {
      self.name = name
      self.scalarType = scalarType
      self.shape = shape
      self.bytes = bytes
    }
  }

  /// Writes tensors, whole or not at all, one at a time: memory holds the largest of them.
  ///
  /// The header lists them in the order given. In the buffer those of wide elements come first, as
  /// the reference writer has it, so that each starts where its type may be read in place.
  ///
  /// - Parameters:
  ///   - tensors: What to write.
  ///   - metadata: Strings about the file, written in the order of their keys.
  ///   - path: The file, which is replaced if it is there.
  /// - Throws: ``CheckpointError`` for a name twice, a type that the format lacks, or bytes that do
  ///   not fit the shape; `FileError` when it cannot be written.
  public static func write(
    _ tensors: [Tensor], metadata: [String: String], to path: String
  ) throws {
    var sizes: [Int] = []
    var names = Set<String>()
    for tensor in tensors {
      guard names.insert(tensor.name).inserted, tensor.name != "__metadata__" else {
        throw CheckpointError(path, "a tensor name '\(shown(tensor.name))' cannot be written twice")
      }
      guard
        !tensor.name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
      else {
        throw CheckpointError(
          path,
          "the tensor name '\(shown(tensor.name))' has control characters, which readers of "
            + "safetensors refuse")
      }
      guard let size = tensor.scalarType.byteCount(of: tensor.shape.reduce(1, *)) else {
        throw CheckpointError(path, "tensor '\(shown(tensor.name))' has a shape beyond all bounds")
      }
      sizes.append(size)
    }
    let order = tensors.indices.sorted {
      let (one, other) = (tensors[$0].scalarType.byteWidth, tensors[$1].scalarType.byteWidth)
      return one != other ? one > other : $0 < $1
    }
    let header = try header(tensors, sizes: sizes, order: order, metadata: metadata, path: path)
    try AtomicFile.write(to: path) { descriptor in
      func put(_ bytes: UnsafeRawBufferPointer) throws {
        try AtomicFile.writeAll(bytes, to: descriptor, path: path)
      }
      try withUnsafeBytes(of: UInt64(header.count).littleEndian, put)
      try header.withUnsafeBytes(put)
      for index in order {
        let bytes = try tensors[index].bytes()
        guard bytes.count == sizes[index] else {
          throw CheckpointError(
            path,
            "tensor '\(shown(tensors[index].name))' needs \(sizes[index]) bytes, not \(bytes.count)"
          )
        }
        try bytes.withUnsafeBytes(put)
      }
    }
  }

  private static func header(
    _ tensors: [Tensor], sizes: [Int], order: [Int], metadata: [String: String], path: String
  ) throws -> Data {
    var starts = sizes
    var offset = 0
    for index in order {
      starts[index] = offset
      offset += sizes[index]
    }
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = try metadata.keys.sorted().map {
        try "\(quoted($0)):\(quoted(metadata[$0] ?? ""))"
      }
      fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    for (index, tensor) in tensors.enumerated() {
      guard let type = SafetensorsReader.name(of: tensor.scalarType) else {
        throw CheckpointError(
          path, "tensor '\(shown(tensor.name))': safetensors has no \(tensor.scalarType.rawValue)")
      }
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      fields.append(
        try "\(quoted(tensor.name)):{\"dtype\":\"\(type)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(starts[index]),\(starts[index] + sizes[index])]}")
    }
    var header = Data("{\(fields.joined(separator: ","))}".utf8)
    // The buffer starts at a multiple of eight bytes, as the reference writer does it.
    header += Data(repeating: 0x20, count: (8 - header.count % 8) % 8)
    return header
  }

  private static func quoted(_ text: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode(text), as: UTF8.self)
  }
}
