import Landscape
import Torch

/// The straight line between two checkpoints, w(t) = (1 − t)·w₀ + t·w₁, beyond both ends too.
public struct LinearPath {
  /// Which batch-norm statistics a network has on the line.
  public enum Statistics: String, Sendable, Equatable, CaseIterable {
    /// Those of the training inputs under the weights at t.
    case recomputed
    /// (1 − t) of one end's and t of the other's, and those of the ends themselves at 0 and 1. Between and
    /// beyond them a variance below zero is none: it is NaN.
    case interpolated
    /// Those of the first end, at every t.
    case kept
  }

  /// One end of a line; several lines may share it.
  public struct End {
    let parameters: Tensor
    let buffers: Tensor
    let fixed: [FixedTensor]
    let name: String

    /// A checkpoint of a network's architecture, which the network holds afterwards.
    public init(_ checkpoint: Checkpoint, in network: Network) throws {
      try network.load(checkpoint)
      parameters = try network.parameters.detached().to(.float64).clone()
      buffers = try network.buffers.clone()
      (fixed, name) = (network.fixed, checkpoint.label)
    }
  }

  private let start: End
  private let end: End

  /// The line between two ends.
  public init(from start: End, to end: End) {
    (self.start, self.end) = (start, end)
  }

  /// The distance between the ends, in units of weight.
  public func length() throws -> Double { try (end.parameters - start.parameters).norm().item() }

  /// The weights at t, flat `[P]`, in double precision.
  public func point(at t: Double) throws -> Tensor {
    try start.parameters * (1 - t) + end.parameters * t
  }

  /// Moves an evaluator's network to the weights at t.
  ///
  /// - Throws: ``EvaluationError`` when the ends differ in a tensor that cannot be between them.
  public func move(_ evaluator: Evaluator, to t: Double, _ statistics: Statistics) throws {
    let network = evaluator.network
    try FixedTensor.requireSame(start.fixed, of: start.name, end.fixed, of: end.name)
    try withoutGradients {
      try network.parameters.assign(point(at: t))
      guard evaluator.hasBatchNorm else { return }
      guard statistics != .kept else {
        try network.buffers.assign(start.buffers)
        return
      }
      // Times 0, what is not finite at the other end would be NaN here.
      if t == 0 || t == 1 {
        try network.buffers.assign((t == 0 ? start : end).buffers)
        return
      }
      try network.buffers.assign(start.buffers * (1 - t) + end.buffers * t)
      for entry in network.bufferLayout.entries where entry.name.hasSuffix("running_var") {
        let variances = try network.buffers.narrow(0, start: entry.offset, length: entry.count)
        try variances.assign(variances.filled(with: .nan, where: variances.less(than: 0)))
      }
    }
    if statistics == .recomputed { try evaluator.recalculateBatchNorm() }
  }

  /// Whether any of the places lies between both ends.
  public static func isBetweenEnds(_ places: [Double]) -> Bool {
    places.contains { $0 > 0 && $0 < 1 }
  }

  /// Evenly spaced places from end to end of a range, and 0 and 1 where they lie in it.
  ///
  /// - Parameter count: At least 2.
  public static func places(_ range: ClosedRange<Double>, count: Int) -> [Double] {
    let step = (range.upperBound - range.lowerBound) / Double(count - 1)
    var places = (0..<count).map { range.lowerBound + step * Double($0) }
    for end in [0.0, 1.0] where range.contains(end) {
      // What is an end up to rounding is that end.
      if let near = places.firstIndex(where: { abs($0 - end) < 1e-9 }) {
        places[near] = end
      } else {
        places.append(end)
      }
    }
    return places.sorted()
  }
}
