import Checkpoints
import Torch

/// A tensor that is neither trained nor updated: a mask, a permutation, position ids, or a frozen
/// parameter. It is the file's, and no vector operation touches it.
public struct FixedTensor: Sendable, Equatable {
  /// Its dotted name.
  public var name: String
  /// The type of its elements.
  public var dtype: DType
  /// Its shape.
  public var shape: [Int]
  /// Its elements, row-major and little-endian.
  public var bytes: [UInt8]

  /// Creates a tensor from its parts.
  public init(name: String, dtype: DType, shape: [Int], bytes: [UInt8]) {
    (self.name, self.dtype, self.shape, self.bytes) = (name, dtype, shape, bytes)
  }

  /// Checks that two checkpoints have the same fixed tensors, without which weights between them or
  /// averaged over them mean nothing.
  ///
  /// - Throws: ``UnsharedTensor`` naming the first tensor that differs.
  public static func requireSame(
    _ first: [FixedTensor], of one: String, _ second: [FixedTensor], of other: String
  ) throws {
    guard let (tensor, _) = zip(first, second).first(where: { $0 != $1 }) else { return }
    throw UnsharedTensor(name: tensor.name, checkpoints: [one, other])
  }
}

/// Checkpoints differ in a tensor that is neither trained nor updated.
public struct UnsharedTensor: Error, Sendable, Equatable, CustomStringConvertible {
  /// The tensor's name.
  public var name: String
  /// What the two checkpoints are called.
  public var checkpoints: [String]

  /// `a.pt and b.pt differ in 'mask', which is a buffer or frozen: …`
  public var description: String {
    "\(checkpoints.joined(separator: " and ")) differ in '\(name)', which is a buffer or frozen: there "
      + "are no weights between them or around both; use checkpoints that share it"
  }
}

extension Network {
  /// Where a fixed tensor is in the module.
  struct FixedPlace {
    /// Its name; further names where tied tensors have several.
    var names: [String]
    /// The module's tensor; assigning to it changes what the module computes.
    var tensor: Tensor
    /// Whether it is a frozen parameter, which every checkpoint has.
    var isParameter: Bool

    /// A copy of what it is now.
    func contents() throws -> FixedTensor {
      FixedTensor(
        name: names[0], dtype: tensor.dtype ?? .float32, shape: tensor.shape,
        bytes: try tensor.bytes())
    }
  }
}

extension ScalarType {
  /// The same type in libtorch; `nil` for those it lacks.
  package var dtype: DType? {
    switch self {
    case .float64: .float64
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .int64: .int64
    case .int32: .int32
    case .int16: .int16
    case .int8: .int8
    case .uint8: .uint8
    case .bool: .bool
    default: nil
    }
  }
}

extension DType {
  /// The same type in a file.
  public var scalarType: ScalarType {
    switch self {
    case .float64: .float64
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .int64: .int64
    case .int32: .int32
    case .int16: .int16
    case .int8: .int8
    case .uint8: .uint8
    case .bool: .bool
    }
  }
}
