import Foundation
import Networks

/// Everything that decides how one network is trained: the same plan on the same data gives the
/// same weights.
public struct TrainingPlan: Sendable, Equatable {
  /// The network.
  public var architecture: Architecture
  /// Number of passes over the training split.
  public var epochs: Int
  /// Learning rate, before --schedule lowers it.
  public var learningRate: Double
  /// How the rate moves.
  public var schedule: Schedule
  /// Momentum of SGD.
  public var momentum: Double
  /// L2 penalty added to the gradient, on all parameters.
  public var weightDecay: Double
  /// Inputs in a step; the last batch of an epoch may be smaller.
  public var batchSize: Int
  /// Decides the initialisation, the order of inputs and what dropout draws.
  public var seed: UInt64

  /// Creates a plan.
  public init(
    _ architecture: Architecture, epochs: Int, learningRate: Double,
    schedule: Schedule = .constant, momentum: Double = 0.9, weightDecay: Double = 5e-4,
    batchSize: Int = 64, seed: UInt64
  ) {
    self.architecture = architecture
    self.epochs = epochs
    self.learningRate = learningRate
    self.schedule = schedule
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.batchSize = batchSize
    self.seed = seed
  }

  /// The plan as a checkpoint's metadata.
  public var metadata: [String: String] {
    [
      "architecture": architecture.text, "epochs": String(epochs),
      "learning_rate": String(learningRate), "schedule": schedule.text,
      "momentum": String(momentum), "weight_decay": String(weightDecay),
      "batch_size": String(batchSize), "seed": String(seed),
    ]
  }
}
