import BasinCore
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

@testable import SubspaceInference

/// Posteriors against those that are known by conjugacy, and diagnostics against their definitions.
@Suite struct InferenceTests {
  // Observations y = A t + noise of variance s², prior N(0, σ²I): the posterior is Gaussian with
  // precision I/σ² + AᵀA/s².
  private struct Linear {
    let a = [[1.0, 0.5], [-0.3, 1.2], [0.8, -0.4]]
    let y = [1.5, -0.5, 2.0]
    let noise = 0.7
    let prior = 1.5

    func loss(_ t: [Double]) -> Double {
      zip(a, y).reduce(0) { sum, pair in
        let error = pair.0[0] * t[0] + pair.0[1] * t[1] - pair.1
        return sum + error * error / (2 * noise)
      }
    }

    /// Mean and covariance at a temperature, by hand.
    func posterior(_ temperature: Double) -> (mean: [Double], covariance: [[Double]]) {
      let weight = 1 / (noise * temperature)
      func sum(_ i: Int, _ j: Int) -> Double { a.reduce(0) { $0 + $1[i] * $1[j] } * weight }
      let own = 1 / (prior * prior)
      let (p, q, r) = (own + sum(0, 0), sum(0, 1), own + sum(1, 1))
      let determinant = p * r - q * q
      let covariance = [
        [r / determinant, -q / determinant], [-q / determinant, p / determinant],
      ]
      let b = (0..<2).map { i in zip(a, y).reduce(0) { $0 + $1.0[i] * $1.1 } * weight }
      return (covariance.map { $0[0] * b[0] + $0[1] * b[1] }, covariance)
    }

    var target: SubspaceTarget {
      SubspaceTarget(
        rank: 2, examples: 3, meanLoss: { loss($0) / 3 },
        lossAndGradient: { t, _ in
          let gradient = (0..<2).map { i in
            zip(a, y).reduce(0.0) { sum, pair -> Double in
              let error: Double = pair.0[0] * t[0] + pair.0[1] * t[1] - pair.1
              return sum + error * pair.0[i] / noise
            } / 3
          }
          return (loss(t) / 3, gradient)
        })
    }
  }

  /// Mean and covariance of elliptical slice sampling within five Monte-Carlo errors, at two
  /// temperatures; the chains agree.
  @Test(arguments: [1.0, 5])
  func slicesFindTheConjugatePosterior(temperature: Double) throws {
    let problem = Linear()
    let expected = problem.posterior(temperature)
    let chains = try problem.target.chains(
      4, warmup: 50, draws: 3000, prior: problem.prior, temperature: temperature, seed: Seed(1),
      report: { _ in })
    let draws = chains.flatMap(\.draws)
    #expect(draws.count == 12_000 && chains.allSatisfy { $0.evaluations.count == 3000 })
    for i in 0..<2 {
      let values = chains.map { $0.draws.map { $0[i] } }
      let size = ChainDiagnostics.effectiveSampleSize(values)
      #expect(size > 1000)
      let mean = draws.reduce(0) { $0 + $1[i] } / 12_000
      let error = (expected.covariance[i][i] / size).squareRoot()
      #expect(abs(mean - expected.mean[i]) < 5 * error)
      #expect(ChainDiagnostics.splitScaleReduction(values) < 1.01)
      for j in 0...i {
        let products = chains.map { chain in
          chain.draws.map { ($0[i] - expected.mean[i]) * ($0[j] - expected.mean[j]) }
        }
        let found = products.joined().reduce(0, +) / 12_000
        let variance =
          expected.covariance[i][i] * expected.covariance[j][j]
          + expected.covariance[i][j] * expected.covariance[i][j]
        let own = ChainDiagnostics.effectiveSampleSize(products)
        #expect(abs(found - expected.covariance[i][j]) < 5 * (variance / own).squareRoot())
      }
    }
    // log-likelihoods are those of the draws.
    let last = chains[0].draws[2999]
    let likelihood = -problem.loss(last) / temperature
    #expect(abs(chains[0].logLikelihoods[2999] - likelihood) < 1e-9)
  }

  /// Without data the posterior is the prior, and every first proposal is accepted.
  @Test func aFlatLikelihoodGivesThePrior() throws {
    var numbers = SeededNumbers(Seed(4))
    let chain = try EllipticalSliceSampling.chain(
      from: [10], deviation: 2, warmup: 100, count: 8000, using: &numbers, logLikelihood: { _ in 0 }
    )
    #expect(chain.evaluations.allSatisfy { $0 == 1 })
    let variance = chain.draws.reduce(0) { $0 + $1[0] * $1[0] } / 8000
    #expect(abs(variance - 4) < 0.4)
  }

  /// A likelihood that is no number, or nowhere finite, ends in time.
  @Test func likelihoodsThatAreNoNumbers() throws {
    var numbers = SeededNumbers(Seed(4))
    let chain = try EllipticalSliceSampling.chain(
      from: [1], deviation: 1, warmup: 0, count: 200, using: &numbers,
      logLikelihood: { $0[0] < 0 ? .nan : 0 })
    #expect(chain.draws.allSatisfy { $0[0] >= 0 })
    let nowhere = try EllipticalSliceSampling.chain(
      from: [1], deviation: 1, warmup: 0, count: 2, using: &numbers, logLikelihood: { _ in .nan })
    #expect(nowhere.draws.count == 2)
  }

  @Test func theSameSeedGivesTheSameChains() throws {
    func run(_ seed: UInt64) throws -> [EllipticalSliceSampling.Chain] {
      try Linear().target.chains(
        2, warmup: 2, draws: 10, prior: 1, temperature: 1, seed: Seed(seed), report: { _ in })
    }
    #expect(try run(1) == run(1))
    #expect(try run(1) != run(2))
    #expect(try run(1)[0] != run(1)[1])
  }

  /// Two copies of one chain: B = 0, R̂ = √((n − 1)/n). Shifted by d: B/n = d²/2.
  @Test func scaleReductionOfKnownChains() {
    let chain = [1.0, 3, 2, 5, 4]
    let same = ChainDiagnostics.scaleReduction([chain, chain])
    #expect(abs(same - (0.8).squareRoot()) < 1e-12)
    let shifted = ChainDiagnostics.scaleReduction([chain, chain.map { $0 + 4 }])
    // W = 2.5 and B/n = 8.
    #expect(abs(shifted - ((0.8 * 2.5 + 8) / 2.5).squareRoot()) < 1e-12)
    #expect(ChainDiagnostics.scaleReduction([[1, 1], [1, 1]]) == 1)
    // Chains that do not move have no variance of rounding.
    let still = Array(repeating: 0.1, count: 30)
    #expect(ChainDiagnostics.scaleReduction([still, still]) == 1)
    #expect(ChainDiagnostics.effectiveSampleSize([still, still]).isNaN)
    #expect(ChainDiagnostics.scaleReduction([[1, 1], [2, 2]]) == .infinity)
    #expect(ChainDiagnostics.scaleReduction([chain]).isNaN)
  }

  /// A drift within chains that agree with each other shows in their halves alone.
  @Test func halvesShowADrift() {
    let chain = (0..<100).map { Double($0) + Double($0 % 7) }
    #expect(ChainDiagnostics.scaleReduction([chain, chain]) < 1)
    #expect(ChainDiagnostics.splitScaleReduction([chain, chain]) > 1.5)
  }

  /// 0, 0, 1, 1 over and over, in halves of eight: W = 2/7 and var⁺ = ¼. Of 7 steps 3 move, so that
  /// ρ₁ = 1 − 2·3/7 = 1/7; ρ₂ = −1 and ρ₃ = 1 − 2·3/5 = −1/5 end the sum, and τ = −1 + 2(1 + 1/7) = 9/7.
  @Test func effectiveSampleSizeByHand() {
    let chain = (0..<16).map { Double($0 / 2 % 2) }
    #expect(abs(ChainDiagnostics.effectiveSampleSize([chain]) - 16 * 7 / 9.0) < 1e-12)
    // The first pair counts even where it is nothing: 0, 1 over and over has ρ₁ = −1.
    let alternating = (0..<16).map { Double($0 % 2) }
    let most = 16 * log10(16.0)
    #expect(abs(ChainDiagnostics.effectiveSampleSize([alternating]) - most) < 1e-9)
    #expect(ChainDiagnostics.effectiveSampleSize([[1, 2, 3]]).isNaN)
    #expect(ChainDiagnostics.effectiveSampleSize([[1, 1, 1, 1]]).isNaN)
  }

  /// x_t = φx_{t−1} + noise has the autocorrelations φᵗ: mn(1 − φ)/(1 + φ) independent draws, more
  /// than there are for φ below 0.
  @Test(arguments: [-0.6, -0.3, 0.0, 0.5, 0.9])
  func effectiveSampleSizeOfAutoregressiveChains(phi: Double) {
    var numbers = SeededNumbers(Seed(7))
    let chains = (0..<4).map { _ in
      var value = numbers.normal() / (1 - phi * phi).squareRoot()
      return (0..<5000).map { _ -> Double in
        value = phi * value + numbers.normal()
        return value
      }
    }
    let expected = 20_000 * (1 - phi) / (1 + phi)
    let found = ChainDiagnostics.effectiveSampleSize(chains)
    #expect(abs(found / expected - 1) < 0.15, "\(found)")
  }

  @Test func normalDrawsHaveTheirMoments() {
    var numbers = SeededNumbers(Seed(11))
    let draws = (0..<40_000).map { _ in numbers.normal() }
    let mean = draws.reduce(0, +) / 40_000
    let square = draws.reduce(0) { $0 + $1 * $1 } / 40_000
    let fourth = draws.reduce(0) { $0 + $1 * $1 * $1 * $1 } / 40_000
    #expect(abs(mean) < 0.025 && abs(square - 1) < 0.036 && abs(fourth - 3) < 0.25)
  }

  @Test func usualTemperaturesAreNearThePublished() {
    func temperature(_ rank: Int) -> Double {
      SubspaceTarget(
        rank: rank, examples: 50_000, meanLoss: { _ in 0 }, lossAndGradient: { t, _ in (0, t) }
      ).usualTemperature
    }
    #expect(temperature(5) == 5000 && temperature(2) == 12_500)
  }
}

/// Subspaces against their definitions.
@Suite struct InferenceSubspaceTests {
  private func vector(_ values: [Double]) throws -> Tensor {
    try Tensor(values.map { Float($0) }, shape: [values.count])
  }

  private func run() throws -> SWAG {
    var swag = try SWAG(rank: 10, parameters: 4)
    for values in [[1.0, 0, 2, 5], [3, 1, 2, 5], [2, -2, 2.5, 5], [4, 0, 1, 5]] {
      try swag.collect(vector(values))
    }
    return swag
  }

  /// PᵀP is DᵀD/(K − 1): the rows have the covariance of the deviations, and are orthogonal.
  @Test func principalRowsHaveTheCovariance() throws {
    let swag = try run()
    let subspace = try AffineSubspace(principal: swag, rank: 3)
    let rows = try subspace.basis.to(.float64)
    let deviations = try swag.deviations()
    let expected = try deviations.transposed().matmul(deviations) / 3
    #expect(try largestDifference(rows.transposed().matmul(rows), expected) < 1e-5)
    let gram = try rows.matmul(rows.transposed()).array(of: Double.self)
    for i in 0..<3 {
      for j in 0..<i { #expect(abs(gram[3 * i + j]) < 1e-5) }
      #expect(abs(gram[4 * i].squareRoot() - subspace.lengths[i]) < 1e-6)
    }
    #expect(subspace.lengths == subspace.lengths.sorted(by: >))
    #expect(throws: SubspaceError.self) { try AffineSubspace(principal: swag, rank: 4) }
  }

  @Test func theSameWeightsSpanNothing() throws {
    var swag = try SWAG(rank: 5, parameters: 2)
    for _ in 0..<3 { try swag.collect(Tensor([Float(1), 2], shape: [2])) }
    let error = #expect(throws: SubspaceError.self) {
      try AffineSubspace(principal: swag, rank: 1)
    }
    #expect(
      error.map { "\($0)" }?.hasPrefix(
        "the deviations of all 3 snapshots are 0: they are the same weights") == true)
  }

  @Test func randomRowsAreOrthogonalAndAsLongAsThePrincipal() throws {
    let swag = try run()
    let lengths = try AffineSubspace(principal: swag, rank: 2).lengths
    let subspace = try AffineSubspace(randomAround: swag, rank: 3, Generator(seed: 1))
    let rows = try subspace.basis.to(.float64)
    let gram = try rows.matmul(rows.transposed()).array(of: Double.self)
    let square = pow((lengths[0] + lengths[1]) / 2, 2)
    for i in 0..<3 {
      for j in 0..<3 { #expect(abs(gram[3 * i + j] - (i == j ? square : 0)) < 1e-5) }
    }
  }

  /// Ends and middle of a curve lie on the unit circle: (∓√3/2, −1/2) and (0, 1) for a middle above the
  /// segment's own.
  @Test func endsAndMiddleOfACurve() throws {
    let (start, middle, end) = try (
      vector([0, 0, 1]), vector([2, 3, 1]), vector([4, 0, 1])
    )
    let subspace = try AffineSubspace(curveThrough: start, middle, end)
    for (point, expected) in [
      (start, [-(0.75).squareRoot(), -0.5]), (middle, [0, 1]), (end, [(0.75).squareRoot(), -0.5]),
    ] {
      let found = try subspace.coordinates(of: point)
      #expect(zip(found.coordinates, expected).allSatisfy { abs($0 - $1) < 1e-6 })
      #expect(found.distance < 1e-5)
      #expect(try largestDifference(subspace.point(expected), point) < 1e-5)
    }
    #expect(abs(try subspace.coordinates(of: vector([2, 3, 6])).distance - 5) < 1e-5)
    #expect(throws: SubspaceError.self) {
      try AffineSubspace(curveThrough: start, vector([2, 0, 1]), end)
    }
  }

  /// The gradient over coordinates is the derivative of the mean loss, by finite differences.
  @Test func gradientsAreThoseOfTheMeanLoss() throws {
    let dataset = try clusters(shape: [1, 8, 8], classes: 3)
    let network = try Network(
      Architecture("mlp:hidden=6", input: [1, 8, 8], classes: 3), dtype: .float64)
    let evaluator = try Evaluator(network, dataset)
    try network.initialize(seed: 3)
    let generator = Generator(seed: 4)
    let subspace = try AffineSubspace(
      at: network.parameters.clone(),
      orthogonal: generator.normal([2, network.parameters.count], dtype: .float64) * 0.1)
    let target = try SubspaceTarget(evaluator, subspace)
    #expect(target.examples == 60)
    let place = [0.4, -0.2]
    let (loss, gradient) = try target.lossAndGradient(place, [])
    #expect(abs(loss - (try target.meanLoss(place))) < 1e-12)
    for axis in 0..<2 {
      func loss(_ step: Double) throws -> Double {
        var moved = place
        moved[axis] += step
        return try target.meanLoss(moved)
      }
      let difference = try (loss(1e-5) - loss(-1e-5)) / 2e-5
      #expect(abs(difference - gradient[axis]) < 1e-7 * (1 + abs(gradient[axis])))
    }
    try withoutGradients { try network.parameters.assign(subspace.point(place)) }
    #expect(abs(try evaluator.metrics(.train).loss - target.meanLoss(place)) < 1e-12)
  }
}

/// The one-dimensional regression problem.
@Suite struct ToyRegressionTests {
  @Test func pointsLieInTheClustersAboutTheFunction() throws {
    let problem = try ToyRegression(seed: Seed(1))
    #expect(problem.x.count == 400)
    #expect(problem.x.allSatisfy { x in ToyRegression.clusters.contains { $0.contains(x) } })
    let truth = try problem.truth(at: problem.x)
    let mean = truth.reduce(0, +) / 400
    let variance = truth.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 400
    #expect(abs(mean) < 1e-6 && abs(variance - 1) < 1e-6)
    let noise = zip(problem.y, truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 400
    // 400 squares of variance 2σ⁴: the standard error is 0.07σ².
    #expect(abs(noise / 0.01 - 1) < 0.35)
    #expect(try ToyRegression(seed: Seed(1)).y == problem.y)
    #expect(try ToyRegression(seed: Seed(2)).y != problem.y)
  }

  /// Training fits to the noise, and the target's loss and gradient are those of the Gaussian.
  @Test func trainingFitsAndTheTargetIsGaussian() throws {
    let problem = try ToyRegression(seed: Seed(1))
    var reported = 0
    let snapshots = try problem.train(
      epochs: 60, rate: 0.05, snapshots: 6, seed: Seed(2), cancellation: Cancellation()
    ) { reported = $0 }
    #expect(snapshots.count == 6 && reported == 60)
    var swag = try SWAG(rank: 5, parameters: snapshots[0].count)
    for snapshot in snapshots { try swag.collect(snapshot) }
    let subspace = try AffineSubspace(principal: swag, rank: 2)
    let target = problem.target(subspace)
    let place = [0.7, -1.1]
    let values = try problem.values(subspace.point(place), at: problem.x)
    let squares = zip(values, problem.y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let expected = squares / (400 * 2 * 0.01)
    #expect(abs(try target.meanLoss(place) / expected - 1) < 1e-4)
    #expect(squares / 400 < 0.1)
    let found = try target.lossAndGradient(place, [])
    #expect(abs(found.loss / expected - 1) < 1e-4)
    for axis in 0..<2 {
      let mean = found.gradient[axis]
      func loss(_ step: Double) throws -> Double {
        var moved = place
        moved[axis] += step
        return try target.meanLoss(moved)
      }
      let difference = try (loss(0.01) - loss(-0.01)) / 0.02
      #expect(abs(difference - mean) < 0.02 * (abs(mean) + 0.1), "\(difference) \(mean)")
    }
  }
}
