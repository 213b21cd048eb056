/// Finds the state dict in what `torch.save` wrote: bare, or wrapped with an epoch and an optimizer.
struct StateDictFinder {
  let pickle: Pickle
  let path: String
  var rebuilder: TensorRebuilder
  private(set) var notes: [String] = []
  private(set) var metadata: [String: String] = [:]

  init(_ pickle: Pickle, path: String, rebuilder: TensorRebuilder) {
    self.pickle = pickle
    self.path = path
    self.rebuilder = rebuilder
  }

  /// How far wrappers may be nested.
  private static let deepest = 4

  /// The tensors of the state dict, in its order.
  ///
  /// - Parameter key: The wrapper's key, dotted where wrappers are nested; `nil` when there is only
  ///   one state dict to find.
  /// - Throws: ``CheckpointError`` when there is none, or several and no key.
  mutating func tensors(key: String?) throws -> [StoredTensor] {
    var found = candidates(in: pickle.root, at: [], mixed: false)
    if found.isEmpty { found = candidates(in: pickle.root, at: [], mixed: true) }
    let chosen: (keys: [String], value: Pickle.Value)
    if let key {
      guard let match = found.first(where: { $0.keys.joined(separator: ".") == key }) else {
        throw CheckpointError(path, "it has no state dict under '\(shown(key))'\(listing(found))")
      }
      chosen = match
    } else if found.count == 1 {
      chosen = found[0]
    } else if found.isEmpty {
      throw CheckpointError(path, whyNone)
    } else {
      throw CheckpointError(path, "it has several state dicts\(listing(found)); choose with --key")
    }
    if !chosen.keys.isEmpty {
      notes.append("state dict found under '\(shown(chosen.keys.joined(separator: ".")))'")
    }
    collectMetadata(pickle.root, prefix: "", depth: 0)
    return try (pickle.pairs(chosen.value) ?? []).compactMap { name, value in
      if rebuilder.isTensor(value) { return try rebuilder.tensor(value, named: name) }
      // Beside tensors, what Python would have to call might have been a weight.
      if let object = pickle.object(value), !Self.inert.contains(object.callable.text) {
        throw CheckpointError(path, refusal(of: object.callable, at: name))
      }
      if case .list = value { notes.append("'\(shown(name))' is a list, which was left out") }
      if case .tuple = value { notes.append("'\(shown(name))' is a tuple, which was left out") }
      return nil
    }
  }

  private func listing(_ found: [(keys: [String], value: Pickle.Value)]) -> String {
    let names = found.map { "'\(shown($0.keys.joined(separator: ".")))'" }
    return names.isEmpty ? "" : ": " + names.joined(separator: ", ")
  }

  // Dictionaries of tensors, outermost first; `mixed` ones hold other things too.
  private func candidates(
    in value: Pickle.Value, at keys: [String], mixed: Bool
  ) -> [(keys: [String], value: Pickle.Value)] {
    guard keys.count <= Self.deepest, let pairs = pickle.pairs(value) else { return [] }
    let tensors = pairs.count { rebuilder.isTensor($0.value) }
    if tensors > 0, mixed || tensors == pairs.count { return [(keys, value)] }
    // An optimizer's state is no model, though momentum buffers may look like one.
    return pairs.filter { !$0.key.hasPrefix("optim") }
      .flatMap { candidates(in: $0.value, at: keys + [$0.key], mixed: mixed) }
  }

  private var whyNone: String {
    if let object = pickle.object(pickle.root) {
      if rebuilder.isTensor(pickle.root) { return "it holds a single tensor, not a state dict" }
      return refusal(of: object.callable, at: nil)
    }
    for (key, value) in pickle.pairs(pickle.root) ?? [] {
      if let object = pickle.object(value), !rebuilder.isTensor(value) {
        return "there is no state dict in it; " + refusal(of: object.callable, at: key)
      }
    }
    return "there is no state dict in it: no dictionary of tensors"
  }

  private func refusal(of callable: Pickle.Global, at key: String?) -> String {
    let what = key.map { "'\(shown($0))'" } ?? "loading it"
    return
      "\(what) would call \(shown(callable.text)) in Python, which is never done here; save the "
      + "model's state_dict() alone"
  }

  private mutating func collectMetadata(_ value: Pickle.Value, prefix: String, depth: Int) {
    guard depth < 2, let pairs = pickle.pairs(value) else { return }
    for (key, value) in pairs where metadata.count < 1000 {
      let name = prefix + key
      switch value {
      case .bool(let truth): metadata[name] = truth ? "true" : "false"
      case .int(let integer): metadata[name] = String(integer)
      case .real(let real): metadata[name] = String(real)
      case .text(let text) where text.utf8.count <= 4096: metadata[name] = text
      case .dictionary: collectMetadata(value, prefix: name + ".", depth: depth + 1)
      case .object where !rebuilder.isTensor(value) && notes.count < 100:
        if let callable = pickle.object(value)?.callable, !Self.inert.contains(callable.text) {
          notes.append("'\(shown(name))' is a \(shown(callable.text)), which was left alone")
        }
      default: break
      }
    }
  }

  private static let inert: Set<String> = [
    "torch.Size", "torch.device", "_codecs.encode", "builtins.set", "__builtin__.set",
    "builtins.complex", "__builtin__.complex",
  ]
}
