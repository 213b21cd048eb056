import BasinCore
import Statistics
import Torch

/// What snapshots of one trajectory say about where it went: their mean, the spread of each weight,
/// and their principal components (Fort, Hu & Lakshminarayanan, arXiv 1912.02757, §3.2).
public struct SnapshotSubspace {
  /// The principal components, orthonormal, at the mean of the snapshots, the widest first.
  public let components: AffineSubspace
  /// The standard deviation of each weight over the snapshots (their number as divisor), flat `[P]`.
  public let deviation: Tensor
  /// The standard deviation of the snapshots along each component, s/√(n − 1) with the singular value
  /// s of the centred snapshots.
  public let deviations: [Double]

  /// The mean of the snapshots, flat `[P]`.
  public var mean: Tensor { components.origin }

  /// Analyses snapshots.
  ///
  /// - Parameters:
  ///   - snapshots: Flat vectors `[P]` on the CPU, at least two.
  ///   - rank: Max number of components; there are no more than snapshots less one.
  /// - Throws: ``SubspaceError`` when the snapshots do not differ; `Cancelled`; `TorchError`.
  public init(
    _ snapshots: [Tensor], rank: Int, cancellation: Cancellation = Cancellation()
  ) throws {
    let count = snapshots.count
    guard count >= 2 else {
      throw SubspaceError("\(count) snapshot makes no subspace; two or more are needed")
    }
    let rows = try Tensor.stack(snapshots)
    let dtype = rows.dtype ?? .float32
    // In double precision: sums and squares of large weights are beyond single.
    let wideMean = try rows.to(.float64).mean(0)
    try cancellation.check()
    let wide = try rows.to(.float64) - wideMean
    deviation = try (wide * wide).mean(0).squareRoot().to(dtype)
    let decomposition = try ThinDecomposition(wide, cancellation: cancellation)
    let squares = decomposition.squares.prefix(min(rank, count - 1, decomposition.rank))
    guard !squares.isEmpty else {
      throw SubspaceError("the \(count) snapshots do not differ, so they span no subspace")
    }
    deviations = squares.map { ($0 / Double(count - 1)).squareRoot() }
    components = try AffineSubspace(
      at: wideMean.to(dtype),
      orthonormalRows: Tensor.stack(
        squares.enumerated().map { place, square in
          try (decomposition.scaledRight(place) / square.squareRoot()).to(dtype)
        }), names: squares.indices.map { "principal component \($0 + 1)" })
  }

  /// A draw with independent weights: mean + scale·σ⊙z, z ~ N(0, I), flat `[P]`.
  public func diagonalSample(scale: Double, _ generator: Generator) throws -> Tensor {
    let draw = try generator.normal(mean.shape, dtype: mean.dtype ?? .float32)
    return try mean + draw * deviation * scale
  }

  /// A draw within the span of the components: mean + scale·Σ zᵢσᵢvᵢ, z ~ N(0, I), flat `[P]`.
  ///
  /// - Parameter hasUnitDeviations: Takes 1 for every σᵢ, as the authors' released notebook does.
  public func lowRankSample(
    scale: Double, hasUnitDeviations: Bool = false, _ generator: Generator
  ) throws -> Tensor {
    let draw = try generator.normal([deviations.count], dtype: .float64).array(of: Double.self)
    let weights = zip(draw, deviations).map { scale * $0 * (hasUnitDeviations ? 1 : $1) }
    let row = try Tensor(weights.map { Float($0) }, shape: [1, weights.count])
      .to(components.basis.dtype ?? .float32)
    return try mean + row.matmul(components.basis).flattened()
  }
}

/// Snapshots that make no subspace.
public struct SubspaceError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The one-line reason.
  public var description: String

  /// Creates the error.
  public init(_ description: String) { self.description = description }
}
