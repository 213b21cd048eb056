import DiversityPlane
import Testing

@Suite struct LimitCurveTests {
  /// A small deterministic source of random numbers (SplitMix64).
  private struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }

  @Test(arguments: [(0.5, 3), (0.71, 10), (0.9, 10)])
  func theCurvesMeetAtGuessing(baseline: Double, classes: Int) {
    let limits = LimitCurves(baseline: baseline, classes: classes)
    let chance = 1 / Double(classes)
    #expect(abs(limits.lower(chance) - 1) < 1e-12)
    #expect(abs(limits.upper(chance) - 1) < 1e-12)
    #expect(limits.lower(baseline) == 0)
    #expect(limits.lower(baseline + 0.01) < 0)
  }

  /// The form in the authors' notebook: d = (a* − a)/(a* + (a* − 1)/(C − 1)), and
  /// d = a*(1 − a) + a(1 − a*) + (1 − a*)(1 − a)(C − 2)/(C − 1).
  @Test func theCurvesAreTheAuthors() {
    let (star, c) = (0.71, 10.0)
    let limits = LimitCurves(baseline: star, classes: 10)
    #expect(abs(limits.upper(0.71) - 1.6778) < 1e-3)
    for a in [0.15, 0.3, 0.5, 0.7] {
      let lower = (star - a) / (star + (star - 1) / (c - 1)) / (1 - a)
      let upper =
        (star * (1 - a) + a * (1 - star) + (1 - star) * (1 - a) * (c - 2) / (c - 1)) / (1 - a)
      #expect(abs(limits.lower(a) - lower) < 1e-12)
      #expect(abs(limits.upper(a) - upper) < 1e-12)
    }
  }

  /// What the curves claim, simulated: a baseline's predictions replaced at random, and errors that
  /// are independent of the baseline's.
  @Test(arguments: [0.2, 0.4, 0.6])
  func theCurvesHoldInSimulation(target: Double) {
    let (star, classes, inputs) = (0.7, 10, 200_000)
    let limits = LimitCurves(baseline: star, classes: classes)
    var random = Random(state: 1)
    func wrong(_ label: Int) -> Int {
      (label + Int.random(in: 1..<classes, using: &random)) % classes
    }
    let replaced = (star - target) / (star - 0.1)
    var perturbed = (right: 0, differing: 0)
    var independent = (right: 0, differing: 0)
    for _ in 0..<inputs {
      let label = Int.random(in: 0..<classes, using: &random)
      let base = Double.random(in: 0..<1, using: &random) < star ? label : wrong(label)
      let noisy =
        Double.random(in: 0..<1, using: &random) < replaced
        ? Int.random(in: 0..<classes, using: &random) : base
      perturbed.right += noisy == label ? 1 : 0
      perturbed.differing += noisy == base ? 0 : 1
      let other = Double.random(in: 0..<1, using: &random) < target ? label : wrong(label)
      independent.right += other == label ? 1 : 0
      independent.differing += other == base ? 0 : 1
    }
    func diversity(_ sample: (right: Int, differing: Int)) -> Double {
      Double(sample.differing) / Double(inputs - sample.right)
    }
    #expect(abs(Double(perturbed.right) / Double(inputs) - target) < 0.005)
    #expect(abs(diversity(perturbed) - limits.lower(target)) < 0.01)
    #expect(abs(Double(independent.right) / Double(inputs) - target) < 0.005)
    #expect(abs(diversity(independent) - limits.upper(target)) < 0.01)
  }
}
