import Checkpoints

extension Checkpoint {
  /// Checks names and shapes against a built-in architecture: no network is built, no numbers are
  /// read. Weights in memory fit by construction.
  ///
  /// - Throws: ``CheckpointMismatch`` that lists every difference.
  public func check(against plan: NetworkPlan, of architecture: Architecture) throws {
    guard case .stored(let stateDict) = weights else { return }
    try check(stateDict, against: plan.expectedTensors, of: architecture)
  }

  func check(
    _ stateDict: StateDict, against expected: [ExpectedTensor], of architecture: Architecture
  ) throws {
    let differences = TensorDifferences(
      stateDict.tensors.map { ($0.name, $0.shape) }, expected: expected)
    guard differences.isEmpty else {
      throw CheckpointMismatch(
        checkpoint: label, architecture: architecture.text, differences: differences)
    }
  }
}

/// A checkpoint's names or shapes are not the architecture's.
public struct CheckpointMismatch: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file, or the checkpoint's name.
  public var checkpoint: String
  /// The architecture that it was checked against.
  public var architecture: String
  /// What differs.
  public var differences: TensorDifferences

  /// `a.pt does not fit resnet20:…: missing conv1.weight; unexpected fc1.weight; …`
  public var description: String {
    "\(checkpoint) does not fit \(architecture): \(differences)"
  }
}
