import Foundation
import Landscape
import Testing
import Torch

@testable import DiversityPlane

/// Scores and divergences of probabilities, against NumPy's and in closed form.
@Suite struct ProbabilityScoreTests {
  struct File: Decodable {
    struct Scores: Decodable {
      var accuracy: Double
      var nll: Double
      var brier: Double
      var ece: Double
      var ece20: Double?
      var ece10: Double?
    }
    struct Size: Decodable {
      var subsets: Int
      var mean: Scores
      var deviation: Scores
    }
    var logits: [[[Double]]]
    var labels: [Int64]
    var members: [Scores]
    var kl: [[Double]]
    var js: [[Double]]
    var jsAll: Double
    var sizes: [Size]

    func predictions() throws -> MemberPredictions {
      try MemberPredictions(
        logits: logits.map {
          try Tensor($0.flatMap(\.self), shape: [$0.count, $0[0].count])
        }, labels: Tensor(labels, shape: [labels.count]))
    }
  }

  private static func file() throws -> File {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/predictions/expected.json")
    return try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
  }

  /// Probabilities of one member a row of inputs.
  private func members(_ rows: [[[Double]]], labels: [Int64]) throws -> MemberPredictions {
    try MemberPredictions(
      probabilities: Tensor(
        rows.flatMap { $0.flatMap(\.self) }, shape: [rows.count, labels.count, rows[0][0].count]),
      labels: Tensor(labels, shape: [labels.count]))
  }

  private func expectEqual(_ scores: ProbabilityScores, _ expected: File.Scores) {
    #expect(abs(scores.accuracy - expected.accuracy) < 1e-9)
    #expect(abs(scores.negativeLogLikelihood - expected.nll) < 1e-9)
    #expect(abs(scores.brier - expected.brier) < 1e-9)
    #expect(abs(scores.expectedCalibrationError - expected.ece) < 1e-9)
  }

  @Test func scoresAreThoseOfNumPy() throws {
    let file = try Self.file()
    let predictions = try file.predictions()
    let scores = try predictions.scores()
    #expect(scores.count == 5)
    for (member, expected) in file.members.enumerated() {
      expectEqual(scores[member], expected)
      for (scheme, ece) in [
        (Calibration.Scheme.equalWidth(15), expected.ece),
        (.equalWidth(10), try #require(expected.ece10)),
        (.equalCount(20), try #require(expected.ece20)),
      ] {
        let calibration = try predictions.calibration(of: member, scheme)
        #expect(abs(calibration.error - ece) < 1e-9)
        #expect(calibration.bins.reduce(0) { $0 + $1.count } == file.labels.count)
      }
    }
  }

  @Test func ensemblesOverAllSubsetsAreThoseOfNumPy() throws {
    let file = try Self.file()
    let predictions = try file.predictions()
    for (index, expected) in file.sizes.enumerated() {
      let found = try predictions.ensembles(
        of: index + 1, subsets: 100, seed: Seed(0), withDivergences: true)
      #expect(found.isComplete)
      #expect(found.each.count == expected.subsets)
      let paths: [(KeyPath<ProbabilityScores, Double>, KeyPath<File.Scores, Double>)] = [
        (\.accuracy, \.accuracy), (\.negativeLogLikelihood, \.nll), (\.brier, \.brier),
        (\.expectedCalibrationError, \.ece),
      ]
      for (score, other) in paths {
        #expect(abs(found.mean(score) - expected.mean[keyPath: other]) < 1e-9)
        #expect(abs(found.deviation(score) - expected.deviation[keyPath: other]) < 1e-9)
      }
      if index == 0 { #expect(found.divergences.allSatisfy { $0 < 1e-12 }) }
      if index == 4 { #expect(abs(found.divergences[0] - file.jsAll) < 1e-9) }
    }
  }

  @Test func divergencesAreThoseOfNumPy() throws {
    let file = try Self.file()
    let predictions = try file.predictions()
    for (measure, expected) in [
      (Divergence.kullbackLeibler, file.kl), (.jensenShannon, file.js),
    ] {
      let found = try measure.pairs(predictions)
      for (found, expected) in zip(found.joined(), expected.joined()) {
        #expect(abs(found - expected) < 1e-9)
      }
    }
    let all = try Divergence.jensenShannon(predictions.probabilities)
    #expect(abs(all - file.jsAll) < 1e-9)
    let pair = try Divergence.kullbackLeibler(predictions.member(0), predictions.member(1))
    #expect(abs(pair - file.kl[0][1]) < 1e-9)
  }

  /// 100 inputs predicted with confidence 0.7, of which 70 are right.
  @Test func aPerfectlyCalibratedClassifierHasNoCalibrationError() throws {
    let predictions = try members(
      [Array(repeating: [0.7, 0.3], count: 100)], labels: (0..<100).map { $0 < 70 ? 0 : 1 })
    #expect(abs(try predictions.scores()[0].expectedCalibrationError) < 1e-12)
    #expect(abs(try predictions.calibration(of: 0, .equalWidth(15)).error) < 1e-12)
    #expect(try predictions.calibration(of: 0, .equalWidth(15)).bins.count == 1)
  }

  @Test func certainAndWrongIsTheWorstThereIs() throws {
    let predictions = try members([[[1, 0, 0], [0, 1, 0]]], labels: [2, 0])
    let scores = try predictions.scores()[0]
    #expect(scores.brier == 2)
    #expect(scores.accuracy == 0)
    #expect(scores.negativeLogLikelihood == .infinity)
    #expect(scores.expectedCalibrationError == 1)
    #expect(try predictions.calibration(of: 0, .equalCount(20)).error == 1)
  }

  @Test func divergencesAtTheirEnds() throws {
    let same = [[0.2, 0.5, 0.3], [0, 0, 1]]
    let alike = try members([same, same, same], labels: [0, 1])
    #expect(try Divergence.jensenShannon(alike.probabilities) < 1e-15)
    #expect(try Divergence.kullbackLeibler.pairs(alike).joined().allSatisfy { $0 < 1e-15 })
    let apart = try members([[[1, 0, 0]], [[0, 1, 0]], [[0, 0, 1]]], labels: [0])
    #expect(abs(try Divergence.jensenShannon(apart.probabilities) - log(3)) < 1e-12)
    #expect(abs(try Divergence.jensenShannon.pairs(apart)[0][2] - log(2)) < 1e-12)
    #expect(try Divergence.kullbackLeibler.pairs(apart)[0][1] == .infinity)
    let triple = try apart.ensembles(
      of: 3, subsets: 10, seed: Seed(0), withDivergences: true)
    #expect(abs(triple.divergences[0] - log(3)) < 1e-12)
  }

  @Test func confidencesOnAnEdgeBelongToTheBinBelow() {
    let calibration = Calibration(
      confidences: [0.25, 0.5, 0.5000001, 1, 0], correct: [true, false, true, true, false],
      scheme: .equalWidth(4))
    #expect(calibration.bins.map(\.count) == [2, 1, 1, 1])
    let counted = Calibration(
      confidences: [0.9, 0.1, 0.5], correct: [true, false, true], scheme: .equalCount(2))
    #expect(counted.bins.map(\.count) == [1, 2])
    #expect(counted.bins[1].range == 0.5...0.9)
    let more = Calibration(confidences: [0.4], correct: [true], scheme: .equalCount(20))
    #expect(more.bins.count == 1)
  }

  /// Twelve predictions of one confidence over three bins, the right ones first or last: every bin has
  /// their common accuracy, whatever their order.
  @Test func equalCountsDoNotDependOnTheOrderOfInputs() {
    let tied = Array(repeating: 0.75, count: 12)
    for correct in [
      (0..<12).map { $0 < 9 }, (0..<12).map { $0 >= 3 }, (0..<12).map { $0 % 4 != 0 },
    ] {
      let calibration = Calibration(
        confidences: tied, correct: correct, scheme: .equalCount(3))
      #expect(calibration.bins.map(\.count) == [4, 4, 4])
      #expect(calibration.bins.map(\.accuracy) == [0.75, 0.75, 0.75])
      #expect(calibration.error == 0)
    }
    // Confidences on a grid of 20, so that nearly all have ties; sorted by class, reversed, mixed.
    var numbers = SeededNumbers(Seed(3))
    let confidences = (0..<500).map { _ in Double(Int.random(in: 1...20, using: &numbers)) / 20 }
    let correct = confidences.map { Double.random(in: 0..<1, using: &numbers) < $0 }
    func error(_ order: [Int]) -> Double {
      Calibration(
        confidences: order.map { confidences[$0] }, correct: order.map { correct[$0] },
        scheme: .equalCount(15)
      ).error
    }
    let places = Array(confidences.indices)
    let expected = error(places)
    for order in [
      Array(places.reversed()), places.sorted { correct[$0] && !correct[$1] },
      places.shuffled(using: &numbers), places.shuffled(using: &numbers),
    ] { #expect(abs(error(order) - expected) < 1e-12) }
  }

  @Test func allSubsetsAreTakenWhereTheyAreFewEnough() throws {
    let all = try Subsets(of: 5, size: 3, limit: 10, seed: Seed(1))
    #expect(all.isComplete)
    #expect(all.places.count == 10)
    #expect(Set(all.places).count == 10)
    #expect(all.places.first == [0, 1, 2] && all.places.last == [2, 3, 4])
    let some = try Subsets(of: 5, size: 3, limit: 9, seed: Seed(1))
    #expect(!some.isComplete)
    #expect(Set(some.places).count == 9)
    #expect(some.places.allSatisfy { Set($0).count == 3 && $0 == $0.sorted() })
    #expect(try some == Subsets(of: 5, size: 3, limit: 9, seed: Seed(1)))
    #expect(try some != Subsets(of: 5, size: 3, limit: 9, seed: Seed(2)))
    #expect(try Subsets(of: 300, size: 150, limit: 4, seed: Seed(0)).places.count == 4)
    #expect(try Subsets(of: 300, size: 300, limit: 1, seed: Seed(0)).isComplete)
  }
}
