import BasinCore
import Datasets
import Landscape

/// The networks of a session, which nobody moves while somebody else holds them.
///
/// Whoever asks for an evaluator gets one whose network has no other holder, and keeps it as long as the
/// evaluator, or its network, is referenced. A network that nobody references any more goes to the next
/// who asks; where all are held, another one is made. So no call can move a network under a command that
/// measures it, and nothing has to be put back afterwards.
struct NetworkPool {
  private var networks: [Architecture: [Network]] = [:]
  // One for each architecture and dataset: inputs on the device, and what was found out.
  private var memories: [Architecture: [(dataset: String, memory: EvaluatorMemory)]] = [:]
  // A dataset and a shifted copy of it.
  private static let datasets = 2

  /// A network that nobody else holds.
  mutating func network(for architecture: Architecture, device: String) throws -> Network {
    if let index = networks[architecture]?.indices.first(where: {
      isKnownUniquelyReferenced(&networks[architecture]![$0])
    }) {
      return networks[architecture]![index]
    }
    let network = try Network(architecture, device: device)
    networks[architecture, default: []].append(network)
    return network
  }

  /// An evaluator on a network that nobody else holds.
  mutating func evaluator(
    for architecture: Architecture, on dataset: Dataset, settings: Settings,
    cancellation: Cancellation
  ) throws -> Evaluator {
    let evaluator = try Evaluator(
      network(for: architecture, device: settings.device), dataset, batchSize: settings.batch,
      cancellation: cancellation, sharing: memory(for: architecture, dataset))
    evaluator.seed = Seed(settings.seed)
    return evaluator
  }

  private mutating func memory(
    for architecture: Architecture, _ dataset: Dataset
  ) -> EvaluatorMemory {
    let key = dataset.sha256 + dataset.name
    if let known = memories[architecture]?.first(where: { $0.dataset == key }) {
      return known.memory
    }
    let memory = EvaluatorMemory()
    memories[architecture, default: []].append((key, memory))
    if memories[architecture]!.count > Self.datasets {
      memories[architecture]!.remove(at: Self.datasets - 1)
    }
    return memory
  }
}
