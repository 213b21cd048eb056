/// Whether an image's file goes to its end, which costs no decoding.
struct ImageEnd {
  let isThere: Bool

  /// - Parameter bytes: Of a PNG, JPEG or WebP file.
  init(of bytes: [UInt8]) {
    if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]) {
      isThere = Self.hasLastChunk(bytes)
    } else if bytes.starts(with: Array("RIFF".utf8)), bytes.count >= 8 {
      let size = (4..<8).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }
      isThere = bytes.count >= size + 8
    } else {
      // A JPEG's end marker, or what some writers put behind it.
      isThere = bytes.indices.dropLast().reversed().contains {
        bytes[$0] == 0xff && bytes[$0 + 1] == 0xd9
      }
    }
  }

  // Chunks: a length, four letters, the content and a checksum of four bytes; IEND is the last.
  private static func hasLastChunk(_ bytes: [UInt8]) -> Bool {
    var place = 8
    while place + 12 <= bytes.count {
      let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      if bytes[place + 4..<place + 8].elementsEqual("IEND".utf8) { return true }
      place += 12 + length
    }
    return false
  }
}
