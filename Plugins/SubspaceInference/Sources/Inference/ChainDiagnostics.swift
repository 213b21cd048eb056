import Foundation
import Landscape

/// Whether Markov chains of one number have mixed, and how many independent draws they are worth
/// (Gelman et al., Bayesian Data Analysis, 3rd edition, §11.4–11.5).
public enum ChainDiagnostics {
  /// The potential scale reduction R̂ = √(var⁺/W), var⁺ = (n − 1)/n·W + B/n, with the variance W within
  /// chains and B between them (eq. 11.4): near 1 where all chains say the same.
  ///
  /// - Parameter chains: Two or more of the same number of draws, two or more.
  /// - Returns: `NaN` for fewer; 1 where no chain moves and all agree.
  public static func scaleReduction(_ chains: [[Double]]) -> Double {
    guard let moments = Moments(chains) else { return .nan }
    guard moments.within > 0 else { return moments.between > 0 ? .infinity : 1 }
    return (moments.total / moments.within).squareRoot()
  }

  /// R̂ of each chain's first and second half as chains of their own, so that a drift within a chain
  /// shows too.
  public static func splitScaleReduction(_ chains: [[Double]]) -> Double {
    scaleReduction(halves(chains))
  }

  /// How many independent draws the halves of the chains are worth: mn/τ with the integrated
  /// autocorrelation time τ = −1 + 2Σ_k (ρ_{2k} + ρ_{2k+1}), ρ_t from the variogram (eq. 11.7–11.8).
  ///
  /// The sum is Geyer's initial positive sequence (Practical Markov Chain Monte Carlo, Statistical
  /// Science 7, 1992, §3.3): ρ_0 + ρ_1 with ρ_0 = 1, and each pair after it while pairs are positive.
  /// Chains that alternate are worth more than their draws; as in Stan, at most mn·log₁₀(mn).
  ///
  /// - Parameter chains: Chains of the same number of draws, four or more.
  /// - Returns: `NaN` for fewer, and where no chain moves.
  public static func effectiveSampleSize(_ chains: [[Double]]) -> Double {
    let chains = halves(chains)
    guard let moments = Moments(chains), moments.total > 0 else { return .nan }
    let count = moments.count
    let draws = Double(chains.count * count)
    func correlation(_ lag: Int) -> Double {
      var squares = 0.0
      for chain in chains {
        for place in lag..<count {
          squares += (chain[place] - chain[place - lag]) * (chain[place] - chain[place - lag])
        }
      }
      let variogram = squares / Double(chains.count * (count - lag))
      return 1 - variogram / (2 * moments.total)
    }
    var sum = 1 + correlation(1)
    for lag in stride(from: 2, to: count - 1, by: 2) {
      let pair = correlation(lag) + correlation(lag + 1)
      guard pair > 0 else { break }
      sum += pair
    }
    return draws / max(2 * sum - 1, 1 / log10(draws))
  }

  /// Draws that ``splitScaleReduction(_:)`` and ``effectiveSampleSize(_:)`` need in each half of a
  /// chain to say anything: fewer estimate neither variances nor autocorrelations.
  public static let leastDrawsOfAHalf = 10

  private static func halves(_ chains: [[Double]]) -> [[Double]] {
    chains.flatMap { chain -> [[Double]] in
      let half = chain.count / 2
      return [Array(chain[..<half]), Array(chain[(chain.count - half)...])]
    }
  }

  // W, B/n and var⁺.
  private struct Moments {
    var count: Int
    var within: Double
    var between: Double
    var total: Double

    init?(_ chains: [[Double]]) {
      guard chains.count >= 2, let count = chains.first?.count, count >= 2,
        chains.allSatisfy({ $0.count == count })
      else { return nil }
      self.count = count
      let each = chains.map { MeanAndSpread($0) }
      between = MeanAndSpread(each.map(\.mean)).variance
      within = each.reduce(0) { $0 + $1.variance } / Double(chains.count)
      total = Double(count - 1) / Double(count) * within + between
    }
  }
}
