import BasinCore
import Landscape
import Torch

/// The subspaces of Bayesian inference in few coordinates, w = ŵ + Pᵀt (Izmailov et al., arXiv 1907.07504,
/// §4, and the authors' code). The rows of P are orthogonal and of any length.
extension AffineSubspace {
  /// The first principal components of a run's deviations, at the run's mean: the rows are sᵢvᵢᵀ of the
  /// singular value decomposition of D/√(K − 1), so that a standard normal t has the run's spread.
  ///
  /// - Parameters:
  ///   - swag: The run's mean and deviations from its running mean.
  ///   - rank: Rows wanted; no more than the deviations span.
  /// - Throws: ``SubspaceError`` where they span fewer.
  public init(principal swag: SWAG, rank: Int) throws {
    let deviations = try swag.deviations() / Double(max(1, swag.kept - 1)).squareRoot()
    let decomposition = try ThinDecomposition(deviations)
    guard decomposition.rank > 0 else {
      throw SubspaceError(
        "the deviations of all \(swag.count) snapshots are 0: they are the same weights, which span no "
          + "direction; take snapshots of several times of a run")
    }
    guard decomposition.rank >= rank else {
      throw SubspaceError(
        "the \(swag.count) snapshots span \(Counted.text(decomposition.rank, "directions")), not \(rank); take more "
          + "snapshots or a lower rank")
    }
    let rows = try (0..<rank).map { try decomposition.scaledRight($0) }
    try self.init(at: swag.mean.to(.float32), orthogonal: Tensor.stack(rows))
  }

  /// Random orthogonal directions at a run's mean, each as long as the mean of the run's first two
  /// principal rows, as in the authors' code.
  public init(randomAround swag: SWAG, rank: Int, _ generator: Generator) throws {
    let lengths = try Self(principal: swag, rank: min(2, swag.kept)).lengths
    let length = lengths.reduce(0, +) / Double(lengths.count)
    let draw = try generator.normal([swag.mean.count, rank], dtype: .float64)
    let directions = try draw.qrDecomposition().q.transposed()
    try self.init(at: swag.mean.to(.float32), orthogonal: directions * length)
  }

  /// The plane of a curve: through its two ends and its middle φ(½), at their mean. The first row is
  /// the ends' difference divided by √3, the second what the middle is away from the first end across
  /// it, divided by 1.5, as in the authors' code.
  ///
  /// - Throws: ``SubspaceError`` where the three lie on a line.
  public init(curveThrough start: Tensor, _ middle: Tensor, _ end: Tensor) throws {
    let (a, b, c) = try (start.to(.float64), middle.to(.float64), end.to(.float64))
    let u = try c - a
    let length = try u.norm().item()
    let rise = try b - a
    guard length > 0 else { throw SubspaceError("the curve's ends are the same") }
    let v = try rise - u * (u.dot(rise).item() / (length * length))
    guard try v.norm().item() > 1e-6 * length else {
      throw SubspaceError("the curve's ends and its middle lie on a line, and span no plane")
    }
    let mean = try ((a + b + c) / 3).to(start.dtype ?? .float32)
    try self.init(at: mean, orthogonal: Tensor.stack([u / (3.0).squareRoot(), v / 1.5]))
  }
}
