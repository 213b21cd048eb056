/// Changes that know nothing of what the bytes mean.
enum ByteMutations {
  /// One to a few changes of a seed, or of a seed that continues as another.
  static func mutate(_ seed: [UInt8], others: [[UInt8]], _ draw: inout Draw) -> [UInt8] {
    var bytes = seed
    for _ in 0..<(1 + draw.below(draw.oneIn(4) ? 16 : 3)) { change(&bytes, others, &draw) }
    return bytes
  }

  private static func change(_ bytes: inout [UInt8], _ others: [[UInt8]], _ draw: inout Draw) {
    guard !bytes.isEmpty else {
      bytes = [UInt8(draw.below(256))]
      return
    }
    let place = draw.below(bytes.count)
    switch draw.below(10) {
    case 0: bytes[place] ^= 1 << UInt8(draw.below(8))
    case 1: bytes[place] = UInt8(draw.below(256))
    case 2: bytes[place] = draw.pick([0, 1, 0x7f, 0x80, 0xff])
    case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + draw.below(16)))
    case 4:
      bytes.insert(contentsOf: (0..<(1 + draw.below(8))).map { _ in 0 }, at: place)
    case 5:
      let part = Array(bytes[place..<min(bytes.count, place + 1 + draw.below(64))])
      bytes.insert(contentsOf: part, at: draw.below(bytes.count))
    case 6: bytes.removeLast(min(bytes.count, draw.below(draw.oneIn(2) ? 32 : bytes.count)))
    case 7:
      let other = draw.pick(others)
      bytes = Array(bytes[..<place]) + other.suffix(other.count - min(other.count, place))
    default:
      let value = draw.awkward()
      let width = draw.pick([1, 2, 4, 8])
      let isBig = draw.oneIn(4)
      for index in 0..<width where place + index < bytes.count {
        let shift = 8 * (isBig ? width - 1 - index : index)
        bytes[place + index] = UInt8(truncatingIfNeeded: value >> shift)
      }
    }
  }
}
