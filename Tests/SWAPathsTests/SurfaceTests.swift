import BasinCore
import Datasets
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

@testable import SWAPaths

/// Averages, lines, barriers, rays and planes where they are known in closed form.
@Suite struct SurfaceTests {
  /// Gradient descent on ½·h·w² at a constant rate η is w_k = (1 − ηh)^k·w₀, whose average over
  /// k = 0 … n − 1 is a geometric sum.
  @Test func theAverageOfDescentOnAQuadraticIsAGeometricSum() throws {
    let curvature = [0.1, 1.0, 1.9]
    let start = [2.0, -3.0, 5.0]
    let (rate, count) = (1.0, 50)
    var average = WeightAverage(.equal)
    var weights = start
    for _ in 0..<count {
      try average.add(Tensor(weights, shape: [3]))
      weights = zip(weights, curvature).map { $0 - rate * $1 * $0 }
    }
    let found = try #require(average.value).array(of: Double.self)
    for index in 0..<3 {
      let factor = 1 - rate * curvature[index]
      let expected =
        start[index] * (1 - pow(factor, Double(count))) / (Double(count) * (1 - factor))
      #expect(abs(found[index] - expected) < 1e-12)
    }
    #expect(average.count == count)
  }

  @Test func anExponentialAverageForgetsAtItsRate() throws {
    var average = WeightAverage(.exponential(decay: 0.75))
    #expect(average.value == nil)
    for value in [1.0, 0, 0, 0] { try average.add(Tensor([value], shape: [1])) }
    #expect(try #require(average.value).item() == pow(0.75, 3))
  }

  @Test func aRingHasItsRadiiAndAngles() throws {
    let square = try [[1.0, 0], [0, 1], [-1, 0], [0, -1]].map { try Tensor($0, shape: [2]) }
    let ring = try IterateRing(square, about: Tensor([0.0, 0], shape: [2]))
    #expect(ring.radii == [1, 1, 1, 1])
    #expect(ring.neighbours == [0, 0, 0])
  }

  /// On t ↦ a·t·(1 − t) above any straight line the barrier is a/4, at the middle.
  @Test func theBarrierOfAParabolaIsAQuarterOfItsCurvature() throws {
    let places = LinearPath.places(-0.5...1.5, count: 41)
    #expect(places.contains(0) && places.contains(1) && places.count == 41)
    let hill = Barrier(along: places, places.map { 3 * $0 * (1 - $0) + 2 - 5 * $0 })
    #expect(abs(hill.height - 0.75) < 1e-12 && abs(hill.place - 0.5) < 1e-12)
    // What lies beyond the ends is no barrier, and neither is a valley.
    #expect(Barrier(along: places, places.map { $0 * $0 }).height == 0)
  }

  /// 99 wrong of 600 between 96 and 108, at a quarter of the way, are exactly on the line.
  @Test func aBarrierOfRoundingIsNone() {
    let errors = [96, 99, 99, 105, 108].map { Double($0) / 600 }
    let barrier = Barrier(along: [0, 0.25, 0.5, 0.75, 1], errors)
    #expect(barrier.height == 0 && barrier.place == 0)
    let losses = Barrier(along: [0, 0.5, 1], [0.3, 0.3 + 1e-9, 0.3])
    #expect(losses.height == 0 && losses.place == 0)
  }

  /// Points below the line, each with its interval: the networks are not the same, and there is no interval.
  @Test func barriersBelowTheLineSayWhy() throws {
    let valley = (0..<9).map { 1 - 0.1 * Double($0 % 3) }
    let level = [Double](repeating: 1, count: 9)
    func reason(_ middle: [Double]) throws -> String? {
      let found = try Barrier.estimate(
        along: [0, 0.5, 1], perInput: [level, middle, level], unit: "inputs")
      #expect(found.value == 0 && found.interval == nil)
      guard case .unsupported(let reason) = found.support else { return nil }
      return reason
    }
    #expect(try reason(valley.map { $0 - 0.5 })?.contains("lie below the straight line") == true)
    #expect(try reason(level) == "equal values have no measurable spread")
  }

  /// Of three errors, one wrong in the middle, the t interval of ⅓ reaches to 1.77; no barrier of a fraction is above 1.
  @Test func theIntervalOfAnErrorBarrierStaysWithinOne() throws {
    let rows = [[0.0, 0, 0], [1.0, 0, 0], [0.0, 0, 0]]
    func range(_ bounds: ClosedRange<Double>?) throws -> ClosedRange<Double>? {
      try Barrier.estimate(along: [0, 0.5, 1], perInput: rows, unit: "inputs", bounds: bounds)
        .interval?.range
    }
    let free = try #require(try range(nil))
    #expect(abs(free.upperBound - (1 + 4.302652729911275) / 3) < 1e-9)
    #expect(try range(LandscapeMetric.testError.bounds) == 0...1)
    #expect(LandscapeMetric.testLoss.bounds == nil)
    let wide = Difference.paired(
      [1, 0, 0], [0, 0, 1], unit: "inputs", bounds: LandscapeMetric.testError.differenceBounds)
    #expect(wide.estimate.interval?.range == -1...1)
  }

  @Test func aBarrierWithoutAPlaceBetweenTheEndsIsMissing() throws {
    #expect(Barrier(along: [-1, 0, 1, 2], [5, 1, 3, 9]).height.isNaN)
    let found = try Barrier.estimate(
      along: [0, 1], perInput: [[1, 2, 3], [2, 3, 4]], unit: "inputs")
    #expect(found.value.isNaN)
    #expect(found.support == .unsupported("no place between the ends was measured"))
  }

  @Test func aBarrierOfNoNumberIsNone() {
    #expect(Barrier(along: [0, 0.5, 1], [0, .nan, 0]).height.isNaN)
    // What is missing is at no place.
    #expect(Barrier(along: [0, 0.5, 1], [0, .nan, 0]).place.isNaN)
  }

  /// With the same loss for every input there is no spread to make an interval of. Of excesses 0, 1, 2, 3
  /// it is 1.5 ± 3.182·√(5/3)/2, and not below 0.
  @Test func theIntervalOfABarrierIsThatOfTheHighestPlace() throws {
    let rows = [0.0, 0.8, 0.2].map { [Double](repeating: $0, count: 20) }
    let equal = try Barrier.estimate(along: [0, 0.5, 1], perInput: rows, unit: "inputs")
    #expect(abs(equal.value - 0.7) < 1e-12 && equal.interval == nil)
    let spread = [[9.0, 9, 9, 9], [0.0, 0, 0, 0], [0.0, 1, 2, 3], [0.0, 0, 0, 0]]
    let wide = try #require(
      try Barrier.estimate(along: [-1, 0, 0.5, 1], perInput: spread, unit: "inputs").interval)
    let half = 3.182446305284263 * (5.0 / 3).squareRoot() / 2
    #expect(wide.range.lowerBound == 0 && abs(wide.range.upperBound - 1.5 - half) < 1e-9)
  }

  @Test func endsAreAmongThePlacesOfALine() {
    #expect(LinearPath.places(-0.25...1.25, count: 3) == [-0.25, 0, 0.5, 1, 1.25])
    #expect(LinearPath.places(0...1, count: 3) == [0, 0.5, 1])
  }

  /// Statistics on a line with a variance of −1 at its start: the start has it unchanged, whatever the other
  /// end has; between, what is below zero is NaN, and what is above is interpolated.
  @Test func endsHaveTheirOwnStatistics() throws {
    let network = try Network(
      Architecture("cnn:channels=4,norm=batch", input: [1, 8, 8], classes: 3))
    let evaluator = try Evaluator(network, clusters(shape: [1, 8, 8], classes: 3))
    let variance = try #require(
      network.bufferLayout.entries.first { $0.name.hasSuffix("running_var") })
    func end(_ variances: [Double]) throws -> LinearPath.End {
      try withoutGradients {
        let values = try network.buffers.narrow(0, start: variance.offset, length: 4)
        for (place, value) in variances.enumerated() {
          try values.narrow(0, start: place, length: 1).fill(value)
        }
      }
      return try LinearPath.End(network.checkpoint(named: "end", metadata: [:]), in: network)
    }
    let line = try LinearPath(from: end([-1, 1, 2, 3]), to: end([1, 1, 4, 3]))
    func variances(_ t: Double) throws -> [Float] {
      try line.move(evaluator, to: t, .interpolated)
      return try network.slice(variance.name).array(of: Float.self)
    }
    #expect(try variances(0) == [-1, 1, 2, 3] && variances(1) == [1, 1, 4, 3])
    let quarter = try variances(0.25)
    #expect(quarter[0].isNaN && Array(quarter[1...]) == [1, 2.5, 3])
    #expect(try variances(0.75) == [0.5, 1, 3.5, 3])
    #expect(try variances(-1.5)[2].isNaN)
    // Zero times infinity is NaN: the other end has no say at an end.
    let broken = try LinearPath(from: end([1, 2, 3, 4]), to: end([.infinity, 1, 1, 1]))
    try broken.move(evaluator, to: 0, .interpolated)
    #expect(try network.slice(variance.name).array(of: Float.self) == [1, 2, 3, 4])
  }

  /// The authors' formula, evaluated by hand for values from 0.1 to 5.1.
  @Test func levelsAreThePapers() {
    let levels = LogarithmicLevels.levels(
      of: [0.1, .nan, 3, 5.1, 80], most: 5.1, logAlpha: -5)
    let width = log(5.0)
    #expect(levels.count == 8 && levels[0] == 0.1 && levels[7] == 5.1)
    for index in 1..<7 {
      let expected = 0.1 + exp(-5 + Double(index) * (width + 5) / 7)
      #expect(abs(levels[index] - expected) < 1e-12)
    }
    #expect(LogarithmicLevels.levels(of: [2, 2], most: 5, logAlpha: -5) == [2])
    #expect(LogarithmicLevels.levels(of: [.nan], most: 5, logAlpha: -5).isEmpty)
    // Where values hardly differ the levels still increase.
    let fine = LogarithmicLevels.levels(of: [1, 1.001], most: 5, logAlpha: -5)
    #expect(zip(fine, fine.dropFirst()).allSatisfy { $0 < $1 } && fine.count == 8)
  }

  /// A limit that no value is below would leave one colour: it is not used.
  @Test func aLimitThatAllValuesAreAboveIsNotUsed() {
    let errors = [61.7, 45, .nan, 40.3]
    #expect(
      LogarithmicLevels.levels(of: errors, most: 40, logAlpha: -1)
        == LogarithmicLevels.levels(of: errors, most: 100, logAlpha: -1))
    let levels = LogarithmicLevels.levels(of: [40, 45], most: 40, logAlpha: -1)
    #expect(levels.first == 40 && levels.last == 45)
    let unused = ValueCap(of: errors, limit: 40)
    #expect(!unused.isUsed && unused.above == 0 && unused.count == 3 && unused.highest == 61.7)
    let used = ValueCap(of: errors, limit: 41)
    #expect(used.isUsed && used.above == 2 && used.lowest == 40.3 && used.highest == 41)
    let whole = ValueCap(of: errors, limit: 70)
    #expect(whole.isUsed && whole.above == 0 && whole.highest == 61.7)
    let none = ValueCap(of: [.nan, .infinity], limit: 1)
    #expect(none.highest == nil && none.isUsed && none.count == 0)
  }

  @Test func directionsHaveTheirNorms() throws {
    let layout = try Network(
      Architecture("cnn:channels=4,norm=batch", input: [1, 8, 8], classes: 3)
    ).parameterLayout
    let weights = try Generator(seed: 4).normal([layout.count])
    let unit = try RandomDirections.unit(count: layout.count, Generator(seed: 5))
    #expect(abs((try unit.norm().item()) - 1) < 1e-12)
    let direction = try RandomDirections.filterNormalised(
      around: weights, layout, Generator(seed: 5))
    for entry in layout.entries {
      func part(_ vector: Tensor) throws -> Tensor {
        try vector.to(.float64).narrow(0, start: entry.offset, length: entry.count)
      }
      guard entry.shape.count > 1 else {
        #expect(try part(direction).norm().item() == 0)
        continue
      }
      let size = entry.count / entry.shape[0]
      for filter in 0..<entry.shape[0] {
        let own = try part(direction).narrow(0, start: filter * size, length: size).norm().item()
        let target = try part(weights).narrow(0, start: filter * size, length: size).norm().item()
        #expect(abs(own - target) < 1e-8)
      }
    }
  }

  /// A linear model under the squared error: ½·mean ‖Wx + b − e_y‖², a quadratic function of the
  /// weights.
  private func quadratic() throws -> (evaluator: Evaluator, weights: [Tensor]) {
    let dataset = try clusters(shape: [5], classes: 3)
    let network = try Network(
      Architecture("mlp:hidden=none", input: [5], classes: 3), dtype: .float64)
    let evaluator = try Evaluator(network, dataset, loss: .squaredError)
    let generator = Generator(seed: 3)
    let weights = try (0..<3).map { _ in
      try generator.normal([network.parameterLayout.count], dtype: .float64)
    }
    return (evaluator, weights)
  }

  /// The quadratic model's loss by its definition, without the network.
  private func loss(_ evaluator: Evaluator, at weights: Tensor) throws -> Double {
    let (inputs, labels) = try evaluator.data(.train)
    let matrix = try weights.narrow(0, start: 0, length: 15).view([3, 5])
    let bias = try weights.narrow(0, start: 15, length: 3)
    let outputs = try inputs.matmul(matrix.transposed()) + bias
    let target = try torch1("aten::one_hot", [.tensor(labels), .int(3)]).to(.float64)
    let error = try outputs - target
    return try (error * error).sum().item() / 2 / Double(labels.count)
  }

  @Test func theSurfaceOfAQuadraticIsItsFormula() throws {
    let (evaluator, weights) = try quadratic()
    let plane = try ParameterPlane(through: weights[0], weights[1], weights[2])
    let grid = PlaneGrid(x: -1...4, y: -2...3, columns: 6, rows: 6)
    let surface = PlaneSurface(plane, grid, splits: [.train])
    var values = [Double](repeating: .nan, count: grid.count)
    try surface.evaluate(
      Array(0..<grid.count), with: evaluator, threads: 1,
      store: { values[$0] = $1[.trainLoss] ?? .nan }, report: { _ in })
    for index in values.indices {
      let point = try plane.point(x: grid[index].x, y: grid[index].y)
      #expect(abs(values[index] - (try loss(evaluator, at: point))) < 1e-10)
    }
    // Third differences of a quadratic along a row are zero.
    for row in 0..<6 {
      for column in 0..<3 {
        let v = (0..<4).map { values[row * 6 + column + $0] }
        #expect(abs(v[3] - 3 * v[2] + 3 * v[1] - v[0]) < 1e-10)
      }
    }
  }

  /// Along a line L(t) = L(0) + b·t + c·t² with c ≥ 0, so that there is no barrier, and the greatest
  /// depth below the straight connection is c/4, at the middle.
  @Test func aConvexLossHasNoBarrier() throws {
    let (evaluator, weights) = try quadratic()
    let places = LinearPath.places(0...1, count: 11)
    let values = try places.map { t in
      try loss(evaluator, at: weights[0] * (1 - t) + weights[1] * t)
    }
    #expect(Barrier(along: places, values).height == 0)
    let upside = Barrier(along: places, values.map { -$0 })
    let curvature = 2 * (values[0] - 2 * values[5] + values[10])
    #expect(abs(upside.height - curvature / 4) < 1e-10 && upside.place == 0.5)
  }

  /// The mean over the unit sphere of L(w + r·d) is L(w) + r²·tr(H)/(2P), which the mean over rays
  /// approaches; H does not depend on w.
  @Test func raysRiseByTheTraceOfTheHessian() throws {
    let (evaluator, weights) = try quadratic()
    let count = evaluator.network.parameterLayout.count
    let (inputs, _) = try evaluator.data(.train)
    // H has the mean of (x, 1)(x, 1)ᵀ once for each class.
    let trace = 3 * ((try (inputs * inputs).sum().item()) / Double(inputs.shape[0]) + 1)
    let generator = Generator(seed: 9)
    let radius = 2.0
    let rises = try (0..<4000).map { _ -> Double in
      let direction = try RandomDirections.unit(count: count, generator)
      let ahead = try loss(evaluator, at: weights[0] + direction * radius)
      let behind = try loss(evaluator, at: weights[0] - direction * radius)
      return try (ahead + behind) / 2 - loss(evaluator, at: weights[0])
    }
    let mean = rises.reduce(0, +) / Double(rises.count)
    let variance = rises.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rises.count - 1)
    let error = (variance / Double(rises.count)).squareRoot()
    #expect(abs(mean - radius * radius * trace / 2 / Double(count)) < 4 * error)
  }

  @Test func errorsOfAnyThreadStopTheWork() throws {
    let (evaluator, _) = try quadratic()
    var stored: [Int: Int] = [:]
    #expect(throws: EvaluationError.self) {
      try ParallelEvaluation.run(
        evaluator, threads: 3, over: Array(0..<100),
        body: { _, index in
          if index == 40 { throw EvaluationError("stop") }
          return index * index
        }, store: { stored[$0] = $1 }, report: { _ in })
    }
    #expect(stored.count >= 38 && stored.count < 100)
    #expect(stored.allSatisfy { $0.value == $0.key * $0.key })
  }
}
