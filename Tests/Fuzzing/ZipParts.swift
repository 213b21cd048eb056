import CZlib
import Foundation

/// A zip archive as members that can be changed and put together again, with lengths, offsets and
/// checksums that are right.
struct ZipParts {
  struct Member {
    var name: [UInt8]
    var content: [UInt8]
    var isDeflated: Bool
  }

  var members: [Member] = []

  /// Takes an archive apart, as far as it is one.
  init(_ bytes: [UInt8]) {
    func number(_ at: Int, _ width: Int) -> Int {
      guard at >= 0, at + width <= bytes.count else { return 0 }
      return (0..<width).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }
    func part(_ start: Int, _ count: Int) -> [UInt8]? {
      start >= 0 && count >= 0 && start + count <= bytes.count
        ? Array(bytes[start..<(start + count)]) : nil
    }
    guard bytes.count >= 22,
      let end = (0...(bytes.count - 22)).last(where: { number($0, 4) == 0x0605_4b50 })
    else { return }
    var position = number(end + 16, 4)
    for _ in 0..<min(1000, number(end + 10, 2)) {
      let (nameLength, extra, comment) = (
        number(position + 28, 2), number(position + 30, 2), number(position + 32, 2)
      )
      let local = number(position + 42, 4)
      let start = local + 30 + number(local + 26, 2) + number(local + 28, 2)
      guard let name = part(position + 46, nameLength),
        let packed = part(start, number(position + 20, 4))
      else { return }
      let isDeflated = number(position + 10, 2) == 8
      let size = min(number(position + 24, 4), 1 << 20)
      members.append(
        Member(
          name: name, content: isDeflated ? Self.inflate(packed, size: size) : packed,
          isDeflated: isDeflated))
      position += 46 + nameLength + extra + comment
    }
  }

  /// The archive.
  func bytes() -> [UInt8] {
    var output: [UInt8] = []
    var directory: [UInt8] = []
    func put(_ value: Int, _ width: Int) -> [UInt8] {
      (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    for member in members {
      let packed = member.isDeflated ? Self.deflate(member.content) : member.content
      let crc = member.content.withUnsafeBufferPointer {
        Int(CZlib.crc32(0, $0.baseAddress, UInt32($0.count)))
      }
      let common =
        put(20, 2) + put(0, 2) + put(member.isDeflated ? 8 : 0, 2) + put(0, 4) + put(crc, 4)
        + put(packed.count, 4) + put(member.content.count, 4) + put(member.name.count, 2)
      directory +=
        put(0x0201_4b50, 4) + put(20, 2) + common + put(0, 2) + put(0, 2) + put(0, 2) + put(0, 2)
        + put(0, 4) + put(output.count, 4) + member.name
      output += put(0x0403_4b50, 4) + common + put(0, 2) + member.name + packed
    }
    let start = output.count
    return output + directory + put(0x0605_4b50, 4) + put(0, 4) + put(members.count, 2)
      + put(members.count, 2) + put(directory.count, 4) + put(start, 4) + put(0, 2)
  }

  /// Changes members, but not with `content`, which knows what is in them.
  mutating func mutate(_ draw: inout Draw, content: (inout Member, inout Draw) -> Void) {
    for _ in 0..<(1 + draw.below(2)) {
      guard !members.isEmpty else { return }
      let place = draw.below(members.count)
      switch draw.below(12) {
      case 0: members.remove(at: place)
      case 1: members.append(members[place])
      case 2: members.swapAt(place, draw.below(members.count))
      case 3: members[place].isDeflated.toggle()
      case 4:
        members[place].name = ByteMutations.mutate(
          members[place].name, others: members.map(\.name), &draw)
      case 5: members[place].name = draw.pick(members).name
      default: content(&members[place], &draw)
      }
    }
  }

  private static func inflate(_ packed: [UInt8], size: Int) -> [UInt8] {
    var stream = z_stream()
    var packed = packed
    var output = [UInt8](repeating: 0, count: size)
    inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { inflateEnd(&stream) }
    packed.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        (stream.next_in, stream.avail_in) = (source.baseAddress, UInt32(source.count))
        (stream.next_out, stream.avail_out) = (target.baseAddress, UInt32(target.count))
        _ = CZlib.inflate(&stream, Z_FINISH)
      }
    }
    return output
  }

  /// Raw deflate, or a .gz file.
  static func deflate(_ content: [UInt8], gzip: Bool = false) -> [UInt8] {
    var stream = z_stream()
    var content = content
    deflateInit2_(
      &stream, 6, Z_DEFLATED, gzip ? MAX_WBITS + 16 : -MAX_WBITS, 8, Z_DEFAULT_STRATEGY,
      ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(content.count))))
    content.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        (stream.next_in, stream.avail_in) = (source.baseAddress, UInt32(source.count))
        (stream.next_out, stream.avail_out) = (target.baseAddress, UInt32(target.count))
        _ = CZlib.deflate(&stream, Z_FINISH)
      }
    }
    return Array(output.prefix(Int(stream.total_out)))
  }
}
