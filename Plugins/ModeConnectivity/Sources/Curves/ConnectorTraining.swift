import BasinCore
import Datasets
import Landscape
import Torch

/// Trains the free control points of a curve or surface, so that the loss is low at random points of
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

  /// The mean loss an input at fixed points, in training mode: before the first epoch, and after each of the last
  /// epochs, which are compared.
  ///
  /// Each part of a fixed partition of the training split is at its own place, with the same augmentation and dropout each
  /// time, so that epochs differ by their weights alone.
  public private(set) var fixedLosses: (start: Double, last: [Double]) = (.nan, [])

  private let evaluator: Evaluator
  private let isFree: [Double]
  private let draw: (inout SeededNumbers) -> [Double]
  private let fixed: (Int) -> [[Double]]
  private let start: Tensor
  private let velocity: Tensor
  private let augmenter: Augmenter?
  private let cancellation: Cancellation

  /// Prepares training.
  ///
  /// - Parameters:
  ///   - controls: Copied; the caller's stay where they are.
  ///   - free: Places of the control points that move.
  ///   - fixed: So many places, spread evenly, as their coefficients; the losses there judge the training.
  ///   - draw: A random place, as its coefficients.
  /// - Throws: ``TrainingError`` where the dataset's augmentation does not fit.
  public init(
    _ controls: ControlPoints, free: Range<Int>, plan: TrainingPlan, evaluator: Evaluator,
    cancellation: Cancellation, fixed: @escaping (_ count: Int) -> [[Double]],
    draw: @escaping (inout SeededNumbers) -> [Double]
  ) throws {
    self.controls = try ControlPoints((0..<controls.count).map { try controls.point($0) })
    self.plan = plan
    self.evaluator = evaluator
    (self.draw, self.fixed) = (draw, fixed)
    self.cancellation = cancellation
    isFree = (0..<controls.count).map { free.contains($0) ? 1 : 0 }
    velocity = try self.controls.vectors.zerosLike()
    start = try self.controls.vectors.clone()
    let dataset = evaluator.dataset
    augmenter = try dataset.augmentation.map { try Augmenter($0, shape: dataset.inputShape) }
  }

  /// One pass over the training split in a new random order; the network is left at the last place.
  ///
  /// - Parameter report: Called after each step with the part of the epoch that is done.
  /// - Throws: `Cancelled`; ``TrainingError`` when weights are no numbers any more.
  public func runEpoch(_ report: (_ part: Double) -> Void = { _ in }) throws {
    let compared = 2 * TrainingTrend.window(of: plan.epochs)
    if epoch == 0, compared <= plan.epochs { fixedLosses.start = try fixedLoss() }
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
    if epoch > plan.epochs - compared, compared <= plan.epochs {
      fixedLosses.last.append(try fixedLoss())
    }
  }

  /// Whether the loss was still falling when training ended.
  public func trend() throws -> TrainingTrend {
    TrainingTrend(
      fixedLosses.last, of: plan.epochs, from: fixedLosses.start, movement: try movement())
  }

  /// How far the control points have moved, as a part of the distance between the fixed points.
  private func movement() throws -> Double {
    let ends = try isFree.indices.filter { isFree[$0] == 0 }.map { try controls.point($0) }
    let farthest = try ends.map { try ($0 - ends[0]).to(.float64).norm().item() }.max() ?? 0
    let moved: Double = try (controls.vectors - start).to(.float64).norm().item()
    return moved / farthest
  }

  // The network, its statistics and the places of the training stay as they are.
  private func fixedLoss() throws -> Double {
    let network = evaluator.network
    let (inputs, labels) = try evaluator.data(.train)
    let count = labels.count
    let batches = (count + plan.batchSize - 1) / plan.batchSize
    // Few batches are few places; statistics of batch norm depend on the size of a batch.
    let parts = evaluator.hasBatchNorm ? batches : max(batches, min(count, 16))
    let places = fixed(parts)
    let seed = Seed(plan.seed).derived("fixed points")
    let order = try seed.derived("order").generator().permutation(count).to(device: network.device)
    try Generator.seedDefaults(seed.derived("dropout").value)
    let augmented = try augmenter?.epoch(0, of: plan, count: count, device: network.device)
    var total = 0.0
    try network.keepingPlace {
      try network.inTrainingMode {
        for part in 0..<parts {
          try cancellation.check()
          let bounds = [part, part + 1].map { $0 * count / parts }
          let indices = try order.narrow(0, start: bounds[0], length: bounds[1] - bounds[0])
          let batch = try inputs.indexSelect(0, indices)
          total += try loss(
            augmented?.applied(to: batch, of: indices) ?? batch, labels.indexSelect(0, indices),
            at: places[part])
        }
      }
    }
    return total / Double(count)
  }

  // The summed loss of a batch.
  private func loss(
    _ inputs: Tensor, _ labels: Tensor, at coefficients: [Double]
  ) throws -> Double {
    try withoutGradients {
      let network = evaluator.network
      try network.parameters.assign(controls.combination(coefficients))
      let logits = try network.logits(inputs).reshaped([labels.count, -1])
      return try evaluator.loss.sum(logits, labels).item()
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
