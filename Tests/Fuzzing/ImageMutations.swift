import CZlib

/// Changes of images: a PNG's chunks with their lengths and checksums right, a JPEG's segments and a
/// WebP's chunks with their lengths right.
enum ImageMutations {
  static func png(_ bytes: [UInt8], _ draw: inout Draw) -> [UInt8] {
    var chunks: [Chunk] = []
    var position = 8
    while position + 12 <= bytes.count {
      let length = bytes[position..<(position + 4)].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - position - 12 else { break }
      let content = position + 8
      chunks.append(
        (Array(bytes[(position + 4)..<content]), Array(bytes[content..<(content + length)])))
      position += 12 + length
    }
    guard !chunks.isEmpty else { return bytes }
    mutate(&chunks, kinds: ["PLTE", "tRNS", "IDAT", "gAMA", "IEND", "zTXt"], &draw)
    return bytes.prefix(8)
      + chunks.flatMap { chunk -> [UInt8] in
        let body = chunk.kind + chunk.content
        let crc = Int(
          body.withUnsafeBufferPointer { CZlib.crc32(0, $0.baseAddress, UInt32($0.count)) })
        return big(chunk.content.count) + body + big(crc)
      }
  }

  static func jpeg(_ bytes: [UInt8], _ draw: inout Draw) -> [UInt8] {
    var segments: [[UInt8]] = []
    var position = 2
    while position + 4 <= bytes.count, bytes[position] == 0xff, bytes[position + 1] != 0xda {
      let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
      let end = min(bytes.count, position + 2 + max(2, length))
      segments.append(Array(bytes[position..<end]))
      position = end
    }
    let scan = Array(bytes[min(position, bytes.count)...])
    guard !segments.isEmpty else { return bytes }
    let place = draw.below(segments.count)
    switch draw.below(6) {
    case 0: segments.remove(at: place)
    case 1: segments.insert(segments[place], at: draw.below(segments.count))
    case 2: segments.swapAt(place, draw.below(segments.count))
    default:
      let content = ByteMutations.mutate(
        Array(segments[place].dropFirst(4)), others: segments, &draw)
      let length = min(65_535, content.count + 2)
      segments[place] =
        segments[place].prefix(2) + [UInt8(length >> 8), UInt8(length & 0xff)]
        + content.prefix(65_533)
    }
    let tail = draw.oneIn(3) ? ByteMutations.mutate(scan, others: segments, &draw) : scan
    return bytes.prefix(2) + segments.flatMap { $0 } + tail
  }

  static func webP(_ bytes: [UInt8], _ draw: inout Draw) -> [UInt8] {
    var chunks: [Chunk] = []
    var position = 12
    while position + 8 <= bytes.count {
      let length = bytes[(position + 4)..<(position + 8)].reversed().reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - position - 8 else { break }
      let content = position + 8
      chunks.append(
        (Array(bytes[position..<(position + 4)]), Array(bytes[content..<(content + length)])))
      position = content + length + length % 2
    }
    guard !chunks.isEmpty else { return bytes }
    mutate(&chunks, kinds: ["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "EXIF"], &draw)
    let body = chunks.flatMap { chunk -> [UInt8] in
      chunk.kind + big(chunk.content.count).reversed() + chunk.content
        + (chunk.content.count % 2 == 1 ? [0] : [])
    }
    return Array("RIFF".utf8) + big(body.count + 4).reversed() + Array("WEBP".utf8) + body
  }

  private typealias Chunk = (kind: [UInt8], content: [UInt8])

  private static func mutate(_ chunks: inout [Chunk], kinds: [String], _ draw: inout Draw) {
    for _ in 0..<(1 + draw.below(2)) where !chunks.isEmpty {
      let place = draw.below(chunks.count)
      switch draw.below(8) {
      case 0: chunks.remove(at: place)
      case 1: chunks.insert(chunks[place], at: draw.below(chunks.count))
      case 2: chunks.swapAt(place, draw.below(chunks.count))
      case 3:
        chunks[place].kind = Array(
          draw.pick(kinds).utf8)
      default:
        chunks[place].content = ByteMutations.mutate(
          chunks[place].content, others: chunks.map(\.content), &draw)
      }
    }
  }

  private static func big(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
