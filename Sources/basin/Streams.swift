import ArgumentParser
import BasinREPL
import Foundation

/// What the program says besides results.
enum Streams {
  /// Writes to standard error.
  static func say(_ text: String, end: String = "\n") {
    FileHandle.standardError.write(Data((text + end).utf8))
  }

  /// Shows an error in one line on standard error.
  static func say(_ error: any Error) {
    say(TerminalRenderer(terminal: .current(STDERR_FILENO)).text(error), end: "")
  }

  /// Shows an error and ends the program.
  static func fail(_ error: any Error, status: Int32) throws -> Never {
    say(error)
    throw ExitCode(status)
  }
}
