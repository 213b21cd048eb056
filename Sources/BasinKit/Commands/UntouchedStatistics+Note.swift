import BasinCore
import Landscape

extension UntouchedStatistics {
  /// A warning that names checkpoints whose batch-norm statistics were never updated, as many as
  /// ``AffectedCheckpoints/listed(_:)`` does; `nil` where there are none.
  ///
  /// - Parameters:
  ///   - found: Checkpoints with what was found.
  ///   - set: What `recompute-bn` is to be typed with.
  ///   - isComputable: Whether it can compute them.
  public static func note(
    _ found: [(label: String, statistics: UntouchedStatistics)], in set: String, isComputable: Bool
  ) -> Note? {
    guard let first = found.first else { return nil }
    let named = AffectedCheckpoints.listed(found.map(\.label))
    let remedy = StatisticsRemedy(set: set, isComputable: isComputable).sentence(of: "them")
    return Note("\(named): \(first.statistics); \(remedy)", level: .warning)
  }
}
