extension StoredTensor {
  /// The elements as single-precision numbers, row-major: narrower kinds widen exactly, double
  /// precision is rounded, integers are converted.
  ///
  /// - Throws: ``CheckpointError`` for complex and for 6-bit numbers, and as ``bytes()`` does.
  public func floats() throws -> [Float] {
    try requireReal()
    return try [Float](unsafeUninitializedCapacity: elementCount) { target, filled in
      let raw = UnsafeMutableRawBufferPointer(target)
      if scalarType == .float32 {
        try read(into: .init(rebasing: raw[..<byteCount]))
      } else {
        var position = 0
        var pieces = try pieces()
        while let piece = try pieces.next() {
          for (index, value) in piece.enumerated() { target[position + index] = value }
          position += piece.count
        }
      }
      filled = elementCount
    }
  }

  /// The elements of a row-major range as ``floats()`` gives them. A tensor whose elements do not
  /// follow each other in the file is gathered whole for it.
  ///
  /// - Throws: As ``floats()`` does.
  public func floats(_ range: Range<Int>) throws -> [Float] {
    precondition(range.lowerBound >= 0 && range.upperBound <= elementCount)
    try requireReal()
    guard isContiguous, !scalarType.isPacked else { return Array(try floats()[range]) }
    return try widened(range)
  }

  /// Numbers a piece at a time: memory stays the same for a tensor of any size, unless its elements
  /// do not follow each other in the file.
  ///
  /// ```swift
  /// var pieces = try tensor.pieces()
  /// while let piece = try pieces.next() { sum += piece.reduce(0, +) }
  /// ```
  public struct Pieces {
    private let tensor: StoredTensor
    private let gathered: [UInt8]?
    private var position = 0
    private static let size = 1 << 18

    fileprivate init(_ tensor: StoredTensor) throws {
      self.tensor = tensor
      let isDirect = tensor.isContiguous && !tensor.scalarType.isPacked
      gathered = isDirect ? nil : try tensor.bytes()
    }

    /// The next numbers; `nil` at the end. Pieces of tensors of the same shape have the same sizes.
    ///
    /// - Throws: As ``StoredTensor/bytes()`` does.
    public mutating func next() throws -> [Float]? {
      guard position < tensor.elementCount else { return nil }
      let range = position..<min(position + Self.size, tensor.elementCount)
      position = range.upperBound
      guard let gathered else { return try tensor.widened(range) }
      return gathered.withUnsafeBytes { tensor.scalarType.floats(in: $0, range) }
    }
  }

  /// Starts reading the elements as ``floats()`` gives them, piece by piece; complex elements as two
  /// numbers each, the real part first.
  ///
  /// - Throws: ``CheckpointError`` for 6-bit numbers.
  public func pieces() throws -> Pieces {
    if !scalarType.isComplex { try requireReal() }
    return try Pieces(self)
  }

  /// How many numbers are finite in double precision and infinite in single, in which numbers are computed; the
  /// parts of complex ones count on their own.
  ///
  /// - Throws: As ``bytes()`` does.
  public func countBeyondSingle() throws -> Int {
    guard scalarType == .float64 || scalarType == .complex128 else { return 0 }
    return try bytes().withUnsafeBytes { raw in
      (0..<(raw.count / 8)).count { index in
        let value = raw.loadUnaligned(fromByteOffset: 8 * index, as: Double.self)
        return value.isFinite && !Float(value).isFinite
      }
    }
  }

  /// An element of a tensor of double precision; `nil` for other types.
  ///
  /// - Throws: As ``bytes()`` does.
  public func double(at index: Int) throws -> Double? {
    guard scalarType == .float64 else { return nil }
    return try bytes().withUnsafeBytes {
      $0.loadUnaligned(fromByteOffset: 8 * index, as: Double.self)
    }
  }

  private func widened(_ range: Range<Int>) throws -> [Float] {
    let bytes = try [UInt8](unsafeUninitializedCapacity: range.count * scalarType.byteWidth) {
      target, filled in
      try read(range, into: UnsafeMutableRawBufferPointer(target))
      filled = target.count
    }
    return bytes.withUnsafeBytes { scalarType.floats(in: $0, 0..<range.count) }
  }

  private func requireReal() throws {
    guard scalarType.isReal else {
      throw CheckpointError(
        storage.path,
        scalarType.isComplex
          ? "tensor '\(shown(name))' holds complex numbers, which have no value as real ones"
          : "tensor '\(shown(name))' holds \(scalarType.bitWidth)-bit floats, whose packing is not "
            + "settled; only their bytes are read")
    }
  }
}

extension ScalarType {
  /// Whether elements can be read as real numbers.
  public var isReal: Bool { !isComplex && self != .float6e2m3 && self != .float6e3m2 }

  /// Little-endian elements of a range of `bytes` as single-precision numbers; two for a complex one.
  func floats(in bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> [Float] {
    func convert<Stored: BitwiseCopyable>(_ type: Stored.Type, _ value: (Stored) -> Float)
      -> [Float]
    {
      [Float](unsafeUninitializedCapacity: range.count) { target, filled in
        for (place, index) in range.enumerated() {
          target[place] = value(
            bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Stored>.size, as: type))
        }
        filled = range.count
      }
    }
    func small(_ format: SmallFloat) -> [Float] {
      let values = (0...UInt8.max).map(format.value)
      return convert(UInt8.self) { values[Int($0)] }
    }
    switch self {
    case .float32: return convert(UInt32.self) { Float(bitPattern: $0) }
    case .float64: return convert(Double.self) { Float($0) }
    case .float16: return convert(UInt16.self, Self.half)
    case .bfloat16: return convert(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .float8e4m3fn: return small(.e4m3fn)
    // E5M2 is the upper byte of half precision.
    case .float8e5m2: return convert(UInt8.self) { Self.half(UInt16($0) << 8) }
    case .float8e4m3fnuz: return small(.e4m3fnuz)
    case .float8e5m2fnuz: return small(.e5m2fnuz)
    case .float8e8m0fnu:
      return convert(UInt8.self) {
        $0 == 0xff ? .nan : Float(sign: .plus, exponent: Int($0) - 127, significand: 1)
      }
    case .float4e2m1:
      return range.map { index in
        SmallFloat.e2m1.value(bytes[index / 2] >> (index % 2 == 0 ? 0 : 4) & 0xf)
      }
    case .int64: return convert(Int64.self) { Float($0) }
    case .int32: return convert(Int32.self) { Float($0) }
    case .int16: return convert(Int16.self) { Float($0) }
    case .int8: return convert(Int8.self) { Float($0) }
    case .uint64: return convert(UInt64.self) { Float($0) }
    case .uint32: return convert(UInt32.self) { Float($0) }
    case .uint16: return convert(UInt16.self) { Float($0) }
    case .uint8: return convert(UInt8.self) { Float($0) }
    case .bool: return convert(UInt8.self) { $0 == 0 ? 0 : 1 }
    case .complex32: return Self.float16.floats(in: bytes, Self.parts(range))
    case .complex64: return Self.float32.floats(in: bytes, Self.parts(range))
    case .complex128: return Self.float64.floats(in: bytes, Self.parts(range))
    case .float6e2m3, .float6e3m2: return [Float](repeating: .nan, count: range.count)
    }
  }

  // Of complex elements, real and imaginary parts in turn.
  private static func parts(_ range: Range<Int>) -> Range<Int> {
    (2 * range.lowerBound)..<(2 * range.upperBound)
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
}

/// A floating-point format of at most eight bits without infinities.
struct SmallFloat {
  var exponentBits: Int
  var mantissaBits: Int
  var bias: Int
  /// The bit patterns that are NaN.
  var nan: Set<UInt8>

  static let e4m3fn = SmallFloat(exponentBits: 4, mantissaBits: 3, bias: 7, nan: [0x7f, 0xff])
  static let e4m3fnuz = SmallFloat(exponentBits: 4, mantissaBits: 3, bias: 8, nan: [0x80])
  static let e5m2fnuz = SmallFloat(exponentBits: 5, mantissaBits: 2, bias: 16, nan: [0x80])
  static let e2m1 = SmallFloat(exponentBits: 2, mantissaBits: 1, bias: 1, nan: [])

  /// The value of a bit pattern, exactly.
  func value(_ bits: UInt8) -> Float {
    if nan.contains(bits) { return .nan }
    let sign: FloatingPointSign =
      bits >> (exponentBits + mantissaBits) & 1 == 0 ? .plus : .minus
    let exponent = Int(bits >> mantissaBits) & (1 << exponentBits - 1)
    let mantissa = Int(bits) & (1 << mantissaBits - 1)
    return exponent == 0
      ? Float(sign: sign, exponent: 1 - bias - mantissaBits, significand: Float(mantissa))
      : Float(
        sign: sign, exponent: exponent - bias - mantissaBits,
        significand: Float(mantissa + 1 << mantissaBits))
  }
}
