import Datasets
import Landscape
import Torch

/// What inference in a subspace needs to know of the data: the mean loss at coordinates, and its
/// gradient, both over all training examples.
public struct SubspaceTarget {
  /// The number of coordinates.
  public var rank: Int
  /// Training examples N.
  public var examples: Int
  /// The mean negative log-likelihood of all training examples at coordinates, in nats.
  public var meanLoss: ([Double]) throws -> Double
  /// The same with its gradient. `steps` are the lengths of finite differences along each coordinate, for
  /// targets that have no other gradient.
  public var lossAndGradient:
    (_ coordinates: [Double], _ steps: [Double]) throws -> (loss: Double, gradient: [Double])

  /// A target of closures: for problems whose likelihood is known.
  public init(
    rank: Int, examples: Int, meanLoss: @escaping ([Double]) throws -> Double,
    lossAndGradient:
      @escaping (_ coordinates: [Double], _ steps: [Double]) throws -> (
        loss: Double, gradient: [Double]
      )
  ) {
    self.rank = rank
    self.examples = examples
    self.meanLoss = meanLoss
    self.lossAndGradient = lossAndGradient
  }

  /// A classifier's: the loss of the training split in evaluation mode, with batch norm recomputed at the
  /// coordinates.
  ///
  /// Without batch norm the gradient is that of backpropagation. With batch norm the recomputed
  /// statistics move with the coordinates, which backpropagation at fixed statistics does not see: the
  /// gradient is then one of central differences of the loss itself, two evaluations a coordinate.
  public init(_ evaluator: Evaluator, _ subspace: AffineSubspace) throws {
    let network = evaluator.network
    func move(_ coordinates: [Double]) throws {
      try withoutGradients { try network.parameters.assign(subspace.point(coordinates)) }
    }
    func meanLoss(_ coordinates: [Double]) throws -> Double {
      try evaluator.cancellation.check()
      try move(coordinates)
      try evaluator.recalculateBatchNorm()
      return try evaluator.metrics(.train).loss
    }
    self.init(
      rank: subspace.rank, examples: evaluator.dataset.train.count, meanLoss: meanLoss,
      lossAndGradient: { coordinates, steps in
        if evaluator.hasBatchNorm {
          return try Self.centralDifferences(meanLoss, coordinates, steps)
        }
        try move(coordinates)
        let found = try evaluator.lossAndGradient(.train)
        return (found.loss, try subspace.gradient(found.gradient))
      })
  }

  static func centralDifferences(
    _ loss: ([Double]) throws -> Double, _ coordinates: [Double], _ steps: [Double]
  ) throws -> (loss: Double, gradient: [Double]) {
    let gradient = try coordinates.indices.map { place in
      var (low, high) = (coordinates, coordinates)
      low[place] -= steps[place]
      high[place] += steps[place]
      return try (loss(high) - loss(low)) / (high[place] - low[place])
    }
    return (try loss(coordinates), gradient)
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
}
