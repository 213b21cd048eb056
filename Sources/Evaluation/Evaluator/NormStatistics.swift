import Networks
import Torch

/// Where batch-norm statistics lie among a network's buffers, and how fast they move.
struct NormStatistics {
  /// 1/m for statistics of momentum m and 0 for other buffers, flat `[B]`.
  let perMomentum: Tensor
  /// Whether a pass in training mode draws random numbers, as dropout does.
  let isRandom: Bool
  // Booleans, flat `[B]`. A mask and no factor: NaN · 0 is NaN.
  private let isStatistic: Tensor
  private let isOther: Tensor

  /// The buffers that are statistics.
  static func entries(of layout: ParameterLayout) -> [ParameterLayout.Entry] {
    layout.entries.filter {
      $0.name.hasSuffix("running_mean") || $0.name.hasSuffix("running_var")
    }
  }

  init(
    _ entries: [ParameterLayout.Entry], _ momenta: [Double], isRandom: Bool, like buffers: Tensor
  ) throws {
    let factors = try buffers.zerosLike()
    for (entry, momentum) in zip(entries, momenta) {
      try factors.narrow(0, start: entry.offset, length: entry.count).fill(1 / momentum)
    }
    perMomentum = factors
    isStatistic = try factors.notEqual(to: 0)
    isOther = try factors.equal(to: 0)
    self.isRandom = isRandom
  }

  /// Buffers with statistics at zero.
  func cleared(_ buffers: Tensor) throws -> Tensor { try zero(buffers, where: isStatistic) }

  /// Buffers with everything but statistics at zero.
  func only(_ buffers: Tensor) throws -> Tensor { try zero(buffers, where: isOther) }

  /// Buffers with NaN for statistics that are infinite: x/∞ = 0 would make outputs of a network that has
  /// none.
  func withoutInfinite(_ buffers: Tensor) throws -> Tensor {
    let infinite = try isStatistic.logicalAnd(buffers.areInfinite())
    return try buffers.filled(with: .nan, where: infinite)
  }

  private func zero(_ buffers: Tensor, where mask: Tensor) throws -> Tensor {
    try buffers.filled(with: 0, where: mask)
  }
}
