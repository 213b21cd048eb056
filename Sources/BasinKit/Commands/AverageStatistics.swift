import BasinCore
import Landscape

/// Batch-norm statistics beside the mean of several networks' weights.
///
/// PyTorch's `AveragedModel` copies the last network's, and `update_bn` alone makes those of the mean; the file does
/// not say which they are.
public enum AverageStatistics {
  /// A note that names such checkpoints, three at most; `nil` where there are none.
  ///
  /// - Parameters:
  ///   - found: Checkpoints with how many networks they are of.
  ///   - set: What `recompute-bn` is to be typed with.
  ///   - isComputable: Whether it can compute statistics.
  public static func note(
    _ found: [(label: String, networks: Int)], in set: String, isComputable: Bool
  ) -> Note? {
    guard let first = found.first else { return nil }
    let named = found.prefix(3).map(\.label).joined(separator: ", ")
    let more = found.count > 3 ? " and \(found.count - 3) more" : ""
    let remedy = StatisticsRemedy(set: set, isComputable: isComputable).sentence(of: "the mean's")
    return Note(
      "\(named)\(more): the mean of the weights of \(first.networks) networks, with batch-norm statistics that are "
        + "the last one's where update_bn was not called; \(remedy)")
  }
}
