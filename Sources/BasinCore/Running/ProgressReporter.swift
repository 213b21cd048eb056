/// How far a piece of work has come.
public struct ProgressUpdate: Sendable, Equatable {
  /// What is being done: `training seed 2 of 5`.
  public var label: String
  /// Steps done.
  public var completed: Int
  /// Steps in all.
  public var total: Int
  /// The latest numbers, for instance `loss 0.213, accuracy 94.1 %`.
  public var detail: String

  /// Creates an update.
  public init(_ label: String, completed: Int, total: Int, detail: String = "") {
    self.label = label
    self.completed = completed
    self.total = total
    self.detail = detail
  }

  /// The part that is done, from 0 to 1.
  public var fraction: Double { total > 0 ? Double(completed) / Double(total) : 0 }
}

/// Whoever shows progress. The work reports as often as it likes; the reporter decides what to
/// show, adds the time left, and must return quickly.
public protocol ProgressReporter: AnyObject {
  /// Takes the latest state of the running work.
  func report(_ update: ProgressUpdate)
  /// The work is over, well or not: whatever was shown is taken away.
  func finish()
}

/// A reporter that shows nothing.
public final class SilentProgress: ProgressReporter {
  /// Creates a silent reporter.
  public init() {}
  /// Does nothing.
  public func report(_ update: ProgressUpdate) {}
  /// Does nothing.
  public func finish() {}
}
