import BasinCore
import Foundation
import Torch

/// t-distributed stochastic neighbour embedding in two dimensions, exactly: no tree, no
/// approximation (L. van der Maaten & G. Hinton, *Visualizing Data using t-SNE*, JMLR 9, 2008).
///
/// Nothing is drawn at random: the start is the first two principal components, as wide as 10⁻⁴. The
/// schedule is that of scikit-learn's `TSNE(method='exact', init='pca')`: early exaggeration by 12 for
/// 250 iterations with momentum 0.5, then momentum 0.8 from a standstill, with the velocities back at 0
/// and the gains at 1; gains for each coordinate, a learning rate of max(N/48, 50). Checked against
/// scikit-learn 1.9.
public struct TSNE: Sendable {
  /// The points in the plane, `[N][2]`.
  public private(set) var coordinates: [[Double]]
  /// KL(P‖Q) in nats after every 50 iterations, exaggeration taken off.
  public private(set) var divergences: [Double] = []
  /// Iterations done.
  public private(set) var iterations = 0
  /// The norm of KL(P‖Q)'s gradient at the coordinates.
  public private(set) var gradientNorm = Double.infinity
  /// Why the descent ended.
  public private(set) var ending = Ending.limit
  /// The perplexity used.
  public let perplexity: Double

  /// Why a descent ended.
  public enum Ending: Sendable, Equatable {
    /// The gradient's norm, times the gains, fell to 10⁻⁷ or below.
    case gradient
    /// The divergence did not fall for more than 300 iterations.
    case noProgress
    /// All iterations allowed were done.
    case limit
  }

  /// The part of KL(P‖Q) that the last 250 iterations without exaggeration took off; infinite where
  /// there were not as many.
  public var recentFall: Double {
    let after = Self.settling / 50
    let plain = divergences.dropFirst(Self.exaggerated / 50)
    guard plain.count > after, let last = plain.last else { return .infinity }
    let before = plain[plain.endIndex - 1 - after]
    return before > 0 ? (before - last) / before : 0
  }

  /// Whether a rule ended the descent, or KL(P‖Q) fell by less than 1 % over the last 250 iterations.
  public var isConverged: Bool { ending != .limit || recentFall < 0.01 }

  /// How many iterations exaggerate.
  public static let exaggerated = 250
  /// Iterations over which ``recentFall`` is measured.
  public static let settling = 250
  private static let exaggeration = 12.0
  /// The gradient's norm at which the embedding is done.
  private static let enough = 1e-7
  /// Iterations without progress after which it is done.
  private static let patience = 300

  /// Embeds points.
  ///
  /// - Parameters:
  ///   - points: `[N, D]`, N at least 4.
  ///   - perplexity: The effective number of neighbours, from 1 to below N.
  ///   - iterations: At most so many.
  ///   - report: Called after every 50 iterations.
  /// - Throws: ``EmbeddingError`` for too few points or a perplexity out of range; `Cancelled`.
  public init(
    _ points: Tensor, perplexity: Double, iterations most: Int = 1000,
    cancellation: Cancellation = Cancellation(), report: (_ iteration: Int) -> Void = { _ in }
  ) throws {
    let size = points.shape[0]
    guard size >= 4 else {
      throw EmbeddingError("t-SNE needs 4 points or more; there are \(size)")
    }
    guard perplexity >= 1, perplexity < Double(size) else {
      throw EmbeddingError(
        "the perplexity is \(perplexity); for \(size) points it must be from 1 to below \(size)")
    }
    let wide = try points.to(.float64)
    try self.init(
      affinities: Affinities(wide, perplexity: perplexity).joint, start: Self.start(wide),
      perplexity: perplexity, iterations: most, cancellation: cancellation, report: report)
  }

  // The descent alone, for tests with other starts and another number of iterations that exaggerate.
  init(
    affinities: [Double], start: [[Double]], perplexity: Double, iterations most: Int,
    exaggerated: Int = Self.exaggerated, cancellation: Cancellation = Cancellation(),
    report: (_ iteration: Int) -> Void = { _ in }
  ) throws {
    self.perplexity = perplexity
    let size = start.count
    coordinates = start
    var descent = Descent(affinities, coordinates.flatMap { $0 })
    var best = (divergence: Double.infinity, iteration: 0)
    while self.iterations < most {
      try cancellation.check()
      let isEarly = self.iterations < exaggerated
      if self.iterations == exaggerated { descent.rest() }
      let gradient = descent.step(
        exaggeration: isEarly ? Self.exaggeration : 1, momentum: isEarly ? 0.5 : 0.8)
      self.iterations += 1
      guard self.iterations % 50 == 0 else { continue }
      let divergence = descent.divergence
      divergences.append(divergence)
      report(self.iterations)
      if isEarly { continue }
      if divergence < best.divergence { best = (divergence, self.iterations) }
      if self.iterations - best.iteration > Self.patience { ending = .noProgress }
      if gradient <= Self.enough { ending = .gradient }
      if ending != .limit { break }
    }
    gradientNorm = descent.gradientNorm
    let flat = descent.positions
    coordinates = (0..<size).map { [flat[2 * $0], flat[2 * $0 + 1]] }
  }

  private static func start(_ points: Tensor) throws -> [[Double]] {
    let plane = try PrincipalComponents(points, count: 2).coordinates
    let first = plane.map { $0[0] }
    let deviation = (first.reduce(0) { $0 + $1 * $1 } / Double(first.count)).squareRoot()
    guard deviation > 0 else { throw EmbeddingError("all points are the same") }
    return plane.map { $0.map { $0 / deviation * 1e-4 } }
  }
}

/// Points that cannot be embedded.
public struct EmbeddingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The one-line reason.
  public var description: String

  /// Creates the error.
  public init(_ description: String) { self.description = description }
}

/// The affinities P of points (van der Maaten & Hinton, eq. 1 and §3.1).
struct Affinities {
  /// p_ij = (p_{j|i} + p_{i|j}) / 2N, row-major `[N·N]`, with 0 on the diagonal.
  let joint: [Double]

  init(_ points: Tensor, perplexity: Double) throws {
    let size = points.shape[0]
    let squares = try (points * points).sum(1).array(of: Double.self)
    let products = try points.matmul(points.transposed()).array(of: Double.self)
    var conditional = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      let distances = (0..<size).map { column in
        row == column
          ? 0 : max(0, squares[row] + squares[column] - 2 * products[row * size + column])
      }
      for (column, value) in Self.row(distances, except: row, perplexity: perplexity).enumerated() {
        conditional[row * size + column] = value
      }
    }
    var joint = conditional
    let scale = 1 / Double(2 * size)
    for row in 0..<size {
      for column in 0..<size {
        joint[row * size + column] =
          max((conditional[row * size + column] + conditional[column * size + row]) * scale, 1e-300)
      }
    }
    for index in 0..<size { joint[index * size + index] = 0 }
    self.joint = joint
  }

  // Bisection on the precision until the entropy is log(perplexity), to 1e-5.
  private static func row(
    _ distances: [Double], except own: Int, perplexity: Double
  ) -> [Double] {
    let wanted = log(perplexity)
    var (precision, low, high) = (1.0, -Double.infinity, Double.infinity)
    // Taken off every distance, the least one leaves no weight without a digit.
    let least = distances.indices.filter { $0 != own }.map { distances[$0] }.min() ?? 0
    var weights: [Double] = []
    for _ in 0..<200 {
      weights = distances.indices.map { $0 == own ? 0 : exp(-precision * (distances[$0] - least)) }
      let sum = weights.reduce(0, +)
      weights = weights.map { $0 / sum }
      let mean = zip(weights, distances).reduce(0) { $0 + $1.0 * ($1.1 - least) }
      let excess = log(sum) + precision * mean - wanted
      if abs(excess) <= 1e-5 { break }
      if excess > 0 {
        low = precision
        precision = high.isInfinite ? precision * 2 : (precision + high) / 2
      } else {
        high = precision
        precision = low.isInfinite ? precision / 2 : (precision + low) / 2
      }
    }
    return weights
  }
}

/// Gradient descent on KL(P‖Q) with momentum and gains (van der Maaten & Hinton, §3.3 and
/// algorithm 1).
private struct Descent {
  private let affinities: [Double]
  private let size: Int
  private(set) var positions: [Double]
  private var velocity: [Double]
  private var gains: [Double]
  private var kernel: [Double]
  private let rate: Double

  init(_ affinities: [Double], _ positions: [Double]) {
    self.affinities = affinities
    self.positions = positions
    size = positions.count / 2
    velocity = [Double](repeating: 0, count: positions.count)
    gains = [Double](repeating: 1, count: positions.count)
    kernel = [Double](repeating: 0, count: size * size)
    rate = max(Double(size) / 12 / 4, 50)
  }

  // (1 + ‖yᵢ − yⱼ‖²)⁻¹ for all pairs, and its sum over i ≠ j.
  private mutating func fillKernel() -> Double {
    let size = size
    return positions.withUnsafeBufferPointer { y in
      kernel.withUnsafeMutableBufferPointer { kernel in
        var total = 0.0
        for i in 0..<size {
          for j in 0..<i {
            let (dx, dy) = (y[2 * i] - y[2 * j], y[2 * i + 1] - y[2 * j + 1])
            let value = 1 / (1 + dx * dx + dy * dy)
            kernel[i * size + j] = value
            total += 2 * value
          }
        }
        return total
      }
    }
  }

  /// Stands still, with all gains at 1: the start of another phase.
  mutating func rest() {
    for index in positions.indices { (velocity[index], gains[index]) = (0, 1) }
  }

  /// One step.
  ///
  /// - Returns: The norm of the gradient times the gains.
  mutating func step(exaggeration: Double, momentum: Double) -> Double {
    var gradient = gradient(exaggeration: exaggeration)
    for index in positions.indices {
      let isOpposed = velocity[index] * gradient[index] < 0
      gains[index] = max(0.01, isOpposed ? gains[index] + 0.2 : gains[index] * 0.8)
      gradient[index] *= gains[index]
      velocity[index] = momentum * velocity[index] - rate * gradient[index]
      positions[index] += velocity[index]
    }
    return Self.norm(gradient)
  }

  /// The norm of the gradient at the present positions, without exaggeration.
  var gradientNorm: Double {
    var copy = self
    return Self.norm(copy.gradient(exaggeration: 1))
  }

  private static func norm(_ vector: [Double]) -> Double {
    vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  private mutating func gradient(exaggeration: Double) -> [Double] {
    let total = fillKernel()
    var gradient = [Double](repeating: 0, count: positions.count)
    for i in 0..<size {
      for j in 0..<i {
        let value = kernel[i * size + j]
        let force = 4 * (exaggeration * affinities[i * size + j] - value / total) * value
        let (dx, dy) = (
          force * (positions[2 * i] - positions[2 * j]),
          force * (positions[2 * i + 1] - positions[2 * j + 1])
        )
        gradient[2 * i] += dx
        gradient[2 * i + 1] += dy
        gradient[2 * j] -= dx
        gradient[2 * j + 1] -= dy
      }
    }
    return gradient
  }

  /// KL(P‖Q) at the present positions, in nats.
  var divergence: Double {
    var copy = self
    let total = copy.fillKernel()
    var sum = 0.0
    for i in 0..<size {
      for j in 0..<i where affinities[i * size + j] > 0 {
        let p = affinities[i * size + j]
        sum += 2 * p * log(p / max(copy.kernel[i * size + j] / total, 1e-300))
      }
    }
    return sum
  }
}
