import Datasets
import Networks
import Torch

extension Evaluator {
  /// Whether the network has batch-norm statistics to recompute.
  public var hasBatchNorm: Bool { network.hasBatchNorm }

  /// Recomputes batch-norm statistics for the present parameters by one pass over the training
  /// split, as a cumulative average over batches: after n inputs, a batch of b counts b/(n + b).
  /// (Izmailov et al., arXiv 1803.05407, §3.2 and the authors' `bn_update`.)
  ///
  /// Batches are drawn from the whole split, as the authors' shuffled loader does, and always the same:
  /// the k-th input is number k·a mod N, with a ≈ 0.618 N that has no divisor in common with N. Data in
  /// the order of its classes gives the statistics of data in any other order. A single input that is
  /// left over belongs to the batch before it, as one input has no variance.
  ///
  /// The network is in training mode, as in the authors' code and in PyTorch's `update_bn`: dropout is
  /// on. Its draws follow from ``seed`` and are the same in every pass, whatever was drawn before and on
  /// any number of threads.
  ///
  /// Statistics that a pass finds do not depend on those that were there before, NaN among them. A counter
  /// of batches that is 0 becomes the number of this pass, as PyTorch's `update_bn` leaves it; others stay.
  ///
  /// A statistic that is beyond the network's precision becomes NaN, never infinite: the outputs that
  /// depend on it are NaN then, and missing. ``nonFiniteStatistics()`` names it.
  ///
  /// - Parameter batchSize: Inputs in a batch, 2 or more; the evaluator's own unless given.
  /// - Throws: `Cancelled`, after putting the old statistics back; ``EvaluationError`` when the
  ///   module does not update its statistics in training mode, or cannot be run in it.
  public func recalculateBatchNorm(batchSize: Int? = nil) throws {
    guard hasBatchNorm else { return }
    try withoutGradients {
      let buffers = network.buffers
      let before = try buffers.clone()
      do {
        let size = batchSize ?? self.batchSize
        let statistics = try knownStatistics(before)
        let found =
          try statistics.isRandom
          ? Generator.seedingDefaults(seed.derived("batch norm").value) {
            memory.randomPasses += 1
            return try cumulative(statistics, batchSize: size, before)
          } : cumulative(statistics, batchSize: size, before)
        try buffers.assign(statistics.withoutInfinite(found))
      } catch {
        try buffers.assign(before)
        throw error
      }
    }
  }

  /// Whether ``recalculateBatchNorm(batchSize:)`` can compute statistics. It cannot where training mode does not
  /// update them, as of a network that was traced. The network stays where it is.
  ///
  /// - Throws: `TorchError`; what reading the inputs throws.
  public func canRecalculateBatchNorm() throws -> Bool {
    if let known = memory.canRecalculate { return known }
    var can = hasBatchNorm
    do { try prepareBatchNorm() } catch is EvaluationError { can = false }
    memory.canRecalculate = can
    return can
  }

  /// The first batch-norm statistic of the network that has NaN or infinite values; `nil` where all
  /// are finite.
  public func nonFiniteStatistics() throws -> NonFiniteStatistics? {
    for entry in NormStatistics.entries(of: network.bufferLayout) {
      let values = try network.buffers.narrow(0, start: entry.offset, length: entry.count)
      let finite = try values.areFinite().countNonzero()
      let count = entry.count - Int(finite)
      if count > 0 { return NonFiniteStatistics(buffer: entry.name, count: count) }
    }
    return nil
  }

  /// Finds out what recomputing needs to know, before several threads read it.
  func prepareBatchNorm() throws {
    _ = try behavior()
    guard hasBatchNorm else { return }
    try withoutGradients {
      try network.keepingPlace { _ = try (knownStatistics(network.buffers.clone()), knownOrder()) }
    }
  }

  // The flat buffers with batch-norm statistics averaged over the training split and everything
  // else as in `before`.
  private func cumulative(
    _ statistics: NormStatistics, batchSize: Int, _ before: Tensor
  ) throws -> Tensor {
    let buffers = network.buffers
    let sum = try before.zerosLike()
    let start = try statistics.cleared(before)
    var (seen, batches) = (0, 0)
    try Tensor.restoring(batchCounts) {
      try network.inTrainingMode {
        try forEachMixedBatch(size: batchSize) { inputs in
          try trainingPass(inputs, from: start)
          let count = inputs.shape[0]
          try sum.add(statistics.only(buffers), times: statistics.perMomentum, scale: Double(count))
          seen += count
          batches += 1
        }
      }
    }
    for count in batchCounts where try count.item() == 0 { try count.fill(Double(batches)) }
    return try start + sum / Double(max(seen, 1))
  }

  // Other integer buffers are the network's own.
  private var batchCounts: [Tensor] {
    network.counts.filter { $0.name.hasSuffix("num_batches_tracked") }.map(\.tensor)
  }

  private func forEachMixedBatch(size: Int, _ body: (_ inputs: Tensor) throws -> Void) throws {
    let inputs = try data(.train).inputs
    let order = try knownOrder()
    for range in Self.batches(of: inputs.shape[0], size: size) {
      try cancellation.check()
      let places = try order.narrow(0, start: range.lowerBound, length: range.count)
      try body(inputs.indexSelect(0, places))
    }
  }

  /// Places of `count` inputs in batches of `size`, at least two in each where there are two: a single
  /// one at the end goes with the batch before.
  static func batches(of count: Int, size: Int) -> [Range<Int>] {
    let size = max(2, size)
    var ranges = stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
    if let last = ranges.last, last.count == 1, ranges.count > 1 {
      ranges.removeLast()
      ranges[ranges.count - 1] = ranges[ranges.count - 1].lowerBound..<last.upperBound
    }
    return ranges
  }

  private func knownOrder() throws -> Tensor {
    if let known = memory.mixedOrder { return known }
    let order = try Self.mixedOrder(data(.train).inputs.shape[0]).to(device: network.device)
    memory.mixedOrder = order
    return order
  }

  /// 0 …< `count` in an order in which neighbours lie far apart, whatever period the data have.
  static func mixedOrder(_ count: Int) throws -> Tensor {
    func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }
    var step = Int((Double(count) * 0.6180339887498949).rounded())
    while divisor(step, count) != 1 { step += 1 }
    return try Tensor((0..<count).map { Int64($0 * step % count) }, shape: [count])
  }

  // A pass in training mode from given buffers. Counts at zero make modules without a momentum of
  // their own take the batch's statistic whole.
  private func trainingPass(_ inputs: Tensor, from start: Tensor) throws {
    try network.buffers.assign(start)
    for count in batchCounts { try count.fill(0) }
    do {
      _ = try network.logits(inputs)
    } catch let error as TorchError {
      throw EvaluationError(
        "batch-norm statistics of \(network.architecture.text) cannot be recomputed from "
          + "\(inputs.shape[0]) training \(inputs.shape[0] == 1 ? "input" : "inputs"), as it cannot be "
          + "run in training mode: \(error.reason)")
    }
  }

  // Momenta are the network's and stay: they are found once.
  private func knownStatistics(_ before: Tensor) throws -> NormStatistics {
    if let known = memory.statistics { return known }
    let entries = NormStatistics.entries(of: network.bufferLayout)
    let inputs = try data(.train).inputs
    let few = try inputs.narrow(0, start: 0, length: min(8, inputs.shape[0]))
    let (momenta, isRandom) = try network.keepingPlace {
      var momenta: [Double] = []
      var isRandom = false
      // At zero weights whatever is normalised is small, and no checkpoint has a say. A network that
      // divides by the norm of its weights needs others.
      for scale in [0, 0.01] {
        try network.parameters.assign(
          Generator(seed: 0)
            .normal(network.parameters.shape, dtype: network.parameters.dtype ?? .float32)
            .to(device: network.device) * scale)
        isRandom = try Generator.draws(on: network.device) {
          momenta = try network.inTrainingMode { try self.momenta(of: entries, few, before) }
        }
        if momenta.allSatisfy(\.isFinite) { break }
      }
      return (momenta, isRandom)
    }
    guard momenta.allSatisfy({ $0 > 1e-6 }) else {
      throw EvaluationError(
        "architecture \(network.architecture.text) does not update its batch-norm statistics in "
          + "training mode, so they cannot be recomputed; a network that was traced (torch.jit.trace) "
          + "stays in the mode it was traced in: export it with torch.jit.script(net.eval())")
    }
    let found = try NormStatistics(entries, momenta, isRandom: isRandom, like: before)
    memory.statistics = found
    return found
  }

  // In training mode a statistic r of momentum m becomes (1 − m)·r + m·s for the batch's s, so that two
  // passes from different r give 1 − m. Random numbers are the same in both.
  private func momenta(
    of entries: [ParameterLayout.Entry], _ inputs: Tensor, _ before: Tensor
  ) throws -> [Double] {
    func pass(from start: Double) throws -> Tensor {
      let vector = try before.clone()
      for entry in entries {
        try vector.narrow(0, start: entry.offset, length: entry.count).fill(start)
      }
      try Generator.seedingDefaults(0) { try trainingPass(inputs, from: vector) }
      return try network.buffers.clone()
    }
    let zero = try pass(from: 0)
    // Larger than any statistic, so that rounding leaves (1 − m)·start exact to single precision.
    let largest = try entries.map { entry in
      try zero.narrow(0, start: entry.offset, length: entry.count).absolute().max().item()
    }
    let start = 1 + 4 * (largest.finiteRange?.upperBound ?? 0)
    let moved = try (pass(from: start) - zero) / start
    return try entries.map { entry in
      let momentum =
        1 - (try moved.narrow(0, start: entry.offset, length: entry.count).mean().item())
      // Momenta are numbers that people write, such as 0.1: take off the rounding.
      let written = (momentum * 1e5).rounded() / 1e5
      return abs(written - momentum) < 2e-6 ? written : momentum
    }
  }
}
