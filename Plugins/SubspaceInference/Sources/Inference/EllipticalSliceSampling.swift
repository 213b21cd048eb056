import Foundation
import Landscape

/// Elliptical slice sampling of a posterior with the prior N(0, σ²I) (Murray, Adams & MacKay,
/// AISTATS 2010, figure 2). It has no step size and rejects nothing.
public enum EllipticalSliceSampling {
  /// A chain's draws after its warm-up.
  public struct Chain: Sendable, Equatable {
    /// Coordinates of each draw.
    public var draws: [[Double]] = []
    /// The log-likelihood of each draw.
    public var logLikelihoods: [Double] = []
    /// Likelihood evaluations that each draw took: 1 where the first proposal was accepted, and one
    /// more for each time the bracket was contracted.
    public var evaluations: [Int] = []

    /// An empty chain.
    public init() {}
  }

  /// Runs one chain.
  ///
  /// - Parameters:
  ///   - start: The coordinates to start from.
  ///   - deviation: The prior's standard deviation σ.
  ///   - warmup: Draws that are thrown away.
  ///   - count: Draws that are kept.
  ///   - numbers: Where random numbers come from.
  ///   - logLikelihood: At coordinates; a value that is no number counts as −∞.
  ///   - report: Called after each draw with how many there are, warm-up included.
  /// - Throws: What `logLikelihood` throws.
  public static func chain(
    from start: [Double], deviation: Double, warmup: Int, count: Int,
    using numbers: inout SeededNumbers, logLikelihood: ([Double]) throws -> Double,
    report: (Int) throws -> Void = { _ in }
  ) throws -> Chain {
    func value(_ place: [Double]) throws -> Double {
      let value = try logLikelihood(place)
      return value.isNaN ? -.infinity : value
    }
    var chain = Chain()
    var state = start
    var likelihood = try value(state)
    for index in 0..<(warmup + count) {
      let ellipse = (0..<state.count).map { _ in deviation * numbers.normal() }
      let level =
        likelihood + log(Double.random(in: Double.leastNonzeroMagnitude...1, using: &numbers))
      var angle = Double.random(in: 0..<(2 * .pi), using: &numbers)
      var (low, high) = (angle - 2 * .pi, angle)
      var evaluations = 0
      while true {
        let proposal = zip(state, ellipse).map { $0 * cos(angle) + $1 * sin(angle) }
        let found = try value(proposal)
        evaluations += 1
        if found > level {
          (state, likelihood) = (proposal, found)
          break
        }
        // The bracket has shrunk to the state itself, which rounding or −∞ alone can do.
        if high - low < 1e-12 { break }
        if angle < 0 { low = angle } else { high = angle }
        angle = Double.random(in: low..<high, using: &numbers)
      }
      if index >= warmup {
        chain.draws.append(state)
        chain.logLikelihoods.append(likelihood)
        chain.evaluations.append(evaluations)
      }
      try report(index + 1)
    }
    return chain
  }
}
