extension FileFormat {
  /// A mutant: every second one changed without regard to what its bytes mean, the others with
  /// lengths, offsets and checksums put right, so that they reach the inner parser.
  func mutant(_ index: Int, seed: UInt64, of seeds: [[UInt8]]) -> [UInt8] {
    var draw = Draw(seed: seed, index: index)
    let bytes = draw.pick(seeds)
    return index % 2 == 0
      ? ByteMutations.mutate(bytes, others: seeds, &draw) : mutateStructure(bytes, seeds, &draw)
  }

  private func mutateStructure(
    _ bytes: [UInt8], _ seeds: [[UInt8]], _ draw: inout Draw
  ) -> [UInt8] {
    switch self {
    case .zip:
      var parts = ZipParts(bytes)
      guard !parts.members.isEmpty else { return ByteMutations.mutate(bytes, others: seeds, &draw) }
      parts.mutate(&draw) { member, draw in
        member.content =
          member.name.suffix(4) == Array(".pkl".utf8)
          ? PickleMutations.mutate(member.content, &draw)
          : ByteMutations.mutate(member.content, others: [member.content], &draw)
      }
      return parts.bytes()
    case .legacy:
      var pickles: [[UInt8]] = []
      var position = 0
      for _ in 0..<5 where position < bytes.count {
        let end = PickleMutations.opcodes(bytes, from: position).end
        pickles.append(Array(bytes[position..<end]))
        position = end
      }
      let place = draw.oneIn(4) ? draw.below(pickles.count) : min(3, pickles.count - 1)
      pickles[place] = PickleMutations.mutate(pickles[place], &draw)
      return pickles.flatMap { $0 } + bytes[position...]
    case .safetensors: return SafetensorsMutations.mutate(bytes, &draw)
    case .npy: return Self.array(bytes, &draw)
    case .npz:
      var parts = ZipParts(bytes)
      parts.mutate(&draw) { member, draw in member.content = Self.array(member.content, &draw) }
      return parts.bytes()
    case .shards:
      return TextMutations.mutate(
        bytes, words: ["weight_map", "metadata", "../x", "/dev/zero", "whole.pt", ".", ""], &draw)
    case .pickle: return PickleMutations.mutate(bytes, &draw)
    case .idx: return Self.images(&draw)
    case .cifar:
      let records = (0..<draw.below(4)).map { _ in Self.record(label: UInt8(draw.below(12))) }
      return records.flatMap { $0 } + (0..<(draw.oneIn(4) ? draw.below(9) : 0)).map { _ in 0 }
    case .png: return ImageMutations.png(bytes, &draw)
    case .jpeg: return ImageMutations.jpeg(bytes, &draw)
    case .webp: return ImageMutations.webP(bytes, &draw)
    }
  }

  private static func array(_ bytes: [UInt8], _ draw: inout Draw) -> [UInt8] {
    guard bytes.count > 12, bytes.starts(with: [0x93]) else { return bytes }
    let wide = bytes[6] > 1
    let start = wide ? 12 : 10
    let length = min(
      Int(bytes[8]) | Int(bytes[9]) << 8 | (wide ? Int(bytes[10]) << 16 : 0), bytes.count - start)
    let header = TextMutations.mutate(
      Array(bytes[start..<(start + length)]),
      words: ["descr", "fortran_order", "shape", "<f4", ">i8", "|b1", "<c16", "O", "<f2"], &draw)
    let size = (0..<(wide ? 4 : 2)).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    return Array(bytes[..<8]) + size + header + bytes[(start + length)...]
  }

  // Images whose number of bytes is what the header says, or nearly, gzipped or not.
  private static func images(_ draw: inout Draw) -> [UInt8] {
    let sizes = (0..<3).map {
      $0 == 0 && !draw.oneIn(4) ? 6 : draw.oneIn(4) ? draw.awkward() : 1 + draw.below(9)
    }
    let count = sizes.reduce(1) { product, size in
      let (next, overflow) = product.multipliedReportingOverflow(by: max(0, size))
      return overflow || next > 20_000 ? draw.below(64) : next
    }
    let header = [0, 0, draw.oneIn(16) ? 9 : 8, draw.oneIn(16) ? 2 : 3]
    let fields = sizes.flatMap { size in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) }
    }
    let pixels = (0..<(count + (draw.oneIn(8) ? 1 : 0))).map { UInt8(truncatingIfNeeded: $0) }
    let plain = header.map { UInt8($0) } + fields + pixels
    return draw.oneIn(2) ? plain : ZipParts.deflate(plain, gzip: true)
  }
}
