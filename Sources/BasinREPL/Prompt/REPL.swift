// BasinREPL owns what happens at a terminal: the prompt with its editing, history and completion,
// results and progress as text, and scripts that are run without a prompt. It sees commands only
// through the `Interpreter` protocol and must not know what any of them computes, how figures are
// drawn, or what a notebook is.

import BasinCore
import Foundation

/// The prompt: reads lines, has them evaluated, prints what comes of it, until the user leaves.
///
/// ```swift
/// let repl = REPL(session, completer: session)
/// repl.drawFigure = { try renderer.terminalText($0, columns: $1, rows: $2, color: true) }
/// exit(repl.run())
/// ```
///
/// Ctrl-C at the prompt gives up the line, while a command runs it cancels the command; Ctrl-D,
/// `exit` and `quit` leave. No error of a command ends the prompt.
public final class REPL {
  /// Draws figures; without it their titles are shown.
  public var drawFigure: FigureDrawing?
  /// Printed before the first prompt.
  public var greeting: String?

  private let interpreter: any Interpreter
  private let completer: (any Completer)?
  private var history: HistoryFile?

  /// Creates a prompt over an interpreter.
  ///
  /// - Parameter history: where typed lines are kept; `nil` for nowhere.
  public init(
    _ interpreter: any Interpreter, completer: (any Completer)? = nil,
    history: HistoryFile? = .standard()
  ) {
    self.interpreter = interpreter
    self.completer = completer
    self.history = history
  }

  /// Runs on standard input and output, which are a terminal, until the user leaves.
  ///
  /// - Returns: the exit status: 0, or 1 when the terminal cannot be used.
  public func run() -> Int32 {
    let interrupts = Interrupts(interpreter.cancellation)
    interpreter.progress = TerminalProgress()
    do {
      let editor = try LineEditor(wake: interrupts.wake)
      editor.completer = completer
      if let greeting { print(greeting + "\n") }
      loadHistory(into: editor)
      loop(editor, interrupts)
      return 0
    } catch {
      print(renderer.text(error))
      return 1
    }
  }

  private func loop(_ editor: LineEditor, _ interrupts: Interrupts) {
    var lines = LogicalLines()
    while true {
      switch editor.readLine(prompt: lines.isContinuing ? "  ...> " : "basin> ") {
      case .end:
        print("\n")
        if !lines.isContinuing { return }
        lines = LogicalLines()
      case .interrupted:
        lines = LogicalLines()
      case .line(let physical):
        guard let line = lines.append(physical) else { continue }
        remember(line.text, in: editor)
        if ["exit", "quit"].contains(line.text) { return }
        evaluate(line.text, interrupts)
      }
    }
  }

  private func evaluate(_ line: String, _ interrupts: Interrupts) {
    do {
      let text = try interrupts.during {
        defer { interpreter.progress.finish() }
        return try interpreter.evaluate(line, from: .prompt).map { renderer.text($0) }
      }
      if let text { print(text) }
    } catch {
      print(renderer.text(error))
    }
  }

  private var renderer: TerminalRenderer {
    TerminalRenderer(terminal: .current(STDOUT_FILENO), drawFigure: drawFigure)
  }

  private func loadHistory(into editor: LineEditor) {
    guard let (entries, note) = history?.load() else { return }
    editor.setHistory(entries)
    if let note { print(renderer.text(note)) }
  }

  private func remember(_ line: String, in editor: LineEditor) {
    editor.remember(line)
    do {
      try history?.append(line)
    } catch {
      history = nil
      print(renderer.text(Note("the history is not kept: \(error)", level: .warning)))
    }
  }

  private func print(_ text: String) {
    // When the terminal has gone, the next read ends the loop.
    try? StandardStreams.write(text, to: STDOUT_FILENO)
  }
}
