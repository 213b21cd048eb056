import BasinCore
import Foundation

/// Writes arrays as NumPy's .npz and as safetensors. The same arrays give the same bytes.
public enum ArrayWriter {
  /// An array with its name.
  public struct Array: Sendable, Equatable {
    /// What is in it, row-major.
    public enum Elements: Sendable, Equatable {
      /// 64-bit floats.
      case doubles([Double])
      /// 32-bit floats.
      case floats([Float])
      /// 64-bit integers.
      case integers([Int])
      /// Texts: NumPy's `<U` of the width of the longest, without Python objects.
      case texts([String])
    }

    /// Its name, in ASCII.
    public var name: String
    /// Its shape; empty for a single value.
    public var shape: [Int]
    /// As many elements as the shape has.
    public var elements: Elements

    /// Creates an array.
    public init(_ name: String, _ shape: [Int], _ elements: Elements) {
      self.name = name
      self.shape = shape
      self.elements = elements
    }
  }

  /// The endings of files that ``write(_:to:)`` writes.
  public static let endings = ["npz", "safetensors"]

  /// Writes a file of the kind that its ending says, .npz or .safetensors.
  ///
  /// - Throws: ``CheckpointError`` for another ending; as the writer of the kind does.
  public static func write(_ arrays: [Array], to path: String) throws {
    switch FilePath.fileExtension(of: path).lowercased() {
    case "npz": try write(npz: arrays, to: path)
    case "safetensors": try write(safetensors: arrays, to: path)
    default: throw CheckpointError(path, "it should end in .npz or .safetensors")
    }
  }

  /// Writes a .npz file, whole or not at all: a ZIP of one .npy each, which
  /// `numpy.load(file, allow_pickle=False)` opens.
  ///
  /// - Throws: ``CheckpointError`` for a name twice or 4 GiB and more; `FileError`.
  public static func write(npz arrays: [Array], to path: String) throws {
    var names = Set<String>()
    if let twice = arrays.first(where: { !names.insert($0.name).inserted }) {
      throw CheckpointError(path, "an array name '\(shown(twice.name))' cannot be written twice")
    }
    let total = arrays.reduce(0) { $0 + $1.byteCount + 512 }
    guard total < 1 << 32, arrays.count < 1 << 16 else {
      throw CheckpointError(
        path, "\(total) bytes in \(arrays.count) arrays are too much for one .npz file (4 GiB)")
    }
    try AtomicFile.write(ZipFile.data(arrays.map { ("\($0.name).npy", npy($0)) }), to: path)
  }

  /// Writes a .safetensors file, whole or not at all. Its tensors hold no texts: these are metadata, a
  /// JSON list of strings under the array's name.
  ///
  /// - Throws: ``CheckpointError``, `FileError`, as `SafetensorsWriter` does.
  public static func write(safetensors arrays: [Array], to path: String) throws {
    var metadata: [String: String] = [:]
    var tensors: [SafetensorsWriter.Tensor] = []
    for array in arrays {
      let type: ScalarType
      switch array.elements {
      case .texts(let texts):
        metadata[array.name] = String(decoding: try JSONEncoder().encode(texts), as: UTF8.self)
        continue
      case .doubles: type = .float64
      case .floats: type = .float32
      case .integers: type = .int64
      }
      tensors.append(.init(array.name, type, array.shape) { array.bytes })
    }
    try SafetensorsWriter.write(tensors, metadata: metadata, to: path)
  }

  /// An array as .npy (version 1.0), byte for byte as NumPy writes it.
  public static func npy(_ array: Array) -> Data {
    let sizes = array.shape.map(String.init)
    let shape = sizes.count == 1 ? "(\(sizes[0]),)" : "(\(sizes.joined(separator: ", ")))"
    var header =
      "{'descr': '\(array.descriptor)', 'fortran_order': False, 'shape': \(shape), }"
    // NumPy leaves room for the first size to grow to 21 digits, and begins elements at a multiple of 64.
    if let first = sizes.first { header += String(repeating: " ", count: max(0, 21 - first.count)) }
    header += String(repeating: " ", count: 64 - (10 + header.utf8.count + 1) % 64) + "\n"
    let length = UInt16(header.utf8.count)
    var data = Data([0x93] + Swift.Array("NUMPY".utf8) + [1, 0])
    data += [UInt8(length & 0xFF), UInt8(length >> 8)]
    return data + Data(header.utf8) + Data(array.bytes)
  }
}

extension ArrayWriter.Array {
  /// Code points of the longest text; one for none, since NumPy has no texts of width 0 in a file.
  private static func width(of texts: [String]) -> Int {
    max(1, texts.map(\.unicodeScalars.count).max() ?? 1)
  }

  fileprivate var descriptor: String {
    switch elements {
    case .doubles: "<f8"
    case .floats: "<f4"
    case .integers: "<i8"
    case .texts(let texts): "<U\(Self.width(of: texts))"
    }
  }

  fileprivate var byteCount: Int {
    switch elements {
    case .doubles(let values): values.count * 8
    case .floats(let values): values.count * 4
    case .integers(let values): values.count * 8
    case .texts(let texts): texts.count * 4 * Self.width(of: texts)
    }
  }

  /// The elements, little-endian.
  fileprivate var bytes: [UInt8] {
    switch elements {
    case .doubles(let values): return values.withUnsafeBytes { [UInt8]($0) }
    case .floats(let values): return values.withUnsafeBytes { [UInt8]($0) }
    case .integers(let values): return values.map(Int64.init).withUnsafeBytes { [UInt8]($0) }
    case .texts(let texts):
      let width = Self.width(of: texts)
      let codes = texts.flatMap { text in
        let scalars = text.unicodeScalars.map(\.value)
        return scalars + Swift.Array(repeating: UInt32(0), count: width - scalars.count)
      }
      return codes.withUnsafeBytes { [UInt8]($0) }
    }
  }
}
