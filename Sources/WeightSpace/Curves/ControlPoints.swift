import Torch

/// Points in weight space between which curves and surfaces run.
public struct ControlPoints {
  /// The points as rows, `[n, P]`.
  public let vectors: Tensor

  /// Takes points, flat `[P]` each, as copies.
  public init(_ points: [Tensor]) throws { vectors = try Tensor.stack(points) }

  /// The control points of a curve before training: evenly spaced on the segment between its ends.
  ///
  /// - Parameter count: With both ends, at least 2.
  public init(from start: Tensor, to end: Tensor, count: Int) throws {
    try self.init(
      (0..<count).map { place in
        let t = Double(place) / Double(count - 1)
        if place == 0 { return start }
        return place == count - 1 ? end : try start * (1 - t) + end * t
      })
  }

  /// The number of points n.
  public var count: Int { vectors.shape[0] }

  /// One of the points, `[P]`; shares memory.
  public func point(_ place: Int) throws -> Tensor { try vectors.select(0, place) }

  /// Σᵢ cᵢ wᵢ, `[P]`.
  ///
  /// - Parameter coefficients: One a point.
  public func combination(_ coefficients: [Double]) throws -> Tensor {
    try vectors.transposed().matmul(vector(of: coefficients))
  }

  /// Distances between neighbours of a list of combinations, in units of weight.
  public func distances(along path: [[Double]]) throws -> [Double] {
    // ‖Σ cᵢwᵢ‖² = cᵀGc: all distances follow from the points' Gram matrix, which is small. The c of
    // a difference sum to 0, so that a common origin drops out.
    let gram = try gram(about: point(0))
    return zip(path, path.dropFirst()).map { first, second in
      let c = zip(first, second).map { $1 - $0 }
      var square = 0.0
      for i in c.indices { for j in c.indices { square += c[i] * c[j] * gram[i][j] } }
      return max(0, square).squareRoot()
    }
  }

  /// Inner products of the points about an origin `[P]`, in double precision.
  public func gram(about origin: Tensor) throws -> [[Double]] {
    let centred = try vectors.to(.float64) - origin.to(.float64)
    let flat = try centred.matmul(centred.transposed()).array(of: Double.self)
    return (0..<count).map { Array(flat[($0 * count)..<(($0 + 1) * count)]) }
  }

  // Where the points are, and of their type.
  package func vector(of numbers: [Double]) throws -> Tensor {
    let vector = try vectors.narrow(1, start: 0, length: 1).flattened().clone()
    try vector.assign(Tensor(numbers, shape: [numbers.count]))
    return vector
  }
}
