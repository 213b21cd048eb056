/// Which batch-norm statistics a network has at points of weight space.
public enum BatchNormStatistics: Sendable, Equatable {
  /// Those of the training inputs under the weights at each point.
  case recomputed
  /// Those of one checkpoint, by its label, at every point: the weights move and the statistics stay,
  /// as in the code of Li et al. (arXiv 1712.09913) with `--dir_type weights`.
  case kept(of: String)
  /// Those of each checkpoint along its own directions.
  case keptOfEach
  /// Those that each checkpoint was saved with.
  case stored
}

extension Evaluator {
  /// What notes and captions say of batch norm. Every one of them takes this sentence, so that none
  /// speaks of batch norm where there is none.
  ///
  /// - Parameters:
  ///   - statistics: Which the network had.
  ///   - place: Where, for instance `at every point`.
  /// - Returns: `nil` for a network without batch norm.
  public func statement(
    of statistics: BatchNormStatistics = .recomputed, _ place: String = "at every point"
  ) -> String? {
    guard hasBatchNorm else { return nil }
    switch statistics {
    case .recomputed:
      return "batch-norm statistics were recomputed \(place) on the training split"
    case .kept(let label):
      return "batch-norm statistics are those of \(label) \(place); they were not recomputed"
    case .keptOfEach:
      return
        "batch-norm statistics are each checkpoint's own \(place) that starts from it; they were not "
        + "recomputed"
    case .stored:
      return "batch-norm statistics are those stored with each checkpoint \(place)"
    }
  }

  /// ``statement(of:_:)`` behind a semicolon, for captions and titles; empty for a network without batch norm.
  public func clause(
    of statistics: BatchNormStatistics = .recomputed, _ place: String = "at every point"
  ) -> String {
    statement(of: statistics, place).map { "; " + $0 } ?? ""
  }
}
