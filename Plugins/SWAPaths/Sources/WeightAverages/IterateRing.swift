import Torch

/// Where an average lies among the iterates that it averages: SGD at a constant rate walks on the
/// surface of a valley, and the average lies inside (arXiv 1803.05407, §3.1 and fig. 3).
public struct IterateRing: Sendable, Equatable {
  /// The distance of every iterate from the average, in units of weight.
  public let radii: [Double]
  /// The cosine of the angle that neighbouring iterates make at the average.
  public let neighbours: [Double]

  /// Measures iterates `[P]` about a centre `[P]`.
  public init(_ iterates: [Tensor], about centre: Tensor) throws {
    let centre = try centre.to(.float64)
    let offsets = try iterates.map { try $0.to(.float64) - centre }
    let radii = try offsets.map { try $0.norm().item() }
    self.radii = radii
    neighbours = try offsets.indices.dropFirst().map { index in
      try offsets[index - 1].dot(offsets[index]).item() / (radii[index - 1] * radii[index])
    }
  }
}
