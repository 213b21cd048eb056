/// How far the loss stays low around a point of weight space (Fort & Jastrzebski, arXiv 1906.04724).
public struct TunnelRadius: Sendable, Equatable {
  /// Distances from the point, rising from 0.
  public var distances: [Double]
  /// The loss along each direction: one list of as many values a direction.
  public var losses: [[Double]]

  /// Takes losses along rays.
  public init(distances: [Double], losses: [[Double]]) {
    self.distances = distances
    self.losses = losses
  }

  /// The distance at which the loss along each direction first reaches a threshold, interpolated
  /// linearly; 0 where it is there at the point itself, and the max distance where it never is.
  public func radii(threshold: Double) -> [Double] {
    losses.map { values in
      guard let crossing = values.firstIndex(where: { !($0 < threshold) }) else {
        return distances.last ?? 0
      }
      guard crossing > 0 else { return 0 }
      let (before, after) = (values[crossing - 1], values[crossing])
      let part = after.isFinite && after > before ? (threshold - before) / (after - before) : 0
      return distances[crossing - 1] + part * (distances[crossing] - distances[crossing - 1])
    }
  }

  /// Along how many directions the loss never reaches a threshold.
  public func open(threshold: Double) -> Int {
    losses.count { $0.allSatisfy { $0 < threshold } }
  }
}
