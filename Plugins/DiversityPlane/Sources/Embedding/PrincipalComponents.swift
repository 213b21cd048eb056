import Torch

/// Principal components of points, by the eigenvectors of their Gram matrix: cheap for few points of
/// many dimensions.
public struct PrincipalComponents: Sendable {
  /// The points in the first components, `[N][k]`: centred, the widest component first.
  public let coordinates: [[Double]]
  /// The part of the variance that each component has, from 0 to 1.
  public let explained: [Double]

  /// Analyses points.
  ///
  /// - Parameters:
  ///   - points: `[N, D]`, double precision.
  ///   - count: Components wanted; where points have fewer, the rest is zero.
  /// - Throws: `TorchError`.
  public init(_ points: Tensor, count: Int) throws {
    let size = points.shape[0]
    let decomposition = try Engine.withOneThread {
      let centred = try points - points.mean(0)
      return try centred.matmul(centred.transposed()).eigenDecomposition()
    }
    let values = try decomposition.values.array(of: Double.self).map { max(0, $0) }
    let vectors = try decomposition.vectors.array(of: Double.self)
    let total = values.reduce(0, +)
    var coordinates = [[Double]](repeating: [], count: size)
    var explained: [Double] = []
    for rank in 0..<count {
      // Values ascend.
      let place = size - 1 - rank
      let value = place >= 0 ? values[place] : 0
      explained.append(total > 0 ? value / total : 0)
      let column = (0..<size).map { place >= 0 ? vectors[$0 * size + place] : 0 }
      // Which of the two directions is the first one's: its largest entry is positive.
      let largest = column.max { abs($0) < abs($1) } ?? 0
      let factor = value.squareRoot() * (largest < 0 ? -1 : 1)
      for index in 0..<size { coordinates[index].append(column[index] * factor) }
    }
    self.coordinates = coordinates
    self.explained = explained
  }
}
