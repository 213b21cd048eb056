import Landscape
import TestSupport
import Testing

@testable import DiversityPlane

/// Differences of ensembles of two sizes where not all of a size are taken.
@Suite struct SampledEnsembleTests {
  // A score of an ensemble that is the mean of its members', so that the means over all ensembles of any size
  // are equal: members differ by `spread`, and each has its own part at each input.
  private static func difference(
    _ index: UInt64, spread: Double, members: Int, inputs: Int, subsets: Int, withDraws: Bool
  ) throws -> Difference {
    var random = SeededNumbers(Seed(index &+ 17))
    let own = (0..<members).map { _ in spread * random.normal() }
    let values = own.map { mean in (0..<inputs).map { _ in mean + 0.3 * random.normal() } }
    let sides = try [2, 3].map { size in
      try Subsets(of: members, size: size, limit: subsets, seed: Seed(index)).places.map { places in
        (0..<inputs).map { input in
          places.reduce(0) { $0 + values[$1][input] } / Double(size)
        }
      }
    }
    let means = sides.map { side in
      (0..<inputs).map { input in side.reduce(0) { $0 + $1[input] } / Double(side.count) }
    }
    let draws = sides.map { $0.map { $0.reduce(0, +) / Double(inputs) } }
    return .paired(
      means[0], means[1], unit: "inputs", draws: withDraws ? draws : [], drawn: "ensembles")
  }

  @Test(arguments: [(0.1, 25, 100, 60), (0.1, 12, 30, 60), (0.02, 25, 100, 200), (0.5, 25, 20, 60)])
  func theChoiceOfEnsemblesIsCounted(
    spread: Double, members: Int, subsets: Int, inputs: Int
  ) throws {
    func covered(withDraws: Bool) throws -> Double {
      try Coverage.measure(
        "Student's t with the random choice of ensembles\(withDraws ? "" : ", not counted")",
        "\(subsets) of \(members) networks, spread \(spread), \(inputs) inputs", few: 300
      ) { index in
        try Self.difference(
          index, spread: spread, members: members, inputs: inputs, subsets: subsets,
          withDraws: withDraws
        ).estimate.interval.map { $0.range.contains(0) }
      }.contained
    }
    let counted = try covered(withDraws: true)
    #expect(counted > 0.92, "\(counted)")
    // Which the test would see.
    if spread >= 0.1 { #expect(try covered(withDraws: false) < 0.85) }
  }

  @Test func twoRandomEnsemblesAreTooFew() throws {
    let found = try Self.difference(
      1, spread: 0.1, members: 25, inputs: 20, subsets: 2, withDraws: true)
    guard case .unsupported(let reason) = found.estimate.support else {
      Issue.record("an interval")
      return
    }
    #expect(reason == "2 random ensembles are too few (3 are needed)")
  }
}
