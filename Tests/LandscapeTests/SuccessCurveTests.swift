import Foundation
import Testing

@testable import Landscape

/// The S-curve's fit, and what theory says of sets whose probability of being met is known.
@Suite struct SuccessCurveTests {
  private func points(
    a: Double, b: Double, c: Double, s: Double, noise: Double = 0, count: Int = 10
  ) -> [(dimension: Int, probability: Double)] {
    var random = SeededNumbers(Seed(11))
    return [1, 3, 5, 10, 15, 30, 50, 75, 100, 200].flatMap { d in
      (0..<count).map { _ in
        let value = a + b / (1 + exp(-(log(Double(d)) - log(c)) / s))
        return (d, value + noise * Double.random(in: -1...1, using: &random))
      }
    }
  }

  @Test(arguments: [(0.0, 1.0, 31.0, 0.4), (0.1, 0.7, 12, 0.9), (0.05, 0.9, 80, 0.2)])
  func parametersAreFound(a: Double, b: Double, c: Double, s: Double) throws {
    let curve = try #require(
      SuccessCurve(points(a: a, b: b, c: c, s: s), inputs: 3072, seed: Seed(0)))
    #expect(abs(curve.parameters.a - a) < 1e-4 && abs(curve.parameters.b - b) < 1e-4)
    #expect(abs(curve.parameters.c / c - 1) < 1e-4 && abs(curve.parameters.s / s - 1) < 1e-4)
    guard case .at(let half, _) = curve.crossing(0.5) else {
      Issue.record("no crossing")
      return
    }
    #expect(abs(half / (c * exp(-s * log(b / (0.5 - a) - 1))) - 1) < 1e-4)
  }

  /// Over repeated noise, the intervals have the true crossing in them about 95 times in 100.
  @Test func intervalsCover() throws {
    var random = SeededNumbers(Seed(3))
    var covered = 0
    for round in 0..<60 {
      let noisy = points(a: 0, b: 1, c: 20, s: 0.5).map { point in
        (
          dimension: point.dimension,
          probability: point.probability + 0.2 * Double.random(in: -1...1, using: &random)
        )
      }
      let curve = try #require(
        SuccessCurve(noisy, inputs: 200, seed: Seed(UInt64(round))))
      guard case .at(let half, let interval?) = curve.crossing(0.5) else { continue }
      #expect(abs(half - 20) < 8)
      if interval.contains(20) { covered += 1 }
    }
    #expect(covered >= 50, "\(covered)")
  }

  @Test func noCrossingIsABound() throws {
    let low = try #require(
      SuccessCurve(points(a: 0, b: 0.3, c: 10, s: 0.4), inputs: 200, seed: Seed(0)))
    #expect(low.crossing(0.5) == .above(200))
    let high = try #require(
      SuccessCurve(points(a: 0.8, b: 0.2, c: 10, s: 0.4), inputs: 200, seed: Seed(0)))
    #expect(high.crossing(0.5) == .below(1))
    #expect(SuccessCurve([(1, 0), (1, 1), (2, 1)], inputs: 10, seed: Seed(0)) == nil)
    // All the same: a flat curve, and no interval.
    let flat = try #require(
      SuccessCurve([(1, 1), (2, 1), (4, 1), (8, 1), (16, 1)], inputs: 16, seed: Seed(0)))
    #expect(flat.crossing(0.5) == .below(1))
  }

  /// I_x(a, b) in closed form: I_x(1, b) = 1 − (1 − x)^b, I_x(a, 1) = x^a, I_½(a, a) = ½, and the arc
  /// sine law I_x(½, ½).
  @Test func incompleteBeta() {
    for x in [0.01, 0.2, 0.5, 0.77, 0.99] {
      #expect(abs(IncompleteBeta.regularized(x, 1, 7) - (1 - pow(1 - x, 7))) < 1e-12)
      #expect(abs(IncompleteBeta.regularized(x, 7, 1) - pow(x, 7)) < 1e-12)
      let arc = 2 / Double.pi * asin(x.squareRoot())
      #expect(abs(IncompleteBeta.regularized(x, 0.5, 0.5) - arc) < 1e-12)
    }
    for a in [0.5, 3, 40, 1536.0] {
      #expect(abs(IncompleteBeta.regularized(0.5, a, a) - 0.5) < 1e-10)
    }
  }

  /// Each set is met half of the time where D − d is about its statistical dimension.
  @Test func transitionsAreWhereWidthsPutThem() {
    func transition(_ probability: (Int) -> Double, _ inputs: Int) -> Int {
      (1...inputs).first { probability($0) >= 0.5 } ?? inputs
    }
    let ball = transition({ GordonTheory.ball(dimension: $0, inputs: 400, ratio: 0.6) }, 400)
    #expect(abs(Double(ball) - 400 * (1 - 0.36)) <= 2)
    let thick = transition(
      { GordonTheory.thickenedSubspace(dimension: $0, inputs: 400, subspace: 150, ratio: 0.05) },
      400)
    #expect(abs(thick - 249) <= 2)
    let orthant = transition(
      { GordonTheory.polytope(dimension: $0, inputs: 400, orthant: 400, subspace: 0) }, 400)
    #expect(abs(orthant - 200) <= 1)
    let product = transition(
      { GordonTheory.polytope(dimension: $0, inputs: 400, orthant: 100, subspace: 50) }, 400)
    #expect(abs(product - 300) <= 1)
    // Wendel in three dimensions: a random line meets one of the eight octants or its opposite in 2 of
    // 8 cases, a random plane in 6 of 8.
    #expect(
      abs(GordonTheory.polytope(dimension: 1, inputs: 3, orthant: 3, subspace: 0) - 0.25) < 1e-12)
    #expect(
      abs(GordonTheory.polytope(dimension: 2, inputs: 3, orthant: 3, subspace: 0) - 0.75) < 1e-12)
    #expect(GordonTheory.polytope(dimension: 3, inputs: 3, orthant: 3, subspace: 0) == 1)
  }

  /// The theorem is a bound: no known probability is above it.
  @Test func gordonsBoundHolds() {
    for ratio in [0.1, 0.3, 0.6] {
      for d in stride(from: 1, to: 3072, by: 97) {
        // The width of a cap of angle asin(R/r) is at most (R/r)√D and a little.
        let width = pow(ratio * 3072.0.squareRoot() + 1, 2)
        let met = GordonTheory.ball(dimension: d, inputs: 3072, ratio: ratio)
        #expect(met <= GordonTheory.bound(dimension: d, inputs: 3072, squaredWidth: width) + 1e-12)
      }
    }
    #expect(GordonTheory.bound(dimension: 100, inputs: 3072, squaredWidth: 100) < 1e-6)
    #expect(GordonTheory.bound(dimension: 3000, inputs: 3072, squaredWidth: 100) == 1)
  }
}
