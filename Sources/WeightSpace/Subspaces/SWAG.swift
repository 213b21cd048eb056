import BasinCore
import Torch

/// A Gaussian over weights from the snapshots of a run: stochastic weight averaging, Gaussian (Maddox
/// et al., arXiv 1902.02476, algorithm 1, and the authors' code).
///
/// ```swift
/// var swag = try SWAG(rank: 20, parameters: snapshots[0].count)
/// for snapshot in snapshots { try swag.collect(snapshot) }
/// let sample = try swag.sample(scale: 0.5, generator)
/// ```
public struct SWAG {
  /// The mean of the snapshots, flat `[P]`, double precision: what SWA averages to.
  public private(set) var mean: Tensor
  /// The mean of their squares, flat `[P]`, double precision.
  public private(set) var squares: Tensor
  /// Snapshots collected.
  public private(set) var count = 0
  /// Columns of deviations that are kept at most.
  public let rank: Int

  // Each snapshot less the mean of all up to and with it: the latest `rank`.
  private var columns: [Tensor] = []

  /// The min variance of a weight.
  public static let leastVariance = 1e-30

  /// An empty collection for flat vectors of so many `parameters`.
  ///
  /// - Parameter rank: Deviations that are kept, the latest; at least 2.
  public init(rank: Int, parameters: Int) throws {
    self.rank = rank
    mean = try Tensor.zeros([parameters], dtype: .float64)
    squares = try Tensor.zeros([parameters], dtype: .float64)
  }

  /// A Gaussian whose moments are known.
  ///
  /// - Parameters:
  ///   - mean: The mean of the snapshots, flat `[P]`.
  ///   - squares: The mean of their squares, flat `[P]`.
  ///   - deviations: Deviations from the running mean as rows `[K, P]`, the latest last; `nil` where they are
  ///     not known.
  ///   - count: How many snapshots there were.
  ///   - rank: Deviations that are kept, the latest.
  /// - Throws: ``SubspaceError`` where shapes differ, a value is NaN or infinite, or a mean of squares is less
  ///   than the square of the mean by more than single precision explains.
  public init(
    mean: Tensor, squares: Tensor, deviations: Tensor?, count: Int, rank: Int
  ) throws {
    self.rank = rank
    self.count = count
    self.mean = try mean.to(.float64)
    self.squares = try squares.to(.float64)
    guard mean.shape.count == 1, squares.shape == mean.shape,
      deviations.map({ $0.shape.count == 2 && $0.shape[1] == mean.count }) ?? true
    else {
      throw SubspaceError(
        "the mean has the shape \(mean.shape), the squares \(squares.shape) and the deviations "
          + "\(deviations?.shape ?? []); [P], [P] and [K, P] are needed")
    }
    for (name, values) in [("mean", mean), ("squares", squares), ("deviations", deviations)] {
      guard let values else { continue }
      let finite = try values.areFinite()
      let bad = try values.count - Int(finite.to(.float64).sum().item())
      guard bad == 0 else {
        throw SubspaceError("\(Counted.text(bad, "values")) of the \(name) are NaN or infinite")
      }
    }
    let least = try (self.squares - self.mean * self.mean + self.squares * 1e-4).array(
      of: Double.self)
    let wrong = least.count { $0 < 0 }
    guard wrong == 0 else {
      throw SubspaceError(
        "the mean of squares of \(wrong) weights is less than the square of their mean, as no run's is"
      )
    }
    if let deviations {
      let first = max(0, deviations.shape[0] - rank)
      columns = try (first..<deviations.shape[0]).map { try deviations.select(0, $0).to(.float64) }
    }
  }

  /// Takes in the next snapshot, flat `[P]`: the running means first, then its deviation from the
  /// new mean, so that the first snapshot's deviation is zero.
  ///
  /// - Throws: `TorchError` where its length is another.
  public mutating func collect(_ snapshot: Tensor) throws {
    let wide = try snapshot.to(device: "cpu").to(.float64)
    let old = Double(count) / Double(count + 1)
    mean = try mean * old + wide / Double(count + 1)
    squares = try squares * old + (wide * wide) / Double(count + 1)
    count += 1
    columns.append(try wide - mean)
    if columns.count > rank { columns.removeFirst() }
  }

  /// D: the deviations that are kept, as rows `[K, P]`, the latest last, double precision.
  public func deviations() throws -> Tensor {
    columns.isEmpty
      ? try Tensor.zeros([0, mean.count], dtype: .float64) : try Tensor.stack(columns)
  }

  /// How many deviations are kept.
  public var kept: Int { columns.count }

  /// Each weight's variance over the snapshots, at least ``leastVariance``, flat `[P]`.
  public func variance() throws -> Tensor {
    try (squares - mean * mean).clamped(min: Self.leastVariance)
  }

  /// A draw: mean + √scale·(√variance ⊙ z₁ + Dᵀz₂/√(K − 1)), z₁ and z₂ standard normal.
  ///
  /// At the scale 0.5 its covariance is the paper's ½(Σ_diag + DDᵀ/(K − 1)). K is the number of
  /// deviations that are kept; the authors' code divides by the maximum that K could have, even
  /// where there are fewer snapshots.
  ///
  /// - Parameters:
  ///   - scale: A factor on the covariance; 0 gives the mean.
  ///   - isDiagonal: Leaves the deviations out, as SWAG-Diagonal does.
  /// - Returns: Flat `[P]`, single precision.
  /// - Throws: ``SubspaceError`` for fewer than two snapshots.
  public func sample(
    scale: Double, isDiagonal: Bool = false, _ generator: Generator
  ) throws -> Tensor {
    guard count >= 2 else {
      throw SubspaceError("\(count) snapshot has no spread; SWAG needs two or more")
    }
    guard isDiagonal || columns.count >= 2 else {
      throw SubspaceError("\(columns.count) deviations span nothing; SWAG needs two or more")
    }
    let first = try generator.normal(mean.shape, dtype: .float64)
    var direction = try first * variance().squareRoot()
    if !isDiagonal {
      let second = try generator.normal([1, columns.count], dtype: .float64)
      let low = try second.matmul(deviations()).flattened()
      direction = try direction + low / Double(columns.count - 1).squareRoot()
    }
    return try (mean + direction * scale.squareRoot()).to(.float32)
  }
}
