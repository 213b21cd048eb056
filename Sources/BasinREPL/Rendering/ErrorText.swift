import Foundation

/// What an error says to a person.
enum ErrorText {
  /// The system's sentence for the system's errors, the error's own description for all others.
  static func message(of error: any Error) -> String {
    (error as? any LocalizedError)?.errorDescription ?? String(describing: error)
  }
}
