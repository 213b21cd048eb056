import Landscape
import Torch

/// Random directions in weight space.
public enum RandomDirections {
  /// Uniform on the unit sphere, flat `[P]` in double precision: v/‖v‖, v ~ N(0, I).
  public static func unit(count: Int, _ generator: Generator) throws -> Tensor {
    let draw = try generator.normal([count]).to(.float64)
    return try draw / draw.norm().item()
  }

  /// A normal draw whose filters have the norms of the network's filters (Li et al., arXiv
  /// 1712.09913, §4): d_ij ← d_ij/‖d_ij‖·‖w_ij‖, where a filter is what makes one output of a
  /// convolution or linear layer. Biases and the scales of norms are zero, as in the authors' code.
  ///
  /// - Parameters:
  ///   - weights: w, flat `[P]`.
  ///   - layout: Where its tensors lie.
  /// - Returns: Flat `[P]` in double precision; a step of 1 moves every filter by its own norm.
  public static func filterNormalised(
    around weights: Tensor, _ layout: ParameterLayout, _ generator: Generator
  ) throws -> Tensor {
    let draw = try generator.normal([layout.count]).to(.float64)
    let weights = try weights.to(.float64)
    let parts = try layout.entries.map { entry -> Tensor in
      guard entry.shape.count > 1 else { return try Tensor.zeros([entry.count], dtype: .float64) }
      func filters(_ vector: Tensor) throws -> Tensor {
        try vector.narrow(0, start: entry.offset, length: entry.count)
          .reshaped([entry.shape[0], -1])
      }
      func norms(_ rows: Tensor) throws -> Tensor {
        try (rows * rows).sum(1, keepDimension: true).squareRoot()
      }
      let direction = try filters(draw)
      return try (direction * norms(filters(weights)) / (norms(direction) + 1e-10)).flattened()
    }
    return try Tensor.cat(parts)
  }
}
