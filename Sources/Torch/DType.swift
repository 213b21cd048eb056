import CTorch

/// The element type of a tensor, by PyTorch's numbers.
public enum DType: Int32, Sendable, Equatable, CaseIterable {
  /// 8-bit unsigned integers.
  case uint8 = 0
  /// 8-bit signed integers.
  case int8 = 1
  /// 16-bit signed integers.
  case int16 = 2
  /// 32-bit signed integers.
  case int32 = 3
  /// 64-bit signed integers: labels and indices.
  case int64 = 4
  /// IEEE half precision.
  case float16 = 5
  /// IEEE single precision: parameters, inputs.
  case float32 = 6
  /// IEEE double precision.
  case float64 = 7
  /// Booleans of one byte.
  case bool = 11
  /// The upper half of single precision.
  case bfloat16 = 15

  /// Whether elements are real numbers, which can have gradients.
  public var isFloatingPoint: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }

  /// Bytes an element takes.
  public var byteWidth: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .int16, .float16, .bfloat16: 2
    case .int32, .float32: 4
    case .int64, .float64: 8
    }
  }
}

/// A Swift type whose values can be a tensor's elements.
public protocol TensorElement: BitwiseCopyable {
  /// The tensor's element type.
  static var dtype: DType { get }
}

extension Float: TensorElement {
  /// Single precision.
  public static var dtype: DType { .float32 }
}
extension Double: TensorElement {
  /// Double precision.
  public static var dtype: DType { .float64 }
}
extension Int64: TensorElement {
  /// 64-bit integers.
  public static var dtype: DType { .int64 }
}
extension UInt8: TensorElement {
  /// 8-bit unsigned integers.
  public static var dtype: DType { .uint8 }
}
