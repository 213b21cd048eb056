/// Where a descent begins: the best isotropic Gaussian about a centre, its width going down from the
/// prior's by factors of four.
struct StartLadder {
  var objective: VariationalObjective
  var prior: Double
  // Places that were evaluated, with their unnormalised −log posterior.
  private var seen: [(place: [Double], energy: Double)] = []

  private static let rungs = 14

  init(objective: VariationalObjective, prior: Double) {
    (self.objective, self.prior) = (objective, prior)
  }

  /// The best width about a centre: two rungs after the lowest are looked at before the ladder ends.
  ///
  /// - Returns: `nil` where the objective is finite on no rung.
  mutating func start(at centre: [Double]) throws -> MeanFieldPosterior? {
    var best: (q: MeanFieldPosterior, value: Double)?
    var since = 0
    var width = prior
    for _ in 0..<Self.rungs where since < 3 {
      let q = MeanFieldPosterior(
        means: centre, deviations: centre.map { _ in width }, prior: prior)
      let values = try objective.values(q)
      for (draw, value) in zip(objective.draws, values) {
        let place = q.place(draw)
        let square = place.reduce(0) { $0 + $1 * $1 }
        seen.append((place, value - q.divergence + square / (2 * prior * prior)))
      }
      let mean = values.reduce(0, +) / Double(values.count)
      if mean.isFinite, mean < best?.value ?? .infinity {
        best = (q, mean)
        since = 0
      } else if best != nil {
        since += 1
      }
      width /= 4
    }
    return best?.q
  }

  /// The likeliest place that was evaluated, and the likeliest on the other side of the origin.
  func likeliest() -> [[Double]] {
    let finite = seen.filter { $0.energy.isFinite }
    guard let first = finite.min(by: { $0.energy < $1.energy })?.place else { return [] }
    let other = finite.filter { zip($0.place, first).reduce(0) { $0 + $1.0 * $1.1 } < 0 }
      .min { $0.energy < $1.energy }?.place
    return [first] + (other.map { [$0] } ?? [])
  }
}
