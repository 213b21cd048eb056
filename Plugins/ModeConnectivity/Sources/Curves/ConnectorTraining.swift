import BasinCore
import Datasets
import Landscape
import Torch

/// Trains the free control points of a curve or surface, so that the loss is low at random places of
/// it (Garipov et al., arXiv 1802.10026, §3, eq. 3).
///
/// For each batch one place is drawn, and with it the control points' coefficients c: the network is
/// moved to w = Σᵢ cᵢ wᵢ, and free point i takes a step of SGD with momentum along cᵢ(∇L(w) + λw):
/// weight decay acts on the curve's point, as in the authors' code.
public final class ConnectorTraining {
  /// The control points, at their present places.
  public let controls: ControlPoints
  /// How it is trained: the plan's seed decides the order of inputs, and the places.
  public let plan: TrainingPlan
  /// Epochs done.
  public private(set) var epoch = 0
  /// The mean loss an input over the steps of each epoch, at the places that they drew, in training mode
  /// and without weight decay.
  public private(set) var losses: [Double] = []

  private let evaluator: Evaluator
  private let isFree: [Double]
  private let draw: (inout SeededNumbers) -> [Double]
  private let velocity: Tensor
  private let augmenter: Augmenter?
  private let cancellation: Cancellation

  /// Prepares training.
  ///
  /// - Parameters:
  ///   - controls: Copied; the caller's stay where they are.
  ///   - free: Places of the control points that move.
  ///   - draw: A random place, as its coefficients.
  /// - Throws: ``TrainingError`` where the dataset's augmentation does not fit.
  public init(
    _ controls: ControlPoints, free: Range<Int>, plan: TrainingPlan, evaluator: Evaluator,
    cancellation: Cancellation, draw: @escaping (inout SeededNumbers) -> [Double]
  ) throws {
    self.controls = try ControlPoints((0..<controls.count).map { try controls.point($0) })
    self.plan = plan
    self.evaluator = evaluator
    self.draw = draw
    self.cancellation = cancellation
    isFree = (0..<controls.count).map { free.contains($0) ? 1 : 0 }
    velocity = try self.controls.vectors.zerosLike()
    let dataset = evaluator.dataset
    augmenter = try dataset.augmentation.map { try Augmenter($0, shape: dataset.inputShape) }
  }

  /// One pass over the training split in a new random order; the network is left at the last place.
  ///
  /// - Parameter report: Called after each step with the part of the epoch that is done.
  /// - Throws: `Cancelled`; ``TrainingError`` when weights are no numbers any more.
  public func runEpoch(_ report: (_ part: Double) -> Void = { _ in }) throws {
    let network = evaluator.network
    let (inputs, labels) = try evaluator.data(.train)
    let count = labels.count
    let seed = Seed(plan.seed)
    let order = try seed.derived("order", String(epoch)).generator().permutation(count)
      .to(device: network.device)
    var places = SeededNumbers(seed.derived("places", String(epoch)))
    try Generator.seedDefaults(seed.derived("dropout", String(epoch)).value)
    let augmented = try augmenter?.epoch(epoch, of: plan, count: count, device: network.device)
    var total = 0.0
    try network.inTrainingMode {
      for start in stride(from: 0, to: count, by: plan.batchSize) {
        try cancellation.check()
        let length = min(plan.batchSize, count - start)
        let indices = try order.narrow(0, start: start, length: length)
        let batch = try inputs.indexSelect(0, indices)
        total += try step(
          augmented?.applied(to: batch, of: indices) ?? batch, labels.indexSelect(0, indices),
          at: draw(&places),
          rate: plan.schedule.rate(
            at: Double(epoch) + Double(start) / Double(count), of: plan.epochs,
            from: plan.learningRate))
        report(Double(start + length) / Double(count))
      }
    }
    epoch += 1
    losses.append(total / Double(count))
    guard try controls.vectors.isFinite() else {
      throw TrainingError(
        "training between the solutions diverged in epoch \(epoch): weights are not finite any "
          + "more; try a learning rate below \(plan.learningRate)")
    }
  }

  // One step; returns the summed loss before it.
  private func step(
    _ inputs: Tensor, _ labels: Tensor, at coefficients: [Double], rate: Double
  ) throws -> Double {
    let network = evaluator.network
    try withoutGradients { try network.parameters.assign(controls.combination(coefficients)) }
    let (loss, gradient) = try evaluator.lossAndGradient(inputs, labels)
    try withoutGradients {
      try gradient.scale(by: 1 / Double(labels.count))
      if plan.weightDecay != 0 { try gradient.add(network.parameters, scale: plan.weightDecay) }
      let own = try controls.vector(of: zip(coefficients, isFree).map { $0 * $1 })
      // v ← μv + c ∇: all control points in one operation.
      try velocity.addOuterProduct(own, gradient, keeping: plan.momentum)
      try controls.vectors.add(velocity, scale: -rate)
    }
    return try withoutGradients { try loss.item() }
  }
}
