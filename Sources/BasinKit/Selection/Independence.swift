import Landscape

/// Whether checkpoints are independent draws of a training procedure, as intervals over checkpoints need.
public enum Independence {
  /// Why checkpoints are not independent of each other: a clause; `nil` where nothing says so.
  ///
  /// Snapshots of one run are not (one architecture and seed, or none known, at several epochs), nor is a
  /// checkpoint that was chosen twice. Files without metadata are taken as independent.
  public static func objection(to checkpoints: [SelectedCheckpoint]) -> String? {
    var seen: Set<String> = []
    var epochs: [String: Set<String>] = [:]
    for one in checkpoints {
      guard seen.insert(one.checkpoint.identity).inserted else {
        return "\(one.label) was chosen twice"
      }
      guard let epoch = one.checkpoint.metadata["epoch"] else { continue }
      epochs[
        one.architecture.shortText + " " + (one.checkpoint.metadata["seed"] ?? ""), default: []
      ].insert(epoch)
    }
    return epochs.values.contains { $0.count > 1 }
      ? "snapshots of one run are not independent" : nil
  }

  /// Why two sets are not independent of each other: they share a checkpoint, or one
  /// holds another epoch of a run of the other.
  public static func objection(
    between first: [SelectedCheckpoint], and second: [SelectedCheckpoint]
  ) -> String? {
    let known = Set(first.map(\.checkpoint.identity))
    if let shared = second.first(where: { known.contains($0.checkpoint.identity) }) {
      return "\(shared.label) is in both sets"
    }
    return objection(to: first + second)
  }
}
