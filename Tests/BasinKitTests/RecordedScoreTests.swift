import Landscape
import Testing

@testable import BasinKit

/// Scores that people save beside weights.
@Suite struct RecordedScoreTests {
  @Test(arguments: [
    ("test_acc", "97.99", 0.9799), ("val_accuracy", "0.92", 0.92), ("acc", "93.5", 0.935),
    ("metrics.testAcc", "0.5", 0.5), ("val/loss", "0.31", 0.31), ("test_error", "7", 0.07),
    ("eval-acc1", "71.2", 0.712),
  ])
  func areRead(key: String, text: String, value: Double) throws {
    let score = try #require(RecordedScore(key, text))
    #expect(abs(score.value - value) < 1e-12)
  }

  // Of training, of another epoch, of no known split, or no scores at all.
  @Test(arguments: [
    ("loss", "0.2"), ("train_acc", "99"), ("best_acc", "93"), ("label_loss_weight", "0.1"),
    ("test_acc", "high"), ("epoch", "12"), ("acc", "930"), ("test_acc", "nan"), ("", "1"),
    ("test", "1"),
  ])
  func othersAreNot(key: String, text: String) {
    #expect(RecordedScore(key, text) == nil)
  }

  @Test func agreementAllowsForRounding() throws {
    let metrics = Metrics(loss: 0.3525, accuracy: 0.87938)
    func agrees(_ key: String, _ text: String) throws -> Bool {
      try #require(RecordedScore(key, text)).agrees(with: metrics, inputs: 597)
    }
    #expect(try agrees("acc", "87.94"))
    #expect(try agrees("acc", "88"))
    #expect(try agrees("acc", "0.88"))
    #expect(try agrees("test_err", "12.06"))
    #expect(try agrees("test_loss", "0.35"))
    #expect(try !agrees("acc", "92.13"))
    #expect(try !agrees("acc", "0.884"))
    #expect(try !agrees("test_loss", "0.3767"))
  }
}
