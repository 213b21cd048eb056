import CZlib
import Foundation

/// The directory of a zip archive, and its members as ranges of the file.
///
/// Stricter than PyTorch: CRC-32 is checked, names must be distinct (also in lower case), relative
/// and without `..`, and both copies of a member's header must agree.
struct ZipArchive: Sendable {
  struct Member: Sendable {
    var name: String
    /// 0 stored, 8 deflated.
    var method: Int
    var crc32: UInt32
    var compressedSize: Int
    var size: Int
    var headerOffset: Int
  }

  let source: ByteSource
  /// Members in the directory's order.
  private(set) var members: [Member] = []
  private var places: [String: Int] = [:]
  private let limits: ReadLimits
  private let directoryStart: Int

  /// Whether a file begins like a zip archive.
  static func recognises(_ source: ByteSource) throws -> Bool {
    try source.count >= 4 && [0x0403_4b50, 0x0605_4b50].contains(source.integer(at: 0) as UInt32)
  }

  /// Reads the directory, and nothing of the members.
  ///
  /// - Throws: ``CheckpointError``.
  init(_ source: ByteSource, limits: ReadLimits) throws {
    self.source = source
    self.limits = limits
    let end = try EndRecord(source)
    guard end.count <= limits.members else {
      throw CheckpointError(source.path, "it has \(end.count) members, over \(limits.members)")
    }
    directoryStart = end.start
    var position = end.start
    for _ in 0..<end.count {
      let (member, next) = try Self.member(at: position, end: end.start + end.size, source, limits)
      guard places.updateValue(members.count, forKey: member.name) == nil else {
        throw CheckpointError(source.path, "it has two members named '\(shown(member.name))'")
      }
      members.append(member)
      position = next
    }
    guard position == end.start + end.size else {
      throw CheckpointError(source.path, "its zip directory is longer than its members")
    }
    guard Set(members.map { $0.name.lowercased() }).count == members.count else {
      throw CheckpointError(source.path, "it has members whose names differ only in case")
    }
  }

  subscript(name: String) -> Member? { places[name].map { members[$0] } }

  /// Where a stored member's bytes lie in the file.
  ///
  /// - Throws: ``CheckpointError`` when its local header disagrees with the directory.
  func range(of member: Member) throws -> Range<Int> {
    let offset = member.headerOffset
    let label = "member '\(shown(member.name))'"
    guard try source.integer(at: offset, as: UInt32.self) == 0x0403_4b50 else {
      throw CheckpointError(source.path, "\(label) has no header at byte \(offset)")
    }
    let flags: UInt16 = try source.integer(at: offset + 6)
    let method: UInt16 = try source.integer(at: offset + 8)
    let crc: UInt32 = try source.integer(at: offset + 14)
    let compressed: UInt32 = try source.integer(at: offset + 18)
    let size: UInt32 = try source.integer(at: offset + 22)
    let nameLength = Int(try source.integer(at: offset + 26, as: UInt16.self))
    let extraLength = Int(try source.integer(at: offset + 28, as: UInt16.self))
    let nameStart = offset + 30
    // With bit 3 the local header leaves its sizes to a record behind the data.
    let isDeferred = flags & 8 != 0
    let agree =
      try source.bytes(nameStart..<(nameStart + nameLength)) == Array(member.name.utf8)
      && Int(method) == member.method && flags & 1 == 0
      && (isDeferred || crc == member.crc32)
      && (isDeferred || size == UInt32.max || Int(size) == member.size)
      && (isDeferred || compressed == UInt32.max || Int(compressed) == member.compressedSize)
    guard agree else {
      throw CheckpointError(source.path, "\(label) differs between its header and the directory")
    }
    let start = nameStart + nameLength + extraLength
    let (end, overflow) = start.addingReportingOverflow(member.compressedSize)
    guard !overflow, end <= directoryStart else {
      throw CheckpointError(source.path, "\(label) reaches beyond the file's data")
    }
    return start..<end
  }

  /// A member's bytes, inflated where it is deflated, with its CRC-32 checked.
  ///
  /// - Throws: ``CheckpointError``.
  func contents(of member: Member, atMost limit: Int) throws -> [UInt8] {
    let label = "member '\(shown(member.name))'"
    guard member.size <= limit else {
      throw CheckpointError(source.path, "\(label) has \(member.size) bytes, over \(limit)")
    }
    let range = try range(of: member)
    let bytes: [UInt8]
    switch member.method {
    case 0: bytes = try source.bytes(range)
    case 8:
      guard member.size / limits.inflationRatio <= member.compressedSize else {
        throw CheckpointError(source.path, "\(label) would inflate beyond all measure")
      }
      bytes = try source.withBytes(range) { try inflate($0, size: member.size, label) }
    default:
      throw CheckpointError(source.path, "\(label) is packed by method \(member.method)")
    }
    guard bytes.count == member.size else {
      throw CheckpointError(source.path, "\(label) has \(bytes.count) bytes, not \(member.size)")
    }
    try bytes.withUnsafeBytes { try check($0, of: member) }
    return bytes
  }

  /// Checks a stored member's CRC-32 against its bytes in the file.
  func check(_ member: Member, at range: Range<Int>) throws {
    try source.withBytes(range) { try check($0, of: member) }
  }

  private func check(_ bytes: UnsafeRawBufferPointer, of member: Member) throws {
    var crc = CZlib.crc32(0, nil, 0)
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(1 << 30)
      crc = UnsafeRawBufferPointer(rebasing: piece).withMemoryRebound(to: UInt8.self) {
        CZlib.crc32(crc, $0.baseAddress, UInt32($0.count))
      }
      rest = rest.dropFirst(piece.count)
    }
    guard UInt32(truncatingIfNeeded: crc) == member.crc32 else {
      throw CheckpointError(
        source.path, "member '\(shown(member.name))' fails its CRC-32 check; the file is damaged")
    }
  }

  private func inflate(
    _ deflated: UnsafeRawBufferPointer, size: Int, _ label: String
  ) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: size) { target, filled in
      var stream = z_stream()
      guard
        inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
      else { throw CheckpointError(source.path, "zlib cannot start") }
      defer { inflateEnd(&stream) }
      var input = 0
      var status = Z_OK
      while status == Z_OK {
        let available = min(deflated.count - input, 1 << 30)
        let room = min(size - filled, 1 << 30)
        stream.next_in = deflated.baseAddress.map {
          UnsafeMutablePointer(mutating: ($0 + input).assumingMemoryBound(to: UInt8.self))
        }
        stream.avail_in = UInt32(available)
        stream.next_out = target.baseAddress.map { $0 + filled }
        stream.avail_out = UInt32(room)
        status = CZlib.inflate(&stream, Z_NO_FLUSH)
        let consumed = available - Int(stream.avail_in)
        let produced = room - Int(stream.avail_out)
        input += consumed
        filled += produced
        if consumed == 0, produced == 0, status == Z_OK { break }
      }
      guard status == Z_STREAM_END, filled == size else {
        throw CheckpointError(source.path, "\(label) does not inflate to its size")
      }
    }
  }

  private static func member(
    at position: Int, end: Int, _ source: ByteSource, _ limits: ReadLimits
  ) throws -> (Member, next: Int) {
    func refuse(_ reason: String) -> CheckpointError {
      CheckpointError(source.path, "its zip directory \(reason) (byte \(position))")
    }
    guard position + 46 <= end, try source.integer(at: position, as: UInt32.self) == 0x0201_4b50
    else { throw refuse("is broken") }
    let nameLength = Int(try source.integer(at: position + 28, as: UInt16.self))
    let extraLength = Int(try source.integer(at: position + 30, as: UInt16.self))
    let commentLength = Int(try source.integer(at: position + 32, as: UInt16.self))
    let next = position + 46 + nameLength + extraLength + commentLength
    guard next <= end, nameLength <= limits.nameBytes else { throw refuse("is broken") }
    let nameBytes = try source.bytes((position + 46)..<(position + 46 + nameLength))
    guard let name = String(validating: nameBytes, as: UTF8.self) else {
      throw refuse("has a name that is not UTF-8")
    }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !name.isEmpty, !name.hasPrefix("/"), !parts.contains(".."), !name.contains("\\"),
      !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else { throw refuse("has a member named '\(shown(name))', which leads out of the archive") }
    var member = Member(
      name: name, method: Int(try source.integer(at: position + 10, as: UInt16.self)),
      crc32: try source.integer(at: position + 16),
      compressedSize: Int(try source.integer(at: position + 20, as: UInt32.self)),
      size: Int(try source.integer(at: position + 24, as: UInt32.self)),
      headerOffset: Int(try source.integer(at: position + 42, as: UInt32.self)))
    let extra = (position + 46 + nameLength)..<(position + 46 + nameLength + extraLength)
    try readZip64(extra, into: &member, source, refuse)
    guard member.method != 0 || member.size == member.compressedSize else {
      throw refuse("gives '\(shown(name))' two sizes")
    }
    return (member, next)
  }

  // Sizes and offsets of 2³² − 1 stand for 64-bit ones in extra field 1, in this order.
  private static func readZip64(
    _ extra: Range<Int>, into member: inout Member, _ source: ByteSource,
    _ refuse: (String) -> CheckpointError
  ) throws {
    let marker = Int(UInt32.max)
    guard member.size == marker || member.compressedSize == marker || member.headerOffset == marker
    else { return }
    var position = extra.lowerBound
    while position + 4 <= extra.upperBound {
      let kind: UInt16 = try source.integer(at: position)
      let length = Int(try source.integer(at: position + 2, as: UInt16.self))
      let end = position + 4 + length
      guard end <= extra.upperBound else { break }
      if kind == 1 {
        var field = position + 4
        func next() throws -> Int {
          guard field + 8 <= end,
            let value = Int(exactly: try source.integer(at: field, as: UInt64.self))
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

/// Where the directory is, from the record at the end of the file.
private struct EndRecord {
  var count: Int
  var size: Int
  var start: Int

  init(_ source: ByteSource) throws {
    func refuse(_ reason: String) -> CheckpointError {
      CheckpointError(source.path, "it starts like a zip archive, but \(reason)")
    }
    // The record has 22 bytes and a comment of at most 65,535.
    var position = source.count - 22
    let lowest = max(0, position - 65_535)
    while position >= lowest {
      if try source.integer(at: position, as: UInt32.self) == 0x0605_4b50,
        position + 22 + Int(try source.integer(at: position + 20, as: UInt16.self)) == source.count
      {
        break
      }
      position -= 1
    }
    guard position >= lowest, position >= 0 else {
      throw refuse("its directory at the end is missing; the file is cut off")
    }
    count = Int(try source.integer(at: position + 10, as: UInt16.self))
    size = Int(try source.integer(at: position + 12, as: UInt32.self))
    start = Int(try source.integer(at: position + 16, as: UInt32.self))
    let here = Int(try source.integer(at: position + 8, as: UInt16.self))
    let disks: UInt32 = try source.integer(at: position + 4)
    var end = position
    if count == 0xffff || size == Int(UInt32.max) || start == Int(UInt32.max) {
      guard position >= 20,
        try source.integer(at: position - 20, as: UInt32.self) == 0x0706_4b50,
        let record = Int(exactly: try source.integer(at: position - 12, as: UInt64.self)),
        record <= position - 20 - 56,
        try source.integer(at: record, as: UInt32.self) == 0x0606_4b50,
        let count = Int(exactly: try source.integer(at: record + 32, as: UInt64.self)),
        let size = Int(exactly: try source.integer(at: record + 40, as: UInt64.self)),
        let start = Int(exactly: try source.integer(at: record + 48, as: UInt64.self))
      else { throw refuse("its 64-bit directory is broken") }
      (self.count, self.size, self.start) = (count, size, start)
      end = record
    } else if here != count || disks != 0 {
      throw refuse("it is spread over several volumes")
    }
    let (bound, overflow) = start.addingReportingOverflow(size)
    guard !overflow, bound <= end, count <= size / 46 else {
      throw refuse("its directory lies outside the file")
    }
  }
}
