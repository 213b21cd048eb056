import Checkpoints

/// Layers of a file's network that no built-in architecture has.
enum OwnLayers {
  /// How a network of any kind is loaded.
  static let program =
    "save the network as TorchScript, torch.jit.script(net.eval()).save(\"net.ts\"), and pass --arch net.ts --trust"

  /// What is to be said where names of tensors are those of such layers, and the others are an architecture's.
  static func advice(_ names: [String], beside architecture: String) -> String {
    "the network has layers that no built-in architecture has (\(listed(names)), beside the tensors of "
      + "\(architecture)): \(program)"
  }

  /// `'bn1.weight', 'bn1.bias', 'bn1.running_mean' and 2 more`
  static func listed(_ names: [String]) -> String {
    names.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
      + (names.count > 3 ? " and \(names.count - 3) more" : "")
  }
}

extension Checkpoint {
  /// What to warn of where tensors that its reader was told to leave out can compute in the network; `nil`
  /// where none can.
  ///
  /// - Parameter architecture: The architecture that the others are taken for.
  public func warning(ofPartsLeftOutFor architecture: Architecture) -> String? {
    guard case .stored(let stateDict) = weights, !leftOut.isEmpty else { return nil }
    if case .torchScript = architecture.family { return nil }
    let rest = stateDict.tensors.map { (name: $0.name, shape: $0.shape) }
    // The advice about these updates says what is left without them.
    let parts = Leftover(leftOut, beside: rest).parts.filter { !$0.contains("lora_") }
    guard !parts.isEmpty else { return nil }
    return
      "\(label): --ignore leaves out \(OwnLayers.listed(parts)), which can compute in the network: what "
      + "is evaluated is \(architecture.shortText) without them, another network than the file's, with another "
      + "loss; for the file's own, \(OwnLayers.program)"
  }
}
