/// A pattern of names in which `*` stands for any characters, none included, and `?` for one; every
/// other character stands for itself.
public struct NamePattern: Sendable, Equatable {
  private let pattern: [Character]

  /// Creates a pattern.
  public init(_ pattern: String) { self.pattern = Array(pattern) }

  /// Whether `text` is a pattern rather than one name.
  public static func isPattern(_ text: String) -> Bool { text.contains { $0 == "*" || $0 == "?" } }

  /// Whether the pattern matches a whole name, in time that grows with the product of both lengths.
  public func matches(_ name: String) -> Bool {
    let name = Array(name)
    var (place, next) = (0, 0)
    // The last star, and the place in the name that its next attempt begins at.
    var star: (pattern: Int, name: Int)?
    while place < name.count {
      if next < pattern.count, pattern[next] == "*" {
        star = (next, place)
        next += 1
      } else if next < pattern.count, pattern[next] == "?" || pattern[next] == name[place] {
        (place, next) = (place + 1, next + 1)
      } else if let last = star {
        star = (last.pattern, last.name + 1)
        (place, next) = (last.name + 1, last.pattern + 1)
      } else {
        return false
      }
    }
    return pattern[next...].allSatisfy { $0 == "*" }
  }
}
