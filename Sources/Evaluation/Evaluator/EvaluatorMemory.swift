import Datasets
import Torch

/// What evaluators of one architecture on one dataset share: inputs on the device, and what was found out
/// about the architecture. Nothing in it depends on the weights of one network.
///
/// Threads share it once everything in it is there; only one of them at a time changes it.
public final class EvaluatorMemory {
  var resident: [Split: (inputs: Tensor, labels: Tensor)] = [:]
  // What recomputing batch norm needs to know of the network, and of the data.
  var statistics: NormStatistics?
  var mixedOrder: Tensor?
  var canRecalculate: Bool?
  // What was found out about the network's outputs.
  var knownBehavior: NetworkBehavior?
  /// How often batch-norm statistics were recomputed with random draws.
  public internal(set) var randomPasses = 0

  /// An empty memory.
  public init() {}
}
