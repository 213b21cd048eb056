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
  /// The sentence, in plain text and one line.
  public let text: String

  /// Creates a note. A line break or another control character, as a file's name can have, is made visible, and a note
  /// of more than a thousand characters is shortened: see ``VisibleText``.
  public init(_ text: String, level: Level = .information) {
    self.text = VisibleText.message(text)
    self.level = level
  }
}
