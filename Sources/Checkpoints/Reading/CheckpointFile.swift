import BasinCore

/// A checkpoint file, opened as data.
public struct CheckpointFile: Sendable {
  /// The kinds of file that are read.
  public enum Format: String, Sendable, Equatable {
    /// safetensors.
    case safetensors
    /// `torch.save` since 1.6.
    case torchZip = "PyTorch zip"
    /// `torch.save` before 1.6.
    case torchLegacy = "PyTorch before 1.6"
    /// TorchScript archive, for its weights only.
    case torchScript = "TorchScript archive"
    /// Several files that an index leads to.
    case shards = "sharded"
  }

  /// The file.
  public var path: String
  /// Its kind.
  public var format: Format
  /// Its tensors by name.
  public var stateDict: StateDict
  /// Scalars and strings that the file has besides tensors.
  public var metadata: [String: String]
  /// What was found on the way: wrappers, stripped prefixes, objects left alone.
  public var notes: [String]
  /// The keys that lead to the tensors, with dots between them, prefixes that were stripped included: what
  /// `--key` takes before a dot and the beginning of names. Empty for the outermost dictionary.
  public var place = ""
  /// The moments that the file has beside the mean of a run's weights; `nil` in other files.
  public var moments: WeightMoments?
  /// Of how many networks the tensors are the mean (`n_averaged` of PyTorch's `AveragedModel`); `nil` where the file
  /// does not say.
  public var averaged: Int?
  /// Patterns of names to leave out that match none.
  public var unmatched: [UnmatchedPattern] = []
  /// Names and shapes of the tensors that such patterns left out.
  public var leftOut: [(name: String, shape: [Int])] = []

  /// The file's bytes, and those of its shards.
  let sources: [ByteSource]

  /// The size in bytes, of all shards together where there are several.
  public var byteCount: Int { sources.reduce(0) { $0 + $1.count } }

  /// The files that were opened, each with its SHA-256. Reads them whole.
  ///
  /// - Parameter each: Called with the number of bytes done, to report or to stop by throwing.
  /// - Throws: `FileError`; ``CheckpointError`` when one has changed; what `each` throws.
  public func files(each: (Int) throws -> Void = { _ in }) throws -> [InputFile] {
    var before = 0
    return try sources.map { source in
      let sha256 = try source.sha256 { try each(before + $0) }
      before += source.count
      return InputFile(path: source.path, sha256: sha256, size: source.count)
    }
  }

  /// What identifies the content of some files: their SHA-256, or one over those of all shards.
  public static func identity(of files: [InputFile]) -> String {
    files.count == 1
      ? files[0].sha256
      : SHA256.hexadecimal(of: files.map(\.sha256).joined(separator: "\n").utf8)
  }
}

/// Tensors by name, in the file's order.
public struct StateDict: Sendable {
  /// The tensors.
  public let tensors: [StoredTensor]
  private let places: [String: Int]

  /// - Throws: ``CheckpointError`` when a name occurs twice.
  init(_ tensors: [StoredTensor], path: String) throws {
    var places: [String: Int] = [:]
    for (index, tensor) in tensors.enumerated() {
      guard places.updateValue(index, forKey: tensor.name) == nil else {
        throw CheckpointError(path, "it has two tensors named '\(shown(tensor.name))'")
      }
    }
    self.tensors = tensors
    self.places = places
  }

  /// The tensor of a name.
  public subscript(name: String) -> StoredTensor? { places[name].map { tensors[$0] } }

  /// The same tensors with a prefix before every name.
  public func with(prefix: String) -> StateDict {
    StateDict(
      tensors: tensors.map { tensor in
        var tensor = tensor
        tensor.name = prefix + tensor.name
        return tensor
      },
      places: Dictionary(uniqueKeysWithValues: places.map { (prefix + $0.key, $0.value) }))
  }

  /// The same tensors under other names; `nil` where two would have one.
  public func renamed(_ name: (String) -> String) -> StateDict? {
    var renamed = tensors
    for index in renamed.indices { renamed[index].name = name(renamed[index].name) }
    return try? StateDict(renamed, path: "")
  }

  private init(tensors: [StoredTensor], places: [String: Int]) {
    (self.tensors, self.places) = (tensors, places)
  }
}
