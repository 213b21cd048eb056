/// How far the loss stays low around a point of weight space (Fort & Jastrzebski, arXiv 1906.04724).
public struct TunnelRadius: Sendable, Equatable {
  /// Distances from the point, rising from 0.
  public var distances: [Double]
  /// The loss along each direction: one list of as many values a direction.
  public var losses: [[Double]]
  /// The spacing of the logits behind the losses, which these are uncertain by.
  public var spacing: Double

  /// Takes losses along rays.
  public init(distances: [Double], losses: [[Double]], spacing: Double = 0) {
    (self.distances, self.losses, self.spacing) = (distances, losses, spacing)
  }

  /// How far the spacing of the logits may move the radii, mean over the directions: from where the loss first
  /// reaches the threshold less the spacing to where it reaches the threshold and the spacing.
  public func doubt(threshold: Double) -> Double {
    guard spacing > 0, !losses.isEmpty else { return 0 }
    let widths = zip(radii(threshold: threshold + spacing), radii(threshold: threshold - spacing))
      .map { $0 - $1 }
    return widths.reduce(0, +) / Double(widths.count)
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
