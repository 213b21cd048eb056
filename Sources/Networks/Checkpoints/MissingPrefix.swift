import Checkpoints

/// A program that wraps a network (`self.net = net`) has its names behind `net.`, and a state dict of the
/// network itself has not; nor has one of the wrapper, where the prefix is one that wrappers have in common
/// (`model.`, `module.`) and was taken off.
extension Network {
  /// What the program's names begin with and a checkpoint's do not, where names and shapes fit but for it;
  /// `nil` where there is no such prefix.
  public func missingPrefix(of checkpoint: Checkpoint) -> String? {
    guard case .stored(let stateDict) = checkpoint.weights else { return nil }
    return missingPrefix(of: stateDict)
  }

  /// A state dict with the program's names, where that has wrappers within them (`conv1._orig_mod.weight`), which
  /// were taken off the file's.
  func withOwnWrappers(_ stateDict: StateDict) -> StateDict {
    guard case .torchScript = architecture.family, missingPrefix(of: stateDict) == nil else {
      return stateDict
    }
    let own = expectedTensors.flatMap(\.names).map { (WrapperSegments.without($0), $0) }
    guard own.contains(where: { $0 != $1 }) else { return stateDict }
    let names = Dictionary(own) { first, _ in first }
    return stateDict.renamed { names[$0] ?? $0 } ?? stateDict
  }

  func missingPrefix(of stateDict: StateDict) -> String? {
    guard case .torchScript = architecture.family else { return nil }
    let expected = expectedTensors
    let required = expected.filter { $0.presence == .required }
    guard let first = required.first?.names[0],
      !required.contains(where: { $0.names.contains { stateDict[$0] != nil } })
    else { return nil }
    let tensors = stateDict.tensors.map { ($0.name, $0.shape) }
    return first.indices.lazy.filter { first[$0] == "." }.map { String(first[...$0]) }
      .first { prefix in
        guard required.allSatisfy({ $0.names.contains { $0.hasPrefix(prefix) } }) else {
          return false
        }
        let differences = TensorDifferences(tensors, expected: expected.without(prefix: prefix))
        return differences.missing.isEmpty && differences.misshapen.isEmpty
      }
  }
}

extension [ExpectedTensor] {
  /// The same with names as a state dict has them whose names lack a prefix.
  func without(prefix: String) -> [ExpectedTensor] {
    map { tensor in
      var tensor = tensor
      tensor.names = tensor.names.map {
        $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0
      }
      return tensor
    }
  }
}
