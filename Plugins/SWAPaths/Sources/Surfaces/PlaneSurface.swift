import BasinCore
import Datasets
import Landscape
import Torch

/// Loss and error over a plane of weights.
public struct PlaneSurface {
  /// The plane.
  public let plane: ParameterPlane
  /// Where it is evaluated.
  public let grid: PlaneGrid
  /// What is measured at every point.
  public let splits: Set<Split>
  /// What is added to losses on the training split; `nil` for nothing.
  public let regularizer: Regularizer?
  /// Whether the network's batch-norm statistics stay as they are, and are not recomputed at each point.
  public let keepsStatistics: Bool

  /// A surface that is still to be evaluated.
  public init(
    _ plane: ParameterPlane, _ grid: PlaneGrid, splits: Set<Split>,
    regularizer: Regularizer? = nil, keepsStatistics: Bool = false
  ) {
    (self.plane, self.grid, self.splits) = (plane, grid, splits)
    (self.regularizer, self.keepsStatistics) = (regularizer, keepsStatistics)
  }

  /// Moves a network to a point of the plane, gives it batch-norm statistics of its own there unless it
  /// keeps those that it has, and measures it.
  public func values(
    at point: (x: Double, y: Double), with evaluator: Evaluator
  ) throws -> LandscapeValues {
    try plane.move(evaluator.network, to: point)
    if !keepsStatistics { try evaluator.recalculateBatchNorm() }
    return try LandscapeValues(evaluator, on: splits, regularizer: regularizer)
  }

  /// Evaluates points of the grid.
  ///
  /// - Parameters:
  ///   - points: Their indices.
  ///   - threads: How many networks are evaluated at once.
  ///   - store: Takes each value as it is there, one at a time.
  ///   - report: Called now and then with how many of the points are done.
  /// - Throws: `Cancelled`, with what was stored left in place.
  public func evaluate(
    _ points: [Int], with evaluator: Evaluator, threads: Int,
    store: (Int, LandscapeValues) -> Void, report: (Int) -> Void
  ) throws {
    try ParallelEvaluation.run(
      evaluator, threads: threads, over: points,
      body: { evaluator, index in
        try evaluator.cancellation.check()
        return try values(at: grid[index], with: evaluator)
      }, store: store, report: report)
  }

  /// Values at any places of the plane, in their order.
  ///
  /// - Throws: `Cancelled`.
  public func values(
    at places: [(x: Double, y: Double)], with evaluator: Evaluator, threads: Int
  ) throws -> [LandscapeValues] {
    var found = [LandscapeValues](repeating: .init(), count: places.count)
    try ParallelEvaluation.run(
      evaluator, threads: threads, over: Array(places.indices),
      body: { evaluator, index in
        try evaluator.cancellation.check()
        return try values(at: places[index], with: evaluator)
      }, store: { found[$0] = $1 }, report: { _ in })
    return found
  }

  /// What decides the values at all points: the plane, the grid, and what is evaluated on what.
  ///
  /// - Returns: A SHA-256 in hexadecimal digits.
  public func identity(with evaluator: Evaluator) throws -> String {
    let hash = SHA256()
    func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { hash.update($0) } }
    func add(_ text: String) { add(Array((text + "\n").utf8)) }
    for vector in [plane.subspace.origin, plane.subspace.basis, evaluator.network.buffers] {
      add(try vector.to(device: "cpu").bytes())
    }
    (grid.x + [.nan] + grid.y).withUnsafeBytes { hash.update($0) }
    add(evaluator.network.architecture.text)
    add(evaluator.dataset.name + evaluator.dataset.sha256)
    add(splits.map(\.rawValue).sorted().joined(separator: " "))
    add("\(evaluator.batchSize) \(evaluator.loss.rawValue)")
    add("\(regularizer?.decay ?? -1) \(keepsStatistics)")
    return SHA256.hexadecimal(hash.finish())
  }
}
