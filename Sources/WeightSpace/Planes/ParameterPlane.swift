import Networks
import Torch

/// A plane in weight space: an ``AffineSubspace`` of two coordinates, x and y.
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

  /// The plane as a subspace; its names are those of x and y.
  public let subspace: AffineSubspace

  /// A subspace of two coordinates.
  ///
  /// - Precondition: Its rank is 2.
  public init(_ subspace: AffineSubspace) {
    precondition(subspace.rank == 2, "a plane has two coordinates, and this has \(subspace.rank)")
    self.subspace = subspace
  }

  /// The plane of three vectors, as the authors of arXiv 1802.10026 lay it: u = (b − a)/‖b − a‖,
  /// and v along (c − a) without its part along u.
  ///
  /// - Parameters:
  ///   - a: The origin, `[P]`.
  ///   - b: On the positive x axis.
  ///   - c: In the upper half.
  ///   - names: Of x and y.
  /// - Throws: ``PlaneError`` where the three lie on a line.
  public init(
    through a: Tensor, _ b: Tensor, _ c: Tensor, names: [String]? = nil
  ) throws {
    let start = try a.to(.float64)
    try self.init(at: a, along: b.to(.float64) - start, c.to(.float64) - start, names: names)
  }

  /// The plane at a point along two directions, made orthonormal in turn, so that distances in it are
  /// distances between weights.
  ///
  /// - Throws: ``PlaneError`` where the directions are parallel or one is zero.
  public init(
    at origin: Tensor, along first: Tensor, _ second: Tensor, names: [String]? = nil
  ) throws {
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
    subspace = try AffineSubspace(
      at: origin, orthonormal: Tensor.stack([u, rest / height], dimension: 1), names: names)
  }

  /// The plane w = origin + x·first + y·second with the directions as they are: x and y are multiples of
  /// them, and no distances (Li et al., arXiv 1712.09913, §4).
  ///
  /// - Throws: ``PlaneError`` where the directions are parallel or one is zero.
  public init(
    at origin: Tensor, steps first: Tensor, _ second: Tensor, names: [String]? = nil
  ) throws {
    subspace = try AffineSubspace(
      at: origin, oblique: first.to(.float64), second.to(.float64), names: names)
  }

  /// The weights at a point, `[P]`.
  public func point(x: Double, y: Double) throws -> Tensor { try subspace.point([x, y]) }

  /// Moves a network's parameters to a point, in one operation.
  public func move(_ network: Network, to point: (x: Double, y: Double)) throws {
    try subspace.move(network, to: [point.x, point.y])
  }

  /// Where a vector `[P]` lies.
  public func projection(of vector: Tensor) throws -> Projection {
    let (place, distance) = try subspace.coordinates(of: vector)
    return Projection(x: place[0], y: place[1], distance: distance)
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
