import BasinCore
import Datasets
import Evaluation
import Statistics

/// What is measured at a point of weight space.
public enum LandscapeMetric: String, Sendable, Equatable, Hashable, CaseIterable {
  /// Mean loss on the training split, in nats for cross-entropy.
  case trainLoss = "train-loss"
  /// Fraction of the training split that is classified wrongly, from 0 to 1.
  case trainError = "train-error"
  /// Mean loss on the test split.
  case testLoss = "test-loss"
  /// Fraction of the test split that is classified wrongly.
  case testError = "test-error"

  /// The split that it is measured on.
  public var split: Split {
    switch self {
    case .trainLoss, .trainError: .train
    case .testLoss, .testError: .test
    }
  }

  /// Whether it is a loss, and not an error.
  public var isLoss: Bool { self == .trainLoss || self == .testLoss }

  /// What of it the spacing of logits acts on.
  public var quantity: Rounding.Quantity { isLoss ? .losses : .predictions }

  /// `train loss`
  public var name: String { rawValue.replacing("-", with: " ") }

  /// The name where training losses have an L2 term: `regularized training loss (decay 5e-4)`; the
  /// plain name for other quantities, and without a term.
  public func name(_ regularizer: Regularizer?) -> String {
    guard self == .trainLoss, let regularizer else { return name }
    return "regularized training loss (\(regularizer.text))"
  }
}

/// What a network does at a point of weight space, on the splits that were asked for.
public struct LandscapeValues: Sendable, Equatable {
  /// On the training split.
  public var train: Metrics?
  /// On the test split.
  public var test: Metrics?

  /// Values that are known.
  public init(train: Metrics? = nil, test: Metrics? = nil) {
    self.train = train
    self.test = test
  }

  /// Measures a network where it is, with the batch-norm statistics that it has.
  ///
  /// - Parameter regularizer: Its term is added to the loss on the training split.
  public init(
    _ evaluator: Evaluator, on splits: Set<Split>, regularizer: Regularizer? = nil
  ) throws {
    train = try splits.contains(.train) ? evaluator.metrics(.train) : nil
    if let regularizer { train?.loss += try regularizer.term(of: evaluator.network) }
    test = try splits.contains(.test) ? evaluator.metrics(.test) : nil
  }

  /// One of the values, and what the spacing of the logits may add to it.
  ///
  /// - Parameter regularizer: Its term is added to the loss on the training split.
  public static func value(
    of metric: LandscapeMetric, _ evaluator: Evaluator, regularizer: Regularizer? = nil
  ) throws -> (value: Double, spacing: Double) {
    let logits = try evaluator.logits(metric.split)
    let labels = try evaluator.data(metric.split).labels
    let found = try Metrics(logits: logits, labels: labels, loss: evaluator.loss)
    let spacings = try logits.logitSpacing()
    guard metric.isLoss else {
      return (1 - found.accuracy, try logits.tieRate(labels, spacings: spacings))
    }
    let term = try metric == .trainLoss ? regularizer?.term(of: evaluator.network) ?? 0 : 0
    return (found.loss + term, spacings.reduce(0, +) / Double(max(1, spacings.count)))
  }

  /// One of the values; `nil` where its split was not measured.
  public subscript(metric: LandscapeMetric) -> Double? {
    switch metric {
    case .trainLoss: train?.loss
    case .trainError: train.map { 1 - $0.accuracy }
    case .testLoss: test?.loss
    case .testError: test.map { 1 - $0.accuracy }
    }
  }
}
