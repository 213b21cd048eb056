import Networks
import Torch

/// A part of weight space with few coordinates t: w = origin + Σₖ tₖ·basisₖ.
///
/// Planes, the principal components of snapshots, and the subspaces of SWAG and of posteriors are all of this
/// type; they differ in what they lay it through.
///
/// ```swift
/// let subspace = try AffineSubspace(at: mean, orthogonal: directions)
/// let weights = try subspace.point([0.5, -1])
/// ```
public struct AffineSubspace {
  /// Where t = 0, flat `[P]`.
  public let origin: Tensor
  /// One direction a coordinate, `[K, P]`.
  public let basis: Tensor
  /// The length of each direction, in units of weight.
  public let lengths: [Double]
  /// What the coordinates are called, for axes and tables.
  public var names: [String]

  private let metric: Metric

  // How coordinates follow from the inner products with the basis.
  private enum Metric {
    case orthonormal
    case orthogonal
    // The inverse of the basis' inner products, row by row.
    case oblique(inverse: [[Double]])
  }

  /// The number of coordinates K.
  public var rank: Int { lengths.count }

  /// A subspace of orthogonal directions of any length.
  ///
  /// - Parameters:
  ///   - origin: `[P]`; its device and type are those of all points.
  ///   - basis: `[K, P]`.
  ///   - names: One a direction; "coordinate 1" and so on where there are none.
  public init(at origin: Tensor, orthogonal basis: Tensor, names: [String]? = nil) throws {
    let own = try origin.unsqueezed(0).expanded(basis.shape).clone()
    try own.assign(basis)
    self.init(
      origin, own, lengths: try basis.to(.float64).norm(1).array(of: Double.self), .orthogonal,
      names)
  }

  /// A subspace of orthonormal directions: coordinates are distances between weights.
  ///
  /// - Parameter axes: The directions as columns, `[P, K]`.
  public init(at origin: Tensor, orthonormal axes: Tensor, names: [String]? = nil) throws {
    try self.init(at: origin, orthonormalRows: axes.transposed(), names: names)
  }

  /// The same with the directions as rows, `[K, P]`.
  public init(at origin: Tensor, orthonormalRows rows: Tensor, names: [String]? = nil) throws {
    self.init(
      origin, try rows.to(origin.dtype ?? .float32),
      lengths: Array(repeating: 1, count: rows.shape[0]), .orthonormal, names)
  }

  /// A plane of two directions as they are: coordinates are multiples of them, and no distances.
  ///
  /// - Parameters:
  ///   - first: `[P]`, double precision.
  ///   - second: The same.
  /// - Throws: ``PlaneError`` where the directions are parallel or one is zero.
  public init(
    at origin: Tensor, oblique first: Tensor, _ second: Tensor, names: [String]? = nil
  ) throws {
    let (xx, yy) = (try first.dot(first).item(), try second.dot(second).item())
    let xy = try first.dot(second).item()
    let determinant = xx * yy - xy * xy
    guard determinant.isFinite, determinant > 1e-12 * xx * yy else { throw PlaneError.parallel }
    let inverse = [
      [yy / determinant, -xy / determinant], [-xy / determinant, xx / determinant],
    ]
    self.init(
      origin,
      try Tensor.stack([first, second], dimension: 1).to(origin.dtype ?? .float32).transposed(),
      lengths: [xx.squareRoot(), yy.squareRoot()], .oblique(inverse: inverse), names)
  }

  private init(
    _ origin: Tensor, _ basis: Tensor, lengths: [Double], _ metric: Metric, _ names: [String]?
  ) {
    (self.origin, self.basis, self.lengths, self.metric) = (origin, basis, lengths, metric)
    self.names = names ?? lengths.indices.map { "coordinate \($0 + 1)" }
  }

  /// The weights at coordinates t, flat `[P]`.
  public func point(_ coordinates: [Double]) throws -> Tensor {
    try origin.adding(basis.transposed(), timesVector: vector(of: coordinates))
  }

  /// Moves a network's parameters to coordinates, in one operation.
  public func move(_ network: Network, to coordinates: [Double]) throws {
    try withoutGradients { try network.parameters.assign(point(coordinates)) }
  }

  /// The coordinates of the nearest point of the subspace to a vector `[P]`, and how far away it is.
  public func coordinates(of vector: Tensor) throws -> (coordinates: [Double], distance: Double) {
    let difference = try vector.to(.float64) - origin.to(.float64)
    let wide = try basis.to(.float64)
    let inner = try wide.matmul(difference).array(of: Double.self)
    let coordinates =
      switch metric {
      case .orthonormal: inner
      case .orthogonal: zip(inner, lengths).map { $0 / ($1 * $1) }
      case .oblique(let inverse):
        inverse.map { row in zip(row, inner).reduce(0) { $0 + $1.0 * $1.1 } }
      }
    // Where the difference is.
    let place = try difference.narrow(0, start: 0, length: 1).expanded([rank]).clone()
    try place.assign(Tensor(coordinates, shape: [rank]))
    let rest = try difference - wide.transposed().matmul(place)
    return (coordinates, try rest.norm().item())
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
