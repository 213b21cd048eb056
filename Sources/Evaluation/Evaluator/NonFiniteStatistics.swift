/// A batch-norm statistic with values that are NaN or infinite.
public struct NonFiniteStatistics: Sendable, Equatable {
  /// The buffer: `bn1.running_var`.
  public var buffer: String
  /// How many of its values are NaN or infinite.
  public var count: Int

  /// What is wrong with a checkpoint at whose weights they were computed.
  ///
  /// - Parameter checkpoint: What it is called.
  public func error(at checkpoint: String) -> EvaluationError {
    EvaluationError(
      "\(checkpoint): \(count) recomputed value\(count == 1 ? "" : "s") of \(buffer) "
        + "\(count == 1 ? "is" : "are") NaN or infinite, so nothing can be computed with these weights; "
        + "leave it out")
  }
}
