/// Changes of a safetensors file whose header length, and half of the time whose offsets, are right.
enum SafetensorsMutations {
  private static let types = [
    ("F64", 64), ("F32", 32), ("F16", 16), ("BF16", 16), ("F8_E4M3", 8), ("F8_E5M2", 8),
    ("F8_E8M0", 8), ("F6_E2M3", 6), ("F4", 4), ("I64", 64), ("I8", 8), ("U16", 16), ("BOOL", 8),
    ("C64", 64), ("X", 8),
  ]
  private static let words = [
    "dtype", "shape", "data_offsets", "__metadata__", "F4", "F8_E8M0", "C64", "BOOL", "w",
  ]

  static func mutate(_ bytes: [UInt8], _ draw: inout Draw) -> [UInt8] {
    if draw.oneIn(2) { return made(&draw) }
    guard bytes.count > 8 else { return bytes }
    let claimed = bytes[..<8].reversed().reduce(0) { min($0 << 8 | Int($1), 1 << 40) }
    let length = max(0, min(claimed, bytes.count - 8))
    let header = TextMutations.mutate(Array(bytes[8..<(8 + length)]), words: words, &draw)
    return file(header, Array(bytes[(8 + length)...]))
  }

  // A file of a few tensors that fit, in any order; then perhaps one change to its header.
  private static func made(_ draw: inout Draw) -> [UInt8] {
    var fields: [String] = []
    var offset = 0
    for index in 0..<(1 + draw.below(5)) {
      let (name, bits) = draw.pick(types)
      let shape = (0..<draw.below(4)).map { _ in draw.pick([0, 1, 2, 3, 4, 8]) }
      let size = (shape.reduce(1, *) * bits + (draw.oneIn(8) ? 8 : 0)) / 8
      fields.append(
        #""t\#(index)":{"dtype":"\#(name)","shape":\#(shape),"#
          + #""data_offsets":[\#(offset),\#(offset + size)]}"#)
      offset += size
    }
    if draw.oneIn(4) { fields.append(#""__metadata__":{"a":"\\u00e9"}"#) }
    fields.shuffle(using: &draw)
    var header = Array("{\(fields.joined(separator: ","))}".utf8)
    if draw.oneIn(2) { header = TextMutations.mutate(header, words: words, &draw) }
    return file(header, (0..<offset).map { UInt8(truncatingIfNeeded: $0 &* 37) })
  }

  private static func file(_ header: [UInt8], _ buffer: [UInt8]) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header + buffer
  }
}
