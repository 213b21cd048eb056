import BasinCore

/// What `torch.save` wrote before 1.6, and still writes when asked to: five pickles in a row (a
/// magic number, a version, the machine, the object, the keys of its storages), then for each key a
/// count and the bytes. There are no checksums.
enum LegacyFile {
  // PROTO 2, LONG1 of ten bytes: 0x1950a86a20f9469cfc6c; STOP.
  private static let magic: [UInt8] = [
    0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
  ]

  static func recognises(_ source: ByteSource) throws -> Bool {
    try source.count >= magic.count && source.bytes(0..<magic.count) == magic
  }

  /// - Throws: ``CheckpointError``.
  static func read(
    _ source: ByteSource, key: String?, limits: ReadLimits
  ) throws -> (tensors: [StoredTensor], finder: StateDictFinder) {
    func refuse(_ reason: String) -> CheckpointError { CheckpointError(source.path, reason) }
    // The pickles come first, and nothing says how long they are.
    let head = try source.bytes(0..<min(source.count, limits.pickleBytes))
    var position = magic.count
    func next() throws -> Pickle {
      do {
        return try Unpickler.read(
          head, from: &position, fileSize: source.count, limits: limits)
      } catch let refusal as Unpickler.Refusal {
        throw refuse(refusal.reason)
      }
    }
    let version = try next()
    guard case .int(1001) = version.root else {
      throw refuse("it is of an unknown version of PyTorch's form of before 1.6")
    }
    _ = try next()
    let object = try next()
    let list = try next()
    let storages = try storages(of: object, list, in: source, from: position)
    let rebuilder = TensorRebuilder(object, path: source.path, limits: limits) { id in
      guard let storage = storages[id.key] else {
        throw refuse("storage '\(shown(id.key))' is missing from the file")
      }
      return storage
    }
    var finder = StateDictFinder(object, path: source.path, rebuilder: rebuilder)
    return (try finder.tensors(key: key), finder)
  }

  // The counts and bytes that follow the pickles: elements are as wide as the ids in the object say.
  private static func storages(
    of object: Pickle, _ list: Pickle, in source: ByteSource, from start: Int
  ) throws -> [String: StoredTensor.Storage] {
    func refuse(_ reason: String) -> CheckpointError { CheckpointError(source.path, reason) }
    var ids: [String: StorageID] = [:]
    for node in object.storages {
      let id = try StorageID(object, node) { refuse("a tensor \($0)") }
      if let known = ids[id.key], known.type != id.type || known.byteCount != id.byteCount {
        throw refuse("storage '\(shown(id.key))' is said to be two different ones")
      }
      ids[id.key] = id
    }
    var storages: [String: StoredTensor.Storage] = [:]
    var position = start
    for key in list.elements(list.root) ?? [] {
      guard case .text(let key) = key, let id = ids[key] else {
        throw refuse("its list of storages names one that no tensor uses")
      }
      let count: Int64 = try source.integer(at: position)
      let width = id.type?.byteWidth ?? 1
      guard count == id.byteCount / width else {
        throw refuse(
          "storage '\(shown(key))' has \(Counted.text(count, "elements")) where \(id.byteCount / width) are needed"
        )
      }
      let (end, overflow) = (position + 8).addingReportingOverflow(id.byteCount)
      guard !overflow, end <= source.count else {
        throw refuse(
          "storage '\(shown(key))' needs \(Counted.text(id.byteCount, "bytes")) and the file has "
            + "\(source.count - position - 8) left; it is cut off")
      }
      let storage = StoredTensor.Storage(source: source, range: (position + 8)..<end)
      guard storages.updateValue(storage, forKey: key) == nil else {
        throw refuse("storage '\(shown(key))' is listed twice")
      }
      position = end
    }
    guard position == source.count else {
      throw refuse("\(source.count - position) bytes follow the last storage")
    }
    return storages
  }
}
