import ArgumentParser
import Checkpoints
import Foundation

/// The kinds of file that readers are tried on: where seeds come from, how a mutant is made, and
/// what reading it means.
enum FileFormat: String, CaseIterable, ExpressibleByArgument {
  case zip, legacy, safetensors, npy, npz, shards, pickle

  /// What a mutant's name ends in.
  var suffix: String {
    switch self {
    case .zip, .legacy: ".pt"
    case .safetensors: ".safetensors"
    case .npy: ".npy"
    case .npz: ".npz"
    case .shards: ".index.json"
    case .pickle: ".pickle"
    }
  }

  /// Valid files, and ones that were built to break readers.
  func seeds(in fixtures: String) throws -> [[UInt8]] {
    func files(_ folder: String) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: "\(fixtures)/\(folder)").sorted()
        .map { "\(fixtures)/\(folder)/\($0)" }
    }
    let all = try ["torch-1.13", "torch-2.13", "malformed", "found"].flatMap(files)
    let magic: [UInt8] = [0x80, 0x02, 0x8a, 0x0a, 0x6c]
    return all.compactMap { path -> [UInt8]? in
      guard let data = FileManager.default.contents(atPath: path), data.count < 40_000 else {
        return nil
      }
      let bytes = [UInt8](data)
      let isZip = bytes.starts(with: [0x50, 0x4b, 3, 4])
      let isOwn =
        switch self {
        case .zip: isZip && !path.hasSuffix(".npz")
        case .legacy: bytes.starts(with: magic)
        case .safetensors: path.hasSuffix(".safetensors")
        case .npy: path.hasSuffix(".npy")
        case .npz: path.hasSuffix(".npz")
        case .shards: path.hasSuffix(".index.json")
        case .pickle: path.hasSuffix(".pickle")
        }
      return isOwn ? bytes : nil
    }
  }

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

  /// Reads a file as a user's command would: names, shapes, and every number.
  func read(_ path: String) throws {
    func numbers(_ tensor: StoredTensor) throws {
      _ = try tensor.bytes()
      if tensor.scalarType.isReal { _ = try tensor.floats() }
    }
    switch self {
    case .npy, .npz:
      for array in try ArrayFile(path: path).arrays { try numbers(array) }
    case .pickle:
      for case .array(let array) in try PickledArrays(path: path).values.values {
        try numbers(array)
      }
    default:
      let file = try CheckpointReader.open(path)
      for tensor in file.stateDict.tensors { try numbers(tensor) }
    }
  }
}
