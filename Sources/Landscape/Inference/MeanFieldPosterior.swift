import Foundation

/// A Gaussian with independent coordinates, fitted to a tempered posterior by stochastic variational
/// inference (Izmailov et al., arXiv 1907.07504, §4.4, and the authors' code).
///
/// Minimises E_q[mean loss] + (T/N)·KL(q ‖ N(0, σ₀²I)) with one draw t = μ + σ ⊙ ε a step, by SGD with
/// momentum 0.9 on μ and ρ, σ = log(1 + e^ρ) + 1e-6.
public struct MeanFieldPosterior: Sendable, Equatable {
  /// μ.
  public private(set) var means: [Double]
  /// σ.
  public var deviations: [Double] { raw.map(Self.softplus) }

  private var raw: [Double]
  private var velocities: [Double]
  private let prior: Double
  private let weight: Double

  /// A start at μ = 0.
  ///
  /// - Parameters:
  ///   - rank: The number of coordinates.
  ///   - deviation: Every σ at the start, positive.
  ///   - prior: σ₀, positive.
  ///   - weight: T/N: the temperature divided by the number of examples.
  public init(rank: Int, deviation: Double, prior: Double, weight: Double) {
    means = Array(repeating: 0, count: rank)
    raw = Array(repeating: log(expm1(deviation)), count: rank)
    velocities = Array(repeating: 0, count: 2 * rank)
    (self.prior, self.weight) = (prior, weight)
  }

  /// One step.
  ///
  /// - Parameter gradient: Of the mean loss at coordinates t.
  public mutating func step(
    rate: Double, momentum: Double = 0.9, using numbers: inout SeededNumbers,
    gradient: ([Double]) throws -> [Double]
  ) rethrows {
    let (deviations, rank) = (deviations, means.count)
    let noise = means.indices.map { _ in numbers.normal() }
    let loss = try gradient(means.indices.map { means[$0] + deviations[$0] * noise[$0] })
    for place in 0..<rank {
      let (mean, deviation) = (means[place], deviations[place])
      let forMean = loss[place] + weight * mean / (prior * prior)
      let forDeviation =
        loss[place] * noise[place] + weight * (deviation / (prior * prior) - 1 / deviation)
      // dσ/dρ = 1/(1 + e^−ρ).
      let forRaw = forDeviation / (1 + exp(-raw[place]))
      velocities[place] = momentum * velocities[place] + forMean
      velocities[rank + place] = momentum * velocities[rank + place] + forRaw
      means[place] -= rate * velocities[place]
      raw[place] -= rate * velocities[rank + place]
    }
  }

  /// KL(q ‖ N(0, σ₀²I)), in nats.
  public var divergence: Double {
    zip(means, deviations).reduce(0) { sum, pair in
      let (mean, deviation) = pair
      return sum + log(prior / deviation)
        + (deviation * deviation + mean * mean) / (2 * prior * prior) - 0.5
    }
  }

  /// A draw.
  public func sample(using numbers: inout SeededNumbers) -> [Double] {
    zip(means, deviations).map { $0 + $1 * numbers.normal() }
  }

  private static func softplus(_ value: Double) -> Double {
    (value > 30 ? value : log1p(exp(value))) + 1e-6
  }
}
