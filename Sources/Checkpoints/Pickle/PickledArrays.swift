import BasinCore
import Foundation

/// A dictionary of NumPy arrays and lists that Python pickled, read as data: CIFAR's Python files.
///
/// The pickle goes through the same reader as checkpoints, which calls nothing; an array is
/// recognised by the names that NumPy's own pickles mention.
public struct PickledArrays: Sendable {
  /// What a key leads to.
  public enum Value: Sendable {
    /// An array of numbers.
    case array(StoredTensor)
    /// A list of whole numbers.
    case integers([Int])
    /// A list of strings.
    case texts([String])
  }

  /// The file.
  public let path: String
  /// The file's size in bytes.
  public var byteCount: Int { source.count }
  /// What is under each key; values of other kinds are left out.
  public let values: [String: Value]

  private let source: ByteSource

  /// The value of a key.
  public subscript(key: String) -> Value? { values[key] }

  /// SHA-256 of the file as 64 hexadecimal digits.
  public func sha256() throws -> String { try source.sha256() }

  /// Opens a file.
  ///
  /// - Throws: `FileError`; ``CheckpointError`` when it is no pickle of a dictionary, uses opcodes
  ///   that such pickles do not, or holds an array that does not add up.
  public init(path: String, limits: ReadLimits = .default) throws {
    try self.init(ByteSource(path: path), limits)
  }

  /// Reads data in memory, under a name for messages.
  ///
  /// - Throws: ``CheckpointError``.
  public init(data: Data, name: String, limits: ReadLimits = .default) throws {
    try self.init(ByteSource(data: data, name: name), limits)
  }

  /// Bytes a file may have.
  private static let longest = 1 << 30

  private init(_ source: ByteSource, _ limits: ReadLimits) throws {
    guard source.count <= Self.longest else {
      throw CheckpointError(
        source.path, "it has \(source.count) bytes, over \(Self.longest) for a pickle")
    }
    let pickle: Pickle
    do {
      pickle = try Unpickler.read(
        source.bytes(0..<source.count), fileSize: source.count, limits: limits, dialect: .arrays)
    } catch let refusal as Unpickler.Refusal {
      throw CheckpointError(source.path, refusal.reason)
    }
    guard case .dictionary(let node) = pickle.root else {
      throw CheckpointError(source.path, "it is a pickle of something that is no dictionary")
    }
    let items = pickle.nodes[node].items
    var values: [String: Value] = [:]
    for place in stride(from: 0, to: items.count - 1, by: 2) {
      let value = items[place + 1]
      guard let key = try Self.text(items[place], pickle, source) else {
        throw CheckpointError(source.path, "it is a dictionary with a key that is no text")
      }
      if let array = try PickledArray(pickle, value, key, source, limits) {
        values[key] = .array(array.tensor)
      } else if let elements = pickle.elements(value) {
        values[key] = try Self.list(elements, pickle, source)
      }
    }
    self.source = source
    path = source.path
    self.values = values
  }

  private static func list(
    _ elements: [Pickle.Value], _ pickle: Pickle, _ source: ByteSource
  ) throws -> Value? {
    let integers = elements.compactMap { element -> Int? in
      guard case .int(let integer) = element else { return nil }
      return integer
    }
    if integers.count == elements.count { return .integers(integers) }
    let texts = try elements.compactMap { try text($0, pickle, source) }
    return texts.count == elements.count ? .texts(texts) : nil
  }

  // Python 2's text are bytes to Python 3, which writes them as such, or in protocol 2 as text to be encoded.
  private static func text(
    _ value: Pickle.Value, _ pickle: Pickle, _ source: ByteSource
  ) throws -> String? {
    switch value {
    case .text(let text): return text
    case .bytes(let range): return String(validating: try source.bytes(range), as: UTF8.self)
    case .object:
      guard let object = pickle.object(value), object.callable.text == "_codecs.encode",
        case .text(let text)? = object.arguments.first
      else { return nil }
      return text
    default: return nil
    }
  }
}

/// An array in a pickle: `numpy.core.multiarray._reconstruct`, then a state of version, shape, type,
/// order and bytes.
private struct PickledArray {
  let tensor: StoredTensor

  private static let constructors: Set<String> = [
    "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct",
  ]
  // Protocol 5's, which has all in its arguments: bytes, type, shape and order.
  private static let bufferConstructors: Set<String> = [
    "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer",
  ]
  private static let types: [String: ScalarType] = [
    "f8": .float64, "f4": .float32, "f2": .float16, "i8": .int64, "i4": .int32, "i2": .int16,
    "i1": .int8, "u8": .uint64, "u4": .uint32, "u2": .uint16, "u1": .uint8, "b1": .bool,
  ]

  /// - Returns: `nil` when the value is no array.
  /// - Throws: ``CheckpointError`` when it is one that cannot be read.
  init?(
    _ pickle: Pickle, _ value: Pickle.Value, _ key: String, _ source: ByteSource,
    _ limits: ReadLimits
  ) throws {
    guard let object = pickle.object(value) else { return nil }
    let isBuffer = Self.bufferConstructors.contains(object.callable.text)
    guard isBuffer || Self.constructors.contains(object.callable.text) else { return nil }
    func refuse(_ reason: String) -> CheckpointError {
      CheckpointError(source.path, "array '\(shown(key))' \(reason)")
    }
    var parts = object.state.flatMap { pickle.elements($0) }
    if isBuffer, object.arguments.count == 4, case .text(let order) = object.arguments[3] {
      let given = object.arguments
      parts = [.int(1), given[2], given[1], .bool(order != "C"), given[0]]
    }
    guard let state = parts, state.count == 5,
      let shape = pickle.elements(state[1])?.map({ element -> Int in
        if case .int(let size) = element { return size }
        return -1
      }), let dtype = pickle.object(state[2]), dtype.callable.text == "numpy.dtype",
      case .text(let kind)? = dtype.arguments.first, case .bool(let isColumnMajor) = state[3]
    else { throw refuse("has a state that is not NumPy's") }
    guard let type = Self.types[kind] else {
      throw refuse("has the type '\(shown(kind))', which is not read")
    }
    guard !isColumnMajor || shape.count < 2 else { throw refuse("is in column-major order") }
    var isBigEndian = false
    if let order = dtype.state.flatMap({ pickle.elements($0) }), order.count > 1,
      case .text(let mark) = order[1]
    {
      isBigEndian = mark == ">"
    }
    let storage: StoredTensor.Storage
    switch state[4] {
    case .bytes(let range):
      storage = .init(source: source, range: range, isBigEndian: isBigEndian)
    // Few bytes that happen to be UTF-8 were taken for text.
    case .text(let text):
      let data = Data(text.utf8)
      storage = .init(
        source: ByteSource(data: data, name: source.path), range: 0..<data.count,
        isBigEndian: isBigEndian)
    case .object:
      // Python 3 writes bytes for Python 2 as text of the same numbers.
      guard let object = pickle.object(state[4]), object.callable.text == "_codecs.encode",
        case .text(let text)? = object.arguments.first,
        text.unicodeScalars.allSatisfy({ $0.value < 256 })
      else { throw refuse("has no bytes") }
      let data = Data(text.unicodeScalars.map { UInt8($0.value) })
      storage = .init(
        source: ByteSource(data: data, name: source.path), range: 0..<data.count,
        isBigEndian: isBigEndian)
    default: throw refuse("has no bytes")
    }
    tensor = try StoredTensor(
      name: key, scalarType: type, shape: shape, storage: storage, limits: limits)
    guard tensor.byteCount == storage.count else {
      throw refuse("has \(storage.count) bytes where \(tensor.byteCount) are needed")
    }
  }
}
