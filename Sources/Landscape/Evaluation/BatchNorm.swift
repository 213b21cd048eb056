import Datasets
import Torch

extension Evaluator {
  /// Whether the network has batch-norm statistics to recompute.
  public var hasBatchNorm: Bool {
    network.bufferLayout.entries.contains { $0.name.hasSuffix("running_mean") }
  }

  /// Recomputes batch-norm statistics for the present parameters by one pass over the training
  /// split, as a cumulative average over batches: after n inputs, a batch of b counts b/(n + b).
  /// (Izmailov et al., arXiv 1803.05407, §3.2 and the authors' `bn_update`.)
  ///
  /// Batches are drawn from the whole split, as the authors' shuffled loader does, and always the same:
  /// the k-th input is number k·a mod N, with a ≈ 0.618 N that has no divisor in common with N. Data in
  /// the order of its classes gives the statistics of data in any other order.
  ///
  /// Works for any module with `running_mean` and `running_var`, whatever its momentum m: in
  /// training mode a statistic r becomes (1 − m)·r + m·s for the batch's s, so that a pass from
  /// r = 0 gives m·s, and one more, once, from a large r gives m.
  ///
  /// - Parameter batchSize: Inputs in a batch; the evaluator's own unless given.
  /// - Throws: `Cancelled`, after putting the old statistics back; ``EvaluationError`` when the
  ///   module does not update its statistics in training mode.
  public func recalculateBatchNorm(batchSize: Int? = nil) throws {
    guard hasBatchNorm else { return }
    try withoutGradients {
      let buffers = network.buffers
      let before = try buffers.clone()
      do {
        try buffers.assign(cumulativeStatistics(batchSize: batchSize ?? self.batchSize, before))
      } catch {
        try buffers.assign(before)
        throw error
      }
    }
  }

  // The flat buffers with batch-norm statistics averaged over the training split and everything
  // else as in `before`.
  private func cumulativeStatistics(batchSize: Int, _ before: Tensor) throws -> Tensor {
    let buffers = network.buffers
    let sum = try Tensor.zeros(before.shape, dtype: before.dtype ?? .float32)
      .to(device: network.device)
    var seen = 0
    let kept = try network.counts.map { try $0.tensor.clone() }
    defer {
      for ((_, count), old) in zip(network.counts, kept) { try? count.assign(old) }
    }
    return try network.inTrainingMode {
      let statistics = try knownStatistics(batchSize: batchSize, before)
      let start = try before * statistics.others
      try forEachMixedBatch(size: batchSize) { inputs in
        try pass(inputs, from: start)
        let count = inputs.shape[0]
        try torch(
          "aten::addcmul_",
          [
            .tensor(sum), .tensor(buffers), .tensor(statistics.perMomentum), .real(Double(count)),
          ])
        seen += count
      }
      return try start + sum / Double(max(seen, 1))
    }
  }

  private func forEachMixedBatch(size: Int, _ body: (_ inputs: Tensor) throws -> Void) throws {
    let inputs = try data(.train).inputs
    let count = inputs.shape[0]
    let order = try mixedOrder ?? Self.mixedOrder(count).to(device: network.device)
    mixedOrder = order
    for start in stride(from: 0, to: count, by: size) {
      try cancellation.check()
      let places = try order.narrow(0, start: start, length: min(size, count - start))
      try body(torch1("aten::index_select", [.tensor(inputs), .int(0), .tensor(places)]))
    }
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
  private func pass(_ inputs: Tensor, from start: Tensor) throws {
    try network.buffers.assign(start)
    for (_, count) in network.counts { try count.fill(0) }
    _ = try network.logits(inputs)
  }

  // Momenta are the network's and stay: they are found once, on the first batch.
  private func knownStatistics(batchSize: Int, _ before: Tensor) throws -> NormStatistics {
    if let statistics { return statistics }
    let entries = network.bufferLayout.entries.filter {
      $0.name.hasSuffix("running_mean") || $0.name.hasSuffix("running_var")
    }
    func part(_ vector: Tensor, _ entry: ParameterLayout.Entry) throws -> Tensor {
      try vector.narrow(0, start: entry.offset, length: entry.count)
    }
    func buffers(_ start: Double) throws -> Tensor {
      let vector = try before.clone()
      for entry in entries { try part(vector, entry).fill(start) }
      return vector
    }
    let (all, _) = try data(.train)
    let inputs = try all.narrow(0, start: 0, length: min(batchSize, all.shape[0]))
    try pass(inputs, from: buffers(0))
    let fromZero = try network.buffers.clone()
    let momenta = try self.momenta(of: entries, fromZero: fromZero) { start in
      try pass(inputs, from: buffers(start))
      return try network.buffers.clone()
    }
    guard momenta.allSatisfy({ $0 > 1e-6 }) else {
      throw EvaluationError(
        "architecture \(network.architecture.text) does not update its batch-norm statistics in "
          + "training mode, so they cannot be recomputed")
    }
    let perMomentum = try (before * 0).clone()
    let others = try (before * 0 + 1).clone()
    for (entry, momentum) in zip(entries, momenta) {
      try part(perMomentum, entry).fill(1 / momentum)
      try part(others, entry).fill(0)
    }
    let found = NormStatistics(perMomentum: perMomentum, others: others)
    statistics = found
    return found
  }

  private func momenta(
    of entries: [ParameterLayout.Entry], fromZero: Tensor, _ pass: (Double) throws -> Tensor
  ) throws -> [Double] {
    // Larger than any statistic, so that rounding leaves (1 − m)·start exact to single precision.
    let start =
      try 1 + 4 * torch1("aten::amax", [.tensor(torch1("aten::abs", [.tensor(fromZero)]))]).item()
    let moved = try (pass(start) - fromZero) / start
    return try entries.map { entry in
      let momentum =
        1 - (try moved.narrow(0, start: entry.offset, length: entry.count).mean().item())
      // Momenta are numbers that people write, such as 0.1: take off the rounding.
      let written = (momentum * 1e5).rounded() / 1e5
      return abs(written - momentum) < 2e-6 ? written : momentum
    }
  }
}

/// Where batch-norm statistics lie among a network's buffers, and how fast they move.
struct NormStatistics {
  /// 1/m for statistics of momentum m and 0 for other buffers, flat `[B]`.
  let perMomentum: Tensor
  /// 0 for statistics and 1 for other buffers, flat `[B]`.
  let others: Tensor
}
