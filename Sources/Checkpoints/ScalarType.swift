// Checkpoints owns files of tensors read as data: safetensors, PyTorch's zip archives, npy and npz.
// It runs nothing that is in a file, and must not know networks, libtorch or the session.

/// The type of a stored tensor's elements.
public enum ScalarType: String, Sendable, Equatable, CaseIterable, Codable {
  /// IEEE double precision.
  case float64
  /// IEEE single precision.
  case float32
  /// IEEE half precision.
  case float16
  /// The upper half of single precision.
  case bfloat16
  /// Eight bits: 4 of exponent, 3 of mantissa, no infinities.
  case float8e4m3fn
  /// Eight bits: 5 of exponent, 2 of mantissa.
  case float8e5m2
  /// 64-bit signed integers.
  case int64
  /// 32-bit signed integers.
  case int32
  /// 16-bit signed integers.
  case int16
  /// 8-bit signed integers.
  case int8
  /// 64-bit unsigned integers.
  case uint64
  /// 32-bit unsigned integers.
  case uint32
  /// 16-bit unsigned integers.
  case uint16
  /// 8-bit unsigned integers.
  case uint8
  /// One byte, 0 or 1.
  case bool
  /// Two single-precision numbers.
  case complex64
  /// Two double-precision numbers.
  case complex128

  /// Bytes an element takes.
  public var byteWidth: Int {
    switch self {
    case .complex128: 16
    case .float64, .int64, .uint64, .complex64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float8e4m3fn, .float8e5m2, .int8, .uint8, .bool: 1
    }
  }

  /// Bytes that are swapped between byte orders: half an element for complex numbers.
  var swapWidth: Int { isComplex ? byteWidth / 2 : byteWidth }

  /// Whether elements are complex numbers.
  public var isComplex: Bool { self == .complex64 || self == .complex128 }
}
