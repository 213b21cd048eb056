import BasinCore
import CEdit
import Foundation

/// The process's handling of Ctrl-C, new window sizes and continuation while it lives: a signal
/// stores a request in a `Cancellation` and writes one byte to a pipe, no more. Broken pipes become
/// errors of the write. There is one at a time; what was there before comes back when it goes.
public final class Interrupts {
  /// Where each signal arrives as one byte, for ``LineEditor``; -1 if the system had no pipe.
  public let wake: Int32
  private let cancellation: Cancellation

  /// Installs the handlers; Ctrl-C makes a request to `cancellation`.
  public init(_ cancellation: Cancellation) {
    self.cancellation = cancellation
    wake = cedit_signals_install(
      { context in
        guard let context else { return }
        Unmanaged<Cancellation>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.request() }
      }, Unmanaged.passUnretained(cancellation).toOpaque())
  }

  deinit { cedit_signals_restore() }

  /// Runs a command that Ctrl-C cancels; a second Ctrl-C says that the command is still stopping.
  ///
  /// - Throws: what `command` throws.
  public func during<Value>(_ command: () throws -> Value) rethrows -> Value {
    cancellation.reset()
    cedit_signals_set_running(true)
    defer { cedit_signals_set_running(false) }
    return try command()
  }
}
