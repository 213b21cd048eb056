/// Little-endian fields of a zip record that is in memory.
struct ZipFields {
  var bytes: [UInt8]

  /// The integer at an offset; zero where the record is too short for it, which no valid one is.
  func integer<Number: FixedWidthInteger>(at offset: Int, _ type: Number.Type) -> Number {
    guard offset >= 0, offset + MemoryLayout<Number>.size <= bytes.count else { return 0 }
    return bytes.withUnsafeBytes {
      Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: type))
    }
  }
}

/// The central directory of a zip archive, read entry by entry.
struct ZipDirectory {
  let path: String
  private let fields: ZipFields
  /// Where the directory lies in the file, for messages.
  private let start: Int
  private let limits: ReadLimits
  private var position = 0

  init(path: String, bytes: [UInt8], start: Int, limits: ReadLimits) {
    self.path = path
    self.start = start
    self.limits = limits
    fields = ZipFields(bytes: bytes)
  }

  var isAtEnd: Bool { position == fields.bytes.count }

  private func refuse(_ reason: String) -> CheckpointError {
    CheckpointError(path, "its zip directory \(reason) (byte \(start + position))")
  }

  private func short(_ offset: Int) -> Int {
    Int(fields.integer(at: position + offset, UInt16.self))
  }

  private func long(_ offset: Int) -> Int {
    Int(fields.integer(at: position + offset, UInt32.self))
  }

  /// The next member.
  ///
  /// - Throws: ``CheckpointError`` when there is none, or its name leads out of the archive.
  mutating func next() throws -> ZipArchive.Member {
    guard position + 46 <= fields.bytes.count, long(0) == 0x0201_4b50 else {
      throw refuse("is broken")
    }
    let nameStart = position + 46
    let extraStart = nameStart + short(28)
    let commentStart = extraStart + short(30)
    let end = commentStart + short(32)
    guard end <= fields.bytes.count, short(28) <= limits.nameBytes else {
      throw refuse("is broken")
    }
    guard let name = String(validating: fields.bytes[nameStart..<extraStart], as: UTF8.self) else {
      throw refuse("has a name that is not UTF-8")
    }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !name.isEmpty, !name.hasPrefix("/"), !parts.contains(".."), !name.contains("\\"),
      !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else { throw refuse("has a member named '\(shown(name))', which leads out of the archive") }
    var member = ZipArchive.Member(
      name: name, method: short(10), crc32: UInt32(long(16)), compressedSize: long(20),
      size: long(24), headerOffset: long(42))
    try readZip64(extraStart..<commentStart, into: &member)
    guard member.method != 0 || member.size == member.compressedSize else {
      throw refuse("gives '\(shown(name))' two sizes")
    }
    position = end
    return member
  }

  // Sizes and offsets of 2³² − 1 stand for 64-bit ones in extra field 1, in this order.
  private func readZip64(_ extra: Range<Int>, into member: inout ZipArchive.Member) throws {
    let marker = Int(UInt32.max)
    guard member.size == marker || member.compressedSize == marker || member.headerOffset == marker
    else { return }
    var position = extra.lowerBound
    while position + 4 <= extra.upperBound {
      let kind = fields.integer(at: position, UInt16.self)
      let end = position + 4 + Int(fields.integer(at: position + 2, UInt16.self))
      guard end <= extra.upperBound else { break }
      if kind == 1 {
        var field = position + 4
        func next() throws -> Int {
          guard field + 8 <= end,
            let value = Int(exactly: fields.integer(at: field, UInt64.self))
          else { throw refuse("has broken 64-bit sizes") }
          field += 8
          return value
        }
        if member.size == marker { member.size = try next() }
        if member.compressedSize == marker { member.compressedSize = try next() }
        if member.headerOffset == marker { member.headerOffset = try next() }
        return
      }
      position = end
    }
    throw refuse("lacks 64-bit sizes")
  }
}
