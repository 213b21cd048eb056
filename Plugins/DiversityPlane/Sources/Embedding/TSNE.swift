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
///
/// Two things differ. That rate is too large for a few dozen points, whose divergence then rises and falls
/// without an order, and where it ends follows from the last bits of sums. Every 10 iterations the descent
/// goes on only from an objective that is no larger than the one before; otherwise it goes back to the
/// positions of that, stands still, and halves the rate. So the coordinates are the best ones seen.
///
/// Exaggeration draws a few points into one, from where no gradient leads out. Then the second phase begins
/// at the start itself, in each of ``widths``, and the lowest divergence counts.
public struct TSNE: Sendable {
  /// The points in the plane, `[N][2]`.
  public private(set) var coordinates: [[Double]]
  /// KL(P‖Q) in nats after every 50 iterations, exaggeration taken off.
  public private(set) var divergences: [Double] = []
  /// Iterations done.
  public private(set) var iterations = 0
  /// KL(P‖Q) in nats at the coordinates.
  public private(set) var divergence = Double.infinity
  /// The norm of KL(P‖Q)'s gradient at the coordinates.
  public private(set) var gradientNorm = Double.infinity
  /// That norm as a part of the norm of the gradient's attraction alone: 0 where attraction and repulsion
  /// balance.
  public private(set) var imbalance = Double.infinity
  /// Why the descent ended.
  public private(set) var ending = Ending.limit
  /// The perplexity used.
  public let perplexity: Double

  /// Why a descent ended.
  public enum Ending: Sendable, Equatable {
    /// Attraction and repulsion balance, to 10⁻⁶ of the attraction.
    case gradient
    /// The divergence did not fall for more than 300 iterations, however small the steps.
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

  /// Whether attraction and repulsion balance, to 1 % of the attraction, and a rule ended the descent or
  /// KL(P‖Q) fell by less than 1 % over the last 250 iterations.
  public var isConverged: Bool {
    imbalance <= Self.balanced && (ending != .limit || (0..<0.01).contains(recentFall))
  }

  /// How many iterations exaggerate.
  public static let exaggerated = 250
  /// How wide the starts of the second phase are, where exaggeration draws all points into one.
  public static let widths = [1e-2, 1e-4, 1e-6, 1e-8]
  /// Iterations over which ``recentFall`` is measured.
  public static let settling = 250
  private static let exaggeration = 12.0
  /// Iterations from which ``recentFall`` is known.
  public static let judged = exaggerated + settling + 50
  /// The ``imbalance`` up to which an embedding has converged.
  public static let balanced = 0.01
  /// The ``imbalance`` at which the descent is done.
  private static let enough = 1e-6
  /// Iterations between two looks at the objective.
  private static let pace = 10
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

  // The descent alone, for tests with other starts, another number of iterations that exaggerate, and
  // steps of one rate whatever the objective does.
  init(
    affinities: [Double], start: [[Double]], perplexity: Double, iterations most: Int,
    exaggerated: Int = Self.exaggerated, isGuarded: Bool = true,
    cancellation: Cancellation = Cancellation(),
    report: (_ iteration: Int) -> Void = { _ in }
  ) throws {
    self.perplexity = perplexity
    coordinates = start
    let origin = start.flatMap { $0 }
    var early = TSNEDescent(affinities, origin)
    early.enter(exaggeration: Self.exaggeration, momentum: 0.5)
    for iteration in 1...max(1, min(most, exaggerated)) {
      try cancellation.check()
      early.step()
      if isGuarded, iteration % Self.pace == 0 || iteration == most { _ = early.settle() }
      guard iteration % 50 == 0 else { continue }
      divergences.append(early.divergence)
      report(iteration)
    }
    var starts = [early.positions]
    if isGuarded, Self.width(early.positions) < Self.width(origin) {
      starts = Self.widths.map { width in origin.map { $0 / Self.width(origin) * width } }
    }
    let span = max(0, most - exaggerated)
    var best: Finish?
    for (place, positions) in starts.enumerated() {
      let next = try Finish(
        TSNEDescent(affinities, positions), from: min(most, exaggerated), to: most,
        isGuarded: isGuarded, cancellation: cancellation
      ) { report(exaggerated + (place * span + $0 - exaggerated) / starts.count) }
      if next.descent.divergence < best?.descent.divergence ?? .infinity || best == nil {
        best = next
      }
    }
    guard let best else { preconditionFailure("a descent has a start") }
    take(best)
  }

  private mutating func take(_ finish: Finish) {
    divergences += finish.divergences
    (iterations, ending) = (finish.iterations, finish.ending)
    divergence = finish.descent.divergence
    imbalance = finish.descent.imbalance
    gradientNorm = finish.descent.gradientNorm
    let flat = finish.descent.positions
    coordinates = stride(from: 0, to: flat.count, by: 2).map { [flat[$0], flat[$0 + 1]] }
  }

  // The second phase, from one start.
  private struct Finish {
    var descent: TSNEDescent
    var divergences: [Double] = []
    var iterations: Int
    var ending = Ending.limit

    init(
      _ start: TSNEDescent, from first: Int, to most: Int, isGuarded: Bool,
      cancellation: Cancellation, report: (Int) -> Void
    ) throws {
      (descent, iterations) = (start, first)
      descent.enter(exaggeration: 1, momentum: 0.8)
      var lastFall = first
      while iterations < most, ending == .limit {
        try cancellation.check()
        descent.step()
        iterations += 1
        let isDue = iterations % TSNE.pace == 0 || iterations == most
        if isGuarded, isDue, descent.settle() { lastFall = iterations }
        guard iterations % 50 == 0 else { continue }
        divergences.append(descent.divergence)
        report(iterations)
        if iterations - lastFall > TSNE.patience { ending = .noProgress }
        if descent.imbalance <= TSNE.enough { ending = .gradient }
      }
    }
  }

  // The root mean square of all coordinates.
  private static func width(_ positions: [Double]) -> Double {
    (positions.reduce(0) { $0 + $1 * $1 } / Double(positions.count)).squareRoot()
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
    // The descent may take last bits elsewhere.
    let (squares, products) = try Engine.withOneThread {
      try (
        (points * points).sum(1).array(of: Double.self),
        points.matmul(points.transposed()).array(of: Double.self)
      )
    }
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
