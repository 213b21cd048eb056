import BasinCore
import Torch

/// Barriers of several paths or surfaces between the same solutions, compared on the same inputs.
public enum BarrierComparison {
  /// How far the loss over a simplex rises above what lies straight between the losses at its corners:
  /// max_b L(b) − Σᵢ bᵢ L(eᵢ) over points of a simplex, at least 0.
  ///
  /// - Parameter points: Barycentric coordinates of each loss; the corners must be among them.
  /// - Returns: NaN where a loss is NaN.
  public static func height(_ losses: [Double], over points: [[Double]]) -> Double {
    var corners = Array(repeating: 0.0, count: points.first?.count ?? 0)
    for (loss, point) in zip(losses, points) {
      if let corner = point.firstIndex(of: 1) { corners[corner] = loss }
    }
    let excesses = zip(losses, points).map { loss, point in
      loss - zip(point, corners).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return excesses.contains(where: \.isNaN) ? .nan : excesses.max() ?? 0
  }

  /// Barriers with 95 % bootstrap intervals over inputs, and what the first has more than the others.
  public struct Outcome: Sendable, Equatable {
    /// The barrier of each path, in nats for cross-entropy.
    public var heights: [Double]
    /// Their intervals.
    public var intervals: [ClosedRange<Double>?]
    /// The first barrier less each other, on the same draws of the inputs.
    public var differences: [Double]
    /// Their intervals.
    public var differenceIntervals: [ClosedRange<Double>?]
  }

  /// Compares barriers on the same inputs.
  ///
  /// - Parameters:
  ///   - paths: Losses of each input at each point, `[T, N]`, for each path or surface.
  ///   - seed: Decides the draws of the bootstrap.
  ///   - height: The barrier of T mean losses.
  /// - Throws: `Cancelled`.
  public static func compare(
    _ paths: [Tensor], seed: Seed, resamples: Int = 1000,
    cancellation: Cancellation = Cancellation(), height: ([Double]) -> Double
  ) throws -> Outcome {
    let heights = try paths.map { height(try $0.mean(1).array(of: Double.self)) }
    let (points, count) = (paths[0].shape[0], paths[0].shape[1])
    var bootstrap = Bootstrap(seed: seed, resamples: resamples)
    var drawn = paths.map { _ in [Double]() }
    // As many draws at a time as take about 32 MiB.
    let step = max(1, min(resamples, 4_000_000 / max(1, count)))
    for start in stride(from: 0, to: resamples, by: step) {
      try cancellation.check()
      let rows = min(step, resamples - start)
      var weights: [Double] = []
      weights.reserveCapacity(rows * count)
      for _ in 0..<rows { weights += bootstrap.counts(count).map { Double($0) / Double(count) } }
      let draws = try Tensor(weights, shape: [rows, count])
      for (index, path) in paths.enumerated() {
        let means = try draws.matmul(path.transposed()).array(of: Double.self)
        drawn[index] += (0..<rows).map {
          height(Array(means[($0 * points)..<(($0 + 1) * points)]))
        }
      }
    }
    return Outcome(
      heights: heights, intervals: drawn.map(Bootstrap.interval(ofDraws:)),
      differences: heights.dropFirst().map { heights[0] - $0 },
      differenceIntervals: drawn.dropFirst().map { other in
        Bootstrap.interval(ofDraws: zip(drawn[0], other).map { $0 - $1 })
      })
  }
}
