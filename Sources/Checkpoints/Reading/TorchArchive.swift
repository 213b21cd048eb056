/// What `torch.save` and `torch.jit.save` write since 1.6: a zip archive with one root folder, a
/// pickle, and one stored member for each storage.
enum TorchArchive {
  static func read(
    _ source: ByteSource, key: String?, limits: ReadLimits
  ) throws -> CheckpointFile {
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
        archive.contents(of: data, atMost: limits.pickleBytes), limits: limits,
        allowsObjects: isScript)
    } catch let refusal as Unpickler.Refusal {
      throw refuse(refusal.reason)
    }
    let rebuilder = TensorRebuilder(pickle, path: source.path, limits: limits) { key, bytes in
      guard let member = archive["\(root)/data/\(key)"] else {
        throw refuse("storage '\(shown(key))' is missing from the archive")
      }
      guard member.method == 0 else {
        throw refuse("storage '\(shown(key))' is compressed, which PyTorch's never are")
      }
      guard member.size == bytes else {
        throw refuse("storage '\(shown(key))' has \(member.size) bytes where \(bytes) are needed")
      }
      let range = try archive.range(of: member)
      return StoredTensor.Storage(
        source: source, range: range, isBigEndian: isBigEndian,
        check: { try archive.check(member, at: range) }, member: member.name)
    }
    if isScript {
      var weights = ScriptWeights(pickle, rebuilder)
      try weights.collect(pickle.root, prefix: "", depth: 0)
      guard !weights.tensors.isEmpty else {
        throw refuse("it is a TorchScript archive without weights")
      }
      return try CheckpointReader.file(
        source, .torchScript, weights.tensors, [:],
        ["a TorchScript archive, read for its weights; its code was not run"])
    }
    var finder = StateDictFinder(pickle, path: source.path, rebuilder: rebuilder)
    let tensors = try finder.tensors(key: key)
    guard tensors.count <= limits.tensors else {
      throw refuse("it has over \(limits.tensors) tensors")
    }
    return try CheckpointReader.file(
      source, .torchZip, tensors, finder.metadata, finder.notes)
  }
}

/// The parameters and buffers of a TorchScript module, by dotted path.
private struct ScriptWeights {
  let pickle: Pickle
  var rebuilder: TensorRebuilder
  var tensors: [StoredTensor] = []

  init(_ pickle: Pickle, _ rebuilder: TensorRebuilder) {
    self.pickle = pickle
    self.rebuilder = rebuilder
  }

  mutating func collect(_ value: Pickle.Value, prefix: String, depth: Int) throws {
    guard depth < 64, let object = pickle.object(value), let state = object.state,
      let pairs = pickle.pairs(state)
    else { return }
    for (name, value) in pairs {
      if rebuilder.isTensor(value) {
        tensors.append(try rebuilder.tensor(value, named: prefix + name))
      } else {
        try collect(value, prefix: prefix + name + ".", depth: depth + 1)
      }
    }
  }
}
