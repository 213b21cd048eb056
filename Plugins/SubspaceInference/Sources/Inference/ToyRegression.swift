import BasinCore
import Landscape
import Torch

/// The one-dimensional regression problem of Izmailov et al. (arXiv 1907.07504, §5.1): 400 points in
/// three clusters, from a random network of the kind that is fitted to them.
///
/// Networks have hidden layers of 200, 50, 50 and 50 units and see x/10 and (x/10)². The function is
/// scaled to mean 0 and standard deviation 1 over the points, and the noise's is 0.1; the paper does not say
/// how its own function was drawn.
public struct ToyRegression {
  /// Where the points are.
  public static let clusters: [ClosedRange<Double>] = [-7.2 ... -4.8, -1.2...1.2, 4.8...7.2]
  /// The standard deviation of the noise, known to the likelihood.
  public static let noise = 0.1
  /// Points in all.
  public static let count = 400

  /// Positions of the points.
  public let x: [Double]
  /// Their values, with noise.
  public let y: [Double]
  /// The network that is fitted; its parameters are where the caller moved them.
  public let network: Network

  private let inputs: Tensor
  private let targets: Tensor
  private let mean: Double
  private let scale: Double
  private let teacher: Tensor

  /// Draws the function and the points.
  ///
  /// - Throws: `TorchError`.
  public init(seed: Seed) throws {
    let network = try Network(Architecture("mlp:hidden=200-50-50-50", input: [2], classes: 1))
    var numbers = SeededNumbers(seed.derived("points"))
    var x: [Double] = []
    for index in 0..<Self.count {
      let cluster = Self.clusters[index % Self.clusters.count]
      x.append(Double.random(in: cluster, using: &numbers))
    }
    let teacher = try Self.function(of: network, seed.derived("function").generator())
    let inputs = try Self.features(x)
    try withoutGradients { try network.parameters.assign(teacher) }
    let clean = try withoutGradients { try network.logits(inputs) }
      .flattened().array(of: Double.self)
    let mean = clean.reduce(0, +) / Double(clean.count)
    let variance = clean.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(clean.count)
    let scale = 1 / max(variance.squareRoot(), 1e-12)
    var y: [Double] = []
    for value in clean { y.append((value - mean) * scale + Self.noise * numbers.normal()) }
    targets = try Tensor(y.map { Float($0) }, shape: [y.count, 1])
    (self.network, self.teacher, self.inputs) = (network, teacher, inputs)
    (self.x, self.y, self.mean, self.scale) = (x, y, mean, scale)
  }

  // Weights that keep the variance from layer to layer (He et al., arXiv 1502.01852), and biases large
  // enough that the function bends between the clusters.
  private static func function(of network: Network, _ generator: Generator) throws -> Tensor {
    try Tensor.cat(
      network.parameterLayout.entries.map { entry in
        let deviation =
          entry.shape.count == 2 ? (2 / Double(entry.shape[1])).squareRoot() : 0.5
        return try generator.normal([entry.count]) * deviation
      })
  }

  /// What a network sees of positions: `[n, 2]`.
  public static func features(_ x: [Double]) throws -> Tensor {
    try Tensor(x.flatMap { [Float($0 / 10), Float($0 * $0 / 100)] }, shape: [x.count, 2])
  }

  /// The function without noise.
  public func truth(at x: [Double]) throws -> [Double] {
    try values(teacher, at: x).map { ($0 - mean) * scale }
  }

  /// The function of a network with given weights `[P]`.
  public func values(_ weights: Tensor, at x: [Double]) throws -> [Double] {
    try withoutGradients {
      try network.parameters.assign(weights)
      return try network.logits(Self.features(x)).flattened().array(of: Double.self)
    }
  }

  /// Trains from a random start by SGD with momentum 0.9 on the mean squared error: the rate is
  /// constant, so that the second half's snapshots move about the solution.
  ///
  /// - Parameters:
  ///   - snapshots: How many to keep, evenly spaced over the second half of the epochs.
  ///   - report: Called after each epoch with how many there are.
  /// - Returns: Weights `[P]`, the last ones of all last.
  /// - Throws: `Cancelled`; ``TrainingError`` when weights are no numbers any more.
  public func train(
    epochs: Int, rate: Double, snapshots: Int, seed: Seed, cancellation: Cancellation,
    report: (Int) -> Void
  ) throws -> [Tensor] {
    try network.initialize(seed: seed.derived("start").value)
    let velocity = try Tensor.zeros(network.parameters.shape)
    var kept: [Tensor] = []
    let first = epochs / 2
    for epoch in 0..<epochs {
      try cancellation.check()
      let order = try seed.derived("order", String(epoch)).generator().permutation(Self.count)
      for start in stride(from: 0, to: Self.count, by: Self.batchSize) {
        let gradient = try gradient(
          order.narrow(0, start: start, length: min(Self.batchSize, Self.count - start)))
        try withoutGradients {
          try velocity.scale(by: 0.9)
          try velocity.add(gradient)
          try network.parameters.add(velocity, scale: -rate)
        }
      }
      let due = Double(epoch + 1 - first) * Double(snapshots) / Double(epochs - first)
      if epoch >= first, Int(due) > kept.count { kept.append(try network.parameters.clone()) }
      report(epoch + 1)
    }
    guard try network.parameters.isFinite() else {
      throw TrainingError("training on the toy problem diverged; try a lower learning rate")
    }
    return kept
  }

  static let batchSize = 50

  /// The target of inference in a subspace: a Gaussian likelihood with the known noise.
  public func target(_ subspace: AffineSubspace) -> SubspaceTarget {
    let variance = Self.noise * Self.noise
    func error(_ coordinates: [Double]) throws -> Tensor {
      try withoutGradients { try network.parameters.assign(subspace.point(coordinates)) }
      return try network.logits(inputs) - targets
    }
    return SubspaceTarget(
      rank: subspace.rank, examples: Self.count,
      meanLoss: { coordinates in
        try withoutGradients {
          let error = try error(coordinates)
          return try (error * error).to(.float64).mean().item() / (2 * variance)
        }
      },
      lossAndGradient: { coordinates, _ in
        let error = try error(coordinates)
        let loss = try (error * error).to(.float64).mean() * (0.5 / variance)
        let gradient = try Tensor.cat(
          gradients(of: loss, withRespectTo: network.leaves).map { try $0.flattened() })
        return (try loss.item(), try subspace.gradient(gradient))
      })
  }

  // Of half the mean squared error over some points, `[P]`.
  private func gradient(_ indices: Tensor) throws -> Tensor {
    let error =
      try network.logits(inputs.indexSelect(0, indices)) - targets.indexSelect(0, indices)
    let loss = try (error * error).mean() * 0.5
    return try Tensor.cat(
      gradients(of: loss, withRespectTo: network.leaves).map { try $0.flattened() })
  }
}
