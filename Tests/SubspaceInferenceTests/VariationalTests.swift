import BasinCore
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

@testable import SubspaceInference

/// Variational inference against optima that are known.
@Suite struct VariationalTests {
  // ½(t − a)ᵀH(t − a) with H of any curvature: the best Gaussian with independent coordinates has the
  // posterior's mean and the deviations 1/√(weight·H_ii + 1/σ₀²).
  private func quadratic(_ a: [Double], _ h: [[Double]], examples: Int) -> SubspaceTarget {
    func gradient(_ t: [Double]) -> [Double] {
      t.indices.map { i in t.indices.reduce(0) { $0 + h[i][$1] * (t[$1] - a[$1]) } }
    }
    func loss(_ t: [Double]) -> Double {
      zip(gradient(t), zip(t, a)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) / 2 }
    }
    return SubspaceTarget(
      rank: a.count, examples: examples, meanLoss: { loss($0) },
      lossAndGradient: { t, _ in (loss(t), gradient(t)) })
  }

  /// Temperatures and priors over twelve orders of magnitude, coupled coordinates.
  @Test(arguments: [1e-4, 1, 1e6], [0.1, 1, 50])
  func quadraticLossesHaveTheirOptimum(temperature: Double, prior: Double) throws {
    let h = [[4.0, 1.5], [1.5, 1.0]]
    let a = [0.3, -0.2]
    let fit = try VariationalFit(
      quadratic(a, h, examples: 100), prior: prior, temperature: temperature, seed: Seed(1))
    let weight = 100 / temperature
    let own = 1 / (prior * prior)
    let (p, q, r) = (weight * 4 + own, weight * 1.5, weight + own)
    let b = [weight * (4 * 0.3 - 1.5 * 0.2), weight * (1.5 * 0.3 - 0.2)]
    let determinant = p * r - q * q
    let means = [(r * b[0] - q * b[1]) / determinant, (p * b[1] - q * b[0]) / determinant]
    #expect(fit.verdict == .converged || fit.verdict == .startIsOptimal, "\(fit.verdict)")
    for (place, precision) in [p, r].enumerated() {
      let deviation = 1 / precision.squareRoot()
      #expect(abs(fit.posterior.deviations[place] / deviation - 1) < 0.05)
      #expect(abs(fit.posterior.means[place] - means[place]) < 0.15 * deviation)
    }
    // The objective never rises on the way of either set of draws.
    for (one, next) in zip(fit.steps, fit.steps.dropFirst()) where one.draws == next.draws {
      #expect(next.objective <= one.objective)
    }
  }

  /// Twenty coordinates whose curvatures differ by 10⁶.
  @Test func twentyCoordinates() throws {
    let curvatures = (0..<20).map { pow(10, Double($0) * 6 / 19 - 3) }
    let h = curvatures.indices.map { i in curvatures.indices.map { $0 == i ? curvatures[i] : 0 } }
    let fit = try VariationalFit(
      quadratic(Array(repeating: 0.1, count: 20), h, examples: 1000), prior: 2, temperature: 25,
      seed: Seed(3))
    #expect(fit.verdict == .converged)
    for (curvature, deviation) in zip(curvatures, fit.posterior.deviations) {
      #expect(abs(deviation * (40 * curvature + 0.25).squareRoot() - 1) < 0.05)
    }
  }

  /// Two wells, of which the deeper is away from the origin's: a start is made in it.
  @Test func theDeeperWellIsFound() throws {
    func energy(_ t: Double) -> Double {
      -log(0.1 * exp(-(t - 0.5) * (t - 0.5) * 8) + exp(-(t + 2) * (t + 2) * 8) + 1e-12)
    }
    let target = SubspaceTarget(
      rank: 1, examples: 10, meanLoss: { energy($0[0]) },
      lossAndGradient: { t, steps in
        try SubspaceTarget.centralDifferences({ energy($0[0]) }, t, steps)
      })
    let fit = try VariationalFit(target, prior: 3, temperature: 5, seed: Seed(2))
    #expect(abs(fit.posterior.means[0] + 2) < 0.1, "\(fit.posterior)")
    #expect(fit.starts.count >= 2)
  }

  /// Of a large loss over many examples, single precision leaves more than the rule: the gain is then said
  /// as it is.
  @Test func theFurtherGainIsSaidAsItIs() throws {
    var fit = try VariationalFit(
      quadratic([3], [[1]], examples: 100), prior: 10, temperature: 1, seed: Seed(1))
    fit.verdict = .converged
    let small = VariationalReport(fit: fit).verdict.text
    #expect(small.hasSuffix("a further step would gain at most 0.001 nats"), "\(small)")
    fit.steps[fit.steps.count - 1].predictedGain = 0.025
    let large = VariationalReport(fit: fit).verdict.text
    let end = "a further step would gain 0.025 nats, which is within the rounding of the loss"
    #expect(large.hasSuffix(end), "\(large)")
  }

  /// Fixed draws have their moments exactly; a loss that is nowhere finite is an error; too few steps
  /// are said.
  @Test func whatIsSaid() throws {
    let draws = NormalDraws.matched(40, rank: 4, seed: Seed(5))
    for i in 0..<4 {
      #expect(abs(draws.reduce(0) { $0 + $1[i] }) < 1e-9)
      for j in 0...i {
        let mean = draws.reduce(0) { $0 + $1[i] * $1[j] } / Double(draws.count)
        #expect(abs(mean - (i == j ? 1 : 0)) < 1e-9)
      }
    }
    let nowhere = SubspaceTarget(
      rank: 1, examples: 1, meanLoss: { _ in .nan }, lossAndGradient: { _, _ in (.nan, [.nan]) })
    #expect(throws: VariationalError.self) {
      try VariationalFit(nowhere, prior: 1, temperature: 1, seed: Seed(1))
    }
    let far = quadratic([30], [[1]], examples: 100)
    let short = try VariationalFit(far, prior: 10, temperature: 1, iterations: 1, seed: Seed(1))
    #expect(short.verdict == .notConverged)
  }

  /// --iterations counts the steps from a start on, on all sets of fixed draws, and so do the steps of the
  /// trace: with one, no state is more than one step away. Enough of them converge.
  @Test(arguments: [1, 2, 5])
  func noMoreStepsThanAllowed(iterations: Int) throws {
    let far = quadratic([30], [[1]], examples: 100)
    let fit = try VariationalFit(
      far, prior: 10, temperature: 1, draws: 64, iterations: iterations, seed: Seed(1))
    let steps = fit.steps.map(\.iteration)
    #expect(steps.first == 0 && steps.last == iterations && fit.verdict == .notConverged)
    // A step more, or the same place on more draws.
    for (one, next) in zip(fit.steps, fit.steps.dropFirst()) {
      #expect(next.iteration - one.iteration == (one.draws == next.draws ? 1 : 0))
    }
    let enough = try VariationalFit(far, prior: 10, temperature: 1, draws: 64, seed: Seed(1))
    #expect(enough.verdict == .converged && enough.verdict.objection == nil)
  }

  /// Only a fit whose stopping rule was met, and that independent draws confirm, has something compared.
  @Test func whatIsNotConvergedIsNotCompared() {
    typealias Verdict = VariationalFit.Verdict
    #expect(Verdict.converged.objection == nil && Verdict.startIsOptimal.objection == nil)
    for verdict in [Verdict.notConverged, .tooFewDraws, .aboveStart] {
      #expect(verdict.objection?.hasPrefix("variational inference ") == true)
    }
  }
}
