import BasinCore
import Landscape

/// Batch-norm statistics beside the mean of several networks' weights.
///
/// PyTorch's `AveragedModel` copies the last network's, and `update_bn` alone makes those of the mean; the file does
/// not say which they are.
public enum AverageStatistics {
  /// A note that names such checkpoints, as many as ``AffectedCheckpoints/listed(_:)`` does; `nil` where there are none.
  ///
  /// - Parameters:
  ///   - found: Checkpoints with how many networks they are of.
  ///   - set: What `recompute-bn` is to be typed with.
  ///   - isComputable: Whether it can compute statistics.
  public static func note(
    _ found: [(label: String, networks: Int)], in set: String, isComputable: Bool
  ) -> Note? {
    if found.isEmpty { return nil }
    let named = AffectedCheckpoints.listed(
      found.map { "\($0.label) (\(Counted.text($0.networks, "networks")))" })
    let remedy = StatisticsRemedy(set: set, isComputable: isComputable).sentence(of: "the mean's")
    return Note(
      "\(named): means of weights, with batch-norm statistics that are the last network's where update_bn was not "
        + "called; \(remedy)")
  }
}
