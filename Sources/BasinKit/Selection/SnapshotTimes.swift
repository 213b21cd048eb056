import Foundation

/// When the snapshots of a run were taken: what their files record, or what their names count.
public struct SnapshotTimes: Equatable {
  /// What the values are.
  public enum Unit: String, Sendable {
    case epoch, step
    /// Places in the selection, from 0: nothing says more.
    case snapshot
  }

  /// What the values are.
  public var unit: Unit
  /// A value for each snapshot, in the selection's order.
  public var values: [Double]

  /// - Parameters:
  ///   - recorded: The epoch that each file's metadata has.
  ///   - names: The files' names: `epoch005`, `run-ep5`, `epoch=5-step=100` or `step-100` count where
  ///     all of them do, and no two the same.
  init(recorded: [Double?], names: [String]) {
    let known = recorded.compactMap(\.self)
    if known.count == recorded.count {
      (unit, values) = (.epoch, known)
      return
    }
    for (unit, words) in [
      (Unit.epoch, ["epoch", "ep"]), (.step, ["step", "iteration", "iter"]),
    ] {
      let found = names.compactMap { Self.number(in: $0, after: words) }
      if found.count == names.count, Set(found).count == found.count {
        (self.unit, values) = (unit, found)
        return
      }
    }
    (unit, values) = (.snapshot, names.indices.map(Double.init))
  }

  /// The times of snapshots.
  public init(_ snapshots: [SelectedCheckpoint]) {
    self.init(
      recorded: snapshots.map { $0.checkpoint.metadata["epoch"].flatMap(Double.init) },
      names: snapshots.map { String($0.checkpoint.name.split(separator: "/").last ?? "") })
  }

  /// The whole number after one of the words, which begins the name or follows no letter.
  private static func number(in name: String, after words: [String]) -> Double? {
    let characters = Array(name.lowercased())
    for start in characters.indices where start == 0 || !characters[start - 1].isLetter {
      for word in words where characters[start...].starts(with: word) {
        var rest = characters[(start + word.count)...]
        if let mark = rest.first, "-_= ".contains(mark) { rest = rest.dropFirst() }
        let digits = rest.prefix { ("0"..."9").contains($0) }
        if !digits.isEmpty, digits.count < 16 { return Double(String(digits)) }
      }
    }
    return nil
  }
}
