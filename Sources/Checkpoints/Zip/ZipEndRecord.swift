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
      if let more = Self.appended(to: tail) {
        throw refuse(
          "\(more) byte\(more == 1 ? "" : "s") follow\(more == 1 ? "s" : "") its end, which were appended to it; copy "
            + "or save the file again")
      }
      throw refuse("its directory at the end is missing; the file is cut off")
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

  // How many bytes follow a whole record; `nil` where there is none.
  private static func appended(to tail: ZipFields) -> Int? {
    var place = tail.bytes.count - 23
    while place >= 0 {
      if tail.integer(at: place, UInt32.self) == 0x0605_4b50 {
        let end = place + 22 + Int(tail.integer(at: place + 20, UInt16.self))
        if end < tail.bytes.count { return tail.bytes.count - end }
      }
      place -= 1
    }
    return nil
  }
}
