import Checkpoints

/// Batch-norm layers of a checkpoint whose statistics say of themselves that nothing updated them.
///
/// Averages of weights have such statistics until `update_bn` is called, and evaluation with them means
/// nothing.
public struct UntouchedStatistics: Sendable, Equatable, CustomStringConvertible {
  /// Layers whose means are all 0 and whose variances are all 1.
  public var initial: [String] = []
  /// Other layers whose counter of batches is 0.
  public var uncounted: [String] = []

  /// `the batch-norm statistics of bn1 and bn2 were never updated (mean 0, variance 1)`
  public var description: String {
    guard !initial.isEmpty else {
      return
        "the counter of batches (num_batches_tracked) of \(Self.list(uncounted)) is 0, as if batch-norm "
        + "statistics had never been updated"
    }
    return
      "the batch-norm statistics of \(Self.list(initial)) were never updated (mean 0, variance 1)"
  }

  private static func list(_ layers: [String]) -> String {
    layers.count == 2
      ? layers.joined(separator: " and ")
      : layers.prefix(3).joined(separator: ", ")
        + (layers.count > 3 ? " and \(layers.count - 3) more" : "")
  }
}

extension Checkpoint {
  /// Batch-norm layers whose statistics were never updated; `nil` where there are none, and for the start
  /// of a run (epoch 0 in the metadata), where that is as it should be.
  ///
  /// - Parameter network: One of the checkpoint's architecture; its weights do not matter.
  /// - Throws: `CheckpointError` when the file cannot be read any more.
  public func untouchedStatistics(in network: Network) throws -> UntouchedStatistics? {
    guard metadata["epoch"] != "0" else { return nil }
    if case .stored(let read) = weights {
      let own = network.withOwnWrappers(read)
      var named = self
      named.weights = .stored(network.missingPrefix(of: own).map { own.with(prefix: $0) } ?? own)
      return try named.statisticsUntouched(in: network)
    }
    return try statisticsUntouched(in: network)
  }

  private func statisticsUntouched(in network: Network) throws -> UntouchedStatistics? {
    var found = UntouchedStatistics()
    for entry in network.bufferLayout.entries {
      guard let layer = Self.layer(entry.name, "running_mean"),
        let means = try values(of: entry),
        let other = network.bufferLayout[layer.isEmpty ? "running_var" : "\(layer).running_var"],
        let variances = try values(of: other)
      else { continue }
      let name = layer.isEmpty ? "batch norm" : layer
      if means.allSatisfy({ $0 == 0 }), variances.allSatisfy({ $0 == 1 }) {
        found.initial.append(name)
      } else if try batches(of: layer, in: network) == 0 {
        found.uncounted.append(name)
      }
    }
    return found.initial.isEmpty && found.uncounted.isEmpty ? nil : found
  }

  private static func layer(_ name: String, _ tensor: String) -> String? {
    if name == tensor { return "" }
    return name.hasSuffix("." + tensor) ? String(name.dropLast(tensor.count + 1)) : nil
  }

  private func values(of entry: ParameterLayout.Entry) throws -> [Float]? {
    switch weights {
    case .vectors(_, let buffers, _, _):
      let range = entry.offset..<(entry.offset + entry.count)
      return range.upperBound <= buffers.count ? Array(buffers[range]) : nil
    case .stored(let stateDict):
      return try ([entry.name] + entry.aliases).lazy.compactMap { stateDict[$0] }.first?.floats()
    }
  }

  // `nil` where the checkpoint has no counter.
  private func batches(of layer: String, in network: Network) throws -> Int64? {
    let name = layer.isEmpty ? "num_batches_tracked" : "\(layer).num_batches_tracked"
    switch weights {
    case .vectors(_, _, let counts, _):
      guard let place = network.counts.firstIndex(where: { $0.name == name }),
        counts.indices.contains(place)
      else { return nil }
      return counts[place]
    case .stored(let stateDict):
      return try stateDict[name]?.floats().first.flatMap { Int64(exactly: $0.rounded()) }
    }
  }
}
