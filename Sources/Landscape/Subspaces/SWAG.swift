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

  /// The least variance of a weight.
  public static let leastVariance = 1e-30

  /// An empty collection for flat vectors of so many `parameters`.
  ///
  /// - Parameter rank: Deviations that are kept, the latest; at least 2.
  public init(rank: Int, parameters: Int) throws {
    self.rank = rank
    mean = try Tensor.zeros([parameters], dtype: .float64)
    squares = try Tensor.zeros([parameters], dtype: .float64)
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
  public func deviations() throws -> Tensor { try Tensor.stack(columns) }

  /// How many deviations are kept.
  public var kept: Int { columns.count }

  /// Each weight's variance over the snapshots, at least ``leastVariance``, flat `[P]`.
  public func variance() throws -> Tensor {
    try torch1(
      "aten::clamp", [.tensor(squares - mean * mean), .real(Self.leastVariance), .none])
  }

  /// A draw: mean + √scale·(√variance ⊙ z₁ + Dᵀz₂/√(K − 1)), z₁ and z₂ standard normal.
  ///
  /// At the scale 0.5 its covariance is the paper's ½(Σ_diag + DDᵀ/(K − 1)). K is the number of
  /// deviations that are kept; the authors' code divides by the greatest number K could have, even
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
    guard columns.count >= 2 else {
      throw SubspaceError("\(count) snapshot has no spread; SWAG needs two or more")
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
