import BasinCore
import Datasets
import Evaluation
import Foundation
import Networks
import Statistics
import Torch

/// Trains one network by stochastic gradient descent with momentum.
///
/// An epoch is one call of ``runEpoch()``; its order of inputs depends on the plan's seed and the
/// epoch's number only, so training that was stopped between epochs goes on exactly as if it had
/// not been.
public final class Trainer {
  /// What is trained, and how.
  public let plan: TrainingPlan
  /// The network, at the present weights.
  public let network: Network
  /// Epochs done.
  public private(set) var epoch = 0
  /// SGD's momentum buffer, flat `[P]`.
  public let velocity: Tensor

  private let evaluator: Evaluator
  private let augmenter: Augmenter?
  private let cancellation: Cancellation

  /// Prepares training from the plan's random start.
  ///
  /// - Throws: ``ArchitectureError``; ``EvaluationError`` when network and dataset do not fit.
  public init(
    _ plan: TrainingPlan, on dataset: Dataset, device: String = "cpu",
    cancellation: Cancellation = Cancellation()
  ) throws {
    self.plan = plan
    self.cancellation = cancellation
    network = try Network(plan.architecture, device: device)
    evaluator = try Evaluator(network, dataset, cancellation: cancellation)
    augmenter = try dataset.augmentation.map { try Augmenter($0, shape: dataset.inputShape) }
    velocity = try Tensor.zeros([network.parameterLayout.count]).to(device: device)
    try network.initialize(seed: Seed(plan.seed).derived("initialization").value)
  }

  /// Goes on from a saved state: the caller has put parameters, buffers and velocity in place.
  public func resume(afterEpoch epoch: Int) { self.epoch = epoch }

  /// One pass over the training split in a new random order.
  ///
  /// PyTorch's update: g ← ∇L + λw; v ← μv + g; w ← w − ηv.
  ///
  /// - Throws: `Cancelled`; ``TrainingError`` when the loss is no number any more.
  public func runEpoch() throws {
    let (inputs, labels) = try evaluator.data(.train)
    let count = labels.count
    // A MIMO network's heads see the inputs in orders of their own.
    let orders = try (0..<plan.architecture.heads).map { head in
      try Seed(plan.seed).derived(["order", String(epoch)] + (head > 0 ? ["head \(head)"] : []))
        .generator().permutation(count).to(device: network.device)
    }
    // Dropout's draws, too, depend on the epoch's number only.
    try Generator.seedDefaults(Seed(plan.seed).derived("dropout", String(epoch)).value)
    let augmented = try augmenter?.epoch(epoch, of: plan, count: count, device: network.device)
    try network.inTrainingMode {
      for start in stride(from: 0, to: count, by: plan.batchSize) {
        try cancellation.check()
        let length = min(plan.batchSize, count - start)
        let progress = Double(epoch) + Double(start) / Double(count)
        var images: [Tensor] = []
        var targets: [Tensor] = []
        for order in orders {
          let indices = try order.narrow(0, start: start, length: length)
          let batch = try inputs.indexSelect(0, indices)
          try images.append(augmented?.applied(to: batch, of: indices) ?? batch)
          try targets.append(labels.indexSelect(0, indices))
        }
        let isSingle = orders.count == 1
        try step(
          isSingle ? images[0] : Tensor.cat(images, dimension: 1),
          isSingle ? targets[0] : Tensor.stack(targets, dimension: 1).flattened(),
          rate: plan.schedule.rate(at: progress, of: plan.epochs, from: plan.learningRate))
      }
    }
    epoch += 1
    guard try network.parameters.isFinite() else {
      throw TrainingError(
        "training of seed \(plan.seed) diverged in epoch \(epoch): weights are not finite any more; "
          + "try a learning rate below \(plan.learningRate)")
    }
  }

  /// Loss and accuracy at the present weights.
  public func metrics(_ split: Split) throws -> Metrics { try evaluator.metrics(split) }

  private func step(_ inputs: Tensor, _ labels: Tensor, rate: Double) throws {
    let gradient = try evaluator.gradient(inputs, labels)
    try withoutGradients {
      // The mean over inputs; of a MIMO network, of the sum over its heads (arXiv 2010.06610, §2).
      try gradient.scale(by: Double(plan.architecture.heads) / Double(labels.count))
      if plan.weightDecay != 0 { try gradient.add(network.parameters, scale: plan.weightDecay) }
      try velocity.scale(by: plan.momentum)
      try velocity.add(gradient)
      try network.parameters.add(velocity, scale: -rate)
    }
  }
}

/// Training could not go on.
public struct TrainingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The one-line reason.
  public var description: String

  /// Creates the error.
  public init(_ description: String) { self.description = description }
}
