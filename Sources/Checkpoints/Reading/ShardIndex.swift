import Foundation

/// The index of a checkpoint in several files, as Hugging Face's libraries write it:
/// `model.safetensors.index.json` or `pytorch_model.bin.index.json`, whose `weight_map` says which
/// file beside it holds which tensor.
enum ShardIndex {
  private struct Index: Decodable {
    var weightMap: [String: String]

    enum CodingKeys: String, CodingKey { case weightMap = "weight_map" }
  }

  /// Files that one index may lead to.
  private static let mostShards = 1000
  /// Bytes of an index.
  private static let longest = 16 << 20

  /// Opens all shards of an index.
  ///
  /// - Parameter open: Opens a shard by its name, which has no folder in it.
  /// - Throws: ``CheckpointError`` when the index is none, names a file elsewhere, or a shard lacks
  ///   what it should hold.
  static func read(
    _ source: ByteSource, limits: ReadLimits,
    open: ((_ name: String) throws -> ByteSource)? = nil
  ) throws -> CheckpointReader.Content {
    func refuse(_ reason: String) -> CheckpointError { CheckpointError(source.path, reason) }
    guard source.count <= longest else {
      throw refuse("it is an index of \(source.count) bytes, over \(longest)")
    }
    let index: Index
    do {
      index = try JSONDecoder().decode(Index.self, from: Data(source.bytes(0..<source.count)))
    } catch is DecodingError {
      throw refuse("it is no index: it has no weight_map of names to files")
    }
    let names = Set(index.weightMap.values).sorted()
    guard !names.isEmpty, names.count <= mostShards else {
      throw refuse("its weight_map leads to \(names.count) files; 1 to \(mostShards) are read")
    }
    let folder = URL(fileURLWithPath: source.path).deletingLastPathComponent().relativePath
    let open = open ?? { try ByteSource(path: folder == "." ? $0 : "\(folder)/\($0)") }
    var content = CheckpointReader.Content(
      format: .shards, tensors: [],
      notes: ["\(names.count) shards"], sources: [source])
    for name in names {
      guard !name.isEmpty, !name.hasPrefix("."), !name.contains("/"), !name.contains("\\"),
        !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
      else { throw refuse("its weight_map leads to '\(shown(name))', which is not beside it") }
    }
    var missing = index.weightMap
    for name in names {
      let shard = try CheckpointReader.shard(open(name), limits: limits)
      content.sources += shard.sources
      content.metadata.merge(shard.metadata) { first, _ in first }
      for tensor in shard.tensors {
        guard index.weightMap[tensor.name] == name else {
          content.notes.append(
            "'\(shown(tensor.name))' is in \(shown(name)), where the index has it not; left out")
          continue
        }
        missing[tensor.name] = nil
        content.tensors.append(tensor)
      }
    }
    if let (tensor, file) = missing.min(by: { $0.key < $1.key }) {
      throw refuse("its weight_map says that '\(shown(tensor))' is in \(shown(file)); it is not")
    }
    guard content.tensors.count <= limits.tensors else {
      throw refuse("it has over \(limits.tensors) tensors")
    }
    return content
  }
}

extension CheckpointReader {
  /// A shard: one file, not another index.
  fileprivate static func shard(_ source: ByteSource, limits: ReadLimits) throws -> Content {
    guard !source.path.hasSuffix(".json") else {
      throw CheckpointError(source.path, "it is an index within an index")
    }
    return try content(of: source, key: nil, limits: limits)
  }
}
