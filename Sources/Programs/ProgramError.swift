/// A program could not be started.
package enum ProgramError: Error, Sendable, Equatable {
  /// There is no program at this path, or it may not be started.
  case missing(String)
  /// The system refused something that starting it needs, and why.
  case system(String)
}
