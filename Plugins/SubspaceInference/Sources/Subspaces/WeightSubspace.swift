import Landscape
import Torch

/// A subspace of weight space, w = ŵ + Pᵀt, as Bayesian inference in it uses it (Izmailov et al.,
/// arXiv 1907.07504, §4, and the authors' code).
public struct WeightSubspace {
  /// ŵ, where t = 0, flat `[P]`.
  public let origin: Tensor
  /// The rows of P: orthogonal directions of any length, `[K, P]`.
  public let basis: Tensor
  /// The length of each row, in units of weight.
  public let lengths: [Double]

  /// The number of coordinates K.
  public var rank: Int { lengths.count }

  /// A subspace of orthogonal rows.
  ///
  /// - Parameters:
  ///   - origin: `[P]`; its device and type are those of all points.
  ///   - basis: `[K, P]`.
  public init(at origin: Tensor, basis: Tensor) throws {
    self.origin = origin
    self.basis = try origin.unsqueezed(0).expanded(basis.shape).clone()
    try self.basis.assign(basis)
    lengths = try basis.to(.float64).norm(1).array(of: Double.self)
  }

  /// The first principal components of a run's deviations, at the run's mean: the rows are sᵢvᵢᵀ of the
  /// singular value decomposition of D/√(K − 1), so that a standard normal t has the run's spread.
  ///
  /// - Parameters:
  ///   - swag: The run's mean and deviations from its running mean.
  ///   - rank: Rows wanted; no more than the deviations span.
  /// - Throws: ``SubspaceError`` where they span fewer.
  public init(principal swag: SWAG, rank: Int) throws {
    let deviations = try swag.deviations() / Double(max(1, swag.kept - 1)).squareRoot()
    // The Gram matrix has the squared singular values, and is small.
    let gram = try deviations.matmul(deviations.transposed())
    let decomposition = try gram.eigenDecomposition()
    let values = try decomposition.values.array(of: Double.self)
    let largest = values.last ?? 0
    let usable = values.indices.reversed().filter { values[$0] > largest * 1e-12 && values[$0] > 0 }
    guard !usable.isEmpty else {
      throw SubspaceError(
        "the deviations of all \(swag.count) snapshots are 0: they are the same weights, which span no direction; take "
          + "snapshots of several times of a run")
    }
    guard usable.count >= rank else {
      throw SubspaceError(
        "the \(swag.count) snapshots span \(usable.count) directions, not \(rank); take more snapshots "
          + "or a lower rank")
    }
    let rows = try usable.prefix(rank).map { index in
      // uᵀD = s vᵀ; of the two directions the one whose largest entry is positive.
      let row = try decomposition.vectors.select(1, index).unsqueezed(0).matmul(deviations)
        .flattened()
      let place = try row.absolute().argmax(0).item()
      return try row * (row.select(0, Int(place)).item() < 0 ? -1 : 1)
    }
    try self.init(at: swag.mean.to(.float32), basis: Tensor.stack(rows))
  }

  /// Random orthogonal directions at a run's mean, each as long as the mean of the run's first two
  /// principal rows, as in the authors' code.
  public init(randomAround swag: SWAG, rank: Int, _ generator: Generator) throws {
    let lengths = try Self(principal: swag, rank: min(2, swag.kept)).lengths
    let length = lengths.reduce(0, +) / Double(lengths.count)
    let draw = try generator.normal([swag.mean.count, rank], dtype: .float64)
    let directions = try draw.qrDecomposition().q.transposed()
    try self.init(at: swag.mean.to(.float32), basis: directions * length)
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
    try self.init(at: mean, basis: Tensor.stack([u / (3.0).squareRoot(), v / 1.5]))
  }

  /// The weights at coordinates t, flat `[P]`.
  public func point(_ coordinates: [Double]) throws -> Tensor {
    try origin.adding(basis.transposed(), timesVector: vector(of: coordinates))
  }

  /// The coordinates of the nearest point of the subspace to a vector `[P]`, and how far away it is.
  public func coordinates(of vector: Tensor) throws -> (coordinates: [Double], distance: Double) {
    let difference = try vector.to(.float64) - origin.to(.float64)
    let wide = try basis.to(.float64)
    let inner = try wide.matmul(difference)
      .array(of: Double.self)
    let coordinates = zip(inner, lengths).map { $0 / ($1 * $1) }
    let nearest = try point(coordinates).to(.float64)
    return (coordinates, try (vector.to(.float64) - nearest).norm().item())
  }

  /// The derivative along each coordinate, from the gradient with respect to the weights `[P]`.
  public func gradient(_ gradient: Tensor) throws -> [Double] {
    try basis.matmul(gradient).array(of: Double.self)
  }

  // Where the basis is, and of its type.
  private func vector(of numbers: [Double]) throws -> Tensor {
    let vector = try basis.narrow(1, start: 0, length: 1).flattened().clone()
    try vector.assign(Tensor(numbers, shape: [numbers.count]))
    return vector
  }
}
