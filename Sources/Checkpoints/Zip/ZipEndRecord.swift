import Foundation

/// Where a zip archive's directory is, from the record at the end of the file.
struct ZipEndRecord {
  var count: Int
  var size: Int
  var start: Int

  /// Finds the record.
  ///
  /// - Throws: ``CheckpointError`` when there is none, or it leads out of the file.
  init(_ source: ByteSource) throws {
    func refuse(_ reason: String) -> CheckpointError {
      CheckpointError(source.path, "it starts like a zip archive, but \(reason)")
    }
    // The record has 22 bytes and a comment of at most 65,535.
    let base = max(0, source.count - 22 - 65_535)
    let tail = ZipFields(bytes: try source.bytes(base..<source.count))
    var place = tail.bytes.count - 22
    while place >= 0 {
      if tail.integer(at: place, UInt32.self) == 0x0605_4b50,
        place + 22 + Int(tail.integer(at: place + 20, UInt16.self)) == tail.bytes.count
      {
        break
      }
      place -= 1
    }
    guard place >= 0 else {
      if let more = try Self.appended(to: source) {
        throw refuse(
          "\(more) byte\(more == 1 ? "" : "s") follow\(more == 1 ? "s" : "") its end, which were appended to it; copy "
            + "or save the file again")
      }
      throw refuse(
        source.count > Self.farthest
          ? "it has no directory in its last \(Self.farthest >> 20) MiB; the file is cut off, or more bytes were "
            + "appended to it; copy or save it again"
          : "its directory at the end is missing; the file is cut off")
    }
    let position = base + place
    count = Int(tail.integer(at: place + 10, UInt16.self))
    size = Int(tail.integer(at: place + 12, UInt32.self))
    start = Int(tail.integer(at: place + 16, UInt32.self))
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
    } else if Int(tail.integer(at: place + 8, UInt16.self)) != count
      || tail.integer(at: place + 4, UInt32.self) != 0
    {
      throw refuse("it is spread over several volumes")
    }
    let (bound, overflow) = start.addingReportingOverflow(size)
    guard !overflow, bound <= end, count <= size / 46 else {
      throw refuse("its directory lies outside the file")
    }
  }

  // How far before a file's end a record is looked for that bytes were appended to.
  private static let farthest = 64 << 20
  private static let piece = 1 << 20
  // More that only look like one are not followed: a file may be full of them.
  private static let mostLookalikes = 1000

  // How many bytes follow the last whole record; `nil` where there is none.
  private static func appended(to source: ByteSource) throws -> Int? {
    let lowest = max(0, source.count - farthest)
    var upper = source.count
    var lookalikes = 0
    while upper > lowest {
      let lower = max(lowest, upper - piece)
      // A record that begins in this piece has its signature in it, or in the first three bytes of the last one.
      let bytes = try source.bytes(lower..<min(source.count, upper + 3))
      for place in signatures(in: bytes).reversed() {
        if let end = try end(ofRecordAt: lower + place, in: source) { return source.count - end }
        lookalikes += 1
        guard lookalikes < mostLookalikes else { return nil }
      }
      upper = lower
    }
    return nil
  }

  // Where bytes are that a record begins with.
  private static func signatures(in bytes: [UInt8]) -> [Int] {
    bytes.withUnsafeBytes { raw in
      guard raw.count >= 4, let base = raw.baseAddress else { return [] }
      var found: [Int] = []
      var place = 0
      while place <= raw.count - 4,
        let next = memchr(base + place, 0x50, raw.count - 3 - place)
      {
        place = UnsafeRawPointer(next) - base
        if raw.loadUnaligned(fromByteOffset: place, as: UInt32.self).littleEndian == 0x0605_4b50 {
          found.append(place)
        }
        place += 1
      }
      return found
    }
  }

  // Where a record ends that leads to a directory before it; `nil` for bytes that only look like one.
  private static func end(ofRecordAt position: Int, in source: ByteSource) throws -> Int? {
    guard position + 22 <= source.count else { return nil }
    let record = ZipFields(bytes: try source.bytes(position..<(position + 22)))
    let end = position + 22 + Int(record.integer(at: 20, UInt16.self))
    guard end <= source.count else { return nil }
    let size = Int(record.integer(at: 12, UInt32.self))
    let start = Int(record.integer(at: 16, UInt32.self))
    if size == Int(UInt32.max) || start == Int(UInt32.max) {
      let isLocated =
        try position >= 20 && source.integer(at: position - 20, as: UInt32.self) == 0x0706_4b50
      return isLocated ? end : nil
    }
    guard start + size <= position else { return nil }
    let isDirectory =
      try size == 0
      || size >= 46 && source.integer(at: start, as: UInt32.self) == 0x0201_4b50
    return isDirectory ? end : nil
  }
}
