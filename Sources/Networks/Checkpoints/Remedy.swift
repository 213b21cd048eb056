/// What makes the tensors of a file those of an architecture, as an option of `load`.
enum Remedy {
  /// The option, where one helps: a prefix that all names have, a group of names that is the network, or
  /// names that are too many.
  ///
  /// - Parameters:
  ///   - tensors: Names and shapes, as the file has them.
  ///   - place: The keys in the file that lead to them; empty for the outermost dictionary.
  ///   - fits: Whether tensors are those of the architecture, or of one of them.
  /// - Returns: `--strip net.`, `--key state_dict.net` or `--ignore 'criterion.*'`; `nil` where none helps.
  static func option(
    for tensors: [(name: String, shape: [Int])], under place: String,
    fits: ([(name: String, shape: [Int])]) -> Bool
  ) -> String? {
    if let prefix = prefix(of: tensors, fits: fits) { return "--strip \(prefix)" }
    var groups: [String] = []
    for tensor in tensors {
      let group = group(of: tensor.name)
      if !groups.contains(group) { groups.append(group) }
      // Each costs a comparison.
      guard groups.count <= 16 else { return nil }
    }
    guard groups.count > 1 else { return nil }
    for group in groups {
      let own = tensors.filter { $0.name.hasPrefix(group + ".") && $0.name.count > group.count + 1 }
        .map { (name: String($0.name.dropFirst(group.count + 1)), shape: $0.shape) }
      guard !own.isEmpty else { continue }
      let further = prefix(of: own, fits: fits)
      guard further != nil || fits(own) else { continue }
      let keys = [place, group, String((further ?? "").dropLast())].filter { !$0.isEmpty }
      return "--key \(keys.joined(separator: "."))"
    }
    for group in groups {
      let others = tensors.filter { self.group(of: $0.name) != group }
      guard fits(others) else { continue }
      let isOne = tensors.contains { $0.name == group }
      return "--ignore \(isOne ? group : "'\(group).*'")"
    }
    return nil
  }

  private static func group(of name: String) -> String {
    String(name.prefix { $0 != "." })
  }

  // What all names begin with, up to a dot, where the rest fits.
  private static func prefix(
    of tensors: [(name: String, shape: [Int])], fits: ([(name: String, shape: [Int])]) -> Bool
  ) -> String? {
    guard let first = tensors.first?.name, let dot = first.firstIndex(of: ".") else { return nil }
    let prefix = String(first[...dot])
    guard tensors.allSatisfy({ $0.name.hasPrefix(prefix) && $0.name.count > prefix.count }) else {
      return nil
    }
    let rest = tensors.map { (name: String($0.name.dropFirst(prefix.count)), shape: $0.shape) }
    if let further = self.prefix(of: rest, fits: fits) { return prefix + further }
    return fits(rest) ? prefix : nil
  }
}
