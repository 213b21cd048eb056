import BasinCore

/// Parts of names that wrappers of single modules leave within them: `torch.compile` of a layer, activation
/// checkpointing, FSDP.
public enum WrapperSegments {
  private static let known = ["_orig_mod", "_checkpoint_wrapped_module", "_fsdp_wrapped_module"]

  /// Takes them off wherever they stand, each kind unless two names would become one.
  ///
  /// - Returns: What was taken off, as notes.
  static func remove(from tensors: inout [StoredTensor]) -> [String] {
    known.compactMap { segment -> String? in
      let before = tensors.map(\.name)
      let after = before.map { without([segment], $0) }
      let places = before.indices.filter { before[$0] != after[$0] }
      guard !places.isEmpty, Set(after).count == Set(before).count else { return nil }
      for place in places { tensors[place].name = after[place] }
      return
        "wrapper '\(segment).' stripped from \(places.count) of \(Counted.text(tensors.count, "names"))"
    }
  }

  /// A name without any of them.
  public static func without(_ name: String) -> String { without(known, name) }

  private static func without(_ segments: [String], _ name: String) -> String {
    guard segments.contains(where: name.contains) else { return name }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let kept = parts.dropLast().filter { !segments.contains(String($0)) } + parts.suffix(1)
    return kept.joined(separator: ".")
  }
}
