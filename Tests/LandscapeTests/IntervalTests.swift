import Foundation
import Landscape
import Testing
import Torch

@testable import Evaluation
@testable import Statistics

/// Intervals and verdicts against closed forms and independent numbers (SciPy 1.17: `stats.t.ppf`,
/// `stats.binomtest`).
@Suite struct IntervalTests {
  @Test(arguments: [
    (1.0, 12.706204736432095), (2, 4.302652729911275), (4, 2.7764451051977987),
    (9, 2.262157162740992), (2.5, 3.57465484), (599, 1.96393225),
  ])
  func criticalT(degrees: Double, expected: Double) {
    #expect(abs(StudentT.critical(level: 0.95, degrees: degrees) - expected) < 1e-6)
  }

  @Test func criticalZ() {
    #expect(abs(StudentT.normalCritical(level: 0.95) - 1.959963984540054) < 1e-10)
  }

  /// 1, 2, 3, 4, 5: 3 ± 2.776·√2.5/√5.
  @Test func meanOfFew() throws {
    let interval = try #require(Estimate.mean(of: [1, 2, 3, 4, 5], unit: "checkpoints").interval)
    let half = 2.7764451051977987 * (2.5 / 5).squareRoot()
    #expect(abs(interval.range.lowerBound - (3 - half)) < 1e-9)
    #expect(abs(interval.range.upperBound - (3 + half)) < 1e-9)
    #expect(interval.text == "Student's t over 5 checkpoints")
    let bounded = Estimate.mean(of: [0, 0, 0.1], unit: "checkpoints", bounds: 0...1)
    #expect(bounded.interval?.range.lowerBound == 0)
  }

  @Test func noIntervalWithoutSupport() {
    #expect(
      Estimate.mean(of: [1, 2], unit: "checkpoints").reason
        == "2 checkpoints are too few (3 are needed)")
    #expect(
      Estimate.mean(of: [1], unit: "checkpoints").reason
        == "1 checkpoint is too few (3 are needed)")
    #expect(Estimate.mean(of: [1, 1, 1], unit: "checkpoints").interval == nil)
    #expect(Estimate.mean(of: [1, .nan, 1], unit: "checkpoints").interval == nil)
    #expect(Estimate.mean(of: [], unit: "checkpoints").interval == nil)
    #expect(Estimate.meanOverPairs([[0, 1], [1, 0]], unit: "checkpoints").interval == nil)
  }

  /// Where h_ij = a_i + a_j the mean over pairs is twice that of a, and so is its interval.
  @Test func pairsOfAdditiveUnits() throws {
    let a = [0.3, 1.7, 0.9, 2.2, 1.1]
    let pairs = a.map { one in a.map { one + $0 } }
    let found = try #require(Estimate.meanOverPairs(pairs, unit: "seeds").interval).range
    let own = try #require(Estimate.mean(of: a, unit: "seeds").interval).range
    #expect(abs(found.lowerBound - 2 * own.lowerBound) < 1e-9)
    #expect(abs(found.upperBound - 2 * own.upperBound) < 1e-9)
  }

  @Test func captionsNameMethodLevelAndCount() {
    let one = Estimate.mean(of: [1, 2, 4], unit: "seeds", given: "these inputs")
    let none = Estimate.mean(of: [1, 2], unit: "seeds")
    #expect(
      Estimate.caption(of: [one, one, none])
        == "95 % intervals: Student's t over 3 seeds, for these inputs; else none: 2 seeds are too few "
        + "(3 are needed)")
    #expect(
      Estimate.caption(of: [none]) == "no intervals: 2 seeds are too few (3 are needed)")
  }

  /// As many inputs gained as lost: the rates are equal, and the networks are not. Without any the outcomes are
  /// the same.
  @Test func equalRatesOfDifferentInputs() {
    let own = (0..<100).map { $0 < 5 }
    let other = (0..<100).map { (5..<10).contains($0) }
    #expect(Difference.pairedProportions(own, other, unit: "inputs").verdict == .notClear)
    #expect(
      Difference.pairedProportions(own, own, unit: "inputs").verdict
        == .same("right or wrong alike on 100 inputs"))
  }

  /// 12 of 100 inputs gained and 3 lost: (13 − 4)/102 ± 1.96·√((17/102 − (9/102)²)/102).
  @Test func pairedProportions() throws {
    let own = (0..<100).map { $0 < 60 }
    let other = (0..<100).map { $0 < 48 || (60..<63).contains($0) }
    let found = Difference.pairedProportions(own, other, unit: "test inputs")
    #expect(abs(found.value - 0.09) < 1e-12)
    let centre = 9.0 / 102
    let half = 1.959963984540054 * ((17.0 / 102 - centre * centre) / 102).squareRoot()
    let range = try #require(found.estimate.interval).range
    #expect(abs(range.lowerBound - (centre - half)) < 1e-9)
    #expect(abs(range.upperBound - (centre + half)) < 1e-9)
    #expect(abs(Difference.exactMcNemar(12, 3) - 0.03515625) < 1e-10)
    #expect(abs(Difference.exactMcNemar(5, 0) - 0.0625) < 1e-12)
    #expect(found.verdict == .above)
  }

  /// Few discordant inputs of many decide nothing, even where all go one way.
  @Test(arguments: [(1, false), (5, false), (6, true), (8, true)])
  func fewDiscordantInputs(count: Int, isDifference: Bool) {
    let own = (0..<2000).map { $0 < 1000 + count }
    let other = (0..<2000).map { $0 < 1000 }
    let verdict = Difference.pairedProportions(own, other, unit: "test inputs").verdict
    #expect(verdict.isDifference == isDifference, "\(verdict)")
  }

  /// 4e-17 is no difference, however narrow its interval is.
  @Test func roundingIsNoDifference() {
    let other = (0..<600).map { 0.1 + Double($0 % 7) }
    let own = other.map { $0 + 4e-17 * 64 }
    let tiny = Difference.paired(own, other, unit: "test inputs", isSingle: false)
    #expect(tiny.verdict == .rounding || tiny.value == 0)
    let single = Difference.paired(
      other.map { $0 * (1 + 6e-8) }, other, unit: "test inputs")
    #expect(single.verdict == .rounding)
    #expect(
      single.sentence("the NLL of a", "that of b", format: .fixed(3))
        == "the NLL of a is equal to that of b within rounding")
    let large = Difference.paired(
      other.enumerated().map { $1 + 0.1 + 0.01 * Double($0 % 3) }, other, unit: "test inputs")
    #expect(large.verdict == .above)
  }

  /// Output biases of 3·10⁵ leave logits in steps of 1/32: what rounding does to losses is no difference.
  @Test func theSpacingOfLogitsIsNoDifference() throws {
    let labels = try Tensor((0..<400).map { Int64($0 % 10) }, shape: [400])
    let exact = (0..<4000).map { Float(sin(Double($0) * 12.9898) * 4) }
    let plain = try Tensor(exact, shape: [400, 10])
    let shifted = try Tensor(exact.map { $0 + 3e5 }, shape: [400, 10])
    let one = try PerInput.Part(logits: plain, labels: labels)
    let other = try PerInput.Part(logits: shifted, labels: labels)
    #expect(other.spacing == 0x1p-5 && one.spacing < 1e-6)
    let found = Difference.paired(
      other.losses, one.losses, unit: "test inputs", spacing: one.spacing + other.spacing)
    // Rounding alone made it.
    #expect(abs(found.value) > 1e-5 && abs(found.value) < 0x1p-5)
    #expect(
      found.verdict
        == .unsupported("it is within the spacing of the logits, 0.031 on average"))
    // What is larger is a difference in spite of it.
    let large = Difference.paired(
      other.losses.map { $0 + 0.1 }, one.losses, unit: "test inputs",
      spacing: one.spacing + other.spacing)
    #expect(large.verdict == .above)
  }

  /// Of the same logits, of which rounding tied some, no error rate is another.
  @Test func theSpacingOfLogitsIsNoDifferenceOfErrors() throws {
    let labels = try Tensor((0..<400).map { _ in Int64(0) }, shape: [400])
    // The right class is above the other by 1/100, but in every eighth input below it by 1.
    let exact = (0..<400).flatMap { place -> [Float] in place % 8 == 0 ? [0, 1] : [0.01, 0] }
    let plain = try Tensor(exact, shape: [400, 2])
    let shifted = try Tensor(
      exact.enumerated().map { $1 + 3e5 + ($0 % 6 == 1 ? 0x1p-5 : 0) }, shape: [400, 2])
    let one = try PerInput.Part(logits: plain, labels: labels)
    let other = try PerInput.Part(logits: shifted, labels: labels)
    #expect(one.error == 0.125 && one.ties == 0)
    // All but the 50 of the wider margin.
    #expect(other.ties == 0.875 && other.error > 0.4)
    let found = Difference.pairedProportions(
      other.errors.map { $0 == 1 }, one.errors.map { $0 == 1 }, unit: "test inputs",
      ties: one.ties + other.ties)
    #expect(
      found.verdict
        == .unsupported(
          "it is within the predictions that the spacing of the logits may decide, 87.5 % of the inputs"
        ))
    // Without ties the same counts are a difference.
    let counted = Difference.pairedProportions(
      other.errors.map { $0 == 1 }, one.errors.map { $0 == 1 }, unit: "test inputs")
    #expect(counted.verdict == .above)
    // An error of a path of such points has no barrier either.
    let path = [one.errors, other.errors, one.errors]
    let points = [[1, 0], [0.5, 0.5], [0, 1.0]]
    let coarse = try BarrierComparison.compare(
      [try Tensor(path.flatMap(\.self), shape: [3, 400])], over: points, unit: "inputs",
      spacings: [other.ties], of: .predictions)
    #expect(coarse.heights[0].reason?.hasPrefix("it is within the predictions that") == true)
  }

  /// A barrier that the spacing of logits may be all of has no interval.
  @Test func theSpacingOfLogitsIsNoBarrier() throws {
    let rows = [0.0, 1, 0].map { height in (0..<20).map { 0.01 * height * (1 + Double($0 % 3)) } }
    let losses = try Tensor(rows.flatMap(\.self), shape: [3, 20])
    let points = [[1, 0], [0.5, 0.5], [0, 1.0]]
    let plain = try BarrierComparison.compare([losses, losses], over: points, unit: "inputs")
    #expect(plain.heights[0].interval != nil)
    let coarse = try BarrierComparison.compare(
      [losses, losses], over: points, unit: "inputs", spacings: [0x1p-5, 0])
    #expect(
      coarse.heights[0].support
        == .unsupported("it is within the spacing of the logits, 0.062 on average"))
    #expect(coarse.heights[1].interval != nil)
  }

  /// One input of 600 with a huge difference decides nothing.
  @Test func oneInputIsNoDifference() {
    let zeros = Array(repeating: 0.0, count: 600)
    var own = zeros
    own[3] = 40
    for place in 0..<600 where place != 3 { own[place] = 1e-3 * Double(place % 2) }
    #expect(!Difference.paired(own, zeros, unit: "test inputs").verdict.isDifference)
    // Six that carry it all, and an interval of their own.
    let few = Difference(
      .mean(of: [1, 1.1, 0.9], unit: "inputs"), rounding: 0, doubt: "it comes from 1 input")
    #expect(few.verdict == .unsupported("it comes from 1 input"))
  }

  /// The same inputs right and wrong: that is said, of one input too, and rounding is not.
  @Test func equalErrorsAreNoRounding() {
    for count in [1, 3, 400] {
      let right = (0..<count).map { $0 % 3 == 0 }
      let found = Difference.pairedProportions(right, right, unit: "test inputs")
      let text = "right or wrong alike on \(count) test input\(count == 1 ? "" : "s")"
      #expect(found.verdict == .same(text) && found.verdict.text == text)
    }
    // As many errors, of other inputs: no rounding either.
    let swapped = Difference.pairedProportions(
      [true, false, true], [false, true, true], unit: "test inputs")
    #expect(swapped.verdict == .notClear)
    let one = Difference.pairedProportions([true], [false], unit: "test inputs")
    #expect(one.verdict == .unsupported("1 test input is too few (3 are needed)"))
    // An interval that is wider than rounding has the say.
    func verdict(_ half: Double) -> Verdict {
      let interval = ConfidenceInterval(-half...half, method: "m", count: 9, unit: "inputs")
      return Difference(Estimate(0, .interval(interval)), rounding: 1e-6).verdict
    }
    #expect(verdict(0.1) == .notClear && verdict(1e-7) == .rounding)
  }

  @Test func trends() {
    #expect(Trend((0..<8).map { 1 / Double($0 + 1) }) == .falling)
    #expect(Trend((0..<8).map(Double.init)) == .rising)
    #expect(Trend([1, 3, 2, 3, 1, 2, 3, 1]) == .none)
    #expect(Trend([3, 2, 1]) == .unknown(3))
    // Four values cannot reach the level of 0.05: those that fall at every step are taken to fall.
    #expect(Trend([2.31, 1.6, 1.1, 0.69]) == .falling)
    #expect(Trend([1, 2, 3, 4]) == .rising)
    #expect(Trend([2.31, 1.6, 0.69, 1.1]) == .none)
    // A tie is no step.
    #expect(Trend([4, 3, 3, 1]) == .none)
    // Of six one pair may be out of order, of seven two, and no more without an estimate of the autocorrelation.
    #expect(Trend([6, 5, 4, 3, 1, 2]) == .falling && Trend([6, 5, 4, 1, 3, 2]) == .none)
    #expect(Trend([1, 2, 3, 5, 4, 7, 6]) == .rising && Trend([1, 2, 4, 3, 5, 7, 6]) == .rising)
    #expect(Trend([2, 1, 4, 3, 6, 5, 7]) == .none)
    #expect(Trend(Array(repeating: 1, count: 12)) == .none)
  }

  // x_k = ρ·x_{k−1} + √(1 − ρ²)·z, stationary.
  private static func correlated(
    _ count: Int, _ rho: Double, _ random: inout SeededNumbers
  ) -> [Double] {
    var values = [random.normal()]
    while values.count < count {
      values.append(rho * values[values.count - 1] + (1 - rho * rho).squareRoot() * random.normal())
    }
    return values
  }

  /// How often stationary values of one run are said to have a trend (%), as docs/intervals.md has it. Kendall's test for
  /// independent values says so of 28 % of ten and of 38 % of thirty at ρ = 0.7.
  @Test(
    arguments: [
      (6, [2.0, 6, 10, 15]), (10, [1, 4, 9, 16]), (16, [2, 5, 8, 15]), (30, [3, 6, 6, 11]),
    ] as [(Int, [Double])])
  func theLevelOfATrend(count: Int, expected: [Double]) {
    for (rho, percent) in zip([0, 0.5, 0.7, 0.9], expected) {
      var random = SeededNumbers(Seed(23).derived("trend \(count) \(rho)"))
      let alarms = (0..<2000).count { _ in Trend(Self.correlated(count, rho, &random)) != .none }
      #expect(abs(Double(alarms) / 20 - percent) < 3, "\(alarms) of 2,000 at ρ = \(rho)")
    }
  }

  /// How often a loss exp(−t/n) with noise of 0.05 is found to fall (%), independent and autocorrelated.
  @Test(
    arguments: [(6, [97.0, 100]), (10, [98, 99]), (16, [99, 96]), (30, [100, 96])]
      as [(Int, [Double])])
  func thePowerOfATrend(count: Int, expected: [Double]) {
    for (rho, percent) in zip([0, 0.7], expected) {
      var random = SeededNumbers(Seed(29).derived("power \(count) \(rho)"))
      let found = (0..<1000).count { _ in
        let noise = Self.correlated(count, rho, &random)
        return Trend(
          noise.enumerated().map { exp(-Double($0) / Double(count)) + 0.05 * $1 }) == .falling
      }
      #expect(abs(Double(found) / 10 - percent) < 3, "\(found) of 1,000 at ρ = \(rho)")
    }
  }
}
