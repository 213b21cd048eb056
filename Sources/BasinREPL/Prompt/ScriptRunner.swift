import BasinCore
import Foundation

/// Runs commands without a prompt: those of `basin -c "…"`, or of standard input.
///
/// ```swift
/// var runner = ScriptRunner(session)
/// runner.format = .json
/// exit(runner.run(text: "data digits\nload runs/*.pt --as seeds"))
/// ```
///
/// The exit status is 0 when all went well, 1 when a command failed, 2 when a command was used
/// wrongly (its error is a `UsageError`), 130 after Ctrl-C. The first failure decides, and ends the
/// script unless `keepsGoing`.
public struct ScriptRunner {
  /// How results are written to standard output.
  public enum Format: Sendable, Equatable {
    /// As at the prompt; errors go to standard error.
    case text
    /// As one JSON object a line, errors as well; see ``JSONRenderer``.
    case json
  }

  /// How results are written.
  public var format = Format.text
  /// Whether the lines after a failed one are run.
  public var keepsGoing = false
  /// Draws figures in text; without it their titles are shown.
  public var drawFigure: FigureDrawing?
  /// Whether only results, warnings and errors are written.
  public var isQuiet = false

  private let interpreter: any Interpreter
  private let write: (_ text: String, _ descriptor: Int32) throws -> Void

  /// Creates a runner that writes to standard output and standard error.
  public init(_ interpreter: any Interpreter) {
    self.init(interpreter, write: StandardStreams.write)
  }

  /// Creates a runner with an output of the caller's.
  init(
    _ interpreter: any Interpreter,
    write: @escaping (_ text: String, _ descriptor: Int32) throws -> Void
  ) {
    self.interpreter = interpreter
    self.write = write
  }

  /// Runs the lines of a text.
  ///
  /// - Returns: the exit status.
  public func run(text: String) -> Int32 {
    var physical = Self.withoutMark(text).utf8.split(
      separator: 0x0A, omittingEmptySubsequences: false
    )
    .map { String(Substring($0)) }[...]
    return run(origin: { _ in .prompt }) { physical.popFirst() }
  }

  /// Runs one line, whatever is in it: a line break in a quoted word, as a file's name may have, ends nothing.
  ///
  /// - Returns: the exit status.
  public func run(line: String) -> Int32 {
    var line: String? = line
    return run(origin: { _ in .prompt }) {
      defer { line = nil }
      return line
    }
  }

  /// Runs the lines of standard input, each as soon as it is there.
  ///
  /// - Returns: the exit status.
  public func runStandardInput() -> Int32 {
    var isFirst = true
    return run(origin: { .script(line: $0) }) {
      defer { isFirst = false }
      // What some editors put before a text, a byte order mark, is no part of it.
      guard let line = readLine() else { return nil }
      return isFirst ? Self.withoutMark(line) : line
    }
  }

  private func run(origin: (Int) -> Origin, next: () -> String?) -> Int32 {
    interpreter.progress = isQuiet ? SilentProgress() : TerminalProgress()
    var lines = LogicalLines()
    var status: Int32 = 0
    while true {
      let physical = next()
      guard let line = physical.map({ lines.append($0) }) ?? lines.finish() else {
        if physical == nil { return status }
        continue
      }
      if ["exit", "quit"].contains(line.text) { return status }
      do {
        try evaluate(line.text, origin(line.lines.lowerBound))
      } catch let error as FileError where error.code == EPIPE {
        // Whoever read the results has seen enough.
        return status
      } catch {
        let failure = Self.status(of: error)
        if status == 0 { status = failure }
        let isShown = show(error, line, origin(line.lines.lowerBound))
        if !keepsGoing || error is Cancelled || !isShown { return status }
      }
    }
  }

  /// A script without the byte order mark that some editors put before it.
  public static func withoutMark(_ text: String) -> String {
    text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
  }

  private static func status(of error: any Error) -> Int32 {
    error is Cancelled ? 130 : error is any UsageError ? 2 : 1
  }

  private func evaluate(_ line: String, _ origin: Origin) throws {
    let command: String
    let isTimed: Bool
    switch try Directive(line) {
    case .command(let text): (command, isTimed) = (text, false)
    case .time(let text): (command, isTimed) = (text, true)
    case .history, .edit: throw PromptError("'\(line)' works only at the prompt in a terminal")
    }
    // Only while a command runs is Ctrl-C a request; waiting for input it ends the process.
    let interrupts = Interrupts(interpreter.cancellation)
    let evaluation = try interrupts.during {
      defer { interpreter.progress.finish() }
      return try interpreter.evaluate(command, from: origin, isTimed: isTimed)
    }
    // A command that is stopped may return what it had done: that is shown, and the script ends.
    let wasStopped = interpreter.cancellation.isRequested
    if let evaluation { try interrupts.during { try write(evaluation) } }
    withExtendedLifetime(interrupts) {}
    if wasStopped || interpreter.cancellation.isRequested { throw Cancelled() }
  }

  private func write(_ evaluation: Evaluation) throws {
    switch format {
    case .text:
      var renderer = TerminalRenderer(terminal: .current(STDOUT_FILENO), drawFigure: drawFigure)
      renderer.isQuiet = isQuiet
      try write(renderer.text(evaluation), STDOUT_FILENO)
    case .json:
      try write(JSONRenderer().line(evaluation), STDOUT_FILENO)
    }
  }

  /// Reports a failure; `false` when nobody takes it.
  private func show(_ error: any Error, _ line: LogicalLine, _ origin: Origin) -> Bool {
    do {
      switch format {
      case .text:
        var text = TerminalRenderer(terminal: .current(STDERR_FILENO)).text(error)
        if case .script(let number) = origin { text = "line \(number): " + text }
        // Nobody to tell is no reason to do otherwise: the exit status says it, too.
        try? write(text, STDERR_FILENO)
      case .json:
        try write(JSONRenderer().line(error, command: line.text), STDOUT_FILENO)
      }
      return true
    } catch {
      // A machine that cannot be told, and somebody who may look at what else is said.
      if (error as? FileError)?.code != EPIPE {
        try? write(TerminalRenderer(terminal: .current(STDERR_FILENO)).text(error), STDERR_FILENO)
      }
      return false
    }
  }
}
