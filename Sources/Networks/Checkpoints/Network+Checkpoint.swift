import BasinCore
import Checkpoints
import Foundation
import Torch

extension Network {
  /// Moves a checkpoint's weights into the network.
  ///
  /// Every tensor becomes the file's. Buffers that it lacks, other than batch norm's, become the
  /// program's own.
  ///
  /// - Throws: ``CheckpointMismatch`` when names, shapes or kinds of numbers differ from the network's;
  ///   ``NonFiniteWeights``; `CheckpointError` when the file cannot be read any more.
  public func load(_ checkpoint: Checkpoint) throws {
    let contents = try contents(of: checkpoint)
    try assign(contents)
    try setFixed(contents.fixed)
  }

  /// A checkpoint's trained parameters, flat `[P]`, and its other tensors that are neither trained nor
  /// updated. The network stays where it is.
  ///
  /// - Throws: What ``load(_:)`` throws.
  public func weights(
    of checkpoint: Checkpoint
  ) throws -> (parameters: Tensor, fixed: [FixedTensor]) {
    let contents = try contents(of: checkpoint)
    let parameters = try Tensor(contents.parameters, shape: [contents.parameters.count])
      .to(self.parameters.dtype ?? .float32).to(device: device)
    return (parameters, fixedTensors(with: contents.fixed))
  }

  /// A SHA-256 over a checkpoint's parameters and buffers as the network has them: equal for equal numbers,
  /// in whatever file they are. The network stays where it is.
  ///
  /// - Throws: What ``load(_:)`` throws.
  public func contentHash(of checkpoint: Checkpoint) throws -> String {
    let contents = try contents(of: checkpoint)
    return Self.hash(contents.parameters, contents.buffers, fixedTensors(with: contents.fixed))
  }

  private static func hash(
    _ parameters: [Float], _ buffers: [Float], _ fixed: [FixedTensor]
  ) -> String {
    let hash = SHA256()
    parameters.withUnsafeBytes { hash.update($0) }
    buffers.withUnsafeBytes { hash.update($0) }
    for one in fixed {
      let head = ([one.name, "\(one.dtype)"] + one.shape.map(String.init)).joined(separator: "\n")
      Array(head.utf8).withUnsafeBytes { hash.update($0) }
      one.bytes.withUnsafeBytes { hash.update($0) }
    }
    return SHA256.hexadecimal(hash.finish())
  }

  // What a checkpoint has in the network's places.
  private struct Contents {
    var parameters: [Float]
    var buffers: [Float]
    var counts: [Int64]
    var fixed: [FixedTensor]
  }

  private func contents(of checkpoint: Checkpoint) throws -> Contents {
    switch checkpoint.weights {
    case .vectors(let parameters, let buffers, let counts, let fixed):
      return Contents(parameters: parameters, buffers: buffers, counts: counts, fixed: fixed)
    case .stored(let read):
      let own = withOwnWrappers(read)
      let prefix = missingPrefix(of: own)
      try checkpoint.check(
        own, against: prefix.map { expectedTensors.without(prefix: $0) } ?? expectedTensors,
        of: architecture)
      let stateDict = prefix.map { own.with(prefix: $0) } ?? own
      if let name = opaqueBuffers.first(where: { stateDict[$0] != nil }) {
        throw CheckpointError(
          checkpoint.label,
          "buffer '\(name)' has a type that is not read; --ignore \(name.inSingleQuotes) leaves it to the program"
        )
      }
      return Contents(
        parameters: try vector(parameterLayout, from: stateDict, of: checkpoint),
        buffers: try vector(bufferLayout, from: stateDict, of: checkpoint),
        counts: try counts.map { name, _ in try Int64(stateDict[name]?.floats().first ?? 0) },
        fixed: try fixedPlaces.compactMap { try contents(of: $0, in: stateDict, checkpoint) })
    }
  }

  /// Buffers of the program that a checkpoint's file has not, by name: non-persistent ones, which keep
  /// the program's own values.
  public func buffersLeft(by checkpoint: Checkpoint) -> [String] {
    guard case .stored(let read) = checkpoint.weights else { return [] }
    let stateDict = withOwnWrappers(read)
    let prefix = missingPrefix(of: stateDict)
    let named = prefix.map { stateDict.with(prefix: $0) } ?? stateDict
    return fixedPlaces.filter { place in !place.names.contains { named[$0] != nil } }
      .map { $0.names[0] }
  }

  var expectedTensors: [ExpectedTensor] {
    (parameterLayout.entries + bufferLayout.entries).map {
      ExpectedTensor(names: [$0.name] + $0.aliases, shape: $0.shape)
    } + counts.map { ExpectedTensor(names: [$0.name], shape: [], presence: .counter) }
      + zip(fixedPlaces, fixed).map { place, value in
        ExpectedTensor(
          names: place.names, shape: value.shape,
          presence: place.isParameter ? .required : .optional, type: value.dtype.scalarType)
      } + opaqueBuffers.map { ExpectedTensor(names: [$0], shape: [], presence: .counter) }
  }

  // A fixed tensor as the file has it, in the network's type; `nil` where the file has it not.
  private func contents(
    of place: FixedPlace, in stateDict: StateDict, _ checkpoint: Checkpoint
  ) throws -> FixedTensor? {
    guard let stored = place.names.lazy.compactMap({ stateDict[$0] }).first,
      let wanted = place.tensor.dtype
    else { return nil }
    if stored.scalarType == wanted.scalarType, !place.isParameter {
      return FixedTensor(
        name: place.names[0], dtype: wanted, shape: stored.shape, bytes: try stored.bytes())
    }
    if place.isParameter { try requireFinite(stored.floats(), stored, checkpoint) }
    let value: Tensor
    if let own = stored.scalarType.dtype {
      value = try Tensor(bytes: stored.bytes(), shape: stored.shape, dtype: own)
    } else {
      guard wanted.isFloatingPoint else { return nil }
      value = try Tensor(stored.floats(), shape: stored.shape)
    }
    return FixedTensor(
      name: place.names[0], dtype: wanted, shape: stored.shape, bytes: try value.to(wanted).bytes())
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
    return Checkpoint(
      name: name, file: nil, identity: Self.hash(parameters, buffers, fixed), metadata: metadata,
      weights: .vectors(
        parameters: parameters, buffers: buffers,
        counts: try counts.map { Int64(try $0.tensor.item()) }, fixed: fixed))
  }

  /// Writes the present weights as safetensors, under PyTorch's names. A tied tensor is written under each
  /// of its names, which PyTorch's `load_state_dict` asks for.
  ///
  /// - Throws: `FileError` naming the path.
  public func save(to path: String, metadata: [String: String]) throws {
    var tensors: [SafetensorsWriter.Tensor] = []
    for (layout, vector) in [(parameterLayout, parameters), (bufferLayout, buffers)] {
      for entry in layout.entries {
        let values = try vector.narrow(0, start: entry.offset, length: entry.count)
        for name in [entry.name] + entry.aliases {
          tensors.append(.init(name, .float32, entry.shape) { try values.to(.float32).bytes() })
        }
      }
    }
    for (name, tensor) in counts {
      tensors.append(.init(name, .int64, tensor.shape) { try tensor.to(.int64).bytes() })
    }
    for (place, one) in zip(fixedPlaces, fixed) {
      for name in place.names {
        tensors.append(.init(name, one.dtype.scalarType, one.shape) { one.bytes })
      }
    }
    try SafetensorsWriter.write(tensors, metadata: metadata, to: path)
  }

  private func assign(_ contents: Contents) throws {
    try withoutGradients {
      try parameters.assign(Tensor(contents.parameters, shape: [contents.parameters.count]))
      try buffers.assign(Tensor(contents.buffers, shape: [contents.buffers.count]))
      for ((_, tensor), count) in zip(counts, contents.counts) { try tensor.fill(Double(count)) }
    }
  }

  private func vector(
    _ layout: ParameterLayout, from stateDict: StateDict, of checkpoint: Checkpoint
  ) throws -> [Float] {
    var vector: [Float] = []
    vector.reserveCapacity(layout.count)
    for entry in layout.entries {
      // The shapes were checked, so the name is there.
      let all = ([entry.name] + entry.aliases).compactMap { stateDict[$0] }
      guard let stored = all.first else { continue }
      let values = try stored.floats()
      for other in all.dropFirst() where !other.isSameMemory(as: stored) {
        guard try other.shape == stored.shape && other.floats() == values else {
          throw CheckpointError(
            checkpoint.label,
            "'\(stored.name)' and '\(other.name)' differ and are one tensor in the program (tied); "
              + "--ignore \(other.name.inSingleQuotes) takes the first, --ignore \(stored.name.inSingleQuotes) the second"
          )
        }
      }
      try requireFinite(values, stored, checkpoint)
      vector += values
    }
    return vector
  }

  // Parameters and statistics; a mask may well be of −∞.
  private func requireFinite(
    _ values: [Float], _ stored: StoredTensor, _ checkpoint: Checkpoint
  ) throws {
    let bad = values.count { !$0.isFinite }
    guard bad == 0 else {
      throw NonFiniteWeights(
        checkpoint: checkpoint.label, tensor: stored.name, count: bad,
        areFiniteInFile: try stored.countBeyondSingle() == bad)
    }
  }
}

/// A checkpoint holds NaN or infinite values.
public struct NonFiniteWeights: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file, or the checkpoint's name.
  public var checkpoint: String
  /// The first tensor that has such numbers.
  public var tensor: String
  /// How many of its elements are NaN or infinite.
  public var count: Int
  /// Whether they are finite in the file, and beyond the range of single precision.
  public var areFiniteInFile = false

  /// `3 values of conv1.weight`
  public var extent: String { "\(count) value\(count == 1 ? "" : "s") of \(tensor)" }

  /// `runs/a.pt: 3 values of conv1.weight are NaN or infinite; …`
  public var description: String {
    "\(checkpoint): \(extent) "
      + "\(count == 1 ? "is" : "are") "
      + (areFiniteInFile ? "beyond float32's range (3.4e38)" : "NaN or infinite")
      + ", so nothing can be computed from it; "
      + "`inspect` shows all its tensors"
  }
}
