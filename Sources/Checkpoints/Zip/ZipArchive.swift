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
    /// Where its bytes lie in the file.
    var range = 0..<0
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

  /// Reads the directory and the members' headers, and nothing of their contents.
  ///
  /// - Throws: ``CheckpointError``.
  init(_ source: ByteSource, limits: ReadLimits) throws {
    self.source = source
    self.limits = limits
    let end = try ZipEndRecord(source)
    guard end.count <= limits.members else {
      throw CheckpointError(source.path, "it has \(end.count) members, over \(limits.members)")
    }
    directoryStart = end.start
    var directory = ZipDirectory(
      path: source.path, bytes: try source.bytes(end.start..<(end.start + end.size)),
      start: end.start, limits: limits)
    members.reserveCapacity(end.count)
    for _ in 0..<end.count {
      let member = try directory.next()
      guard places.updateValue(members.count, forKey: member.name) == nil else {
        throw CheckpointError(source.path, "it has two members named '\(shown(member.name))'")
      }
      members.append(member)
    }
    guard directory.isAtEnd else {
      throw CheckpointError(source.path, "its zip directory is longer than its members")
    }
    guard Set(members.map { $0.name.lowercased() }).count == members.count else {
      throw CheckpointError(source.path, "it has members whose names differ only in case")
    }
    try checkLayout()
  }

  // Each member's own header must agree with the directory, and no two may share bytes.
  private mutating func checkLayout() throws {
    for index in members.indices { members[index].range = try locate(members[index]) }
    var end = 0
    var last = ""
    for member in members.sorted(by: { $0.headerOffset < $1.headerOffset }) {
      guard member.headerOffset >= end else {
        throw CheckpointError(
          source.path,
          "members '\(shown(last))' and '\(shown(member.name))' share bytes of the file")
      }
      end = member.range.upperBound
      last = member.name
    }
  }

  subscript(name: String) -> Member? { places[name].map { members[$0] } }

  private func locate(_ member: Member) throws -> Range<Int> {
    let offset = member.headerOffset
    let label = "member '\(shown(member.name))'"
    guard offset >= 0, offset <= directoryStart - 30 else {
      throw CheckpointError(source.path, "\(label) has no header at byte \(offset)")
    }
    let name = Array(member.name.utf8)
    let length = min(30 + name.count, directoryStart - offset)
    let header = ZipFields(bytes: try source.bytes(offset..<(offset + length)))
    guard header.integer(at: 0, UInt32.self) == 0x0403_4b50 else {
      throw CheckpointError(source.path, "\(label) has no header at byte \(offset)")
    }
    let flags = header.integer(at: 6, UInt16.self)
    let method = Int(header.integer(at: 8, UInt16.self))
    let crc = header.integer(at: 14, UInt32.self)
    let compressed = header.integer(at: 18, UInt32.self)
    let size = header.integer(at: 22, UInt32.self)
    // With bit 3 the local header leaves its sizes to a record behind the data.
    let isDeferred = flags & 8 != 0
    let agree =
      Int(header.integer(at: 26, UInt16.self)) == name.count
      && Array(header.bytes.dropFirst(30)) == name && method == member.method && flags & 1 == 0
      && (isDeferred || crc == member.crc32)
      && (isDeferred || size == UInt32.max || Int(size) == member.size)
      && (isDeferred || compressed == UInt32.max || Int(compressed) == member.compressedSize)
    guard agree else {
      throw CheckpointError(source.path, "\(label) differs between its header and the directory")
    }
    let start = offset + 30 + name.count + Int(header.integer(at: 28, UInt16.self))
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
    let bytes = try beginning(of: member, atMost: member.size)
    try bytes.withUnsafeBytes {
      try require(member, CRC32.of($0))
    }
    return bytes
  }

  /// At most so many bytes of a member, inflated where it is deflated, not checked.
  ///
  /// - Throws: ``CheckpointError``.
  func beginning(of member: Member, atMost limit: Int) throws -> [UInt8] {
    let label = "member '\(shown(member.name))'"
    let count = min(limit, member.size)
    switch member.method {
    case 0: return try source.bytes(member.range.lowerBound..<(member.range.lowerBound + count))
    case 8:
      guard member.size / limits.inflationRatio <= member.compressedSize else {
        throw CheckpointError(source.path, "\(label) would inflate beyond all measure")
      }
      let inflated = try Inflate.bytes(
        source, member.range, .raw, atMost: count, wholeOf: count == member.size)
      guard let inflated else {
        throw CheckpointError(source.path, "\(label) does not inflate to its size")
      }
      return inflated
    default:
      throw CheckpointError(source.path, "\(label) is packed by method \(member.method)")
    }
  }

  /// Checks a stored member's CRC-32 against its bytes in the file.
  func check(_ member: Member) throws {
    var crc = CRC32()
    try source.forEachPiece(of: member.range) { crc.update($0) }
    try require(member, crc.value)
  }

  private func require(_ member: Member, _ crc: UInt32) throws {
    guard crc == member.crc32 else {
      throw CheckpointError(
        source.path, "member '\(shown(member.name))' fails its CRC-32 check; the file is damaged")
    }
  }
}
