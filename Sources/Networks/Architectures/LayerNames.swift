extension Architecture {
  /// Whether a name can be that of a layer: parts of letters, digits and `_` between dots, none of which means
  /// something in Python or in a network of Basin's.
  static func canBeLayer(_ name: String) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return !parts.isEmpty && parts.count <= 10 && name.utf8.count <= 200
      && parts.allSatisfy { part in
        let isNumber = part.allSatisfy { $0.isASCII && $0.isNumber }
        let isWord =
          part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
          && part.first?.isLetter == true && !reserved.contains(String(part))
        return !part.isEmpty && (isNumber || isWord)
      }
  }

  private static let reserved: Set = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    "self",
    "forward", "training", "weight", "bias",
  ]
}

extension TensorShapes {
  /// The layers of a `nn.Sequential` or `nn.ModuleList` that has linear layers and nothing else with tensors, in
  /// order: `0`, `2`, `4` or `net.1`, `net.3`; `nil` where the tensors are others.
  static func linearLayers(_ tensors: [(name: String, shape: [Int])]) -> [String]? {
    var prefix: String?
    var weights: [Int: [Int]] = [:]
    var biases: [Int: [Int]] = [:]
    for (name, shape) in tensors {
      var parts = name.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count >= 2, let kind = parts.popLast(), let text = parts.popLast(),
        let number = Int(text), String(number) == text, number >= 0, number < mostLayers
      else { return nil }
      let own = parts.joined(separator: ".")
      guard prefix == nil || prefix == own else { return nil }
      prefix = own
      switch (kind, shape.count) {
      case ("weight", 2): weights[number] = shape
      case ("bias", 1): biases[number] = shape
      default: return nil
      }
    }
    guard let prefix, !weights.isEmpty, Set(weights.keys) == Set(biases.keys) else { return nil }
    let places = weights.keys.sorted()
    for (number, next) in zip(places, places.dropFirst())
    where weights[number]?[0] != weights[next]?[1] { return nil }
    let names = places.map { prefix.isEmpty ? "\($0)" : "\(prefix).\($0)" }
    return names.allSatisfy(Architecture.canBeLayer) ? names : nil
  }

  private static let mostLayers = 10_000
}

extension Architecture {
  /// Gives an `mlp` the names that as many linear layers of a `nn.Sequential` have in a file.
  public mutating func takeLayerNames(of checkpoint: Checkpoint) {
    guard case .stored(let stateDict) = checkpoint.weights else { return }
    self = withLayerNames(of: stateDict.tensors.map { ($0.name, $0.shape) }) ?? self
  }

  // `nil` where it is no `mlp`, has names, or the tensors are not as many linear layers.
  func withLayerNames(of tensors: [(name: String, shape: [Int])]) -> Architecture? {
    guard case .mlp(let hidden, let layers) = family, layers.isEmpty,
      let names = TensorShapes.linearLayers(tensors), names.count == hidden.count + 1
    else { return nil }
    var named = self
    named.family = .mlp(hidden: hidden, layers: names)
    return named
  }
}
