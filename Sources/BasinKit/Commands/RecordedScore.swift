import BasinCore
import Foundation
import Landscape

extension Checkpoint {
  /// The first score on data that it was not trained on which the file records, as in `test_acc = 97.98`:
  /// commands that measure the checkpoint on the test split compare it.
  public var recordedScore: String? {
    RecordedScore.all(in: metadata).first.map { "\($0.key) = \($0.text)" }
  }
}

/// A score of a checkpoint on data that it was not trained on, as whoever saved the file wrote it down
/// beside the weights: `test_acc`, `val_loss`.
struct RecordedScore: Equatable {
  enum Measure { case accuracy, error, loss }

  /// The key, as the file has it.
  var key: String
  /// The value, as the file has it.
  var text: String
  var measure: Measure
  /// A fraction, or the mean loss.
  var value: Double
  /// Half a unit of the last digit that is written.
  var rounding: Double

  /// The scores among a checkpoint's metadata, in the order of their keys.
  ///
  /// Taken are keys whose last part consists of the words below and nothing else. Scores of training are
  /// running means as a rule, a best score is another epoch's, and a loss without the name of a split is
  /// one of training.
  static func all(in metadata: [String: String]) -> [RecordedScore] {
    metadata.sorted { $0.key < $1.key }.compactMap { RecordedScore($0.key, $0.value) }
  }

  init?(_ key: String, _ text: String) {
    guard let value = Double(text), value.isFinite, value >= 0 else { return nil }
    var measure: Measure?
    var namesSplit = false
    for word in Self.words(key) {
      if Self.neutral.contains(word) { continue }
      if Self.splits.contains(word) {
        namesSplit = true
        continue
      }
      guard measure == nil, let found = Self.measures[word] else { return nil }
      measure = found
    }
    guard let measure, measure != .loss || namesSplit else { return nil }
    (self.key, self.text, self.measure) = (key, text, measure)
    let digits =
      text.lowercased().contains("e") ? 0 : text.split(separator: ".").dropFirst().first?.count ?? 0
    let half = 0.5 * pow(10, -Double(digits))
    let isPercent = measure != .loss && value > 1
    guard !isPercent || value <= 100 else { return nil }
    self.value = isPercent ? value / 100 : value
    rounding = isPercent ? half / 100 : half
  }

  private static let splits: Set = [
    "test", "testing", "val", "valid", "validation", "eval", "evaluation", "dev",
  ]
  private static let neutral: Set = ["final", "last", "mean", "avg", "top", "top1"]
  private static let measures: [String: Measure] = [
    "acc": .accuracy, "accuracy": .accuracy, "acc1": .accuracy, "prec1": .accuracy,
    "err": .error, "error": .error, "err1": .error, "loss": .loss, "nll": .loss,
  ]

  // `metrics.testAcc` is test, acc.
  private static func words(_ key: String) -> [String] {
    var words = [""]
    var before: Character = " "
    for character in key.split(separator: ".").last ?? "" {
      if "_-/ @".contains(character) {
        words.append("")
      } else if character.isUppercase, before.isLowercase {
        words.append(character.lowercased())
      } else {
        words[words.count - 1] += character.lowercased()
      }
      before = character
    }
    return words.filter { !$0.isEmpty }
  }

  /// Whether it is a network's score on these inputs, up to what is lost in writing a number down and in
  /// means of means of batches: 2 % of a loss, an input or 0.1 % of an accuracy.
  func agrees(with metrics: Metrics, inputs: Int) -> Bool {
    let difference = abs(measured(metrics) - value)
    return switch measure {
    case .loss: difference <= rounding + 0.02 * max(value, metrics.loss)
    case .accuracy, .error: difference <= rounding + max(1.5 / Double(max(1, inputs)), 0.001)
    }
  }

  private func measured(_ metrics: Metrics) -> Double {
    switch measure {
    case .accuracy: metrics.accuracy
    case .error: 1 - metrics.accuracy
    case .loss: metrics.loss
    }
  }

  /// `the file says test_acc = 97.99, but the accuracy on the test split is 87.94 %`
  func contradiction(of metrics: Metrics) -> String {
    let value = measured(metrics)
    let measured =
      switch measure {
      case .accuracy: "the accuracy on the test split is \(NumberFormat.percent(2).text(value))"
      case .error: "the error on the test split is \(NumberFormat.percent(2).text(value))"
      case .loss: "the loss on the test split is \(NumberFormat.fixed(4).text(value))"
      }
    return "the file says \(key) = \(text), but \(measured)"
  }
}
