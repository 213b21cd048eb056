import ArgumentParser
import BasinKit
import BasinREPL
import Foundation

/// What the program writes to its standard streams.
///
/// Messages that cannot be shown are no reason to stop: without standard error the program does its work
/// as if it were asked to be quiet. Results that cannot be written are: the program ends with an error.
enum Streams {
  /// Writes a result to standard output.
  ///
  /// - Throws: `FileError` when not all of it can be written.
  static func show(_ text: String) throws {
    try StandardStreams.write(text, to: STDOUT_FILENO)
  }

  /// Writes one line to standard error, with line breaks and whatever else a terminal would obey made visible: names
  /// in it come from files.
  static func say(_ text: String) {
    write(VisibleText.message(text) + "\n")
  }

  /// Writes lines to standard error, each as ``say(_:)-(String)`` writes one.
  static func say(lines text: String) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) { say(String(line)) }
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

  /// Writes text to standard error as it stands, if anyone takes it.
  static func write(_ text: String) {
    try? StandardStreams.write(text, to: STDERR_FILENO)
  }

  /// Makes writing to a stream that is gone an error, and never a signal.
  ///
  /// A closed stream (`basin help >&-`) gets a descriptor that cannot be written: the next file that is
  /// opened would otherwise take its number, and messages would go into that file.
  static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
      guard fcntl(descriptor, F_GETFD) == -1, errno == EBADF else { continue }
      // The lowest free number is this one.
      _ = open("/dev/null", O_RDONLY)
    }
  }
}
