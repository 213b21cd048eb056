import BasinCore
import Landscape

extension UntouchedStatistics {
  /// A warning that names checkpoints whose batch-norm statistics were never updated, three at most; `nil`
  /// where there are none.
  ///
  /// - Parameters:
  ///   - found: Checkpoints with what was found.
  ///   - set: What `recompute-bn` is to be typed with.
  ///   - isComputable: Whether it can compute them.
  public static func note(
    _ found: [(label: String, statistics: UntouchedStatistics)], in set: String, isComputable: Bool
  ) -> Note? {
    guard let first = found.first else { return nil }
    let named = found.prefix(3).map(\.label).joined(separator: ", ")
    let more = found.count > 3 ? " and \(found.count - 3) more" : ""
    let remedy = StatisticsRemedy(set: set, isComputable: isComputable).sentence(of: "them")
    return Note("\(named)\(more): \(first.statistics); \(remedy)", level: .warning)
  }
}
