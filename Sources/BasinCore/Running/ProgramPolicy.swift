import Foundation
import Synchronization

/// Which programs, that is TorchScript files, may run for the commands of a notebook.
///
/// At the prompt the user's `--trust` decides. A notebook's `--trust` is the word of whoever wrote it, and
/// counts only with the user's own: `basin run --trust`, or a file that the user said to remember.
public struct ProgramPolicy: Sendable {
  private let allows: @Sendable (_ sha256: String) -> Bool

  /// A policy.
  ///
  /// - Parameter allows: Whether the program of a SHA-256 may run.
  public init(allows: @escaping @Sendable (_ sha256: String) -> Bool) { self.allows = allows }

  /// Whether the program of a SHA-256 may run.
  public func isAllowed(_ sha256: String) -> Bool { allows(sha256) }

  private static let current = Mutex<ProgramPolicy?>(nil)

  /// The policy of this process; with `nil`, as at the prompt, every program that is asked for runs.
  public static var inForce: ProgramPolicy? {
    get { current.withLock { $0 } }
    set { current.withLock { $0 = newValue } }
  }

  /// Refuses a program that may not run.
  ///
  /// - Throws: ``ProgramRefusal``.
  public static func check(_ program: InputFile) throws {
    guard let policy = inForce, !policy.allows(program.sha256) else { return }
    throw ProgramRefusal(program: program)
  }
}

/// A notebook would run a program that the user has not trusted.
public struct ProgramRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  /// The program.
  public var program: InputFile

  /// One line with a remedy.
  public var description: String {
    "\(program.path) (SHA-256 \(program.sha256.prefix(12))…) is a TorchScript file, a program that can do "
      + "all that you can; a notebook's own --trust does not count: if you know where the file comes "
      + "from, run the notebook with `basin run --trust`"
  }
}
