import BasinCore
import Statistics
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

  /// Barriers with their intervals over inputs, and how much higher the first is than each other.
  public struct Outcome: Sendable, Equatable {
    /// The barrier of each path, in nats for cross-entropy.
    public var heights: [Estimate]
    /// The first barrier minus each other, on the same inputs.
    public var differences: [Difference]

    /// The same barriers with no verdict on their differences.
    ///
    /// - Parameter objection: Why, a clause; `nil` changes nothing.
    public func withholding(_ objection: String?) -> Outcome {
      guard let objection else { return self }
      var outcome = self
      for place in differences.indices {
        outcome.differences[place].estimate.support = .unsupported(objection)
      }
      return outcome
    }
  }

  /// Compares barriers on the same inputs.
  ///
  /// The excess of a point is a mean over inputs, with Student's t interval. A barrier is the highest
  /// excess: its interval reaches from the lower end of that place (at least 0) to the highest upper end of
  /// any place, which covers the barrier wherever it really is. A difference of barriers has Student's t
  /// interval of each input's difference of excesses at the two highest places (J. M. Danskin's derivative of
  /// a maximum, The Theory of Max-Min, 1967).
  ///
  /// - Parameters:
  ///   - paths: Losses of each input at each point, `[T, N]`, for each path or surface.
  ///   - points: Barycentric coordinates of the points, `[T][K]`, all K corners among them.
  ///   - unit: What the inputs are called: `training inputs`.
  ///   - given: What is held fixed.
  ///   - spacings: What the spacing of the logits of each path may add, none for 0.
  ///   - quantity: What that acts on.
  public static func compare(
    _ paths: [Tensor], over points: [[Double]], unit: String, given: String? = "these networks",
    spacings: [Double] = [], of quantity: Rounding.Quantity = .losses
  ) throws -> Outcome {
    let measured = try paths.enumerated().map { index, losses in
      var excess = try Excess(losses, over: points)
      // Both a point and what lies straight between the corners are as uncertain as a loss.
      if spacings.indices.contains(index) { excess.spacing = 2 * spacings[index] }
      excess.quantity = quantity
      return excess
    }
    let heights = measured.map { $0.height(unit: unit, given: given) }
    guard let first = measured.first else { return Outcome(heights: [], differences: []) }
    return Outcome(
      heights: heights,
      differences: measured.dropFirst().map { other in
        var found = Difference.paired(first.highest, other.highest, unit: unit, given: given)
        found.estimate.value = first.means[first.place] - other.means[other.place]
        // What is rounded are the losses that excesses are differences of.
        found.rounding = Rounding.tolerance(
          magnitude: 2 * (first.magnitude + other.magnitude), terms: first.count)
        (found.spacing, found.quantity) = (first.spacing + other.spacing, quantity)
        return found
      })
  }

  // How far each point lies above what is straight between the corners, as means over inputs.
  private struct Excess {
    var means: [Double]
    var deviations: [Double]
    var count: Int
    /// The mean size of a loss at the corners and the highest place.
    var magnitude: Double
    /// What the spacing of the logits may add to an excess.
    var spacing = 0.0
    var quantity = Rounding.Quantity.losses
    /// The highest place; the first that is NaN where there is one.
    var place: Int
    /// The excess of every input there.
    var highest: [Double]

    init(_ losses: Tensor, over points: [[Double]]) throws {
      let losses = try losses.to(.float64)
      count = losses.shape[1]
      let corners = (0..<(points.first?.count ?? 0)).compactMap { corner in
        points.firstIndex { $0[corner] == 1 }
      }
      let index = try Tensor(corners.map(Int64.init), shape: [corners.count])
      let ends = try losses.indexSelect(0, index)
      let weights = try Tensor(points.flatMap(\.self), shape: [points.count, corners.count])
      let excess = try losses - weights.matmul(ends)
      means = try excess.mean(1).array(of: Double.self)
      let squares = try (excess * excess).mean(1).array(of: Double.self)
      let own = Double(count)
      deviations = zip(means, squares).map {
        (max(0, $1 - $0 * $0) * own / max(1, own - 1)).squareRoot()
      }
      let found = means
      place =
        found.firstIndex(where: \.isNaN) ?? found.indices.max { found[$0] < found[$1] } ?? 0
      highest = try excess.select(0, place).array(of: Double.self)
      let sizes =
        try losses.select(0, place).array(of: Double.self)
        + ends.flattened().array(of: Double.self)
      magnitude = sizes.reduce(0) { $0 + abs($1) } / Double(max(1, sizes.count))
    }

    func height(unit: String, given: String?) -> Estimate {
      let rounding = Rounding.tolerance(magnitude: magnitude, terms: count)
      // NaN stays.
      let value = means[place] <= rounding ? 0 : means[place]
      guard count >= Estimate.fewestUnits, value.isFinite else {
        return Estimate.deltaMethod(value, influences: highest, unit: unit, given: given)
      }
      if value > 0, value <= spacing {
        return Estimate(value, .unsupported(Rounding.reason(spacing, of: quantity)))
      }
      let factor =
        StudentT.critical(level: 0.95, degrees: Double(count - 1))
        / Double(count).squareRoot()
      let low = max(0, value - factor * deviations[place])
      let high = zip(means, deviations).map { $0 + factor * $1 }.max() ?? value
      guard high - low > rounding else {
        let isEqual = zip(means, deviations).allSatisfy { abs($0) <= rounding && $1 <= rounding }
        return Estimate(
          value,
          .unsupported(
            isEqual
              ? "equal values have no measurable spread"
              : "the ends of all intervals lie below the straight line between the ends' values"))
      }
      return Estimate(
        value,
        .interval(
          ConfidenceInterval(
            low...max(low, high), method: "Student's t", count: count, unit: unit, given: given)))
    }
  }
}
