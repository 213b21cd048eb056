import Foundation

extension FileFormat {
  /// Valid files, and ones that were built to break readers.
  func seeds(in fixtures: String) throws -> [[UInt8]] {
    switch self {
    case .idx:
      let plain =
        [0, 0, 8, 3, 0, 0, 0, 6, 0, 0, 0, 2, 0, 0, 0, 3] + (0..<36).map { UInt8($0 * 7) }
      return [plain, ZipParts.deflate(plain, gzip: true)]
    case .cifar: return [Self.record(label: 3) + Self.record(label: 9)]
    case .png, .jpeg, .webp: return try images(in: "\(fixtures)/images")
    default: return try checkpoints(in: "\(fixtures)/checkpoints")
    }
  }

  private func images(in folder: String) throws -> [[UInt8]] {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    let endings = self == .png ? [".png"] : self == .webp ? [".webp"] : [".jpg", ".jpeg"]
    return names.sorted().filter { name in endings.contains { name.hasSuffix($0) } }
      .compactMap { FileManager.default.contents(atPath: "\(folder)/\($0)").map { [UInt8]($0) } }
  }

  private func checkpoints(in fixtures: String) throws -> [[UInt8]] {
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
        case .idx, .cifar, .png, .jpeg, .webp: false
        }
      return isOwn ? bytes : nil
    }
  }
}
