import Foundation

/// Minimises a ``VariationalObjective`` by L-BFGS (J. Nocedal and S. J. Wright, Numerical Optimization,
/// 2nd edition, algorithms 7.4 and 7.5) on μ and log σ.
///
/// The inverse Hessian starts from the inverse Fisher information of the present Gaussian, σ² for μ and ½
/// for log σ, which is the Hessian's own inverse at an optimum of a quadratic loss. A step moves μ by 2σ and
/// log σ by 1 at most, and is halved until it satisfies Armijo's condition, so that F never rises.
struct VariationalDescent {
  /// One accepted state.
  struct State {
    var posterior: MeanFieldPosterior
    var value: Double
    /// What the next step gains where F is quadratic: −gᵀd/2, in nats.
    var predictedGain: Double
  }

  /// Why it ended.
  enum End: Equatable { case converged, stalled, iterations }

  var objective: VariationalObjective
  var iterations: Int
  /// The predicted gain, in nats, below which the optimum is reached.
  var tolerance: Double

  private static let memory = 10
  // What rounding in single precision leaves of the mean loss.
  private static let rounding = 1e-6

  func run(
    from start: MeanFieldPosterior, report: (_ steps: Int) throws -> Void
  ) throws -> (states: [State], end: End)? {
    var q = start
    guard var found = try objective.gradient(q) else { return nil }
    var pairs: [(step: [Double], change: [Double])] = []
    var states: [State] = []
    var isRepeated = false
    while true {
      try report(states.count - (isRepeated ? 1 : 0))
      var direction = Self.direction(found.gradient, pairs, q)
      var slope = Self.dot(found.gradient, direction)
      if slope >= 0 {
        pairs = []
        direction = Self.direction(found.gradient, [], q)
        slope = Self.dot(found.gradient, direction)
      }
      if isRepeated { states.removeLast() }
      isRepeated = false
      states.append(State(posterior: q, value: found.value, predictedGain: -slope / 2))
      let noise = Self.rounding * objective.weight * abs(found.loss)
      if -slope / 2 <= tolerance + noise { return (states, .converged) }
      if states.count > iterations { return (states, .iterations) }
      var length = Self.longest(direction, q)
      var next: (q: MeanFieldPosterior, found: (value: Double, gradient: [Double], loss: Double))?
      for _ in 0..<30 {
        let moved = Self.moved(q, direction, length)
        if let there = try objective.gradient(moved),
          there.value <= found.value + 1e-4 * length * slope
        {
          next = (moved, there)
          break
        }
        length /= 2
      }
      guard let next else {
        if pairs.isEmpty { return (states, .stalled) }
        // The same state again, along the other direction.
        (pairs, isRepeated) = ([], true)
        continue
      }
      let step = direction.map { $0 * length }
      let change = zip(next.found.gradient, found.gradient).map { $0 - $1 }
      let scale = Self.information(q)
      let sizes = zip(scale, step).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
      if Self.dot(step, change) > 1e-8 * sizes {
        pairs.append((step, change))
        if pairs.count > Self.memory { pairs.removeFirst() }
      }
      (q, found) = (next.q, next.found)
    }
  }

  // The Fisher information of μ and log σ.
  private static func information(_ q: MeanFieldPosterior) -> [Double] {
    q.deviations.map { 1 / ($0 * $0) } + q.deviations.map { _ in 2 }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  // The two-loop recursion.
  private static func direction(
    _ gradient: [Double], _ pairs: [(step: [Double], change: [Double])], _ q: MeanFieldPosterior
  ) -> [Double] {
    var vector = gradient
    var factors: [Double] = []
    for pair in pairs.reversed() {
      let factor = dot(pair.step, vector) / dot(pair.step, pair.change)
      factors.append(factor)
      for place in vector.indices { vector[place] -= factor * pair.change[place] }
    }
    vector = zip(vector, information(q)).map { $0 / $1 }
    for (pair, factor) in zip(pairs, factors.reversed()) {
      let back = dot(pair.change, vector) / dot(pair.step, pair.change)
      for place in vector.indices { vector[place] += (factor - back) * pair.step[place] }
    }
    return vector.map { -$0 }
  }

  // At most 1, 2σ for means and 1 for log σ.
  private static func longest(_ direction: [Double], _ q: MeanFieldPosterior) -> Double {
    let rank = q.means.count
    var largest = 1.0
    for place in 0..<rank {
      largest = max(
        largest, abs(direction[place]) / (2 * q.deviations[place]), abs(direction[rank + place]))
    }
    return 1 / largest
  }

  private static func moved(
    _ q: MeanFieldPosterior, _ direction: [Double], _ length: Double
  ) -> MeanFieldPosterior {
    let rank = q.means.count
    var moved = q
    for place in 0..<rank {
      moved.means[place] += length * direction[place]
      moved.deviations[place] *= exp(length * direction[rank + place])
    }
    return moved
  }
}
