import BasinCore

/// A pattern of names to leave out that no tensor of a file has.
public struct UnmatchedPattern: Sendable, Equatable {
  /// The pattern as given.
  public var pattern: String
  /// The nearest name or pattern that has tensors; `nil` where none is near.
  public var nearest: String?
  /// The first names of the file, whole or up to their first dot: `fc1.*`.
  public var examples: [String]

  init(_ pattern: String, among names: [String]) {
    self.pattern = pattern
    var groups: [String] = []
    for name in names {
      let group = name.firstIndex(of: ".").map { "\(name[...$0])*" } ?? name
      if groups.last != group, !groups.contains(group) { groups.append(group) }
      if groups.count == 1_000 { break }
    }
    nearest = BasinCore.nearest(pattern, in: groups + names.prefix(1_000))
    examples = Array(groups.prefix(4))
  }
}
