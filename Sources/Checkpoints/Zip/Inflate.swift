import CZlib

/// Deflated data, by zlib.
enum Inflate {
  /// How deflated data is wrapped.
  enum Wrapping {
    /// Not at all, as in zip archives.
    case raw
    /// As a .gz file, whose checksum and size zlib checks.
    case gzip
  }

  /// The first `limit` bytes of what a range inflates to.
  ///
  /// - Parameter wholeOf: Whether the data must end exactly there.
  /// - Returns: `nil` when the data is damaged, or does not end where it must.
  /// - Throws: As ``ByteSource/read(at:into:)`` does.
  static func bytes(
    _ source: ByteSource, _ range: Range<Int>, _ wrapping: Wrapping, atMost limit: Int,
    wholeOf isWhole: Bool
  ) throws -> [UInt8]? {
    var output: [UInt8] = []
    // Grown with what comes out, not with what the file claims.
    output.reserveCapacity(min(limit, max(1 << 16, range.count)))
    var stream = z_stream()
    let bits = wrapping == .raw ? -MAX_WBITS : MAX_WBITS + 16
    guard
      inflateInit2_(&stream, bits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { inflateEnd(&stream) }
    let size = 1 << 16
    let buffers = UnsafeMutablePointer<UInt8>.allocate(capacity: 2 * size)
    defer { buffers.deallocate() }
    var position = range.lowerBound
    while true {
      if stream.avail_in == 0, position < range.upperBound {
        let length = min(size, range.upperBound - position)
        try source.read(at: position, into: .init(start: buffers, count: length))
        position += length
        stream.next_in = buffers
        stream.avail_in = UInt32(length)
      }
      stream.next_out = buffers + size
      stream.avail_out = UInt32(size)
      let status = CZlib.inflate(&stream, Z_NO_FLUSH)
      let produced = size - Int(stream.avail_out)
      let wanted = min(produced, limit - output.count)
      output.append(contentsOf: UnsafeBufferPointer(start: buffers + size, count: wanted))
      if wanted < produced { return isWhole ? nil : output }
      switch status {
      case Z_STREAM_END:
        let isAtEnd = stream.avail_in == 0 && position == range.upperBound
        return !isWhole || output.count == limit && isAtEnd ? output : nil
      case Z_OK where !isWhole && output.count == limit: return output
      case Z_OK where produced > 0 || stream.avail_in > 0 || position < range.upperBound: continue
      default: return nil
      }
    }
  }
}

/// CRC-32 as zip archives have it, piece by piece, by zlib.
struct CRC32 {
  private var state = CZlib.crc32(0, nil, 0)

  var value: UInt32 { UInt32(truncatingIfNeeded: state) }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(1 << 30)
      state = UnsafeRawBufferPointer(rebasing: piece).withMemoryRebound(to: UInt8.self) {
        CZlib.crc32(state, $0.baseAddress, UInt32($0.count))
      }
      rest = rest.dropFirst(piece.count)
    }
  }

  static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var crc = CRC32()
    crc.update(bytes)
    return crc.value
  }
}
