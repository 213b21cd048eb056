import Torch

/// How far a quantity on a line rises above the straight connection of its ends' values:
/// max over t in [0, 1] of L(t) − [(1 − t)·L(0) + t·L(1)] (Frankle et al., arXiv 1912.05671, §2, take
/// the mean of the ends for the second term; this one is the usual refinement for ends of unequal
/// height, Entezari et al., arXiv 2110.06296, definition 2.1).
public struct Barrier: Sendable, Equatable {
  /// The height, in the units of the quantity; never below 0, which is the value at the ends.
  public let height: Double
  /// Where it is reached; the first of several such places.
  public let place: Double

  /// Measures values along a line.
  ///
  /// - Parameters:
  ///   - places: t in rising order, with 0 and 1 among them; those outside [0, 1] do not count.
  ///   - values: The quantity there.
  /// - Precondition: 0 and 1 are among the places.
  public init(along places: [Double], _ values: [Double]) {
    guard let start = places.firstIndex(of: 0), let end = places.firstIndex(of: 1) else {
      preconditionFailure("a barrier lies between t = 0 and t = 1")
    }
    var best = (height: 0.0, place: 0.0)
    for index in start...end {
      let t = places[index]
      let excess = values[index] - ((1 - t) * values[start] + t * values[end])
      // NaN is a barrier, and no number is greater than it.
      if excess > best.height || excess.isNaN { best = (excess, t) }
      if excess.isNaN { break }
    }
    (height, place) = best
  }

  /// The 95 % bootstrap interval of the height over inputs.
  ///
  /// - Parameters:
  ///   - places: As for ``init(along:_:)``.
  ///   - values: The quantity of every input at each place, `[places][N]`.
  ///   - seed: Decides which inputs are drawn.
  /// - Returns: From the 2.5th to the 97.5th percentile of 1,000 draws of N inputs; `nil` for fewer
  ///   than three inputs.
  public static func interval(
    along places: [Double], perInput values: [[Double]], seed: Seed
  ) throws -> ClosedRange<Double>? {
    guard let count = values.first?.count, count >= 3 else { return nil }
    let path = try Tensor(values.flatMap(\.self), shape: [values.count, count])
    return try BarrierComparison.compare([path], seed: seed) {
      Barrier(along: places, $0).height
    }.intervals[0]
  }
}
