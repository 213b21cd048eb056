import Networks
import Torch

/// A plane in weight space with orthonormal axes, so that distances in it are distances between
/// weights.
///
/// ```swift
/// let plane = try ParameterPlane(through: base, seed, sample)
/// try plane.move(network, to: (x: 3, y: 0))
/// ```
public struct ParameterPlane {
  /// A vector's place in the plane.
  public struct Projection: Sendable, Equatable {
    /// Along the first axis, in units of weight.
    public var x: Double
    /// Along the second axis, in units of weight.
    public var y: Double
    /// How far the vector lies from the plane.
    public var distance: Double

    /// A place.
    public init(x: Double, y: Double, distance: Double = 0) {
      self.x = x
      self.y = y
      self.distance = distance
    }
  }

  /// The point (0, 0), flat `[P]`.
  public let origin: Tensor
  /// The axes, `[P, 2]`; orthonormal unless made by ``init(at:steps:_:)``.
  public let axes: Tensor
  // The inverse of the axes' inner products, where they are not orthonormal.
  private let inverse: (xx: Double, xy: Double, yy: Double)?

  /// The plane of three vectors, as the authors of arXiv 1802.10026 lay it: u = (b − a)/‖b − a‖,
  /// and v along (c − a) without its part along u.
  ///
  /// - Parameters:
  ///   - a: The origin, `[P]`.
  ///   - b: On the positive x axis.
  ///   - c: In the upper half.
  /// - Throws: ``PlaneError`` where the three lie on a line.
  public init(through a: Tensor, _ b: Tensor, _ c: Tensor) throws {
    let start = try a.to(.float64)
    try self.init(at: a, along: b.to(.float64) - start, c.to(.float64) - start)
  }

  /// The plane at a point along two directions, made orthonormal in turn.
  ///
  /// - Throws: ``PlaneError`` where the directions are parallel or one is zero.
  public init(at origin: Tensor, along first: Tensor, _ second: Tensor) throws {
    let (first, second) = (try first.to(.float64), try second.to(.float64))
    let norm = try first.norm().item()
    guard norm > 0, norm.isFinite else { throw PlaneError.parallel }
    let u = try first / norm
    let rest = try second - u * (u.dot(second).item())
    let height = try rest.norm().item()
    // What rounding in single precision leaves of parallel directions.
    guard height > 1e-6 * (try second.norm().item()), height.isFinite else {
      throw PlaneError.parallel
    }
    self.origin = origin
    inverse = nil
    axes = try Tensor.stack([u, rest / height], dimension: 1).to(origin.dtype ?? .float32)
  }

  /// The plane w = origin + x·first + y·second with the directions as they are: x and y are multiples of
  /// them, and no distances (Li et al., arXiv 1712.09913, §4).
  ///
  /// - Throws: ``PlaneError`` where the directions are parallel or one is zero.
  public init(at origin: Tensor, steps first: Tensor, _ second: Tensor) throws {
    let (first, second) = (try first.to(.float64), try second.to(.float64))
    let (xx, yy) = (try first.dot(first).item(), try second.dot(second).item())
    let xy = try first.dot(second).item()
    let determinant = xx * yy - xy * xy
    guard determinant.isFinite, determinant > 1e-12 * xx * yy else { throw PlaneError.parallel }
    self.origin = origin
    inverse = (yy / determinant, -xy / determinant, xx / determinant)
    axes = try Tensor.stack([first, second], dimension: 1).to(origin.dtype ?? .float32)
  }

  /// The weights at a point, `[P]`.
  public func point(x: Double, y: Double) throws -> Tensor {
    try origin.adding(axes, timesVector: coordinates(x, y))
  }

  /// Moves a network's parameters to a point, in one operation.
  public func move(_ network: Network, to point: (x: Double, y: Double)) throws {
    try withoutGradients {
      try network.parameters.assign(self.point(x: point.x, y: point.y))
    }
  }

  /// Where a vector `[P]` lies.
  public func projection(of vector: Tensor) throws -> Projection {
    let difference = try vector.to(.float64) - origin.to(.float64)
    let axes = try axes.to(.float64)
    let place = try axes.transposed().matmul(difference)
    if let inverse {
      let (x, y) = (try place.select(0, 0).item(), try place.select(0, 1).item())
      try place.assign(
        Tensor([inverse.xx * x + inverse.xy * y, inverse.xy * x + inverse.yy * y], shape: [2]))
    }
    let rest = try difference - axes.matmul(place)
    let values = try place.array(of: Double.self)
    return Projection(x: values[0], y: values[1], distance: try rest.norm().item())
  }

  private func coordinates(_ x: Double, _ y: Double) throws -> Tensor {
    // Copied to wherever the axes are.
    let place = try axes.narrow(0, start: 0, length: 1).flattened().clone()
    try place.assign(Tensor([x, y], shape: [2]))
    return place
  }
}

/// A plane that three vectors do not span.
public enum PlaneError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The directions are parallel, or one is zero.
  case parallel

  /// The one-line reason.
  public var description: String {
    "the three lie on one line, or two of them are the same, and span no plane"
  }
}
