import BasinCore
import Checkpoints
import Foundation
import Torch

extension Network {
  /// Moves a checkpoint's weights into the network.
  ///
  /// - Throws: ``CheckpointMismatch`` when names or shapes differ from the network's;
  ///   ``NonFiniteWeights``; `CheckpointError` when the file cannot be read any more.
  public func load(_ checkpoint: Checkpoint) throws {
    switch checkpoint.weights {
    case .vectors(let parameters, let buffers, let counts):
      try assign(parameters: parameters, buffers: buffers, counts: counts)
    case .stored(let stateDict):
      try checkpoint.check(
        stateDict,
        against: (parameterLayout.entries + bufferLayout.entries).map {
          ExpectedTensor(names: [$0.name] + $0.aliases, shape: $0.shape)
        } + counts.map { ExpectedTensor(names: [$0.name], shape: [], isOptional: true) },
        of: architecture)
      let parameters = try vector(parameterLayout, from: stateDict, of: checkpoint)
      let buffers = try vector(bufferLayout, from: stateDict, of: checkpoint)
      let counts = try self.counts.map { name, _ in
        try Int64(stateDict[name]?.floats().first ?? 0)
      }
      try assign(parameters: parameters, buffers: buffers, counts: counts)
    }
  }

  /// The present weights as a checkpoint in memory.
  ///
  /// - Parameters:
  ///   - name: How tables call it.
  ///   - metadata: What to say about it.
  /// - Throws: ``NonFiniteWeights`` where a weight is NaN or infinite.
  public func checkpoint(named name: String, metadata: [String: String]) throws -> Checkpoint {
    let parameters = try self.parameters.array(of: Float.self)
    for entry in parameterLayout.entries {
      let bad = parameters[entry.offset..<(entry.offset + entry.count)].count { !$0.isFinite }
      guard bad == 0 else {
        throw NonFiniteWeights(checkpoint: name, tensor: entry.name, count: bad)
      }
    }
    let buffers = try self.buffers.array(of: Float.self)
    let hash = SHA256()
    parameters.withUnsafeBytes { hash.update($0) }
    buffers.withUnsafeBytes { hash.update($0) }
    return Checkpoint(
      name: name, file: nil,
      identity: SHA256.hexadecimal(hash.finish()), metadata: metadata,
      weights: .vectors(
        parameters: parameters, buffers: buffers,
        counts: try counts.map { Int64(try $0.tensor.item()) }))
  }

  /// Writes the present weights as safetensors, under PyTorch's names.
  ///
  /// - Throws: `FileError` naming the path.
  public func save(to path: String, metadata: [String: String]) throws {
    var tensors: [SafetensorsWriter.Tensor] = []
    for (layout, vector) in [(parameterLayout, parameters), (bufferLayout, buffers)] {
      for entry in layout.entries {
        let values = try vector.narrow(0, start: entry.offset, length: entry.count)
        tensors.append(
          .init(entry.name, .float32, entry.shape) { try values.to(.float32).bytes() })
      }
    }
    for (name, tensor) in counts {
      tensors.append(.init(name, .int64, tensor.shape) { try tensor.to(.int64).bytes() })
    }
    try SafetensorsWriter.write(tensors, metadata: metadata, to: path)
  }

  private func assign(parameters: [Float], buffers: [Float], counts: [Int64]) throws {
    try withoutGradients {
      try self.parameters.assign(Tensor(parameters, shape: [parameters.count]))
      try self.buffers.assign(Tensor(buffers, shape: [buffers.count]))
      for ((_, tensor), count) in zip(self.counts, counts) { try tensor.fill(Double(count)) }
    }
  }

  private func vector(
    _ layout: ParameterLayout, from stateDict: StateDict, of checkpoint: Checkpoint
  ) throws -> [Float] {
    var vector: [Float] = []
    vector.reserveCapacity(layout.count)
    for entry in layout.entries {
      // The shapes were checked, so the name is there.
      guard let stored = ([entry.name] + entry.aliases).lazy.compactMap({ stateDict[$0] }).first
      else { continue }
      let values = try stored.floats()
      let bad = values.count { !$0.isFinite }
      guard bad == 0 else {
        throw NonFiniteWeights(checkpoint: checkpoint.label, tensor: stored.name, count: bad)
      }
      vector += values
    }
    return vector
  }
}

/// A checkpoint holds numbers that are none.
public struct NonFiniteWeights: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file, or the checkpoint's name.
  public var checkpoint: String
  /// The first tensor that has such numbers.
  public var tensor: String
  /// How many of its elements are NaN or infinite.
  public var count: Int

  /// `runs/a.pt: 3 values of conv1.weight are NaN or infinite; …`
  public var description: String {
    "\(checkpoint): \(count) value\(count == 1 ? "" : "s") of \(tensor) "
      + "\(count == 1 ? "is" : "are") NaN or infinite, so nothing can be computed from it; "
      + "`inspect` shows all its tensors"
  }
}
