/// A sentence that goes with a result.
public struct Note: Sendable, Equatable, Codable {
  /// How much a reader should mind.
  public enum Level: String, Sendable, Equatable, Codable {
    /// Worth knowing: a default was scaled down, a prefix was stripped.
    case information
    /// Worth minding: a number may not mean what it seems to.
    case warning
  }

  /// How much a reader should mind.
  public var level: Level
  /// The sentence, in plain text.
  public var text: String

  /// Creates a note.
  public init(_ text: String, level: Level = .information) {
    self.text = text
    self.level = level
  }
}
