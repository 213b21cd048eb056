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
    let statistics = network.bufferLayout.entries.filter {
      $0.name.hasSuffix("running_mean") || $0.name.hasSuffix("running_var")
    }
    func part(_ vector: Tensor, _ entry: ParameterLayout.Entry) throws -> Tensor {
      try vector.narrow(0, start: entry.offset, length: entry.count)
    }
    // A pass in training mode with every statistic at `start`; counts at zero make modules
    // without a momentum of their own take the batch's statistic whole.
    func pass(_ inputs: Tensor, _ start: Double) throws -> Tensor {
      try buffers.assign(before)
      for entry in statistics { try part(buffers, entry).fill(start) }
      for (_, count) in network.counts { try count.fill(0) }
      _ = try network.logits(inputs)
      return try buffers.clone()
    }
    let average = try before.clone()
    var momentum: [Double] = []
    var seen = 0
    let kept = try network.counts.map { try $0.tensor.clone() }
    defer {
      for ((_, count), old) in zip(network.counts, kept) { try? count.assign(old) }
    }
    try network.inTrainingMode {
      try forEachBatch(of: .train, size: batchSize) { inputs, _ in
        let fromZero = try pass(inputs, 0)
        if momentum.isEmpty {
          momentum = try momenta(of: statistics, inputs, fromZero: fromZero, pass)
          guard momentum.allSatisfy({ $0 > 1e-6 }) else {
            throw EvaluationError(
              "architecture \(network.architecture.text) does not update its batch-norm statistics "
                + "in training mode, so they cannot be recomputed")
          }
        }
        let count = inputs.shape[0]
        let weight = Double(count) / Double(seen + count)
        for (entry, momentum) in zip(statistics, momentum) {
          let target = try part(average, entry)
          try target.scale(by: 1 - weight)
          try target.add(part(fromZero, entry), scale: weight / momentum)
        }
        seen += count
      }
    }
    return average
  }

  private func momenta(
    of statistics: [ParameterLayout.Entry], _ inputs: Tensor, fromZero: Tensor,
    _ pass: (Tensor, Double) throws -> Tensor
  ) throws -> [Double] {
    // Larger than any statistic, so that rounding leaves (1 − m)·start exact to single precision.
    let start =
      try 1 + 4 * torch1("aten::amax", [.tensor(torch1("aten::abs", [.tensor(fromZero)]))]).item()
    let moved = try (pass(inputs, start) - fromZero) / start
    return try statistics.map { entry in
      let momentum =
        1 - (try moved.narrow(0, start: entry.offset, length: entry.count).mean().item())
      // Momenta are numbers that people write, such as 0.1: take off the rounding.
      let written = (momentum * 1e5).rounded() / 1e5
      return abs(written - momentum) < 2e-6 ? written : momentum
    }
  }
}
