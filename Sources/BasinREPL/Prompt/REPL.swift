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
/// Lines that begin with `%` or `!` are about the prompt itself, see ``Directive`` and `%history`.
///
/// Ctrl-C at the prompt gives up the line, while a command runs it cancels the command; Ctrl-D,
/// `exit` and `quit` leave. No error of a command ends the prompt.
public final class REPL {
  /// Draws figures; without it their titles are shown.
  public var drawFigure: FigureDrawing?
  /// What `drawFigure` asks the terminal by; keys that are pressed meanwhile are not lost.
  public var graphics: TerminalGraphics?
  /// Printed before the first prompt.
  public var greeting: String?
  /// Whether only results, warnings and errors are shown.
  public var isQuiet = false
  /// Whether results that are longer than the terminal go to the user's pager.
  public var isPaging: () -> Bool = { true }

  private let interpreter: any Interpreter
  private let completer: (any Completer)?
  private var history: HistoryFile?
  private var typedLines = TypedLines()

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
    interpreter.progress = isQuiet ? SilentProgress() : TerminalProgress()
    do {
      let editor = try LineEditor(wake: interrupts.wake)
      editor.completer = completer
      if let greeting, !isQuiet { print(greeting + "\n") }
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
        if ["exit", "quit"].contains(line.text) { return remember(line.text, in: editor) }
        take(line.text, editor, interrupts)
        editor.typedAhead += graphics?.takeKeys() ?? []
      }
    }
  }

  /// Does what a logical line says.
  private func take(_ typed: String, _ editor: LineEditor, _ interrupts: Interrupts) {
    do {
      let expanded = try typedLines.expanded(typed)
      let line = expanded ?? typed
      // As in a shell, what `!!` became is seen before it runs.
      if expanded != nil { print(DisplayText.neutralised(line) + "\n") }
      remember(line, in: editor)
      switch try Directive(line) {
      case .command(let command): _ = evaluate(command, isTimed: false, interrupts)
      case .time(let command): _ = evaluate(command, isTimed: true, interrupts)
      case .history(let argument):
        show(TerminalRenderer.neutralised(lines: try typedLines.listing(argument)) + "\n")
      case .edit(let argument): try edit(argument, editor, interrupts)
      }
    } catch {
      print(renderer.text(error))
    }
  }

  /// Evaluates a command and shows what comes of it; `false` when it failed or was stopped.
  private func evaluate(_ line: String, isTimed: Bool, _ interrupts: Interrupts) -> Bool {
    do {
      let evaluation = try interrupts.during {
        defer { interpreter.progress.finish() }
        return try interpreter.evaluate(line, from: .prompt, isTimed: isTimed)
      }
      // What a stopped command had done is drawn all the same; Ctrl-C can stop that as well.
      let wasStopped = interpreter.cancellation.isRequested
      if wasStopped { eraseEcho() }
      if let evaluation {
        let text = interrupts.during { renderer.text(evaluation) }
        if isLong(evaluation) { show(text) } else { print(text) }
      }
      if wasStopped { print(renderer.text(Cancelled())) }
      return !wasStopped
    } catch {
      if error is Cancelled { eraseEcho() }
      print(renderer.text(error))
      return false
    }
  }

  // The terminal has written ^C where the cursor was.
  private func eraseEcho() {
    if Terminal.current(STDOUT_FILENO).canMoveCursor { print("\r\u{1B}[K") }
  }

  /// Has lines edited, and evaluates them as if they were typed, up to the first that fails.
  private func edit(_ argument: String, _ editor: LineEditor, _ interrupts: Interrupts) throws {
    let lines = try typedLines.selected(argument).filter { !$0.hasPrefix("%edit") }
    guard let text = try EditedText.edited(lines.joined(separator: "\n")) else { return }
    for line in LogicalLines.all(in: text) {
      print("basin> " + DisplayText.neutralised(line.text) + "\n")
      remember(line.text, in: editor)
      var command = line.text
      var isTimed = false
      switch try Directive(line.text) {
      case .time(let timed): (command, isTimed) = (timed, true)
      case .command: break
      case .history, .edit: throw PromptError("only commands are run after %edit")
      }
      if !evaluate(command, isTimed: isTimed, interrupts) { return }
    }
  }

  // Figures are made to fit: what there is besides them decides.
  private func isLong(_ evaluation: Evaluation) -> Bool {
    var rest = evaluation.result
    rest.items.removeAll {
      if case .figure = $0 { return true }
      return false
    }
    return LongText.isLonger(renderer.text(rest), than: .current(STDOUT_FILENO))
  }

  /// Prints a result, through the pager where it is longer than the terminal.
  private func show(_ text: String) {
    let terminal = Terminal.current(STDOUT_FILENO)
    if isPaging(), LongText.isLonger(text, than: terminal), isatty(STDIN_FILENO) == 1 {
      let pager = ForegroundProgram.pager(ProcessInfo.processInfo.environment)
      if ![-1, 126, 127].contains(pager.run(input: text)) { return }
    }
    print(text)
  }

  private var renderer: TerminalRenderer {
    var renderer = TerminalRenderer(terminal: .current(STDOUT_FILENO), drawFigure: drawFigure)
    renderer.isQuiet = isQuiet
    return renderer
  }

  private func loadHistory(into editor: LineEditor) {
    guard let (entries, note) = history?.load() else { return }
    editor.setHistory(entries)
    typedLines = TypedLines(entries)
    if let note { print(renderer.text(note)) }
  }

  private func remember(_ line: String, in editor: LineEditor) {
    editor.remember(line)
    typedLines.append(line)
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
