/// Tensors that evidently compute nothing in the forward pass of the network beside which a file has them.
enum Bystander {
  /// Whether a name says so: a criterion, an auxiliary head, a metric, an average, a teacher, an optimizer's
  /// state, a count. Words of the names of modules count, and those of a tensor that is in none.
  static func isNamed(_ name: String) -> Bool {
    let parts = name.split(separator: ".")
    if parts.count == 1, isCount(parts[0]) { return true }
    if parts.last == "num_batches_tracked" || isCost(name) { return true }
    return (parts.count > 1 ? parts.dropLast() : parts[...]).contains { part in
      words(in: part).contains { word in
        wholes.contains(word) || beginnings.contains(where: word.hasPrefix)
      }
    }
  }

  /// Whether a copy of the network's own tensors is named as one of another time.
  static func isNamedCopy(_ name: String) -> Bool {
    words(in: Substring(Remedy.group(of: name))).contains(where: copies.contains)
  }

  /// Whether it is a count of operations or parameters, which thop's `profile` leaves in every module.
  static func isCost(_ name: String) -> Bool {
    costs.contains { name == $0 || name.hasSuffix("." + $0) }
  }

  /// The names of such counts, at the end of a tensor's.
  static let costs = ["total_ops", "total_params"]

  // `global_step`, `n_averaged`.
  private static func isCount(_ name: Substring) -> Bool {
    let words = words(in: name).filter { !["n", "num", "global"].contains($0) }
    return !words.isEmpty && words.allSatisfy(counts.contains)
  }

  private static let counts: Set<String> = [
    "step", "steps", "epoch", "epochs", "iteration", "iterations", "iter", "counter", "initted",
    "averaged", "updates",
  ]

  private static let wholes: Set<String> = [
    "ema", "swa", "teacher", "shadow", "temperature", "acc", "auroc", "confmat", "rng",
  ]

  private static let beginnings = [
    "crit", "loss", "aux", "metric", "accurac", "optim", "sched", "averag", "callback",
  ]

  private static let copies: Set<String> = [
    "avg", "target", "momentum", "best", "initial", "init", "previous", "prev", "old", "backup",
    "copy", "reference", "student", "mean",
  ]

  // `ema`, `model` of `emaModel_0`, in lower case.
  private static func words(in part: Substring) -> [String] {
    var words: [String] = []
    var last: Character = "_"
    for character in part {
      if character.isLetter {
        if !last.isLetter || (last.isLowercase && character.isUppercase) { words.append("") }
        words[words.count - 1] += character.lowercased()
      }
      last = character
    }
    return words.isEmpty ? [String(part)] : words
  }
}
