import BasinCore
import Torch

/// Where random draws come from: one number that the user sees, and what they are for.
///
/// A command's draws depend on the session's seed and on the command's own words, not on what ran
/// before it, so adding a cell to a notebook does not change the next one's numbers.
public struct Seed: Sendable, Equatable {
  /// The seed itself.
  public var value: UInt64

  /// A seed.
  public init(_ value: UInt64) { self.value = value }

  /// A seed for one purpose: the first eight bytes of SHA-256 over this seed and the words.
  ///
  /// ```swift
  /// let order = Seed(0).derived("order of epoch", "3")
  /// ```
  public func derived(_ words: String...) -> Seed { derived(words) }

  /// A seed for one purpose, from a list of words.
  public func derived(_ words: [String]) -> Seed {
    let text = ([String(value)] + words).joined(separator: "\u{1f}")
    let digest = SHA256.digest(of: text.utf8)
    return Seed(digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
  }

  /// A generator that starts here.
  public func generator() -> Generator { Generator(seed: value) }
}
