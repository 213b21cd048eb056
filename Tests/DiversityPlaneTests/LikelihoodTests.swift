import DiversityPlane
import Foundation
import Landscape
import Testing
import Torch

/// Logarithms of probabilities that are zero in double precision.
@Suite struct LikelihoodTests {
  /// exp(−800) is zero in double precision; its logarithm is −800.
  @Test func likelihoodsOfEnsemblesComeFromLogits() throws {
    let labels = try Tensor([Int64(0), 1], shape: [2])
    let first = try Tensor([0.0, 800, 0, 900], shape: [2, 2])
    let second = try Tensor([0.0, 900, 1000, 0], shape: [2, 2])
    let members = try MemberPredictions(logits: [first, second], labels: labels)
    let pair = try members.ensembles(of: 2, subsets: 10, seed: Seed(0))
    #expect(abs(pair.each[0].negativeLogLikelihood - (400 + log(2))) < 1e-12)
    #expect(abs(pair.negativeLogLikelihoods[0] - (800 + log(2))) < 1e-12)
    let single = try members.ensembles(of: 1, subsets: 10, seed: Seed(0))
    #expect(single.each.map(\.negativeLogLikelihood) == [400, 950])
    #expect(single.negativeLogLikelihoods == [850, 500])
  }

  /// KL(a‖b) of two near-certain predictions of different classes is the distance of b's logits.
  @Test func divergencesComeFromLogitsToo() throws {
    let one = try Tensor([Int64(0)], shape: [1])
    let members = try MemberPredictions(
      logits: [
        Tensor([2000.0, 0], shape: [1, 2]), Tensor([0.0, 3000], shape: [1, 2]),
      ], labels: one)
    let values = try Divergence.kullbackLeibler.pairs(members)
    #expect(values == [[0, 3000], [2000, 0]])
    #expect(abs(try Divergence.jensenShannon.pairs(members)[0][1] - log(2)) < 1e-12)
  }
}
