import Datasets
import Torch

/// What inference in a subspace needs to know of the data: the mean loss at coordinates, and its
/// gradient on a random part of the data.
public struct SubspaceTarget {
  /// The number of coordinates.
  public var rank: Int
  /// Training examples N.
  public var examples: Int
  /// Batches of an epoch.
  public var batches: Int
  /// The mean negative log-likelihood of all training examples at coordinates, in nats.
  public var meanLoss: ([Double]) throws -> Double
  /// Its gradient at coordinates on one batch of an epoch.
  public var gradient: (_ coordinates: [Double], _ epoch: Int, _ batch: Int) throws -> [Double]

  /// A target of closures: for problems whose likelihood is known.
  public init(
    rank: Int, examples: Int, batches: Int, meanLoss: @escaping ([Double]) throws -> Double,
    gradient: @escaping (_ coordinates: [Double], _ epoch: Int, _ batch: Int) throws -> [Double]
  ) {
    self.rank = rank
    self.examples = examples
    self.batches = batches
    self.meanLoss = meanLoss
    self.gradient = gradient
  }

  /// A classifier's. The mean loss is that of the training split with batch norm recomputed at the
  /// coordinates; gradients have the batch's statistics, as in training.
  ///
  /// - Parameter seed: Decides the order of examples.
  public init(
    _ evaluator: Evaluator, _ subspace: WeightSubspace, batchSize: Int = 128, seed: Seed
  ) throws {
    let count = evaluator.dataset.train.count
    let network = evaluator.network
    func move(_ coordinates: [Double]) throws {
      try withoutGradients { try network.parameters.assign(subspace.point(coordinates)) }
    }
    self.init(
      rank: subspace.rank, examples: count, batches: (count + batchSize - 1) / batchSize,
      meanLoss: { coordinates in
        try move(coordinates)
        try evaluator.recalculateBatchNorm()
        return try evaluator.metrics(.train).loss
      },
      gradient: { coordinates, epoch, batch in
        try evaluator.cancellation.check()
        try move(coordinates)
        let (inputs, labels) = try evaluator.data(.train)
        let order = try seed.derived("order", String(epoch)).generator().permutation(count)
        let start = batch * batchSize
        let length = min(batchSize, count - start)
        let indices = try order.narrow(0, start: start, length: length)
          .to(device: network.device)
        let gradient = try network.inTrainingMode {
          try evaluator.gradient(
            inputs.indexSelect(0, indices), labels.indexSelect(0, indices))
        }
        return try subspace.gradient(gradient).map { $0 / Double(length) }
      })
  }

  /// The temperature at which each coordinate weighs as much as two examples: T = N/(2K), at least 1.
  /// The published temperatures on CIFAR, 5,000 for five coordinates and 10,000 for the two of a
  /// curve, are within a quarter of it.
  public var usualTemperature: Double { max(1, Double(examples) / Double(2 * rank)) }

  /// −N·(mean loss)/T: the tempered log-likelihood at coordinates.
  public func logLikelihood(_ coordinates: [Double], temperature: Double) throws -> Double {
    try -Double(examples) * meanLoss(coordinates) / temperature
  }

  /// Independent chains of elliptical slice sampling, each from a draw of the prior N(0, σ²I).
  ///
  /// - Parameter report: Called after each draw with how many there are over all chains.
  /// - Throws: `Cancelled`; what the likelihood throws.
  public func chains(
    _ count: Int, warmup: Int, draws: Int, prior: Double, temperature: Double, seed: Seed,
    report: (Int) throws -> Void
  ) throws -> [EllipticalSliceSampling.Chain] {
    try (0..<count).map { index in
      var numbers = SeededNumbers(seed.derived("chain", String(index)))
      let start = (0..<rank).map { _ in prior * numbers.normal() }
      return try EllipticalSliceSampling.chain(
        from: start, deviation: prior, warmup: warmup, count: draws, using: &numbers,
        logLikelihood: { try logLikelihood($0, temperature: temperature) },
        report: { try report(index * (warmup + draws) + $0) })
    }
  }

  /// The mean-field Gaussian of stochastic variational inference: 50 epochs at the rate 0.1 from the
  /// deviation 1 in the authors' code.
  ///
  /// - Parameter report: Called after each epoch with how many there are.
  /// - Throws: `Cancelled`; what the gradient throws.
  public func meanField(
    epochs: Int, rate: Double, deviation: Double = 1, prior: Double, temperature: Double,
    seed: Seed, report: (Int) throws -> Void
  ) throws -> MeanFieldPosterior {
    var posterior = MeanFieldPosterior(
      rank: rank, deviation: deviation, prior: prior, weight: temperature / Double(examples))
    var numbers = SeededNumbers(seed.derived("variational"))
    for epoch in 0..<epochs {
      for batch in 0..<batches {
        try posterior.step(rate: rate, using: &numbers) { try gradient($0, epoch, batch) }
      }
      try report(epoch + 1)
    }
    return posterior
  }
}
