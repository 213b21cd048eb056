import Foundation
import Landscape

/// A Gaussian with independent coordinates: an approximation of a posterior with the prior N(0, σ₀²I).
public struct MeanFieldPosterior: Sendable, Equatable {
  /// The mean μ of each coordinate.
  public var means: [Double]
  /// The standard deviation σ of each coordinate, positive.
  public var deviations: [Double]
  /// The prior's standard deviation σ₀, positive.
  public var prior: Double

  /// Creates the Gaussian.
  ///
  /// - Precondition: there are as many deviations as means.
  public init(means: [Double], deviations: [Double], prior: Double) {
    precondition(means.count == deviations.count)
    (self.means, self.deviations, self.prior) = (means, deviations, prior)
  }

  /// KL(q ‖ N(0, σ₀²I)), in nats.
  public var divergence: Double {
    zip(means, deviations).reduce(0) { sum, pair in
      let (mean, deviation) = pair
      return sum + log(prior / deviation)
        + (deviation * deviation + mean * mean) / (2 * prior * prior) - 0.5
    }
  }

  /// The place of a standard normal draw: μ + σ ⊙ z.
  public func place(_ draw: [Double]) -> [Double] {
    means.indices.map { means[$0] + deviations[$0] * draw[$0] }
  }

  /// A draw.
  public func sample(using numbers: inout SeededNumbers) -> [Double] {
    place(means.map { _ in numbers.normal() })
  }
}
