import Foundation
import Landscape
import TestSupport
import Testing

@testable import ClassManifold

/// The S-curve's fit, and what theory says of sets whose probability of being met is known.
@Suite struct SuccessCurveTests {
  private func points(
    a: Double, b: Double, c: Double, s: Double, noise: Double = 0, count: Int = 10
  ) -> [SuccessCurve.Point] {
    var random = SeededNumbers(Seed(11))
    return [1, 3, 5, 10, 15, 30, 50, 75, 100, 200].flatMap { d in
      (0..<count).map { _ in
        let value = a + b / (1 + exp(-(log(Double(d)) - log(c)) / s))
        return SuccessCurve.Point(
          dimension: d, probability: value + noise * Double.random(in: -1...1, using: &random))
      }
    }
  }

  @Test(arguments: [(0.0, 1.0, 31.0, 0.4), (0.1, 0.7, 12, 0.9), (0.05, 0.9, 80, 0.2)])
  func parametersAreFound(a: Double, b: Double, c: Double, s: Double) throws {
    let curve = try #require(
      SuccessCurve(points(a: a, b: b, c: c, s: s), inputs: 3072, seed: Seed(0)))
    #expect(abs(curve.parameters.a - a) < 1e-4 && abs(curve.parameters.b - b) < 1e-4)
    #expect(abs(curve.parameters.c / c - 1) < 1e-4 && abs(curve.parameters.s / s - 1) < 1e-4)
    guard case .at(let half) = curve.crossing(0.5) else {
      Issue.record("no crossing")
      return
    }
    #expect(curve.isConverged)
    #expect(abs(half.value / (c * exp(-s * log(b / (0.5 - a) - 1))) - 1) < 1e-4)
  }

  // Planes as searches give them: most are near 0 at low and near 1 at high dimensions, those between are
  // spread from 0 to 1, and saturated dimensions have no spread at all.
  private func searched(
    _ planes: Int, dimensions: [Int], _ random: inout SeededNumbers
  ) -> [SuccessCurve.Point] {
    dimensions.flatMap { d in
      (0..<planes).map { _ in
        let logit = 5 * (log(Double(d)) - log(6)) + 3 * random.normal()
        return SuccessCurve.Point(
          dimension: d, probability: d >= 48 ? 1 : 1 / (1 + exp(-logit)))
      }
    }
  }

  private func half(_ curve: SuccessCurve) -> Double {
    if case .at(let estimate) = curve.crossing(0.5) { return estimate.value }
    return .nan
  }

  /// Intervals of d* cover it in about 95 of 100 samples of planes whose spread differs from dimension to
  /// dimension. The covariance of ordinary least squares, one noise level for all, covers less than 80.
  @Test(arguments: [5, 20])
  func coverageOfIntervals(planes: Int) throws {
    let dimensions = [1, 2, 4, 8, 16, 32, 48, 64]
    var random = SeededNumbers(Seed(3))
    let truth = half(
      try #require(
        SuccessCurve(
          searched(4000, dimensions: dimensions, &random), inputs: 64, seed: Seed(0), resamples: 0))
    )
    let found = try Coverage.measure(
      "bootstrap within each dimension with Student's t",
      "\(planes) planes at each of 8 dimensions, two of them saturated (200 resamples)", few: 150,
      divisor: 8
    ) { round in
      let curve = try #require(
        SuccessCurve(
          searched(planes, dimensions: dimensions, &random), inputs: 64, seed: Seed(round),
          resamples: 200))
      guard let interval = curve.crossing(0.5).interval else { return nil }
      #expect(interval.level == 0.95 && interval.count == planes * dimensions.count)
      return interval.range.contains(truth)
    }
    // 2.5 standard errors at 95 %. Where five planes leave the slope open there is no interval.
    #expect(found.supported >= 0.945, "\(found)")
    #expect(found.contained >= 0.905, "\(found)")
  }

  /// Two samples of planes of one network differ significantly about 5 times in 100.
  @Test func differencesOfOneNetworkAreRare() throws {
    let dimensions = [1, 2, 4, 8, 16, 32, 64]
    var random = SeededNumbers(Seed(5))
    var significant = 0
    for round in 0..<100 {
      let curves = try (0..<2).map { side in
        try #require(
          SuccessCurve(
            searched(10, dimensions: dimensions, &random), inputs: 64,
            seed: Seed(UInt64(2 * round + side)), resamples: 200))
      }
      let difference = SuccessCurve.difference(curves[0], curves[1], at: 0.5)
      let interval = try #require(difference.estimate.interval)
      if !interval.range.contains(0) { significant += 1 }
    }
    #expect(significant <= 11, "\(significant) of 100")
  }

  /// Of a curve that crosses above the largest dimension, d* is above it: the difference has a bound on
  /// one side.
  @Test func whatIsBeyondIsABoundOfDifferences() throws {
    let near = try #require(
      SuccessCurve(points(a: 0, b: 0.98, c: 10, s: 0.4, noise: 0.02), inputs: 300, seed: Seed(0)))
    let far = try #require(
      SuccessCurve(points(a: 0.02, b: 0.3, c: 10, s: 0.4, noise: 0.02), inputs: 300, seed: Seed(0)))
    let own = try #require(near.crossing(0.5).interval).range
    let range = try #require(
      SuccessCurve.difference(near, far, at: 0.5).estimate.interval
    ).range
    // At most D = 300.
    #expect(abs(range.lowerBound - (own.lowerBound - 300)) < 1e-9)
    #expect(abs(range.upperBound - (own.upperBound - 200)) < 1e-9)
    let other = try #require(
      SuccessCurve.difference(far, near, at: 0.5).estimate.interval
    ).range
    #expect(abs(other.upperBound - (300 - own.lowerBound)) < 1e-9)
    #expect(abs(other.lowerBound - (200 - own.upperBound)) < 1e-9)
    // Both beyond: nothing is known.
    #expect(SuccessCurve.difference(far, far, at: 0.5).estimate.interval == nil)
  }

  /// Planes of a class whose low dimensions leave the curve's foot wide open, so that many refits are slow
  /// to converge: the band stays at the planes where all of them reach the class.
  @Test func bandsFollowThePlanes() throws {
    let searched: [Int: [Double]] = [
      1: [0, 0, 0, 0, 0.01, 0.89, 0.9, 0.92, 0.94, 0.97],
      2: [
        0, 0, 0, 0, 0, 0, 0, 0, 0.07, 0.1, 0.2, 0.27, 0.27, 0.28, 0.6, 0.66, 0.87, 0.91, 0.94, 0.99,
      ],
      3: [
        0, 0, 0, 0.02, 0.02, 0.07, 0.12, 0.14, 0.15, 0.86, 0.89, 0.89, 0.92, 0.93, 0.93, 0.94, 0.95,
        0.95, 0.97, 0.99,
      ],
      4: [
        0, 0.01, 0.01, 0.05, 0.13, 0.22, 0.73, 0.83, 0.88, 0.91, 0.93, 0.95, 0.96, 0.96, 0.97, 0.98,
        0.98, 0.98, 0.99, 0.99,
      ],
      6: [
        0, 0.03, 0.15, 0.91, 0.93, 0.94, 0.95, 0.96, 0.97, 0.97, 0.98, 0.98, 0.98, 0.99, 0.99, 0.99,
        0.99, 0.99, 0.99, 0.99,
      ],
      8: [0.96, 0.96, 0.97, 0.98, 0.99, 0.99, 0.99, 0.99, 0.99, 0.99],
      16: [0.99, 0.99, 0.99, 0.99, 0.99, 0.99, 0.99, 0.99, 0.99, 0.99],
      32: [0.99, 0.99, 0.99, 0.99, 0.99, 0.99, 1, 1, 1, 1],
      64: [0.99, 1, 1, 1, 1, 1, 1, 1, 1, 1],
    ]
    let curve = try #require(
      SuccessCurve(
        searched.flatMap { d, values in
          values.map { SuccessCurve.Point(dimension: d, probability: $0) }
        }, inputs: 64, seed: Seed(0)))
    let last = try #require(curve.band(at: 64))
    #expect(last.lowerBound > 0.9 && last.upperBound == 1)
    let first = try #require(curve.band(at: 1))
    #expect(first.lowerBound > 0.05 && first.upperBound < 0.65)
    #expect(curve.crossing(0.5).interval?.range.contains(3) == true)
    // What did not converge is left out of percentiles.
    #expect(PlaneBootstrap.interval([.nan, 3, .nan, 2, .nan]) == 2...3)
  }

  /// Dimensions at which every plane reaches 1 say nothing about where the curve crosses a half.
  @Test func saturatedDimensionsDoNotShrinkIntervals() throws {
    var random = SeededNumbers(Seed(8))
    let points = searched(10, dimensions: [1, 2, 4, 8, 16, 32], &random)
    let more = [48, 52, 56, 60, 62, 63, 64].flatMap { d in
      (0..<10).map { _ in SuccessCurve.Point(dimension: d, probability: 1) }
    }
    func width(_ points: [SuccessCurve.Point]) throws -> Double {
      let curve = try #require(SuccessCurve(points, inputs: 64, seed: Seed(1)))
      let range = try #require(curve.crossing(0.5).interval).range
      return log(range.upperBound / range.lowerBound)
    }
    #expect(try abs(width(points + more) / width(points) - 1) < 0.15)
  }

  /// One plane a dimension has no spread: no interval, and the reason.
  @Test func onePlaneGivesNoInterval() throws {
    let curve = try #require(
      SuccessCurve(points(a: 0, b: 1, c: 20, s: 0.5, count: 1), inputs: 200, seed: Seed(0)))
    guard case .at(let estimate) = curve.crossing(0.5) else {
      Issue.record("no crossing")
      return
    }
    #expect(abs(estimate.value - 20) < 0.01)
    #expect(estimate.interval == nil)
    #expect(
      estimate.reason == "there are as few as 1 plane at a dimension, and 5 are needed",
      "\(estimate.reason ?? "")")
  }

  /// Below five planes a dimension intervals of d*₂₅, d*₅₀ and d*₇₅ contradict their order in most samples.
  /// Dimensions on which nothing depends may have fewer, and so may one target of several.
  @Test func fewPlanesGiveNoInterval() throws {
    var random = SeededNumbers(Seed(9))
    let dimensions = [1, 2, 4, 8, 16, 32]
    func intervals(_ points: [SuccessCurve.Point]) throws -> [ConfidenceInterval?] {
      let curve = try #require(SuccessCurve(points, inputs: 64, seed: Seed(1), resamples: 100))
      return [0.25, 0.5, 0.75].map { curve.crossing($0).interval }
    }
    for planes in 2...4 {
      let points = searched(planes, dimensions: dimensions, &random)
      #expect(try intervals(points).allSatisfy { $0 == nil })
      let reason = SuccessCurve.difference(
        try #require(SuccessCurve(points, inputs: 64, seed: Seed(1), resamples: 100)),
        try #require(SuccessCurve(points, inputs: 64, seed: Seed(2), resamples: 100)), at: 0.5
      ).estimate.reason
      #expect(reason == "there are as few as \(planes) planes at a dimension, and 5 are needed")
    }
    let enough = searched(10, dimensions: dimensions, &random)
    #expect(try intervals(enough).allSatisfy { $0 != nil })
    let far = (0..<2).map { _ in SuccessCurve.Point(dimension: 64, probability: 1) }
    #expect(try intervals(enough + far).allSatisfy { $0 != nil })
    let targets = (0..<5).flatMap { target in
      searched(2, dimensions: dimensions, &random).map { point in
        var point = point
        point.target = target
        return point
      }
    }
    #expect(try intervals(targets).allSatisfy { $0 != nil })
  }

  /// d*₂₅ ≤ d*₅₀ ≤ d*₇₅, so that an upper end counts for the levels above, too, and a lower end for those
  /// below. Intervals only grow, and what is not there decides nothing.
  @Test func endsAreInTheOrderOfTheLevels() {
    typealias Ranges = [ClosedRange<Double>?]
    func inOrder(_ ranges: Ranges) -> Ranges { SuccessCurve.inOrder(ranges) }
    #expect(
      inOrder([3.63...8.12, 3.96...7.9, 4.12...7.7]) == [3.63...8.12, 3.96...8.12, 4.12...8.12])
    #expect(inOrder([2...5, 1...6, 1.5...7]) == [1...5, 1...6, 1.5...7])
    #expect(
      inOrder([2...Double.infinity, 2.7...16, 0...15.9])
        == [0...Double.infinity, 0...Double.infinity, 0...Double.infinity])
    #expect(inOrder([nil, 2...9, 3...8]) == [nil, 2...9, 3...9])
    #expect(inOrder([2...9, nil, 1...8]) == [1...9, nil, 1...9])
    #expect(inOrder([1...2, 2...3, 3...4]) == [1...2, 2...3, 3...4])
  }

  /// With five planes a dimension the resamples' own intervals are out of order in some samples, and what is
  /// reported is not: it contains them, and differs only where it must.
  @Test func intervalsAreReportedInOrder() throws {
    var random = SeededNumbers(Seed(12))
    var extended = 0
    for round in 0..<25 {
      let points = searched(5, dimensions: [1, 2, 4, 8, 16, 32], &random)
      let curve = try #require(
        SuccessCurve(points, inputs: 64, seed: Seed(UInt64(round)), resamples: 100))
      let ranges = SuccessCurve.levels.compactMap { curve.crossing($0).interval?.range }
      guard ranges.count == 3 else { continue }
      let own = try SuccessCurve.levels.map {
        PlaneBootstrap.interval(try curve.crossingDraws($0).get())
      }
      for (low, high) in zip(ranges, ranges.dropFirst()) {
        #expect(low.lowerBound <= high.lowerBound && low.upperBound <= high.upperBound)
      }
      for (range, own) in zip(ranges, own) {
        #expect(range.lowerBound <= own.lowerBound && own.upperBound <= range.upperBound)
      }
      let isInOrder = zip(own, own.dropFirst()).allSatisfy {
        $0.lowerBound <= $1.lowerBound && $0.upperBound <= $1.upperBound
      }
      #expect(isInOrder == (ranges == own))
      if !isInOrder { extended += 1 }
    }
    #expect(extended > 0)
  }

  @Test func noCrossingIsABound() throws {
    let low = try #require(
      SuccessCurve(points(a: 0, b: 0.3, c: 10, s: 0.4), inputs: 200, seed: Seed(0)))
    guard case .above(200, _) = low.crossing(0.5) else {
      Issue.record("\(low.crossing(0.5))")
      return
    }
    let high = try #require(
      SuccessCurve(points(a: 0.8, b: 0.2, c: 10, s: 0.4), inputs: 200, seed: Seed(0)))
    guard case .below(1, _) = high.crossing(0.5) else {
      Issue.record("\(high.crossing(0.5))")
      return
    }
    func made(_ pairs: [(Int, Double)]) -> [SuccessCurve.Point] {
      pairs.map { SuccessCurve.Point(dimension: $0.0, probability: $0.1) }
    }
    #expect(SuccessCurve(made([(1, 0), (1, 1), (2, 1)]), inputs: 10, seed: Seed(0)) == nil)
    #expect(
      SuccessCurve(made([(1, 0), (2, .nan), (3, 1), (4, 1)]), inputs: 10, seed: Seed(0)) == nil)
    // All the same: a flat curve, and no interval.
    let flat = try #require(
      SuccessCurve(
        made([(1, 1), (2, 1), (4, 1), (8, 1), (16, 1)]), inputs: 16, seed: Seed(0)))
    guard case .below(1, _) = flat.crossing(0.5) else {
      Issue.record("\(flat.crossing(0.5))")
      return
    }
    #expect(flat.crossing(0.5).interval == nil)
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
    // 2⁻⁵(1 + 5 + 10) and 2⁻⁵(1 + 5): a half is exactly a half.
    for (d, expected) in [(2, 6.0 / 32), (3, 0.5), (4, 26.0 / 32)] {
      let found = GordonTheory.polytope(dimension: d, inputs: 6, orthant: 6, subspace: 0)
      #expect(abs(found - expected) < 1e-14)
    }
    for m in stride(from: 2, through: 1000, by: 2) {
      func met(_ d: Int) -> Double {
        GordonTheory.polytope(dimension: d, inputs: m, orthant: m, subspace: 0)
      }
      #expect(met(m / 2) == 0.5 && met(m / 2 - 1) < 0.499 && met(m / 2 + 1) > 0.501)
    }
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
