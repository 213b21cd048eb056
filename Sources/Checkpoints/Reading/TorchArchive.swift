import BasinCore

/// What `torch.save` and `torch.jit.save` write since 1.6: a zip archive with one root folder, a
/// pickle, and one stored member for each storage.
enum TorchArchive {
  static func read(
    _ source: ByteSource, key: String?, limits: ReadLimits
  ) throws -> CheckpointReader.Content {
    let archive = try ZipArchive(source, limits: limits)
    func refuse(_ reason: String) -> CheckpointError { CheckpointError(source.path, reason) }
    let roots = Set(archive.members.map { $0.name.prefix { $0 != "/" } })
    guard let root = roots.first, roots.count == 1 else {
      throw refuse(
        "it is a zip archive of \(roots.count) folders, where PyTorch writes one; if it holds "
          + "arrays, `data` reads .npz")
    }
    // torch.export's archives have a models folder and a version of their own.
    if archive["\(root)/archive_format"] != nil || archive["\(root)/models/model.json"] != nil
      || archive.members.contains(where: { $0.name.hasPrefix("\(root)/models/") })
    {
      throw refuse("it is a .pt2 archive of torch.export, which is not read; save the state_dict()")
    }
    guard let data = archive["\(root)/data.pkl"] else {
      throw refuse(
        "it is a zip archive, but has no \(shown(String(root)))/data.pkl as PyTorch's do")
    }
    if let order = archive["\(root)/byteorder"] {
      guard
        [Array("little".utf8), Array("big".utf8)].contains(
          try archive.contents(of: order, atMost: 16))
      else { throw refuse("its byte order is neither little nor big") }
    }
    let isBigEndian =
      try archive["\(root)/byteorder"].map { try archive.contents(of: $0, atMost: 16) }
      == Array("big".utf8)
    // Small members that say what the rest means are checked whole.
    for name in ["version", ".format_version", ".storage_alignment", ".data/serialization_id"] {
      if let member = archive["\(root)/\(name)"] {
        _ = try archive.contents(of: member, atMost: 1 << 16)
      }
    }
    let isScript =
      archive["\(root)/constants.pkl"] != nil
      || archive.members.contains { $0.name.hasPrefix("\(root)/code/") }
    let pickle: Pickle
    do {
      pickle = try Unpickler.read(
        archive.contents(of: data, atMost: limits.pickleBytes), fileSize: source.count,
        limits: limits, dialect: isScript ? .script : .checkpoint)
    } catch let refusal as Unpickler.Refusal {
      throw refuse(refusal.reason)
    }
    let storages = ArchiveStorages(archive, root: String(root), isBigEndian: isBigEndian)
    let rebuilder = TensorRebuilder(
      pickle, path: source.path, limits: limits, storage: storages.storage)
    if isScript {
      var weights = ScriptWeights(pickle, rebuilder, path: source.path)
      try weights.collect()
      guard !weights.tensors.isEmpty else {
        throw refuse("it is a TorchScript archive without weights")
      }
      return .init(
        format: .torchScript, tensors: weights.tensors,
        notes: ["a TorchScript archive, read for its weights; its code was not run"]
          + weights.notes,
        sources: [source])
    }
    var finder = StateDictFinder(pickle, path: source.path, rebuilder: rebuilder)
    let tensors = try finder.tensors(key: key)
    return .init(
      format: .torchZip, tensors: tensors, metadata: finder.metadata, notes: finder.notes,
      keys: finder.keys, sources: [source])
  }
}

/// The members of an archive that hold storages, each looked up once: tensors that share a storage
/// share its check.
private final class ArchiveStorages {
  private let archive: ZipArchive
  private let root: String
  private let isBigEndian: Bool
  private var known: [String: StoredTensor.Storage] = [:]

  init(_ archive: ZipArchive, root: String, isBigEndian: Bool) {
    self.archive = archive
    self.root = root
    self.isBigEndian = isBigEndian
  }

  /// - Throws: ``CheckpointError`` when the member is missing, compressed or of another size.
  func storage(_ id: StorageID) throws -> StoredTensor.Storage {
    func refuse(_ reason: String) -> CheckpointError {
      CheckpointError(archive.source.path, "storage '\(shown(id.key))' \(reason)")
    }
    let storage: StoredTensor.Storage
    if let old = known[id.key] {
      storage = old
    } else {
      guard let member = archive["\(root)/data/\(id.key)"] else {
        throw refuse("is missing from the archive")
      }
      guard member.method == 0 else { throw refuse("is compressed, which PyTorch's never are") }
      let archive = self.archive
      storage = StoredTensor.Storage(
        source: archive.source, range: member.range, isBigEndian: isBigEndian,
        check: { try archive.check(member) })
      known[id.key] = storage
    }
    guard storage.count == id.byteCount else {
      throw refuse("has \(Counted.text(storage.count, "bytes")) where \(id.byteCount) are needed")
    }
    return storage
  }
}
