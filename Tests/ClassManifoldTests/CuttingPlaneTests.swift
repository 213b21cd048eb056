import BasinCore
import Foundation
import Landscape
import Testing
import Torch

@testable import ClassManifold

/// Cutting planes on models whose class regions are known.
@Suite struct CuttingPlaneTests {
  private static let inputs = 24

  private func search(
    _ model: @escaping CuttingPlaneSearch.Model, _ planes: [CuttingPlane],
    options: CuttingPlaneSearch.Options = .init(), inputs: Int = inputs, seed: UInt64 = 1
  ) throws -> [CuttingPlane: CuttingPlane.Outcome] {
    let search = CuttingPlaneSearch(
      models: [model], inputs: inputs, classes: 2, options: options, seed: Seed(seed))
    var found: [CuttingPlane: CuttingPlane.Outcome] = [:]
    try search.run(planes, origin: { _ in Array(repeating: 0, count: inputs) }) {
      found.merge($0) { $1 }
    }
    #expect(found.count == planes.count)
    return found
  }

  private func planes(_ dimensions: [Int], _ count: Int) -> [CuttingPlane] {
    (0..<count).flatMap { repetition in
      dimensions.map { CuttingPlane(target: [1], dimension: $0, repetition: repetition) }
    }
  }

  // Class 1 within `radius` of the point at `distance` on the last `across` axes' diagonal, counting
  // distances on these axes alone: a ball for all of them, a thickened subspace for fewer.
  private func ball(
    radius: Double, distance: Double, across: Int = inputs
  ) throws -> CuttingPlaneSearch.Model {
    let inputs = Self.inputs
    let each = Float(distance / Double(across).squareRoot())
    let center = try Tensor((0..<inputs).map { $0 < inputs - across ? 0 : each }, shape: [inputs])
    let mask = try Tensor((0..<inputs).map { Float($0 < inputs - across ? 0 : 1) }, shape: [inputs])
    return { points in
      let offset = try (points - center) * mask
      let squared = try (offset * offset).sum(1)
      let logit = try squared * -60 + 60 * radius * radius
      return try Tensor.stack([logit * 0, logit], dimension: 1)
    }
  }

  private func rate(
    _ found: [CuttingPlane: CuttingPlane.Outcome], _ dimension: Int
  ) -> Double {
    let own = found.filter { $0.key.dimension == dimension }.values
    return Double(own.count { $0.probability > 0.5 }) / Double(own.count)
  }

  // Four standard errors of a rate, and something for rates at 0 and 1.
  private func tolerance(_ rate: Double, _ count: Int) -> Double {
    4 * (rate * (1 - rate) / Double(count)).squareRoot() + 0.02
  }

  @Test(arguments: [PlaneBasis.gaussian, .orthonormal])
  func aBallIsMetAsOftenAsTheorySays(basis: PlaneBasis) throws {
    let (radius, distance) = (1.0, 1.5)
    let dimensions = [2, 6, 10, 12, 14, 16, 20]
    var options = CuttingPlaneSearch.Options()
    options.basis = basis
    let found = try search(
      ball(radius: radius, distance: distance), planes(dimensions, 80), options: options)
    for dimension in dimensions {
      let expected = GordonTheory.ball(
        dimension: dimension, inputs: Self.inputs, ratio: radius / distance)
      #expect(abs(rate(found, dimension) - expected) < tolerance(expected, 80), "\(dimension)")
    }
    // The transition is where theory puts it.
    let curve = try #require(
      SuccessCurve(
        found.sorted {
          ($0.key.dimension, $0.key.repetition) < ($1.key.dimension, $1.key.repetition)
        }
        .map {
          SuccessCurve.Point(dimension: $0.key.dimension, probability: $0.value.probability)
        }, inputs: Self.inputs, seed: Seed(0)))
    guard case .at(let estimate) = curve.crossing(0.5), let interval = estimate.interval?.range
    else {
      Issue.record("no crossing")
      return
    }
    let half = estimate.value
    // Half of all subspaces meet the ball at this dimension: close to D(1 − (R/r)²) = 13.3.
    let median = (1..<Self.inputs).first {
      GordonTheory.ball(dimension: $0, inputs: Self.inputs, ratio: radius / distance) >= 0.5
    }
    #expect(abs(half - Double(median ?? 0)) < 1.5)
    let theory = Double(Self.inputs) * (1 - radius * radius / (distance * distance))
    #expect(interval.lowerBound - 0.5 < theory && theory < interval.upperBound + 0.5)
  }

  /// Every single plane succeeds where the ball meets its span, by linear algebra.
  @Test func eachPlaneReachesWhatItsSpanReaches() throws {
    let (radius, distance) = (1.0, 1.5)
    let all = planes([4, 8, 12, 16], 12)
    let found = try search(ball(radius: radius, distance: distance), all, seed: 9)
    let each = distance / Double(Self.inputs).squareRoot()
    let center = try Tensor(
      Array(repeating: each, count: Self.inputs), shape: [Self.inputs, 1])
    for plane in all {
      guard
        case .dense(let rows) = try PlaneBasis.gaussian.draw(
          dimension: plane.dimension, inputs: Self.inputs, Seed(9).derived(plane.words + ["basis"]))
      else { continue }
      let columns = try rows.select(0, 0).to(.float64).transposed()
      let q = try torch("aten::linalg_qr", [.tensor(columns), .text("reduced")])[0]
      let along = try q.transposed().matmul(center).norm().item()
      let nearest = (distance * distance - along * along).squareRoot()
      let outcome = try #require(found[plane])
      // At the boundary itself rounding decides.
      if abs(nearest - radius) > 0.01 {
        #expect((outcome.probability > 0.5) == (nearest < radius), "\(plane) \(nearest)")
      }
      if nearest < radius - 0.05 {
        // The step that reaches the ball is no shorter than the ball is far; Adam's first steps go along
        // signs, so that it is longer by a part.
        let length = try #require(outcome.distance)
        let shortest = along - (radius * radius - nearest * nearest).squareRoot()
        #expect(length > shortest - 1e-4 && length < 2 * shortest + 0.3, "\(length) \(shortest)")
      }
    }
  }

  @Test func aThickenedSubspaceIsMetAtItsCodimension() throws {
    let across = 10
    let dimensions = [2, 6, 8, 9, 10, 12]
    var options = CuttingPlaneSearch.Options()
    // Where d is near the codimension, the point that is met can be far along nearly parallel rows.
    options.steps = 6000
    let found = try search(
      ball(radius: 0.3, distance: 1, across: across), planes(dimensions, 60), options: options)
    for dimension in dimensions where dimension != 10 {
      let expected = GordonTheory.thickenedSubspace(
        dimension: dimension, inputs: Self.inputs, subspace: Self.inputs - across, ratio: 0.3)
      #expect(abs(rate(found, dimension) - expected) < tolerance(expected, 60), "\(dimension)")
    }
    // Sharp: hardly any two below D − k, every one from D − k on.
    #expect(rate(found, 6) < 0.2 && rate(found, 10) > 0.9)
  }

  /// The logit is linear, so every step of Adam has its full length until the boundary: after T steps a
  /// plane has come lr·T·Σ|w·mᵢ| closer, and for d = 1 the squared cosine w·m is Beta(1/2, (D − 1)/2).
  @Test func aHalfSpaceIsReachedWithinTheSteps() throws {
    let inputs = Self.inputs
    var options = CuttingPlaneSearch.Options()
    options.steps = 60
    options.stopsEarly = false
    // Far from the boundary, so that the gradient hardly changes before it.
    let height = 0.8
    let found = try search(
      { points in
        let logit = try points.narrow(1, start: 0, length: 1).reshaped([-1]) * 200 + -200 * height
        return try Tensor.stack([logit * 0, logit], dimension: 1)
      }, planes([1], 300) + planes([3, 6], 60), options: options, seed: 4)
    // θ moves 59 times: the first point is x₀ itself.
    let reach = 0.05 * 59
    let cosine = height / reach
    let expected =
      1 - IncompleteBeta.regularized(cosine * cosine, 0.5, Double(inputs - 1) / 2)
    #expect(abs(rate(found, 1) - expected) < tolerance(expected, 300), "\(expected)")
    var missed = 0
    for (plane, outcome) in found {
      guard
        case .dense(let rows) = try PlaneBasis.gaussian.draw(
          dimension: plane.dimension, inputs: inputs, Seed(4).derived(plane.words + ["basis"]))
      else { continue }
      let slopes = try rows.select(0, 0).narrow(1, start: 0, length: 1).array(of: Float.self)
      let come = reach * slopes.reduce(0) { $0 + Double(abs($1)) }
      if abs(come - height) > 0.02, (outcome.probability > 0.5) != (come > height) { missed += 1 }
    }
    #expect(missed == 0)
  }

  @Test func sparseRowsShareNoAxes() throws {
    guard
      case .sparse(let places, let values, _) = try PlaneBasis.sparse(4).draw(
        dimension: 6, inputs: 24, Seed(3))
    else { throw CancellationError() }
    #expect(try Set(places.array(of: Int64.self)).count == 24)
    let norms = try (values * values).sum(2).array(of: Float.self)
    #expect(norms.allSatisfy { abs($0 - 1) < 1e-6 })
    // What a sparse basis does is what its dense form does.
    let theta = try Generator(seed: 1).normal([1, 6])
    let basis = CuttingBasis.sparse(places: places, values: values, inputs: 24)
    var rows = [Float](repeating: 0, count: 6 * 24)
    let (p, v) = (try places.array(of: Int64.self), try values.array(of: Float.self))
    for (index, place) in p.enumerated() { rows[index / 4 * 24 + Int(place)] = v[index] }
    let dense = CuttingBasis.dense(try Tensor(rows, shape: [1, 6, 24]))
    #expect(try (basis.point(theta) - dense.point(theta)).norm().item() < 1e-6)
    let gradient = try Generator(seed: 2).normal([1, 24])
    #expect(
      try (basis.coordinates(gradient) - dense.coordinates(gradient)).norm().item() < 1e-6)
    // More entries than axes: rows share, and still have their length.
    guard
      case .sparse(_, let crowded, _) = try PlaneBasis.sparse(20).draw(
        dimension: 5, inputs: 24, Seed(3))
    else { throw CancellationError() }
    #expect(crowded.shape == [1, 5, 20])
  }

  /// Gradients through bases, Adam and the early stop, against a plain loop over one plane in doubles.
  @Test(arguments: CuttingPlaneSearch.Adam.allCases, [true, false])
  func aPlainLoopFindsTheSame(adam: CuttingPlaneSearch.Adam, box: Bool) throws {
    var options = CuttingPlaneSearch.Options()
    options.adam = adam
    options.steps = 40
    if box { options.box = -0.25...0.25 }
    let weights = try Generator(seed: 7).normal([Self.inputs, 2])
    let model: CuttingPlaneSearch.Model = { try $0.matmul(weights) }
    let all = planes([1, 5, 24], 4)
    let found = try search(model, all, options: options)
    for plane in all {
      let expected = try Plain(
        plane, weights: weights.array(of: Float.self).map(Double.init), inputs: Self.inputs,
        options: options, seed: Seed(1))
      let outcome = try #require(found[plane])
      #expect(outcome.steps == expected.steps)
      #expect(abs(outcome.probability - expected.probability) < 1e-4)
      #expect(abs(outcome.loss - expected.loss) < 1e-3)
      if let distance = expected.distance {
        #expect(abs((outcome.distance ?? .nan) - distance) < 1e-3)
      } else {
        #expect(outcome.distance == nil)
      }
    }
  }

  /// Numbers of a plane do not depend on which others are searched, nor on how often.
  @Test func planesAreIndependent() throws {
    let model = try ball(radius: 1, distance: 1.5)
    let all = planes([3, 12], 5)
    let together = try search(model, all)
    let alone = try search(model, [all[3]])
    let (one, other) = (try #require(together[all[3]]), try #require(alone[all[3]]))
    #expect(abs(one.probability - other.probability) < 1e-4 && one.steps == other.steps)
    #expect(try search(model, all) == together)
  }

  /// An ensemble's loss is that of the mean log-probability, and its result the mean probability.
  @Test func membersAreAveraged() throws {
    func constant(_ logit: Float) -> CuttingPlaneSearch.Model {
      return { points in
        let zero = try points.sum(1) * 0
        return try Tensor.stack([zero, zero + Double(logit)], dimension: 1)
      }
    }
    let search = CuttingPlaneSearch(
      models: [constant(2), constant(-1)], inputs: 4, classes: 2, seed: Seed(0))
    try search.run([CuttingPlane(target: [1], dimension: 2, repetition: 0)]) { _ in
      [0, 0, 0, 0]
    } finished: { found in
      let outcome = try #require(found.values.first)
      let sigmoid = { (x: Double) in 1 / (1 + exp(-x)) }
      #expect(abs(outcome.probability - (sigmoid(2) + sigmoid(-1)) / 2) < 1e-6)
      #expect(abs(outcome.loss + (log(sigmoid(2)) + log(sigmoid(-1))) / 2) < 1e-6)
      // Losses that stand still end the search at the first step that may.
      #expect(outcome.steps == 6)
    }
  }

  /// Each search says what ended it, and one that was cut off says whether its loss was still falling.
  @Test func endingsAreTold() throws {
    let steep = planes([2], 8)
    func endings(
      _ options: CuttingPlaneSearch.Options, _ logit: @escaping (Tensor) throws -> Tensor
    ) throws -> Set<CuttingPlane.Ending> {
      Set(
        try search(
          { points in
            let logit = try logit(points)
            return try Tensor.stack([logit * 0, logit], dimension: 1)
          }, steep, options: options
        ).values.map(\.ending))
    }
    let linear: (Tensor) throws -> Tensor = {
      try $0.narrow(1, start: 0, length: 1).reshaped([-1]) * 200 + -400
    }
    var options = CuttingPlaneSearch.Options()
    options.steps = 30
    #expect(try endings(options, linear) == [.limit(isFalling: true)])
    options.steps = 6000
    #expect(try endings(options, linear) == [.reached])
    #expect(try endings(options) { try $0.sum(1) * 0 } == [.still])
    options.steps = 20
    options.stopsEarly = false
    #expect(try endings(options) { try $0.sum(1) * 0 + -1 } == [.still])
    // Too slow to be called falling, too fast to stand still over five steps: a loss that swings.
    var calls = 0
    #expect(
      try endings(options) {
        calls += 1
        return try $0.sum(1) * 0 + (calls % 2 == 0 ? 0.1 : -0.1)
      } == [.limit(isFalling: false)])
  }

  /// A loss that hardly changes because steps are short is still falling, whatever the learning rate; on a plateau and
  /// at a minimum, smooth or where two linear pieces meet, it stands still.
  @Test(arguments: [1e-9, 1e-5, 1e-3, 0.01, 0.05, 0.5])
  func stillnessDoesNotDependOnTheRate(rate: Double) throws {
    var options = CuttingPlaneSearch.Options()
    options.learningRate = rate
    options.standardRate = 0.05
    func endings(
      origin: Float = 0, steps: Int = 60, _ logit: @escaping (Tensor) throws -> Tensor
    ) throws -> [CuttingPlane.Ending] {
      options.steps = steps
      let search = CuttingPlaneSearch(
        models: [
          { points in
            let logit = try logit(points.narrow(1, start: 0, length: 1).reshaped([-1]))
            return try Tensor.stack([logit * 0, logit], dimension: 1)
          }
        ], inputs: 4, classes: 2, options: options, seed: Seed(3))
      var found: [CuttingPlane.Ending] = []
      // The planes are all of the input space.
      let planes = (0..<4).map { CuttingPlane(target: [1], dimension: 4, repetition: $0) }
      try search.run(planes, origin: { _ in [origin, 0, 0, 0] }) {
        found += $0.values.map(\.ending)
      }
      return found
    }
    let slope = try endings { try $0 * 10 + -1e4 }
    #expect(slope == Array(repeating: .limit(isFalling: true), count: 4))
    let plateau = try endings(origin: 30) { try $0.clamped(min: -1, max: 1) * -5 + $0 * 1e-4 }
    #expect(plateau == Array(repeating: .still, count: 4))
    // Far steps about a minimum need not stand still.
    guard rate <= 0.05 else { return }
    let bottom = try endings(steps: 600) { try $0 * $0 * -0.5 + -1 }
    #expect(bottom == Array(repeating: .still, count: 4))
    let kink = try endings(steps: 600) { try $0.absolute() * -0.2 + -1 }
    #expect(kink == Array(repeating: .still, count: 4))
  }

  /// Steps of the largest rate are as long as their coordinates say.
  @Test func farStepsHaveTheirLength() throws {
    var options = CuttingPlaneSearch.Options()
    options.learningRate = 1e6
    let found = try search(
      { points in
        let logit = try points.narrow(1, start: 0, length: 1).reshaped([-1]) * 1e-5 + -5
        return try Tensor.stack([logit * 0, logit], dimension: 1)
      }, planes([1, 24], 20), options: options)
    for outcome in found.values {
      #expect((outcome.probability >= 0.5) == (outcome.distance != nil))
      // The boundary is at 5e5, and the first step is of 1e6 in each of the plane's coordinates.
      if let distance = outcome.distance { #expect(distance > 5e5 && distance < 3e8) }
    }
    #expect(found.values.contains { $0.distance != nil })
  }

  /// Between classes, the loss is least at log 2 and both classes' probabilities count.
  @Test func betweenTwoClasses() throws {
    let weights = try Generator(seed: 5).normal([6, 3])
    let search = CuttingPlaneSearch(
      models: [{ try $0.matmul(weights) }], inputs: 6, classes: 3, seed: Seed(2))
    try search.run([CuttingPlane(target: [0, 2], dimension: 6, repetition: 0)]) { _ in
      Array(repeating: 0, count: 6)
    } finished: { found in
      let outcome = try #require(found.values.first)
      #expect(outcome.loss >= log(2) - 1e-6 && outcome.loss < log(2) + 0.02)
      #expect(outcome.probability > 0.97)
    }
  }

  @Test func cancellingStopsBetweenSteps() throws {
    let cancellation = Cancellation()
    let model = try ball(radius: 1, distance: 1.5)
    var steps = 0
    let search = CuttingPlaneSearch(
      models: [
        {
          steps += 1
          if steps == 3 { cancellation.request() }
          return try model($0)
        }
      ], inputs: Self.inputs, classes: 2, seed: Seed(0))
    #expect(throws: Cancelled.self) {
      try search.run(
        planes([5], 3), origin: { _ in Array(repeating: 0, count: Self.inputs) },
        cancellation: cancellation
      ) { _ in }
    }
    #expect(steps == 3)
  }
}

/// The method written plainly for one plane and a linear model, in double precision.
private struct Plain {
  var probability = 0.0
  var loss = Double.infinity
  var distance: Double?
  var steps = 0

  init(
    _ plane: CuttingPlane, weights: [Double], inputs: Int, options: CuttingPlaneSearch.Options,
    seed: Seed
  ) throws {
    guard
      case .dense(let drawn) = try options.basis.draw(
        dimension: plane.dimension, inputs: inputs, seed.derived(plane.words + ["basis"]))
    else { return }
    let rows = try drawn.array(of: Float.self).map(Double.init)
    let d = plane.dimension
    var (theta, mean, square) = (
      [Double](repeating: 0, count: d), [Double](repeating: 0, count: d),
      [Double](repeating: 0, count: d)
    )
    var losses: [Double] = []
    for step in 1...options.steps {
      let free = (0..<inputs).map { j in
        (0..<d).reduce(0) { $0 + theta[$1] * rows[$1 * inputs + j] }
      }
      let x = free.map { value in
        options.box.map { min(max(value, Double($0.lowerBound)), Double($0.upperBound)) } ?? value
      }
      let z = (0..<2).map { c in (0..<inputs).reduce(0) { $0 + x[$1] * weights[$1 * 2 + c] } }
      let p = 1 / (1 + exp(z[0] - z[1]))
      losses.append(-log(p))
      probability = max(probability, p)
      loss = min(loss, -log(p))
      let length = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
      if p >= options.threshold { distance = min(distance ?? .infinity, length) }
      steps = step
      if step >= 6 {
        let last = losses.suffix(5)
        let middle = last.reduce(0, +) / 5
        let deviation = (last.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / 5).squareRoot()
        if -log(p) <= 0.01 || deviation <= 0.001 { return }
      }
      for i in 0..<d {
        let slope = (0..<inputs).reduce(0.0) { sum, j in
          let inside = x[j] == free[j] ? 1.0 : 0
          return sum + inside * (p - 1) * (weights[j * 2 + 1] - weights[j * 2])
            * rows[i * inputs + j]
        }
        mean[i] = 0.9 * mean[i] + 0.1 * slope
        square[i] = 0.999 * square[i] + 0.001 * slope * slope
        let isStandard = options.adam == .standard
        let first = isStandard ? 1 - pow(0.9, Double(step)) : 0.1
        let second = isStandard ? 1 - pow(0.999, Double(step)) : 0.001
        theta[i] -=
          options.learningRate * (mean[i] / first) / ((square[i] / second).squareRoot() + 1e-7)
      }
    }
  }
}
