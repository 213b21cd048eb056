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
    var differences = TensorDifferences(
      stateDict.tensors.map { ($0.name, $0.shape) }, expected: expected)
    for tensor in expected {
      guard let type = tensor.type,
        let stored = tensor.names.lazy.compactMap({ stateDict[$0] }).first,
        !Self.fits(stored.scalarType, type)
      else { continue }
      differences.add(stored.name, type: stored.scalarType, expected: type)
    }
    guard differences.isEmpty else {
      let tensors = stateDict.tensors.map { (name: $0.name, shape: $0.shape) }
      var parts: [String] = []
      let remedy = Remedy.option(
        for: tensors, under: place, refused: { if parts.isEmpty { parts = $0 } }
      ) { rest in
        TensorDifferences(rest, expected: expected).isEmpty
          || architecture.withLayerNames(of: rest).flatMap { try? NetworkPlan($0) }.map {
            TensorDifferences(rest, expected: $0.expectedTensors).isEmpty
          } == true
      }
      var mismatch = CheckpointMismatch(
        checkpoint: label, architecture: architecture.text, differences: differences,
        remedy: remedy,
        advice: Reparametrization.remedy(in: stateDict.tensors.map(\.name)))
      if remedy == nil, mismatch.advice == nil {
        mismatch.advise(tensors, architecture, parts: parts)
      }
      throw mismatch
    }
  }

  // Numbers of one kind are converted; masks, indices and weights are never taken for each other.
  private static func fits(_ stored: ScalarType, _ expected: ScalarType) -> Bool {
    if stored == expected { return true }
    if expected.isFloatingPoint { return stored.isFloatingPoint && stored.isReal }
    return expected != .bool && stored != .bool && stored.dtype != nil && !stored.isFloatingPoint
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
  /// The option of `load` that mends it, if there is one.
  public var remedy: String?
  /// What else mends it: how weights are saved as such, how labels are counted.
  public var advice: String?

  /// The architecture that the tensors are of, as `--arch` takes it, where that is another one.
  public var other: String?

  // What a file that no option makes fit is of.
  fileprivate mutating func advise(
    _ tensors: Remedy.Tensors, _ architecture: Architecture, parts: [String]
  ) {
    if case .torchScript = architecture.family { return }
    other = architecture.other(of: tensors)?.shortText
    guard other == nil else { return }
    var parts = parts
    if differences.missing.isEmpty, differences.misshapen.isEmpty {
      parts = Leftover(named: differences.unexpected, of: tensors).parts
    }
    advice =
      parts.isEmpty
      ? FlattenedFeatures(tensors, besides: architecture)?.advice
      : OwnLayers.advice(parts, beside: architecture.shortText)
  }

  /// `a.pt does not fit resnet20:…: missing conv1.weight; unexpected fc1.weight; …`
  public var description: String {
    "\(checkpoint) does not fit \(architecture): \(other == nil ? "\(differences)" : differences.text(atMost: 3))"
      + (other.map { "; its tensors are those of \($0): pass --arch \($0)" } ?? "")
      + (remedy.map { "; it fits with \($0)" } ?? "") + (advice.map { "; \($0)" } ?? "")
  }
}
