import BasinCore
import Datasets
import Networks
import Statistics
import Torch

/// A network on a dataset: everything that can be measured at one point in weight space.
///
/// The network's parameters are where the caller moved them; batch norm is in evaluation mode.
/// Work is done in batches, with a check for cancellation between them.
///
/// ```swift
/// let evaluator = try Evaluator(network, dataset)
/// try evaluator.load(checkpoint)
/// print(try evaluator.metrics(.test).accuracy)
/// ```
public final class Evaluator {
  /// The network that is evaluated.
  public let network: Network
  /// The data it is evaluated on.
  public let dataset: Dataset
  /// What an output costs.
  public let loss: LossFunction
  /// Inputs in one forward pass.
  public let batchSize: Int
  /// The network's classes C: at least those of the dataset.
  public var classes: Int { network.architecture.classes }
  package let cancellation: Cancellation
  /// Decides what a network draws that is random by itself: dropout while batch norm is recomputed, and
  /// dropout that is always on. The same at every point of weight space.
  public var seed = Seed(0)
  /// What all evaluators of one architecture on one dataset share.
  public let memory: EvaluatorMemory

  /// Prepares an evaluator.
  ///
  /// - Parameters:
  ///   - network: A network with the dataset's input shape and its classes, or more: labels are the first
  ///     of the network's classes.
  ///   - dataset: Its parts are moved to the network's device when first used, and stay there.
  ///   - loss: What an output costs.
  ///   - batchSize: Inputs in one forward pass, 500 unless told; numbers depend on it only in
  ///     their last bits, but for batch-norm statistics that are recomputed.
  ///   - memory: That of another evaluator of the same architecture, dataset and device, whose inputs and
  ///     findings are shared.
  /// - Throws: ``EvaluationError`` when network and dataset do not fit.
  public init(
    _ network: Network, _ dataset: Dataset, loss: LossFunction = .crossEntropy,
    batchSize: Int = 500, cancellation: Cancellation = Cancellation(),
    sharing memory: EvaluatorMemory = EvaluatorMemory()
  ) throws {
    let architecture = network.architecture
    // A network may know classes that the data do not have.
    guard architecture.input == dataset.inputShape, architecture.classes >= dataset.classes else {
      throw EvaluationError(
        "architecture \(architecture.text) does not fit dataset \(dataset.name): it has inputs of "
          + "\(dataset.inputShape.map(String.init).joined(separator: "x")) and \(dataset.classes) "
          + "classes"
          + (architecture.input == dataset.inputShape
            ? "; \(dataset.remedy(forNetworkOf: architecture.classes))" : ""))
    }
    self.network = network
    self.dataset = dataset
    self.loss = loss
    self.batchSize = max(1, batchSize)
    self.cancellation = cancellation
    self.memory = memory
  }

  /// All inputs `[N, …]` and labels `[N]` of a split, on the network's device.
  public func data(_ split: Split) throws -> (inputs: Tensor, labels: Tensor) {
    if let known = memory.resident[split] { return known }
    let part = dataset[split]
    guard part.count > 0 else { throw MissingSplit(dataset: dataset.name, split: split) }
    let dtype = try inputType()
    let inputs = try Tensor.zeros([part.count] + dataset.inputShape, dtype: dtype)
      .to(device: network.device)
    // Piece by piece: inputs may have to be read and computed, and are never there twice.
    let step = max(1, (1 << 22) / max(1, dataset.inputSize))
    for start in stride(from: 0, to: part.count, by: step) {
      try cancellation.check()
      let range = start..<min(start + step, part.count)
      let piece = try Tensor(part.inputs(range), shape: [range.count] + dataset.inputShape)
        .to(dtype)
      try inputs.narrow(0, start: start, length: range.count).assign(piece)
    }
    let labels = try Tensor(part.labels, shape: [part.count]).to(device: network.device)
    memory.resident[split] = (inputs, labels)
    return (inputs, labels)
  }

  // Whole numbers reach a program as such, as an embedding needs them, unless it takes only others.
  func inputType() throws -> DType {
    let floats = network.parameters.dtype ?? .float32
    guard dataset.holdsIntegers, case .torchScript = network.architecture.family else {
      return floats
    }
    let part = dataset[dataset.test.count > 0 ? .test : .train]
    let one = try Tensor(part.inputs(0..<1), shape: [1] + dataset.inputShape)
    func takes(_ dtype: DType) -> Bool {
      withoutGradients {
        (try? network.logits(one.to(dtype).to(device: network.device))) != nil
      }
    }
    return !takes(.int64) && takes(floats) ? floats : .int64
  }

  /// An evaluator with a network of its own at zero, on the same inputs in the same memory: for
  /// another thread. Both splits must have been made resident.
  func twin() throws -> Evaluator {
    let own = try Network(
      network.architecture, dtype: network.parameters.dtype ?? .float32, device: network.device)
    let twin = try Evaluator(
      own, dataset, loss: loss, batchSize: batchSize, cancellation: cancellation, sharing: memory)
    twin.seed = seed
    return twin
  }

  /// Calls `body` with each batch of a split in order.
  package func forEachBatch(
    of split: Split, size: Int? = nil, _ body: (_ inputs: Tensor, _ labels: Tensor) throws -> Void
  ) throws {
    let (inputs, labels) = try data(split)
    let count = dataset[split].count
    for start in stride(from: 0, to: count, by: size ?? batchSize) {
      try cancellation.check()
      let length = min(size ?? batchSize, count - start)
      try body(
        inputs.narrow(0, start: start, length: length),
        labels.narrow(0, start: start, length: length))
    }
  }

  /// The logits of a split, `[N, C]`.
  ///
  /// A network that draws random numbers in evaluation mode too draws the same ones in every call.
  public func logits(_ split: Split) throws -> Tensor {
    try seededIfRandom {
      var batches: [Tensor] = []
      try withoutGradients {
        try forEachBatch(of: split) { inputs, _ in try batches.append(checkedLogits(inputs)) }
      }
      return try Tensor.cat(batches)
    }
  }

  // Does `body` with the draws of a network seeded that is random in evaluation mode.
  func seededIfRandom<Value>(_ body: () throws -> Value) throws -> Value {
    guard try behavior().isRandom else { return try body() }
    return try Generator.seedingDefaults(seed.derived("outputs").value, body)
  }

  /// The logits of each head of a MIMO network that gets every image in all its places,
  /// `[N, heads, C]`.
  ///
  /// - Parameter heads: How many images the network reads; its architecture's number, or what the
  ///   user knows of a TorchScript file.
  /// - Throws: ``EvaluationError`` when the network has other inputs or outputs.
  public func headLogits(_ split: Split, heads: Int) throws -> Tensor {
    var batches: [Tensor] = []
    try withoutGradients {
      try forEachBatch(of: split) { inputs, _ in
        let places = [1, heads] + [Int](repeating: 1, count: inputs.shape.count - 2)
        let stacked = try inputs.repeated(places)
        let logits = try network.logits(stacked)
        guard logits.shape == [inputs.shape[0], heads * classes] else {
          throw EvaluationError(
            "architecture \(network.architecture.text) gives outputs of shape \(logits.shape) where "
              + "\(heads) heads of \(classes) classes give "
              + "\([inputs.shape[0], heads * classes])")
        }
        batches.append(try logits.view([inputs.shape[0], heads, classes]))
      }
    }
    return try Tensor.cat(batches)
  }

  /// The predicted probabilities of a split, `[N, C]`.
  public func probabilities(_ split: Split) throws -> Tensor {
    try withoutGradients { try logits(split).softmax(1) }
  }

  /// How often batch-norm statistics were recomputed with random draws, which follow from ``seed``.
  public var randomPasses: Int { memory.randomPasses }

  /// Mean loss and accuracy on a split.
  public func metrics(_ split: Split) throws -> Metrics {
    try Metrics(logits: logits(split), labels: data(split).labels, loss: loss)
  }

  private func checkedLogits(_ inputs: Tensor) throws -> Tensor {
    let logits = try network.logits(inputs)
    let expected = [inputs.shape[0], classes]
    guard logits.shape == expected else {
      throw EvaluationError(
        "architecture \(network.architecture.text) gives outputs of shape \(logits.shape) where "
          + "logits of shape \(expected) are needed")
    }
    return logits
  }
}

/// A dataset lacks a split that is needed.
public struct MissingSplit: Error, Sendable, Equatable, CustomStringConvertible {
  /// The dataset's name.
  public var dataset: String
  /// The split that it has no inputs of.
  public var split: Split

  /// Creates the error.
  public init(dataset: String, split: Split) { (self.dataset, self.split) = (dataset, split) }

  /// `dataset x.npz has no training split, which is needed`
  public var description: String { "dataset \(dataset) has no \(name) split, which is needed" }

  /// The split in words: `training` or `test`.
  public var name: String { split == .train ? "training" : "test" }
}

/// A network could not be evaluated on a dataset.
public struct EvaluationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The one-line reason.
  public var description: String

  /// Creates the error.
  public init(_ description: String) { self.description = description }
}
