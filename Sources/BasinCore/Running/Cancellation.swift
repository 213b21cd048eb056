import Synchronization

/// A request to stop what is running, safe to make from a signal handler.
///
/// Long work calls `check()` between short steps; Ctrl-C calls `request()`.
public final class Cancellation: Sendable {
  private let requested = Atomic<Bool>(false)

  /// Creates a cancellation that has not been requested.
  public init() {}

  /// Whether a stop has been asked for since the last `reset()`.
  public var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Asks the running work to stop. One atomic store: may be called from a signal handler.
  public func request() { requested.store(true, ordering: .relaxed) }

  /// Forgets an earlier request, before a new command starts.
  public func reset() { requested.store(false, ordering: .relaxed) }

  /// Throws when a stop has been asked for.
  ///
  /// - Throws: ``Cancelled``.
  public func check() throws {
    if isRequested { throw Cancelled() }
  }
}

/// The running command was cancelled by the user.
public struct Cancelled: Error, Sendable, Equatable, CustomStringConvertible {
  /// Creates the error.
  public init() {}
  /// `cancelled`
  public var description: String { "cancelled" }
}
