import Evaluation
import Networks
import Torch

/// Losses and errors of single inputs on both splits: what intervals over inputs are computed from.
public struct PerInput: Sendable, Equatable {
  /// One split's inputs.
  public struct Part: Sendable, Equatable {
    /// The loss of each input; in nats for cross-entropy, NaN where an output is NaN or infinite.
    public let losses: [Double]
    /// 1 for an input that is classified wrongly, 0 for the others, NaN where an output is NaN or
    /// infinite.
    public let errors: [Double]
    /// The mean spacing of the logits, which losses are uncertain by; NaN where an output is NaN or infinite.
    public let spacing: Double
    /// The fraction of inputs whose prediction rounding may decide, which the error is uncertain by.
    public let ties: Double

    /// Measures logits `[N, C]` against labels `[N]`, with cross-entropy as the loss, in double
    /// precision.
    public init(logits: Tensor, labels: Tensor) throws {
      losses = try withoutGradients {
        try logits.to(.float64).crossEntropy(labels, reduction: .none).missing(where: logits)
          .array(of: Double.self)
      }
      let spacings = try logits.logitSpacing()
      spacing = spacings.reduce(0, +) / Double(max(1, spacings.count))
      ties = try logits.tieRate(labels, spacings: spacings)
      errors = try logits.argmax(1).notEqual(to: labels).to(.float64).missing(where: logits)
        .array(of: Double.self)
    }

    /// The same errors, with something added to the loss of every input.
    func adding(_ term: Double) -> Part {
      Part(losses: losses.map { $0 + term }, errors: errors, spacing: spacing, ties: ties)
    }

    private init(losses: [Double], errors: [Double], spacing: Double, ties: Double) {
      (self.spacing, self.ties) = (spacing, ties)
      self.losses = losses
      self.errors = errors
    }

    /// The mean loss.
    public var loss: Double { losses.reduce(0, +) / Double(losses.count) }
    /// The fraction classified wrongly, from 0 to 1.
    public var error: Double { errors.reduce(0, +) / Double(errors.count) }
  }

  /// On the training split.
  public let train: Part
  /// On the test split.
  public let test: Part

  /// Puts the parts of both splits together.
  public init(train: Part, test: Part) {
    self.train = train
    self.test = test
  }

  /// A quantity of every input.
  public subscript(metric: LandscapeMetric) -> [Double] {
    switch metric {
    case .trainLoss: train.losses
    case .trainError: train.errors
    case .testLoss: test.losses
    case .testError: test.errors
    }
  }

  /// What the spacing of the logits may add to a quantity: to losses its mean, to errors the fraction of ties.
  public func spacing(_ metric: LandscapeMetric) -> Double {
    switch metric {
    case .trainLoss: train.spacing
    case .testLoss: test.spacing
    case .trainError: train.ties
    case .testError: test.ties
    }
  }

  /// The mean of a quantity over its inputs.
  public func mean(_ metric: LandscapeMetric) -> Double {
    let values = self[metric]
    return values.reduce(0, +) / Double(values.count)
  }

  /// Measures a network where it is, with the statistics of batch norm that it has.
  ///
  /// - Parameter regularizer: Its term is added to the loss of every training input.
  public init(_ evaluator: Evaluator, regularizer: Regularizer? = nil) throws {
    let plain = try Part(
      logits: evaluator.logits(.train), labels: evaluator.data(.train).labels)
    train = try regularizer.map { plain.adding(try $0.term(of: evaluator.network)) } ?? plain
    test = try Part(logits: evaluator.logits(.test), labels: evaluator.data(.test).labels)
  }
}
