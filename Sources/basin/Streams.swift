import ArgumentParser
import BasinREPL
import Foundation

/// What the program says besides results.
enum Streams {
  /// Writes lines to standard error, with whatever a terminal would obey made visible: names in them
  /// come from files.
  static func say(_ text: String) {
    write(TerminalRenderer.neutralised(lines: text) + "\n")
  }

  /// Shows an error in one line on standard error.
  static func say(_ error: any Error) {
    write(TerminalRenderer(terminal: .current(STDERR_FILENO)).text(error))
  }

  /// Shows an error and ends the program.
  static func fail(_ error: any Error, status: Int32) throws -> Never {
    say(error)
    throw ExitCode(status)
  }

  private static func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
