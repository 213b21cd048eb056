/// Finds the state dict in what `torch.save` wrote: bare, or wrapped with an epoch and an optimizer.
struct StateDictFinder {
  let pickle: Pickle
  let path: String
  var rebuilder: TensorRebuilder
  private(set) var notes: [String] = []
  private(set) var metadata: [String: String] = [:]
  /// The keys that lead to the state dict.
  private(set) var keys: [String] = []

  init(_ pickle: Pickle, path: String, rebuilder: TensorRebuilder) {
    self.pickle = pickle
    self.path = path
    self.rebuilder = rebuilder
  }

  /// How far wrappers may be nested.
  private static let deepest = 4

  /// A dictionary of tensors, and the keys that lead to it.
  private struct Candidate {
    var keys: [String]
    var value: Pickle.Value
    /// Names of the tensors that stand beside it and its wrappers.
    var beside: [String] = []
    /// The outermost dictionary is called `.`.
    var name: String { keys.isEmpty ? "." : keys.joined(separator: ".") }
  }

  /// The tensors of the state dict, in its order.
  ///
  /// - Parameter key: The wrapper's key, dotted where wrappers are nested, `.` for the outermost
  ///   dictionary; `nil` when there is only one state dict to find.
  /// - Throws: ``CheckpointError`` when there is none, or several and no key.
  mutating func tensors(key: String?) throws -> [StoredTensor] {
    if let reason = pickle.contradiction { throw CheckpointError(path, reason) }
    let chosen = try choose(key)
    keys = key.map { $0 == "." ? [] : [$0] } ?? chosen.keys
    if !chosen.keys.isEmpty { notes.append("state dict found under '\(shown(chosen.name))'") }
    for name in chosen.beside.prefix(8) {
      notes.append("'\(shown(name))' is a tensor beside it, which was left out")
    }
    collectMetadata(pickle.root, prefix: "", depth: 0)
    var tensors: [StoredTensor] = []
    let subtree = key.flatMap { $0 == chosen.name ? nil : self.subtree($0, of: chosen) }
    for (name, value) in pickle.pairs(chosen.value) ?? [] {
      var name = name
      if let subtree {
        guard name.hasPrefix(subtree) else { continue }
        name.removeFirst(subtree.count)
      }
      if rebuilder.isTensor(value) {
        guard tensors.count < rebuilder.limits.tensors else {
          throw CheckpointError(path, "it has over \(rebuilder.limits.tensors) tensors")
        }
        tensors.append(try rebuilder.tensor(value, named: name))
        continue
      }
      if name.hasSuffix("_packed_params") {
        throw CheckpointError(
          path,
          "it is of a quantised network ('\(shown(name))' holds packed integers), which is not read; save the "
            + "state_dict() of the float network, before quantize_dynamic or convert")
      }
      // Beside tensors, what Python would have to call might have been a weight.
      if let object = pickle.object(value), !Self.inert.contains(object.callable.text) {
        throw CheckpointError(path, refusal(of: object.callable, at: name))
      }
      guard rebuilder.holdsTensors(value) else { continue }
      // Weights are never left out in silence: the user has to say that these tensors are all.
      guard key != nil || name.hasPrefix("optim") else {
        throw CheckpointError(
          path,
          "beside its tensors, '\(shown(name))' holds more of them in a container, which no state "
            + "dict has; take the tensors beside it alone with --key \(shown(chosen.name))")
      }
      notes.append("'\(shown(name))' holds tensors in a container, and was left out")
    }
    try rebuilder.checkBounds()
    return tensors
  }

  private func choose(_ key: String?) throws -> Candidate {
    var seen = Set<Int>()
    var found = candidates(in: pickle.root, at: [], mixed: false, &seen)
    if key != nil || found.isEmpty {
      seen = []
      found += candidates(in: pickle.root, at: [], mixed: true, &seen)
    }
    if let key {
      if let match = found.first(where: { $0.name == key }) { return match }
      // A key may lead further, into the names of a state dict.
      if let match = found.first(where: { subtree(key, of: $0) != nil }) { return match }
      // The outermost dictionary is what is read without a key.
      let isWhole = !found.isEmpty && found.allSatisfy(\.keys.isEmpty)
      throw CheckpointError(
        path,
        "it has no state dict under '\(shown(key))'"
          + (isWhole ? "; it is one itself, which is read without --key" : listing(found)))
    }
    // Dictionaries of nothing but single numbers are records, such as scores of checkpoints.
    if found.count > 1 {
      let weights = found.filter(hasShapes)
      if !weights.isEmpty { found = weights }
    }
    guard let first = found.first else { throw CheckpointError(path, whyNone) }
    guard found.count == 1 else {
      throw CheckpointError(path, "it has several state dicts\(listing(found)); choose with --key")
    }
    return first
  }

  private func hasShapes(_ candidate: Candidate) -> Bool {
    var rebuilder = rebuilder
    return (pickle.pairs(candidate.value) ?? []).contains { name, value in
      rebuilder.isTensor(value)
        && (try? rebuilder.tensor(value, named: name))?.shape.isEmpty == false
    }
  }

  // What names begin with that lie under a key within a candidate; nil when there are none.
  private func subtree(_ key: String, of candidate: Candidate) -> String? {
    let start = candidate.keys.isEmpty ? "" : candidate.name + "."
    guard key.hasPrefix(start) else { return nil }
    let prefix = key.dropFirst(start.count) + "."
    let pairs = pickle.pairs(candidate.value) ?? []
    let isThere = pairs.contains {
      $0.key.hasPrefix(prefix) && $0.key.count > prefix.count && rebuilder.isTensor($0.value)
    }
    return isThere ? String(prefix) : nil
  }

  private func listing(_ found: [Candidate]) -> String {
    var names: [String] = []
    for name in found.map({ "'\(shown($0.name))'" }) where !names.contains(name) {
      names.append(name)
    }
    let more = names.count > 8 ? " and \(names.count - 8) more" : ""
    return names.isEmpty ? "" : ": " + names.prefix(8).joined(separator: ", ") + more
  }

  // Dictionaries of tensors, outermost first; `mixed` ones hold other things too. What wraps them is
  // walked once, however often it is referred to.
  private func candidates(
    in value: Pickle.Value, at keys: [String], mixed: Bool, _ seen: inout Set<Int>
  ) -> [Candidate] {
    guard keys.count <= Self.deepest, case .dictionary(let node) = value, !seen.contains(node),
      let pairs = pickle.pairs(value)
    else { return [] }
    let tensors = pairs.count { rebuilder.isTensor($0.value) }
    if tensors > 0, mixed || tensors == pairs.count {
      return [Candidate(keys: keys, value: value)]
    }
    seen.insert(node)
    // An optimizer's state is no model, though momentum buffers may look like one.
    let beside = tensors == 0 ? [] : pairs.filter { rebuilder.isTensor($0.value) }.map(\.key)
    return pairs.filter { !$0.key.hasPrefix("optim") }
      .flatMap { candidates(in: $0.value, at: keys + [$0.key], mixed: mixed, &seen) }
      .map { candidate in
        var candidate = candidate
        candidate.beside = beside + candidate.beside
        return candidate
      }
  }

  private var whyNone: String {
    if let object = pickle.object(pickle.root) {
      if rebuilder.isTensor(pickle.root) {
        return "it holds a single tensor without a name, not a dictionary of them"
      }
      return refusal(of: object.callable, at: nil)
    }
    for (key, value) in pickle.pairs(pickle.root) ?? [] {
      if key == "shadow_params", rebuilder.holdsTensors(value) {
        return "it is an average without names (shadow_params, as torch_ema saves them); put them "
          + "into the model and save its state_dict()"
      }
      if let object = pickle.object(value), !rebuilder.isTensor(value) {
        return "there is no state dict in it; " + refusal(of: object.callable, at: key)
      }
    }
    switch pickle.root {
    case .list, .tuple: return "it holds a list, not a dictionary of tensors by name"
    case .dictionary(let node) where pickle.nodes[node].items.isEmpty:
      return "it holds an empty dictionary, without any tensors"
    default: return "there is no state dict in it: no dictionary of tensors"
    }
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
        guard let (callable, _, state) = pickle.object(value) else { continue }
        if let number = NumPyScalar.text(value, in: pickle) {
          metadata[name] = number
          continue
        }
        if callable.text == "argparse.Namespace", let state {
          // A training script's arguments, which are a dictionary under another name.
          collectMetadata(state, prefix: name + ".", depth: depth + 1)
        } else if !Self.inert.contains(callable.text) {
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
