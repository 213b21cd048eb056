import Torch

/// A running average of weights (Izmailov et al., arXiv 1803.05407, algorithm 1).
///
/// Sums are kept in double precision, so that the order and number of snapshots leave no trace.
///
/// ```swift
/// var average = WeightAverage(.equal)
/// for snapshot in snapshots { try average.add(snapshot) }
/// ```
public struct WeightAverage {
  /// How much a snapshot counts.
  public enum Weighting: Sendable, Equatable {
    /// All the same: w ← (n·w + wₙ)/(n + 1).
    case equal
    /// The past counts `decay` and the new snapshot the rest: w ← d·w + (1 − d)·wₙ, from the first
    /// snapshot on.
    case exponential(decay: Double)
  }

  /// How much a snapshot counts.
  public let weighting: Weighting
  /// How many snapshots there are.
  public private(set) var count = 0
  private var sum: Tensor?

  /// An average of nothing yet.
  public init(_ weighting: Weighting) { self.weighting = weighting }

  /// Takes one more snapshot, flat `[P]`.
  public mutating func add(_ snapshot: Tensor) throws {
    let snapshot = try snapshot.detached().to(.float64)
    let weight =
      switch weighting {
      case .equal: 1 / Double(count + 1)
      case .exponential(let decay): 1 - decay
      }
    sum = try sum.map { try $0 * (1 - weight) + snapshot * weight } ?? snapshot.clone()
    count += 1
  }

  /// The average, flat `[P]` in double precision; `nil` before the first snapshot.
  public var value: Tensor? { sum }
}
