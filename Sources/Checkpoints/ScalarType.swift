// Checkpoints owns files of tensors read as data: safetensors, PyTorch's pickles, npy and npz. It
// runs nothing that is in a file, and must not know networks, libtorch or the session.

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
  /// Eight bits: 4 of exponent, 3 of mantissa, one zero, one NaN.
  case float8e4m3fnuz
  /// Eight bits: 5 of exponent, 2 of mantissa, one zero, one NaN.
  case float8e5m2fnuz
  /// Eight bits of exponent: powers of two, and one NaN.
  case float8e8m0fnu
  /// Six bits: 2 of exponent, 3 of mantissa; four to three bytes.
  case float6e2m3
  /// Six bits: 3 of exponent, 2 of mantissa; four to three bytes.
  case float6e3m2
  /// Four bits: 2 of exponent, 1 of mantissa; two to a byte, the first in the lower half.
  case float4e2m1
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
  /// Two half-precision numbers.
  case complex32
  /// Two single-precision numbers.
  case complex64
  /// Two double-precision numbers.
  case complex128

  /// Bits an element takes.
  public var bitWidth: Int {
    switch self {
    case .complex128: 128
    case .float64, .int64, .uint64, .complex64: 64
    case .float32, .int32, .uint32, .complex32: 32
    case .float16, .bfloat16, .int16, .uint16: 16
    case .float8e4m3fn, .float8e5m2, .float8e4m3fnuz, .float8e5m2fnuz, .float8e8m0fnu, .int8,
      .uint8, .bool:
      8
    case .float6e2m3, .float6e3m2: 6
    case .float4e2m1: 4
    }
  }

  /// Whether several elements share a byte.
  public var isPacked: Bool { bitWidth < 8 }

  /// Bytes an element takes; 1 for packed types, which have no elements of their own in bytes.
  var byteWidth: Int { max(1, bitWidth / 8) }

  /// Bytes that are swapped between byte orders: half an element for complex numbers.
  var swapWidth: Int { isComplex ? byteWidth / 2 : byteWidth }

  /// Whether elements are complex numbers.
  public var isComplex: Bool { [.complex32, .complex64, .complex128].contains(self) }

  /// Whether elements are floating-point numbers.
  public var isFloatingPoint: Bool { rawValue.hasPrefix("float") || self == .bfloat16 }

  /// The bytes that so many elements take.
  ///
  /// - Returns: `nil` when packed elements leave a byte unfinished, or the number is beyond all
  ///   bounds.
  public func byteCount(of elements: Int) -> Int? {
    guard isPacked else {
      let (bytes, overflow) = elements.multipliedReportingOverflow(by: byteWidth)
      return overflow ? nil : bytes
    }
    let (bits, overflow) = elements.multipliedReportingOverflow(by: bitWidth)
    return overflow || bits % 8 != 0 ? nil : bits / 8
  }
}
