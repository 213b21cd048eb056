extension StoredTensor {
  /// The elements as single-precision numbers, row-major: narrower kinds widen exactly, double
  /// precision is rounded, integers are converted.
  ///
  /// - Throws: ``CheckpointError`` for complex numbers, and as ``bytes()`` does.
  public func floats() throws -> [Float] {
    let bytes = try bytes()
    let count = elementCount
    func convert<Stored: BitwiseCopyable>(
      _ type: Stored.Type, _ value: (Stored) -> Float
    ) -> [Float] {
      bytes.withUnsafeBytes { buffer in
        (0..<count).map {
          value(
            buffer.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Stored>.size, as: Stored.self))
        }
      }
    }
    switch scalarType {
    case .float32:
      return [Float](unsafeUninitializedCapacity: count) { target, filled in
        _ = bytes.withUnsafeBytes { $0.copyBytes(to: UnsafeMutableRawBufferPointer(target)) }
        filled = count
      }
    case .float64: return convert(Double.self) { Float($0) }
    case .float16: return convert(UInt16.self, Self.half)
    case .bfloat16: return convert(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .float8e4m3fn: return convert(UInt8.self, Self.float8e4m3fn)
    // E5M2 is the upper byte of half precision.
    case .float8e5m2: return convert(UInt8.self) { Self.half(UInt16($0) << 8) }
    case .int64: return convert(Int64.self) { Float($0) }
    case .int32: return convert(Int32.self) { Float($0) }
    case .int16: return convert(Int16.self) { Float($0) }
    case .int8: return convert(Int8.self) { Float($0) }
    case .uint64: return convert(UInt64.self) { Float($0) }
    case .uint32: return convert(UInt32.self) { Float($0) }
    case .uint16: return convert(UInt16.self) { Float($0) }
    case .uint8: return convert(UInt8.self) { Float($0) }
    case .bool: return convert(UInt8.self) { $0 == 0 ? 0 : 1 }
    case .complex64, .complex128:
      throw CheckpointError(
        storage.source.path,
        "tensor '\(shown(name))' holds complex numbers, which have no value "
          + "as real ones")
    }
  }

  /// IEEE half precision widened.
  static func half(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1f
    let mantissa = UInt32(bits & 0x3ff)
    switch exponent {
    case 0:
      return Float(sign: sign == 0 ? .plus : .minus, exponent: -24, significand: Float(mantissa))
    case 31: return Float(bitPattern: sign | 0x7f80_0000 | mantissa << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | mantissa << 13)
    }
  }

  /// E4M3FN widened: no infinities, 0x7f and 0xff are NaN.
  static func float8e4m3fn(_ bits: UInt8) -> Float {
    let sign: FloatingPointSign = bits & 0x80 == 0 ? .plus : .minus
    let exponent = Int(bits >> 3) & 0xf
    let mantissa = Float(bits & 7)
    if bits & 0x7f == 0x7f { return .nan }
    return exponent == 0
      ? Float(sign: sign, exponent: -9, significand: mantissa)
      : Float(sign: sign, exponent: exponent - 10, significand: 8 + mantissa)
  }
}
