import Foundation

/// An interpreter that can tell what lines did to its session, so that it can be done again without
/// evaluating them: what a cache of results needs to know of one.
///
/// ```swift
/// interpreter.startKeeping()
/// … evaluate lines …
/// let effects = try interpreter.finishKeeping(in: folder)
/// // later, in another session:
/// let isBack = try interpreter.bringBack(effects, of: lines, from: folder)
/// ```
public protocol KeepingInterpreter: Interpreter {
  /// Whether a line changes what others do other than by the names it binds and the files it writes, or
  /// shows more of the session than the names it has.
  func changesSession(_ line: String) -> Bool

  /// Begins to note what lines read, bind, set and write.
  func startKeeping()

  /// Ends it, and writes values that the lines bound into a folder.
  ///
  /// - Returns: what the lines read and did; `nil` when they did what cannot be done again without
  ///   them.
  /// - Throws: `FileError` when the values cannot be written.
  func finishKeeping(in folder: String) throws -> KeptEffects?

  /// Ends it, and forgets what was noted.
  func stopKeeping()

  /// Whether all that the lines read is now as it was then.
  func holds(_ conditions: Data) -> Bool

  /// Does to the session what the lines did.
  ///
  /// - Returns: false when what they left is no more as they left it; then nothing has changed.
  /// - Throws: ``Cancelled``; what is wrong with the values in the folder; then nothing has changed.
  func bringBack(_ effects: KeptEffects, of lines: [String], from folder: String) throws -> Bool
}

/// What lines read and did, in an interpreter's own words.
public struct KeptEffects: Sendable, Equatable, Codable {
  /// What they read: the same bytes where the same was read.
  public var conditions: Data
  /// What they bound, set and wrote.
  public var outcome: Data

  /// Creates effects.
  public init(conditions: Data, outcome: Data) {
    self.conditions = conditions
    self.outcome = outcome
  }
}
