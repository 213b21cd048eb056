import BasinCore
import Landscape

/// Which checkpoints have equal weights and buffers: these are one checkpoint, in whatever files they are.
public struct CheckpointContents: Sendable {
  // Hashes of weights and buffers, by identity.
  private var hashes: [String: String]

  /// Knows hashes by identity; what it does not know counts as equal where identities are.
  init(_ hashes: [String: String] = [:]) { self.hashes = hashes }

  /// What two checkpoints have in common exactly where they are one.
  public subscript(one: SelectedCheckpoint) -> String {
    hashes[one.checkpoint.identity] ?? one.checkpoint.identity
  }

  /// Whether two are the same checkpoint.
  public func areEqual(_ first: SelectedCheckpoint, _ second: SelectedCheckpoint) -> Bool {
    self[first] == self[second]
  }

  /// Those that are the same as an earlier one, `path[7] (as seeds[0])`; five at most are named.
  ///
  /// - Returns: `nil` where there are none.
  public func copies(in checkpoints: [SelectedCheckpoint]) -> (count: Int, text: String)? {
    var first: [String: String] = [:]
    let copies = checkpoints.compactMap { one -> String? in
      if let earlier = first[self[one]] { return "\(one.label) (as \(earlier))" }
      first[self[one]] = one.label
      return nil
    }
    return copies.isEmpty ? nil : (copies.count, AffectedCheckpoints.listed(copies))
  }

  /// Says which are the same as an earlier one; `nil` where none is.
  ///
  /// - Parameter consequence: What follows for the numbers.
  public func note(on checkpoints: [SelectedCheckpoint], _ consequence: String) -> Note? {
    copies(in: checkpoints).map { count, text in
      Note(
        "\(Counted.text(count, "checkpoints")) with the weights and buffers of another: \(text); "
          + consequence)
    }
  }
}

extension Context {
  /// Which of several checkpoints have equal weights and buffers. Each is read once a session; one whose weights
  /// are NaN or infinite is the same as itself alone.
  ///
  /// - Throws: What ``parameters(_:alone:)`` throws for another reason.
  public func contents(of selected: [SelectedCheckpoint]) throws -> CheckpointContents {
    var hashes: [String: String] = [:]
    // One identity has nothing to be compared with.
    guard Set(selected.map(\.checkpoint.identity)).count > 1 else { return CheckpointContents() }
    for one in selected where hashes[one.checkpoint.identity] == nil {
      try cancellation.check()
      do {
        hashes[one.checkpoint.identity] = try workspace.contentHash(of: one)
      } catch is NonFiniteWeights {
        continue
      }
    }
    return CheckpointContents(hashes)
  }
}
