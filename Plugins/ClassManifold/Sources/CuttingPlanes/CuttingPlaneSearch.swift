import BasinCore
import Foundation
import Landscape
import Torch

/// Searches random planes for inputs of a class by gradient descent (S. Fort, E. D. Cubuk, S. Ganguli,
/// S. S. Schoenholz, What does a deep neural network confidently perceive? The effective dimension of
/// high certainty class manifolds and their low confidence boundaries, arXiv 2210.05546, §2; protocol
/// and constants as in the authors' notebook).
///
/// Each plane is x(θ) = x₀ + θM with M ∈ R^{d×D}. From θ = 0 the cross-entropy of softmax z(x(θ)) with
/// the target, uniform over its classes T, is minimised by Adam. A search ends when |loss − log|T|| is at
/// most 0.01, or when the last five losses have a standard deviation of at most 0.001 (from step 6 on; see
/// ``Options/standardRate`` for small rates), or after the last step. Planes of all dimensions and targets move together; those that ended leave the
/// batch.
public struct CuttingPlaneSearch {
  /// Which bias correction Adam makes.
  public enum Adam: String, Sendable, Equatable, CaseIterable {
    /// By 1 − β^t, as published by Kingma and Ba.
    case standard
    /// By the constants 1 − β, as the authors' released code does.
    case reference
  }

  /// How planes are drawn and searched. What is here decides the numbers.
  public struct Options: Sendable, Equatable {
    /// How bases are drawn.
    public var basis = PlaneBasis.gaussian
    /// Adam's bias correction.
    public var adam = Adam.standard
    /// Adam's step.
    public var learningRate = 0.05
    /// Steps at most.
    public var steps = 300
    /// Whether a search that converged ends before the last step.
    public var stopsEarly = true
    /// The probability at which a target counts as reached, for ``CuttingPlane/Outcome/distance``.
    public var threshold = 0.5
    /// A learning rate whose steps are long enough for a loss that stands still to be flat. With a
    /// smaller ``learningRate`` the loss would have to stand still with this one, too, by its gradient
    /// along the last steps. At 0 the loss alone counts, as in the paper.
    public var standardRate = 0.0
    /// Keeps inputs in a range by clamping; `nil` lets them go anywhere, as in the paper.
    public var box: ClosedRange<Float>?

    /// The paper's.
    public init() {}

    /// All of it in words, for keys and provenance.
    public var text: String {
      "\(basis.text), \(adam.rawValue) Adam \(learningRate), \(Counted.text(steps, "steps"))"
        + (stopsEarly ? "" : ", no early stop") + ", threshold \(threshold)"
        + ", standard rate \(standardRate)"
        + (box.map { ", in \($0.lowerBound)…\($0.upperBound)" } ?? "")
    }
  }

  /// A model gave NaN or infinite logits, of which no probability can be computed.
  public struct NonFiniteLogits: Error, Sendable, Equatable {
    /// Which of ``CuttingPlaneSearch/models``, from 0.
    public var model: Int
    /// How many inputs of the pass have NaN or infinite logits.
    public var count: Int
    /// How many inputs the pass has.
    public var inputs: Int
    /// The step, from 1; at the first, inputs are the origins x₀.
    public var step: Int
  }

  /// A network's logits `[n, C]` for flat inputs `[n, D]`; several for an ensemble.
  public typealias Model = (Tensor) throws -> Tensor

  /// What is searched: one network, or the members of an ensemble, whose log-probabilities are averaged
  /// for the loss and whose probabilities are averaged for the result, as in the authors' code.
  public let models: [Model]
  /// The numbers of one input, D.
  public let inputs: Int
  /// C.
  public let classes: Int
  /// How planes are drawn and searched.
  public let options: Options
  /// Decides the bases.
  public let seed: Seed

  /// Prepares a search.
  ///
  /// - Precondition: there is a model.
  public init(
    models: [Model], inputs: Int, classes: Int, options: Options = Options(), seed: Seed
  ) {
    self.models = models
    self.inputs = inputs
    self.classes = classes
    self.options = options
    self.seed = seed
  }

  // Memory for the bases of one batch, and how many planes are worth having in one.
  private static let batchBytes = 192 << 20
  private static let batchPlanes = 2048
  // Inputs in one forward and backward pass: activations that stay in the caches.
  private static let passInputs = 512

  /// Searches all planes, batch by batch.
  ///
  /// - Parameters:
  ///   - planes: What to search; each draws from its own seed, so that its numbers do not depend on which
  ///     others there are.
  ///   - origin: The input x₀ of a plane, flat, D numbers.
  ///   - advanced: Called after every step with how many planes' worth of steps is done at least.
  ///   - finished: Called after every batch with what it found.
  /// - Throws: `Cancelled`, between two steps; ``NonFiniteLogits``.
  public func run(
    _ planes: [CuttingPlane], origin: (CuttingPlane) throws -> [Float],
    cancellation: Cancellation = Cancellation(), advanced: (Int) -> Void = { _ in },
    finished: ([CuttingPlane: CuttingPlane.Outcome]) throws -> Void
  ) throws {
    var rest = planes[...]
    while !rest.isEmpty {
      var bytes = 0
      var count = 0
      for plane in rest.prefix(Self.batchPlanes) {
        bytes += options.basis.bytes(dimension: plane.dimension, inputs: inputs)
        if count > 0, bytes > Self.batchBytes { break }
        count += 1
      }
      let batch = Array(rest.prefix(count))
      rest = rest.dropFirst(count)
      try cancellation.check()
      let outcomes = try withoutGradients { () -> [CuttingPlane.Outcome] in
        var state = try CuttingPlaneBatch(
          batch, search: self, origin: origin, cancellation: cancellation)
        for step in 1...options.steps where state.count > 0 {
          try cancellation.check()
          try state.advance(step)
          advanced(planes.count - rest.count - state.count * (options.steps - step) / options.steps)
        }
        return state.outcomes
      }
      try finished(Dictionary(uniqueKeysWithValues: zip(batch, outcomes)))
    }
  }

  /// Loss `[n]`, the target's probability `[n]` and the loss's gradient `[n, D]` at inputs `[n, D]`.
  ///
  /// - Parameter targets: `[n, C]`, 1/|T| at the classes of each target.
  func evaluate(
    _ points: Tensor, targets: Tensor, step: Int
  ) throws -> (loss: Tensor, probability: Tensor, gradient: Tensor) {
    let count = points.shape[0]
    var parts: [(loss: Tensor, probability: Tensor, gradient: Tensor)] = []
    for start in stride(from: 0, to: count, by: Self.passInputs) {
      let length = min(Self.passInputs, count - start)
      parts.append(
        try pass(
          points.narrow(0, start: start, length: length),
          targets: targets.narrow(0, start: start, length: length), step: step))
    }
    if parts.count == 1 { return parts[0] }
    return (
      try Tensor.cat(parts.map(\.loss)), try Tensor.cat(parts.map(\.probability)),
      try Tensor.cat(parts.map(\.gradient))
    )
  }

  private func pass(
    _ points: Tensor, targets: Tensor, step: Int
  ) throws -> (loss: Tensor, probability: Tensor, gradient: Tensor) {
    // Sums over classes weighted by targets; those with any weight are the target's classes.
    let chosen = try targets.notEqual(to: 0)
    let share = 1 / Double(models.count)
    let count = points.shape[0]
    let sums = (
      loss: try Tensor.zeros([count]), probability: try Tensor.zeros([count]),
      gradient: try Tensor.zeros(points.shape)
    )
    for (place, model) in models.enumerated() {
      let leaf = try points.leaf()
      let (logProbabilities, own, slope) = try withGradients {
        let logits = try model(leaf)
        let wrong = try logits.detached().nonFiniteRowCount()
        guard wrong == 0 else {
          throw NonFiniteLogits(model: place, count: wrong, inputs: count, step: step)
        }
        let logProbabilities = try logits.logSoftmax(1)
        let own = try (logProbabilities * targets).sum(1)
        return (
          try logProbabilities.detached(), try own.detached(),
          try gradients(of: own.sum(), withRespectTo: [leaf])[0]
        )
      }
      let total = try (logProbabilities.exp() * chosen).sum(1)
      try sums.loss.add(own, scale: -share)
      try sums.probability.add(total, scale: share)
      try sums.gradient.add(slope, scale: -share)
    }
    return sums
  }
}
