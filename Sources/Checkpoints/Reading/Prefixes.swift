/// Prefixes that wrappers put before every name: `DataParallel`, `torch.compile`, Lightning, moving
/// averages; and what they put within names.
enum Prefixes {
  private static let known = [
    "module.", "_orig_mod.", "_fsdp_wrapped_module.", "_checkpoint_wrapped_module.", "model.",
  ]
  // ema-pytorch keeps the model and its average side by side, with two counts.
  private static let pair = ["ema_model", "online_model"]
  private static let counts: Set<String> = ["initted", "step", "n_averaged"]

  /// Takes off prefixes that *all* names share, one after another, and the counts of averages.
  ///
  /// - Parameter own: A prefix that the user wants taken off the names that have it.
  /// - Returns: What was taken off, as notes.
  /// - Throws: ``CheckpointError`` when no name has the user's prefix, or the file has both a model
  ///   and its average.
  static func strip(
    _ tensors: inout [StoredTensor], own: String?, path: String
  ) throws -> [String] {
    if pair.allSatisfy({ name in tensors.contains { $0.name.hasPrefix(name + ".") } }) {
      throw CheckpointError(
        path,
        "it has a model and its moving average; choose with --key \(pair[1]) or --key \(pair[0])")
    }
    var notes = removeCounts(&tensors)
    // Messages name prefixes as they are once the wrappers' are off.
    if let own, !tensors.contains(where: { $0.name.hasPrefix(own) }) {
      notes += removeKnown(&tensors)
    }
    if var own {
      // A prefix without its dot is the same where it ends at one everywhere.
      let begun = tensors.map(\.name).filter { $0.hasPrefix(own) }
      if !own.hasSuffix("."), !begun.isEmpty, begun.allSatisfy({ $0.hasPrefix(own + ".") }) {
        own += "."
      }
      let places = tensors.indices.filter {
        tensors[$0].name.hasPrefix(own) && tensors[$0].name.count > own.count
      }
      guard !places.isEmpty else {
        throw CheckpointError(path, "no tensor's name begins with '\(shown(own))'")
      }
      for index in places { tensors[index].name.removeFirst(own.count) }
      notes.append(
        "prefix '\(shown(own))' stripped from \(places.count) of \(tensors.count) names")
    }
    return notes + removeKnown(&tensors)
  }

  private static func removeKnown(_ tensors: inout [StoredTensor]) -> [String] {
    var notes: [String] = []
    while let prefix = known.first(where: { prefix in
      !tensors.isEmpty
        && tensors.allSatisfy { $0.name.hasPrefix(prefix) && $0.name.count > prefix.count }
    }) {
      for index in tensors.indices { tensors[index].name.removeFirst(prefix.count) }
      notes.append("prefix '\(prefix)' stripped from every name")
    }
    let within = WrapperSegments.remove(from: &tensors)
    return within.isEmpty ? notes : notes + within + removeKnown(&tensors)
  }

  /// Of how many networks the tensors are the mean; `nil` where their count is not among them.
  static func averaged(among tensors: [StoredTensor]) -> Int? {
    guard isAverage(tensors),
      let count = tensors.first(where: { $0.name == "n_averaged" && $0.elementCount == 1 })
    else { return nil }
    return (try? count.floats())?.first.flatMap { Int(exactly: $0) }
  }

  private static func isAverage(_ tensors: [StoredTensor]) -> Bool {
    tensors.contains { tensor in
      (["module."] + pair.map { $0 + "." }).contains { tensor.name.hasPrefix($0) }
    }
  }

  // Single numbers that averages save among the weights.
  private static func removeCounts(_ tensors: inout [StoredTensor]) -> [String] {
    guard isAverage(tensors) else { return [] }
    var notes: [String] = []
    tensors.removeAll { tensor in
      guard counts.contains(tensor.name), tensor.elementCount == 1 else { return false }
      let value = (try? tensor.floats())?.first.flatMap { Int(exactly: $0) }
      notes.append("an average; \(tensor.name) is \(value.map(String.init) ?? "no number")")
      return true
    }
    return notes
  }
}
