/// A site cannot be published as asked.
public struct SiteError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong and what to do, in one line.
  public var reason: String

  init(_ reason: String) { self.reason = reason }

  /// One line for a person.
  public var description: String { "cannot publish: " + reason }
}
