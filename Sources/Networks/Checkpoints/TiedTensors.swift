import Checkpoints

/// Parameters of a checkpoint that are one tensor under several names, and several in the network.
///
/// Tied weights are one storage in PyTorch's files. A built-in network has a place for each name, so that
/// the values count once for each.
public struct TiedTensors: Sendable, Equatable {
  /// The names, in the network's order.
  public internal(set) var names: [String]
  /// The number of values of each.
  public var count: Int
  /// Whether the file has one tensor for all names, and not several of the same values, as a copy that was
  /// saved from such a network has.
  public internal(set) var areOneInFile: Bool
}

extension Checkpoint {
  /// Parameters of the network that are one tensor in the checkpoint, or tensors of the same values, the
  /// matrix of a layer transposed included. Those that the network ties itself are not among them.
  ///
  /// - Parameter network: One that has loaded the checkpoint.
  /// - Throws: `TorchError`.
  public func tiedTensors(in network: Network) throws -> [TiedTensors] {
    var stateDict: StateDict?
    if case .stored(let read) = weights {
      let own = network.withOwnWrappers(read)
      stateDict = network.missingPrefix(of: own).map { own.with(prefix: $0) } ?? own
    }
    let entries = network.parameterLayout.entries
    let sizes = Dictionary(grouping: entries, by: \.count).filter { $0.value.count > 1 }
    var seen: [Fingerprint: [Int]] = [:]
    var found: [TiedTensors] = []
    var firsts: [First] = []
    for entry in entries where sizes[entry.count] != nil {
      let own = try network.slice(entry.name).array(of: Float.self)
      let stored = ([entry.name] + entry.aliases).lazy.compactMap { stateDict?[$0] }.first
      let key = Fingerprint(own)
      let isOne = { (first: First) in
        first.stored.flatMap { stored?.isSameMemory(as: $0) } == true
      }
      let place = seen[key, default: []].first { index in
        isOne(firsts[index])
          || !key.isConstant
            && Self.areEqual(firsts[index].values, firsts[index].shape, own, entry.shape)
      }
      if let place {
        found[place].names.append(entry.name)
        found[place].areOneInFile = found[place].areOneInFile && isOne(firsts[place])
      } else {
        seen[key, default: []].append(found.count)
        found.append(TiedTensors(names: [entry.name], count: entry.count, areOneInFile: true))
        firsts.append(First(shape: entry.shape, values: own, stored: stored))
      }
    }
    return found.filter { $0.names.count > 1 }
  }

  // The first tensor of some values.
  private struct First {
    var shape: [Int]
    var values: [Float]
    var stored: StoredTensor?
  }

  // As they are, or the second one's matrix transposed.
  private static func areEqual(
    _ first: [Float], _ shape: [Int], _ second: [Float], _ other: [Int]
  ) -> Bool {
    if shape == other, first == second { return true }
    guard shape.count == 2, other == [shape[1], shape[0]] else { return false }
    let (rows, columns) = (shape[0], shape[1])
    return (0..<rows).allSatisfy { row in
      (0..<columns).allSatisfy { first[row * columns + $0] == second[$0 * rows + row] }
    }
  }

  // Equal for the same values in any order, so that few tensors are compared one by one.
  private struct Fingerprint: Hashable {
    var count: Int
    var sum: UInt64 = 0
    var mixed: UInt32 = 0
    // Biases of 0 and scales of 1 are alike without being tied.
    var isConstant: Bool

    init(_ values: [Float]) {
      count = values.count
      isConstant = values.allSatisfy { $0 == values[0] }
      for value in values {
        let bits = (value == 0 ? 0 : value).bitPattern
        sum &+= UInt64(bits)
        mixed ^= bits
      }
    }
  }
}
