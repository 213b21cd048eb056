/// Prefixes that wrappers put before every name: `DataParallel`, `torch.compile`, Lightning.
enum Prefixes {
  private static let known = ["module.", "_orig_mod.", "model."]

  /// Takes off prefixes that *all* names share, one after another, and `AveragedModel`'s count.
  ///
  /// - Returns: What was taken off, as notes.
  static func strip(_ tensors: inout [StoredTensor]) -> [String] {
    var notes: [String] = []
    if let place = tensors.firstIndex(where: { $0.name == "n_averaged" && $0.shape.isEmpty }),
      tensors.count > 1
    {
      let count = (try? tensors[place].floats())?.first.map { String(Int($0)) } ?? "unknown"
      tensors.remove(at: place)
      notes.append("an average; n_averaged is \(count)")
    }
    while let prefix = known.first(where: { prefix in
      !tensors.isEmpty
        && tensors.allSatisfy { $0.name.hasPrefix(prefix) && $0.name.count > prefix.count }
    }) {
      for index in tensors.indices { tensors[index].name.removeFirst(prefix.count) }
      notes.append("prefix '\(prefix)' stripped from every name")
    }
    return notes
  }
}
