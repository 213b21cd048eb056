import Foundation

/// The negative evidence lower bound of a tempered posterior on given standard normal draws z, in nats:
/// F(q) = N/T · mean_m L(μ + σ ⊙ z_m) + KL(q ‖ N(0, σ₀²I)).
struct VariationalObjective {
  var target: SubspaceTarget
  var prior: Double
  /// N/T.
  var weight: Double
  var draws: [[Double]]

  /// F on each draw, `+∞` where the loss is not finite.
  func values(_ q: MeanFieldPosterior) throws -> [Double] {
    let divergence = q.divergence
    return try draws.map { draw in
      let value = try weight * target.meanLoss(q.place(draw)) + divergence
      return value.isFinite ? value : .infinity
    }
  }

  /// F, its gradient over μ and log σ, and the mean loss of the draws; `nil` where F is not finite.
  ///
  /// Finite differences, where the target needs them, step a fiftieth of σ.
  func gradient(
    _ q: MeanFieldPosterior
  ) throws -> (value: Double, gradient: [Double], loss: Double)? {
    let rank = q.means.count
    let steps = q.deviations.map { $0 / 50 }
    var loss = 0.0
    var gradient = Array(repeating: 0.0, count: 2 * rank)
    for draw in draws {
      let found = try target.lossAndGradient(q.place(draw), steps)
      guard found.loss.isFinite, found.gradient.allSatisfy(\.isFinite) else { return nil }
      loss += found.loss / Double(draws.count)
      for place in 0..<rank {
        let slope = weight * found.gradient[place] / Double(draws.count)
        gradient[place] += slope
        gradient[rank + place] += slope * draw[place] * q.deviations[place]
      }
    }
    for place in 0..<rank {
      gradient[place] += q.means[place] / (prior * prior)
      let ratio = q.deviations[place] / prior
      gradient[rank + place] += ratio * ratio - 1
    }
    let value = weight * loss + q.divergence
    guard value.isFinite, gradient.allSatisfy(\.isFinite) else { return nil }
    return (value, gradient, loss)
  }
}
