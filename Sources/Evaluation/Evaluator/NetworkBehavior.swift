import Datasets
import Torch

/// What a network does in evaluation mode besides computing logits of each input by itself.
///
/// Built-in networks do nothing else; a TorchScript program may have been traced in training mode.
public struct NetworkBehavior: Sendable, Equatable {
  /// What rows of outputs are.
  public enum Outputs: Sendable, Equatable {
    /// Any numbers.
    case logits
    /// Nonnegative numbers that sum to 1.
    case probabilities
    /// Logarithms of such numbers: logits that need no normalisation.
    case logProbabilities
    /// Such logarithms with the other sign, of which the largest is that of the class that is chosen least.
    case negatedLogProbabilities
    /// Nonnegative numbers that sum to another number than 1, the same in all rows: 100 of percentages.
    case multiplesOfProbabilities(sum: Double)
    /// Numbers from 0 to 1 that do not sum to 1, as those of a sigmoid.
    case sigmoids
  }

  /// Whether it draws random numbers.
  public var isRandom = false
  /// Whether an input's outputs depend on the other inputs of its batch, as those of batch norm without
  /// running statistics do.
  public var dependsOnBatch = false
  /// Whether a pass changes batch-norm statistics.
  public var updatesStatistics = false
  /// What rows of outputs are.
  public var outputs = Outputs.logits

  /// Logits of each input by itself.
  public init() {}
}

extension Evaluator {
  // Inputs in a probing pass.
  private static let probed = 8

  /// What the network does in evaluation mode, found with its present weights by a pass of eight inputs and
  /// one of the first four of them. It is found once, and costs built-in networks nothing.
  ///
  /// - Throws: ``EvaluationError`` where a program takes batches of one size only; `TorchError`; what reading the
  ///   inputs throws.
  public func behavior() throws -> NetworkBehavior {
    if let known = memory.knownBehavior { return known }
    guard case .torchScript = network.architecture.family else { return NetworkBehavior() }
    let inputs = try fewInputs(Self.probed)
    guard inputs.shape[0] > 0 else { return NetworkBehavior() }
    let found = try withoutGradients { try probe(inputs) }
    memory.knownBehavior = found
    return found ?? NetworkBehavior()
  }

  /// Whether ``behavior()`` could be found, which it cannot where outputs are NaN or infinite.
  public var knowsBehavior: Bool { memory.knownBehavior != nil }

  // `nil` where the inputs do not fit, which evaluation says, or outputs are not finite.
  private func probe(_ inputs: Tensor) throws -> NetworkBehavior? {
    let count = inputs.shape[0]
    let statistics = try network.buffers.clone()
    return try network.keepingPlace {
      var behavior = NetworkBehavior()
      var (output, said) = (Tensor?.none, "")
      behavior.isRandom = try Generator.draws(on: network.device) {
        do { output = try network.output(inputs) } catch {
          said = (error as? TorchError)?.message ?? "\(error)"
        }
      }
      guard let output, output.shape.first == count else {
        if let size = fixedBatch(inputs, after: said) { throw fixed(size) }
        return nil
      }
      guard try output.isFinite() else { return behavior.isRandom ? behavior : nil }
      behavior.updatesStatistics = try (network.buffers - statistics).norm().item() > 0
      behavior.outputs = try Self.kind(of: output)
      let few = try? network.output(inputs.narrow(0, start: 0, length: count / 2))
      // Traced with as many inputs as the first pass had.
      if count >= 4, few?.shape.first != count / 2 { throw fixed(count) }
      if !behavior.isRandom, count >= 4, let few {
        let own = try output.narrow(0, start: 0, length: count / 2)
        let scale = try own.norm().item() + 1e-12
        behavior.dependsOnBatch = try (few - own).norm().item() > 1e-3 * scale
      }
      return behavior
    }
  }

  // Batch sizes with which programs are traced.
  private static let batchSizes = [
    1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 24, 25, 30, 32, 40, 48, 50, 60, 64, 80, 96, 100, 120,
    125, 128,
    200, 250, 256, 384, 400, 500, 512, 1000, 1024, 2048,
  ]

  // The one batch size of a program that `inputs` do not fit; `nil` where no size does. What libtorch says of them
  // may have the size among its numbers.
  private func fixedBatch(_ inputs: Tensor, after said: String) -> Int? {
    let named = said.matches(of: /\d+/).compactMap { Int($0.output) }
      .filter { (1...4096).contains($0) }
    return (Self.batchSizes + named.prefix(16)).first { size in
      guard size != inputs.shape[0] else { return false }
      let places = try? Tensor(
        (0..<size).map { Int64($0 % inputs.shape[0]) }, shape: [size])
      guard let places,
        let output = try? network.output(
          inputs.indexSelect(0, places.to(device: network.device)))
      else { return false }
      return output.shape.count == 2 && output.shape[0] == size
    }
  }

  private func fixed(_ size: Int) -> EvaluationError {
    let file =
      if case .torchScript(let program) = network.architecture.family { program.path } else {
        network.architecture.text
      }
    return EvaluationError(
      "\(file) takes batches of \(size) \(size == 1 ? "input" : "inputs") only: the batch size of its trace is a "
        + "constant in it; write it again for any size with torch.jit.script(net.eval()).save(\"\(file)\"), or trace "
        + "it with x.flatten(1) in place of code that makes x.shape[0] a Python number")
  }

  // The first inputs, without making the split resident.
  private func fewInputs(_ most: Int) throws -> Tensor {
    let split: Split = dataset.test.count > 0 ? .test : .train
    let part = dataset[split]
    let count = min(most, part.count)
    if let known = memory.resident[split] {
      return try known.inputs.narrow(0, start: 0, length: count)
    }
    return try Tensor(part.inputs(0..<count), shape: [count] + dataset.inputShape)
      .to(inputType()).to(device: network.device)
  }

  private static func kind(of outputs: Tensor) throws -> NetworkBehavior.Outputs {
    guard outputs.shape.count == 2, outputs.shape[1] > 1 else { return .logits }
    func sumToOne(_ rows: Tensor) throws -> Bool {
      let sums = try rows.sum(1)
      return try sums.array(of: Double.self).allSatisfy { abs($0 - 1) < 1e-4 }
    }
    let values = try outputs.to(.float64)
    guard let range = try values.array(of: Double.self).finiteRange else { return .logits }
    if range.lowerBound >= 0, try sumToOne(values) { return .probabilities }
    if range.upperBound <= 1e-6, try sumToOne(values.exp()) {
      return .logProbabilities
    }
    if range.lowerBound >= -1e-6, try sumToOne((values * -1).exp()) {
      return .negatedLogProbabilities
    }
    if range.lowerBound >= 0, let sum = try commonSum(of: values) {
      return .multiplesOfProbabilities(sum: sum)
    }
    return range.lowerBound >= 0 && range.upperBound <= 1 ? .sigmoids : .logits
  }

  // What rows that differ sum to, where it is one number.
  private static func commonSum(of rows: Tensor) throws -> Double? {
    let sums = try rows.sum(1).array(of: Double.self)
    guard let sum = sums.first, sum > 0, sums.allSatisfy({ abs($0 / sum - 1) < 1e-4 }) else {
      return nil
    }
    let first = try rows.narrow(0, start: 0, length: 1)
    return try (rows - first).norm().item() > 1e-3 * rows.norm().item() ? sum : nil
  }
}
