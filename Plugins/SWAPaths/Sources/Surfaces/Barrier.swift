import Landscape
import Torch

/// How far a quantity on a line rises above the straight connection of its ends' values:
/// max over t in [0, 1] of L(t) − [(1 − t)·L(0) + t·L(1)] (Frankle et al., arXiv 1912.05671, §2, take
/// the mean of the ends for the second term; this one is the usual refinement for ends of unequal
/// height, Entezari et al., arXiv 2110.06296, definition 2.1).
public struct Barrier: Sendable, Equatable {
  /// The height, in the units of the quantity; never below 0, which is the value at the ends.
  public let height: Double
  /// Where it is reached, 0 where it is within rounding of 0; the first of several such places; NaN where the height is.
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
      let size = abs(values[index]) + abs(values[start]) + abs(values[end])
      // NaN is a barrier, and no number is greater than it. What is within rounding of 0 is none.
      if excess > max(best.height, Rounding.tolerance(magnitude: size, terms: 1)) {
        best = (excess, t)
      }
      if excess.isNaN {
        best = (.nan, .nan)
        break
      }
    }
    (height, place) = best
  }

  /// The height with its 95 % interval over inputs, see ``BarrierComparison``.
  ///
  /// - Parameters:
  ///   - places: As for ``init(along:_:)``.
  ///   - values: The quantity of every input at each place, `[places][N]`.
  ///   - unit: What the inputs are called.
  ///   - spacing: What the spacing of the logits may add to the quantity.
  ///   - quantity: What that acts on.
  public static func estimate(
    along places: [Double], perInput values: [[Double]], unit: String, spacing: Double = 0,
    of quantity: Rounding.Quantity = .losses
  ) throws -> Estimate {
    let inside = places.indices.filter { (0...1).contains(places[$0]) }
    let count = values.first?.count ?? 0
    let path = try Tensor(inside.flatMap { values[$0] }, shape: [inside.count, count])
    return try BarrierComparison.compare(
      [path], over: inside.map { [1 - places[$0], places[$0]] }, unit: unit, spacings: [spacing],
      of: quantity
    ).heights[0]
  }
}
