import BasinCore
import Landscape

/// Checkpoints that a command cannot use, as their weights or outputs are NaN or infinite: which of the
/// selected ones they are, and the command without them.
public struct AffectedCheckpoints: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is NaN or infinite.
  public enum Fault: String, Sendable {
    case weights, outputs
  }

  /// One of them.
  public struct Member: Sendable, Equatable {
    /// What is typed for it, `path[7]`.
    public var name: String
    /// How much of it is affected: `3 values of fc1.weight`, `3 of 600 inputs`.
    public var extent: String

    /// Creates one.
    public init(name: String, extent: String) { (self.name, self.extent) = (name, extent) }
  }

  /// What is NaN or infinite.
  public var fault: Fault
  /// All of them, in the order of the selection.
  public var members: [Member]
  /// The line without them, `swa path[0..6]`; `nil` where too few are left.
  public var line: String?

  /// Creates the error.
  public init(_ fault: Fault, _ members: [Member], line: String? = nil) {
    (self.fault, self.members, self.line) = (fault, members, line)
  }

  /// How many are named.
  static let named = 5

  /// `path[7], path[8] and 3 more`: five names at most.
  public static func listed(_ names: [String]) -> String {
    names.prefix(named).joined(separator: ", ")
      + (names.count > named ? " and \(names.count - named) more" : "")
  }

  /// `NaN or infinite weights: path[7] (3 values of fc1.weight), path[8] (…) and 3 more`
  public var statement: String {
    "NaN or infinite \(fault.rawValue): "
      + Self.listed(members.map { "\($0.name) (\($0.extent))" })
  }

  /// One line: which they are, and what to type instead.
  public var description: String {
    let them = members.count == 1 ? "it" : "them"
    return statement
      + (line.map { "; leave \(them) out: `\($0)`" }
        ?? "; too few checkpoints are left without \(them), so choose others, or train again with a "
        + "smaller learning rate")
  }
}

extension Context {
  /// The selected checkpoints whose weights are NaN or infinite, after loading one of them failed; `nil` where
  /// the weights at fault are not those of a selected checkpoint.
  ///
  /// - Throws: What loading the weights throws for another reason.
  public func affected(by error: NonFiniteWeights) throws -> AffectedCheckpoints? {
    var extents: [String: String] = [:]
    for one in groups.flatMap(\.checkpoints) where extents[one.label] == nil {
      try cancellation.check()
      do {
        try workspace.network(for: one.architecture).load(one.checkpoint)
      } catch let wrong as NonFiniteWeights {
        extents[one.label] = wrong.extent
      }
    }
    return affected(.weights, extents)
  }

  /// The selected checkpoints whose outputs were NaN or infinite where this command evaluated them; `nil`
  /// where the outputs at fault are not those of a selected checkpoint.
  public func affected(by error: NonFiniteOutputs) -> AffectedCheckpoints? {
    guard groups.contains(where: { $0.checkpoints.contains { $0.label == error.name } }) else {
      return nil
    }
    var extents = nonFiniteOutputs.mapValues(\.extent)
    extents[error.name] = error.extent
    return affected(.outputs, extents)
  }

  private func affected(
    _ fault: AffectedCheckpoints.Fault, _ extents: [String: String]
  ) -> AffectedCheckpoints? {
    var seen: Set<String> = []
    let members = groups.flatMap(\.checkpoints).map(\.label)
      .filter { extents[$0] != nil && seen.insert($0).inserted }
      .map { AffectedCheckpoints.Member(name: $0, extent: extents[$0] ?? "") }
    guard !members.isEmpty else { return nil }
    return AffectedCheckpoints(fault, members, line: line { extents[$0.label] != nil })
  }

  /// The command's line without some of its checkpoints; `nil` where too few are left.
  ///
  /// - Parameter isLeftOut: Whether a checkpoint is left out.
  public func line(without isLeftOut: (SelectedCheckpoint) -> Bool) -> String? {
    var changed = words
    var done: Set<String> = []
    for group in groups {
      let all = group.checkpoints
      let kept = all.count { !isLeftOut($0) }
      // Nothing changes for a group that all stay in, such as one of which nothing was given.
      if kept == all.count { continue }
      // Several checkpoints are compared or averaged, and one is not.
      guard kept >= max(group.minimum, min(2, all.count)),
        !all.contains(where: { isLeftOut($0) && $0.checkpoint.isControlPoint })
      else { return nil }
      for part in group.parts where part.checkpoints.contains(where: isLeftOut) {
        guard let place = changed.lastIndex(where: { Self.value(of: $0) == part.text }) else {
          // A command may ask for the same selection again.
          if done.contains(part.text) { continue }
          return nil
        }
        done.insert(part.text)
        let rest = part.checkpoints.filter { !isLeftOut($0) }
        if rest.isEmpty {
          changed.remove(at: place)
        } else {
          changed[place] =
            changed[place].dropLast(part.text.count) + SelectedCheckpoint.text(of: rest)
        }
      }
    }
    return TypedWords.joined(changed)
  }

  // `path` of `path` and of `--through=path`.
  private static func value(of word: String) -> String {
    guard word.hasPrefix("--"), let equals = word.firstIndex(of: "=") else { return word }
    return String(word[word.index(after: equals)...])
  }
}

extension Checkpoint {
  // A curve without one of its control points is another curve.
  fileprivate var isControlPoint: Bool { metadata[ControlPointMetadata.curve] != nil }
}
