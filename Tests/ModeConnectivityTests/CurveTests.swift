import BasinCore
import Foundation
import Landscape
import SWAPaths
import TestSupport
import Testing
import Torch

@testable import ModeConnectivity

/// Curves and surfaces against their closed forms, and training that finds a known curve.
@Suite struct CurveTests {
  private func points(_ rows: [[Float]]) throws -> ControlPoints {
    try ControlPoints(rows.map { try Tensor($0, shape: [$0.count]) })
  }

  @Test(arguments: [0.0, 0.13, 0.5, 0.99, 1])
  func bezierCurvesAreBernsteinPolynomials(t: Double) {
    let quadratic = CurveKind.bezier.coefficients(at: t, count: 3)
    let expected = [(1 - t) * (1 - t), 2 * t * (1 - t), t * t]
    #expect(zip(quadratic, expected).allSatisfy { abs($0 - $1) < 1e-15 })
    // C(4, i): 1, 4, 6, 4, 1.
    let quartic = CurveKind.bezier.coefficients(at: t, count: 5)
    let bernstein = zip([1.0, 4, 6, 4, 1], 0...).map { binomial, i in
      binomial * pow(t, Double(i)) * pow(1 - t, Double(4 - i))
    }
    #expect(zip(quartic, bernstein).allSatisfy { abs($0 - $1) < 1e-14 })
  }

  @Test func chainsAreStraightBetweenTheirPoints() {
    #expect(CurveKind.chain.coefficients(at: 0.25, count: 3) == [0.5, 0.5, 0])
    #expect(CurveKind.chain.coefficients(at: 0.5, count: 3) == [0, 1, 0])
    #expect(CurveKind.chain.coefficients(at: 1, count: 4) == [0, 0, 0, 1])
  }

  @Test func theSharedMiddleOfTwoIsABezierCurve() {
    for t in [0.0, 0.3, 0.5, 1] {
      let surface = SharedMiddle.coefficients(at: [1 - t, t])
      let curve = CurveKind.bezier.coefficients(at: t, count: 3)
      #expect(abs(surface[0] - curve[0]) < 1e-15 && abs(surface[1] - curve[2]) < 1e-15)
      #expect(abs(surface[2] - curve[1]) < 1e-15)
    }
    #expect(SharedMiddle.coefficients(at: [0, 1, 0]) == [0, 1, 0, 0])
  }

  @Test func pointsAndLengthsOfACurve() throws {
    let controls = try points([[0, 0], [3, 4], [6, 0]])
    let bend = try controls.combination(CurveKind.bezier.coefficients(at: 0.5, count: 3))
    #expect(try bend.array(of: Float.self) == [3, 2])
    let chain = (0...60).map { CurveKind.chain.coefficients(at: Double($0) / 60, count: 3) }
    #expect(abs(try controls.distances(along: chain).reduce(0, +) - 10) < 1e-9)
    // φ′ = (6, 8(1 − 2t)), so that the length is 6 ∫₀¹ √(1 + (au)²) du with a = 8/6.
    let curve = (0...2000).map { CurveKind.bezier.coefficients(at: Double($0) / 2000, count: 3) }
    let length = try controls.distances(along: curve).reduce(0, +)
    let a = 8.0 / 6
    let exact = 6 * (0.5 * (1 + a * a).squareRoot() + asinh(a) / (2 * a))
    #expect(abs(length - exact) < 1e-5)
  }

  /// Distances of nearby points far from zero keep their digits.
  @Test func distancesFarFromZero() throws {
    let controls = try points([[1000, 0], [1000, 1]])
    #expect(abs(try controls.distances(along: [[1, 0], [0.999, 0.001]])[0] - 0.001) < 1e-12)
  }

  @Test func controlPointsStartOnTheSegment() throws {
    let start = try Tensor([1, 5] as [Float], shape: [2])
    let end = try Tensor([4, -1] as [Float], shape: [2])
    let controls = try ControlPoints(from: start, to: end, count: 4)
    let values = try controls.vectors.array(of: Float.self)
    #expect(zip(values, [1, 5, 2, 3, 3, 1, 4, -1]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(values[..<2] == [1, 5] && values[6...] == [4, -1])
  }

  @Test func barriersOfKnownProfiles() {
    #expect(Barrier(along: [0, 0.5, 1], [1, 4, 3]).height == 2)
    #expect(Barrier(along: [0, 0.5, 1], [1, 1.5, 3]).height == 0)
    let corners: [[Double]] = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.25, 0.25]]
    #expect(BarrierComparison.height([4, 0, 8, 10], over: corners) == 6)
  }

  /// Barriers of the same inputs are compared input by input: what all inputs share cancels.
  @Test func barriersAreComparedOnTheSameInputs() throws {
    let hard = (0..<8).map { Double($0 % 4) * 5 }
    let extra = (0..<8).map { 1 + 0.1 * Double($0 % 3) }
    let zeros = Array(repeating: 0.0, count: 8)
    let path = try Tensor(zeros + hard + zeros, shape: [3, 8])
    let higher = try path + Tensor(zeros + extra + zeros, shape: [3, 8])
    let compared = try BarrierComparison.compare(
      [higher, path], over: [[1, 0], [0.5, 0.5], [0, 1]], unit: "inputs")
    #expect(abs(compared.heights[1].value - 7.5) < 1e-12)
    let own = try #require(compared.heights[1].interval).range
    let expected = try #require(Estimate.mean(of: hard, unit: "inputs").interval).range
    #expect(abs(own.lowerBound - expected.lowerBound) < 1e-9)
    #expect(abs(own.upperBound - expected.upperBound) < 1e-9)
    let difference = compared.differences[0]
    let paired = try #require(Estimate.mean(of: extra, unit: "inputs").interval).range
    let found = try #require(difference.estimate.interval).range
    #expect(abs(found.lowerBound - paired.lowerBound) < 1e-9 && difference.verdict == .above)
    #expect(
      try BarrierComparison.compare(
        [path, path], over: [[1, 0], [0.5, 0.5], [0, 1]],
        unit: "inputs"
      ).differences[0].verdict == .rounding)
  }

  @Test func theLatticeOfATriangle() {
    let lattice = SimplexLattice(steps: 4)
    #expect(lattice.points.count == 15)
    #expect(lattice.points.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-12 })
    // A function that is linear in barycentric coordinates is interpolated exactly, everywhere.
    let values = lattice.points.map { 3 * $0[0] - 2 * $0[1] + 7 * $0[2] }
    var numbers = SeededNumbers(Seed(1))
    for point in (0..<200).map({ _ in SimplexLattice.random(corners: 3, using: &numbers) })
      + lattice.points
    {
      let expected = 3 * point[0] - 2 * point[1] + 7 * point[2]
      let found = lattice.interpolated(values, at: point) ?? .nan
      #expect(abs(found - expected) < 1e-9)
      let place = SimplexLattice.position(of: point)
      let back = SimplexLattice.barycentric(x: place.x, y: place.y)
      #expect(zip(back, point).allSatisfy { abs($0 - $1) < 1e-12 })
    }
    #expect(lattice.interpolated(values, at: [-0.1, 0.6, 0.5]) == nil)
  }

  /// Uniform over the simplex: E bᵢ = 1/n and E bᵢ² = 2/(n(n + 1)).
  @Test func randomCombinationsAreUniform() {
    var numbers = SeededNumbers(Seed(2))
    let draws = (0..<20_000).map { _ in SimplexLattice.random(corners: 4, using: &numbers) }
    for corner in 0..<4 {
      let mean = draws.reduce(0) { $0 + $1[corner] } / 20_000
      let square = draws.reduce(0) { $0 + $1[corner] * $1[corner] } / 20_000
      #expect(abs(mean - 0.25) < 0.007 && abs(square - 0.1) < 0.006)
    }
  }

  @Test func tunnelsEndWhereTheLossReachesTheThreshold() {
    let tunnel = TunnelRadius(
      distances: [0, 1, 2], losses: [[0, 1, 3], [0, 0.5, 0.9], [2, 3, 4], [0, 0, .infinity]])
    #expect(tunnel.radii(threshold: 2) == [1.5, 2, 0, 1])
    #expect(tunnel.open(threshold: 2) == 1)
  }

  /// Losses that are uncertain by ½ around 2: 2.5 and 1.5 are reached at 1.75 and 1.25, and at 5/8 and 3/8.
  @Test func theSpacingOfLogitsMovesRadii() {
    let losses: [[Double]] = [[0, 1, 3], [0, 4, 4]]
    let tunnel = TunnelRadius(distances: [0, 1, 2], losses: losses, spacing: 0.5)
    #expect(tunnel.doubt(threshold: 2) == (0.5 + 0.25) / 2)
    #expect(TunnelRadius(distances: [0, 1, 2], losses: losses).doubt(threshold: 2) == 0)
    var difference = Difference(
      Estimate(
        0.3,
        .interval(ConfidenceInterval(0.2...0.4, method: "m", count: 9, unit: "directions"))),
      rounding: 1e-9)
    #expect(difference.verdict == .above)
    (difference.spacing, difference.quantity) = (tunnel.doubt(threshold: 2), .radii)
    #expect(
      difference.verdict
        == .unsupported(
          "it is within what the spacing of the logits may move radii by, 0.38 on average"))
  }

  private func evaluator(_ architecture: String) throws -> Evaluator {
    let dataset = try clusters(shape: [1, 8, 8], classes: 3)
    return try Evaluator(
      Network(Architecture(architecture, input: [1, 8, 8], classes: 3)), dataset)
  }

  private func seeds(_ evaluator: Evaluator) throws -> [Tensor] {
    try [UInt64(1), 2].map { seed in
      try evaluator.network.initialize(seed: seed)
      return try evaluator.network.parameters.clone()
    }
  }

  /// One step from the segment is SGD's on the bend alone: −η·c·(∇L(w) + λw) at the drawn place.
  @Test func aStepMovesTheBendAlongItsPartOfTheGradient() throws {
    let evaluator = try evaluator("mlp:hidden=5")
    let ends = try seeds(evaluator)
    let controls = try ControlPoints(from: ends[0], to: ends[1], count: 3)
    let c = CurveKind.bezier.coefficients(at: 0.3, count: 3)
    let plan = TrainingPlan(
      evaluator.network.architecture, epochs: 1, learningRate: 0.1, weightDecay: 0.01,
      batchSize: 60, seed: 1)
    let training = try ConnectorTraining(
      controls, free: 1..<2, plan: plan, evaluator: evaluator, cancellation: Cancellation(),
      fixed: { Array(repeating: c, count: $0) }
    ) { _ in c }
    try training.runEpoch()
    let place = try controls.combination(c)
    try withoutGradients { try evaluator.network.parameters.assign(place) }
    let gradient = try evaluator.gradient(.train) + place * 0.01
    let expected = try controls.point(1) - gradient * (0.1 * c[1])
    #expect(try largestDifference(training.controls.point(1), expected) < 1e-6)
    #expect(try largestDifference(training.controls.point(0), ends[0]) == 0)
    #expect(try largestDifference(training.controls.point(2), ends[1]) == 0)
    #expect(try largestDifference(controls.point(1), training.controls.point(1)) > 1e-4)
  }

  /// Second steps carry the first along with momentum.
  @Test func momentumAddsUp() throws {
    let evaluator = try evaluator("mlp:hidden=5")
    let ends = try seeds(evaluator)
    let controls = try ControlPoints(from: ends[0], to: ends[1], count: 3)
    let c = [0.25, 0.5, 0.25]
    let plan = TrainingPlan(
      evaluator.network.architecture, epochs: 2, learningRate: 0.1, momentum: 0.5, weightDecay: 0,
      batchSize: 60, seed: 1)
    let training = try ConnectorTraining(
      controls, free: 1..<2, plan: plan, evaluator: evaluator, cancellation: Cancellation(),
      fixed: { Array(repeating: c, count: $0) }
    ) { _ in c }
    var bend = try controls.point(1).clone()
    var velocity = try Tensor.zeros(bend.shape)
    for _ in 0..<2 {
      try training.runEpoch()
      let place = try ends[0] * 0.25 + bend * 0.5 + ends[1] * 0.25
      try withoutGradients { try evaluator.network.parameters.assign(place) }
      velocity = try velocity * 0.5 + evaluator.gradient(.train) * 0.5
      bend = try bend - velocity * 0.1
    }
    #expect(try largestDifference(training.controls.point(1), bend) < 1e-6)
  }

  /// What judges a training is the loss at fixed points after each epoch: at one place that of the whole split there.
  @Test func fixedPlacesHaveTheLossOfTheSplit() throws {
    let evaluator = try evaluator("mlp:hidden=5")
    let ends = try seeds(evaluator)
    let controls = try ControlPoints(from: ends[0], to: ends[1], count: 3)
    let c = CurveKind.bezier.coefficients(at: 0.3, count: 3)
    let plan = TrainingPlan(
      evaluator.network.architecture, epochs: 7, learningRate: 0.1, batchSize: 16, seed: 1)
    let training = try ConnectorTraining(
      controls, free: 1..<2, plan: plan, evaluator: evaluator, cancellation: Cancellation(),
      fixed: { Array(repeating: c, count: $0) }
    ) { CurveKind.bezier.coefficients(at: .random(in: 0..<1, using: &$0), count: 3) }
    func loss(_ controls: ControlPoints) throws -> Double {
      try withoutGradients {
        try evaluator.network.parameters.assign(controls.combination(c))
      }
      return try evaluator.metrics(.train).loss
    }
    let start = try loss(controls)
    var after: [Double] = []
    for _ in 0..<7 {
      try training.runEpoch()
      after.append(try loss(training.controls))
    }
    #expect(abs(training.fixedLosses.start - start) < 1e-6)
    #expect(training.fixedLosses.last.count == 6)
    for (found, expected) in zip(training.fixedLosses.last, after.dropFirst()) {
      #expect(abs(found - expected) < 1e-6)
    }
    let places = CurveKind.bezier.fixedPlaces(4, count: 3)
    #expect(places[0] == CurveKind.bezier.coefficients(at: 0.125, count: 3) && places.count == 4)
    let combinations = SharedMiddle.fixedPlaces(9, corners: 3)
    #expect(combinations == SharedMiddle.fixedPlaces(9, corners: 3))
    #expect(combinations.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-12 && $0.count == 4 })
  }

  /// With six epochs in the plan losses at fixed points are measured, and with five not: control points and batch norm's
  /// buffers are the same, bit for bit.
  @Test(arguments: ["cnn:channels=4,norm=batch", "mlp:hidden=8"])
  func theMeasureChangesNoTraining(architecture: String) throws {
    func trained(_ epochs: Int) throws -> (controls: [Float], buffers: [Float], measured: Int) {
      let evaluator = try evaluator(architecture)
      let ends = try seeds(evaluator)
      let plan = TrainingPlan(
        evaluator.network.architecture, epochs: epochs, learningRate: 0.05, batchSize: 16, seed: 3)
      let training = try ConnectorTraining(
        ControlPoints(from: ends[0], to: ends[1], count: 3), free: 1..<2, plan: plan,
        evaluator: evaluator, cancellation: Cancellation(),
        fixed: { CurveKind.bezier.fixedPlaces($0, count: 3) }
      ) { CurveKind.bezier.coefficients(at: .random(in: 0..<1, using: &$0), count: 3) }
      for _ in 0..<5 { try training.runEpoch() }
      return (
        try training.controls.vectors.flattened().array(of: Float.self),
        try evaluator.network.buffers.array(of: Float.self), training.fixedLosses.last.count
      )
    }
    let (with, without) = (try trained(6), try trained(5))
    #expect(with.measured == 5 && without.measured == 0)
    #expect(with.controls == without.controls && with.buffers == without.buffers)
  }

  @Test func theSameSeedGivesTheSameCurve() throws {
    func bend(_ seed: UInt64) throws -> [Float] {
      let evaluator = try evaluator("cnn:channels=4,norm=batch")
      let ends = try seeds(evaluator)
      let plan = TrainingPlan(
        evaluator.network.architecture, epochs: 2, learningRate: 0.05, schedule: .plateau,
        batchSize: 16, seed: seed)
      let training = try ConnectorTraining(
        ControlPoints(from: ends[0], to: ends[1], count: 3), free: 1..<2, plan: plan,
        evaluator: evaluator, cancellation: Cancellation(),
        fixed: { CurveKind.bezier.fixedPlaces($0, count: 3) }
      ) { CurveKind.bezier.coefficients(at: .random(in: 0..<1, using: &$0), count: 3) }
      for _ in 0..<2 { try training.runEpoch() }
      return try training.controls.point(1).array(of: Float.self)
    }
    let one = try bend(1)
    #expect(try bend(1) == one)
    #expect(try bend(2) != one)
  }

  /// A profile has the mean losses and errors that the network has at each place, with batch norm
  /// recomputed, and leaves the buffers as they were.
  @Test func profilesAreWhatTheNetworkSays() throws {
    let evaluator = try evaluator("cnn:channels=4,norm=batch")
    let ends = try seeds(evaluator)
    let before = try evaluator.network.buffers.array(of: Float.self)
    let profile = try evaluator.profile(on: [.test, .train], count: 2, at: { ends[$0] })
    #expect(try evaluator.network.buffers.array(of: Float.self) == before)
    for (place, end) in ends.enumerated() {
      try withoutGradients { try evaluator.network.parameters.assign(end) }
      try evaluator.recalculateBatchNorm()
      let metrics = try evaluator.metrics(.test)
      #expect(abs(try profile[0].loss()[place] - metrics.loss) < 1e-6)
      #expect(abs(try profile[0].error()[place] - (1 - metrics.accuracy)) < 1e-12)
      #expect(profile[1].losses.shape == [2, 60])
    }
  }
}
