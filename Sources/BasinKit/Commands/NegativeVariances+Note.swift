import BasinCore
import Landscape

extension NegativeVariances {
  /// A warning that names checkpoints with negative batch-norm variances, as many as
  /// ``AffectedCheckpoints/listed(_:)`` does; `nil` where there are none.
  ///
  /// - Parameters:
  ///   - found: Checkpoints with what was found.
  ///   - set: What `recompute-bn` is to be typed with.
  ///   - isComputable: Whether it can compute statistics.
  public static func note(
    _ found: [(label: String, variances: NegativeVariances)], in set: String, isComputable: Bool
  ) -> Note? {
    guard !found.isEmpty else { return nil }
    let named = AffectedCheckpoints.listed(found.map { "\($0.label): \($0.variances)" })
    let remedy = StatisticsRemedy(set: set, isComputable: isComputable)
      .sentence(of: "the batch-norm statistics")
    return Note(
      "\(named), which no variance is, and outputs may be NaN; \(remedy)", level: .warning)
  }
}
