import Foundation
import Landscape
import Testing
import Torch

/// Losses and errors of single inputs where outputs are NaN, infinite or far apart.
@Suite struct PerInputTests {
  private let labels = { try! Tensor([Int64(0), 1], shape: [2]) }()

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func anInputWithoutAFiniteOutputIsMissing(value: Double) throws {
    let part = try PerInput.Part(
      logits: Tensor([1, 2, 0, value], shape: [2, 2]), labels: labels)
    #expect(abs(part.losses[0] - (log(1 + exp(1)))) < 1e-12)
    #expect(part.errors[0] == 1)
    #expect(part.losses[1].isNaN && part.errors[1].isNaN)
    #expect(part.loss.isNaN && part.error.isNaN)
  }

  /// Logits as far apart as single precision goes: the loss is their distance.
  @Test func lossesAreFiniteWhereLogitsAre() throws {
    let far = try Tensor([-3e38, 3e38, 3e38, -3e38], shape: [2, 2]).to(.float32)
    #expect(abs(try PerInput.Part(logits: far, labels: labels).losses[0] / 6e38 - 1) < 1e-6)
  }
}
