/// A figure as data.
public struct Figure: Sendable, Equatable, Codable {
  /// What the figure shows, as its title.
  public var title: String

  /// Creates an empty figure.
  public init(title: String) { self.title = title }
}
