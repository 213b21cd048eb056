import BasinCore
import Landscape

extension UntouchedStatistics {
  /// A warning that names checkpoints whose batch-norm statistics were never updated, three at most; `nil`
  /// where there are none.
  ///
  /// - Parameters:
  ///   - found: Checkpoints with what was found.
  ///   - set: What `recompute-bn` is to be typed with.
  public static func note(
    _ found: [(label: String, statistics: UntouchedStatistics)], in set: String
  ) -> Note? {
    guard let first = found.first else { return nil }
    let named = found.prefix(3).map(\.label).joined(separator: ", ")
    let more = found.count > 3 ? " and \(found.count - 3) more" : ""
    return Note(
      "\(named)\(more): \(first.statistics); `recompute-bn \(set) --as NAME` computes them on the "
        + "training split", level: .warning)
  }
}
