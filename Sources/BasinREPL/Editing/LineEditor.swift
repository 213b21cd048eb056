import CEdit
import Foundation

/// A line editor on a terminal, over libedit: emacs keys, history with Ctrl-R, completion with Tab.
/// The user's `~/.editrc` is honoured.
///
/// Text is UTF-8, whatever the locale. libedit's own signal handling is off: an interrupt, a new
/// window size and a continued process arrive as bytes on the `wake` descriptor.
public final class LineEditor {
  /// What came from the terminal.
  public enum Input: Sendable, Equatable {
    /// A line, without its line break.
    case line(String)
    /// Ctrl-C: the line was given up.
    case interrupted
    /// Ctrl-D on an empty line, or the terminal has gone.
    case end
  }

  /// Where completions come from.
  public var completer: (any Completer)?

  let editor: OpaquePointer
  let input: Int32
  let output: Int32
  let wake: Int32
  var wasInterrupted = false
  var pendingByte: UInt8?
  /// Keys that somebody else has read from the terminal, and which come before its next ones.
  var typedAhead: [UInt8] = []
  private let history: OpaquePointer
  private var entries: [String] = []
  private var promptText: UnsafeMutablePointer<CChar>?
  private var promptString = ""

  /// Opens an editor.
  ///
  /// - Parameters:
  ///   - program: the name that `~/.editrc` knows it by.
  ///   - input: the terminal to read from.
  ///   - output: the terminal to write to.
  ///   - wake: where signals arrive, see ``Interrupts``; -1 for none.
  ///   - terminal: the kind of terminal; `nil` for `$TERM`.
  /// - Throws: ``LineEditorError`` when libedit cannot work with the terminal.
  public init(
    program: String = "basin", input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO,
    wake: Int32 = -1, terminal: String? = nil
  ) throws {
    guard let history = history_init() else { throw LineEditorError() }
    guard let editor = cedit_open(program, terminal, input, output) else {
      history_end(history)
      throw LineEditorError()
    }
    self.history = history
    self.editor = editor
    self.input = input
    self.output = output
    self.wake = wake
    cedit_history_set_size(history, Int32.max)
    cedit_set_history(editor, history)
    cedit_set_client_data(editor, Unmanaged.passUnretained(self).toOpaque())
    cedit_set_prompt(editor) { LineEditor.of($0)?.promptText }
    cedit_set_reader(editor) { editor, scalar in
      LineEditor.of(editor)?.readScalar(into: scalar) ?? 0
    }
    cedit_add_command(editor, "basin-complete", "Complete the word at the cursor") { editor, _ in
      LineEditor.of(editor)?.complete() ?? UInt8(CC_ERROR)
    }
    for (key, command) in Self.keys { cedit_bind(editor, key, command) }
    setPrompt("")
  }

  deinit {
    cedit_close(editor)
    history_end(history)
    free(promptText)
  }

  /// Reads a line after `prompt`.
  public func readLine(prompt: String) -> Input {
    setPrompt(prompt)
    wasInterrupted = false
    drainSignals()
    var count: Int32 = 0
    let line = cedit_gets(editor, &count)
    if wasInterrupted { return .interrupted }
    guard let line, count > 0 else { return .end }
    var text = String(cString: line).unicodeScalars
    while let last = text.last, last == "\n" || last == "\r" { text.removeLast() }
    return .line(String(text))
  }

  /// Adds a line to the history that the arrow keys and Ctrl-R look through; an equal one before
  /// it is forgotten.
  public func remember(_ line: String) {
    guard !line.isEmpty else { return }
    if let known = entries.lastIndex(of: line) {
      if known == entries.count - 1 { return }
      entries.remove(at: known)
      entries.append(line)
      setHistory(entries)
    } else {
      entries.append(line)
      cedit_history_add(history, line)
    }
  }

  /// Replaces the history, oldest line first.
  public func setHistory(_ lines: [String]) {
    entries = lines
    cedit_history_clear(history)
    for line in lines { cedit_history_add(history, line) }
  }

  /// The prompt as it is shown, for finding out where the cursor is.
  var prompt: String { promptString }

  func write(_ text: String) {
    // Nothing sensible can be done about a terminal that takes no text; the next read says so.
    try? StandardStreams.write(text, to: output)
  }

  private static let keys = [
    ("\t", "basin-complete"), ("^R", "em-inc-search-prev"),
    ("\\e[3~", "ed-delete-next-char"),
    ("\\e[1~", "ed-move-to-beg"), ("\\e[4~", "ed-move-to-end"),
    ("\\e[H", "ed-move-to-beg"), ("\\e[F", "ed-move-to-end"),
    ("\\e[1;5D", "ed-prev-word"), ("\\e[1;5C", "em-next-word"),
  ]

  private static func of(_ editor: OpaquePointer?) -> LineEditor? {
    guard let editor, let data = cedit_client_data(editor) else { return nil }
    return Unmanaged<LineEditor>.fromOpaque(data).takeUnretainedValue()
  }

  private func setPrompt(_ prompt: String) {
    free(promptText)
    promptText = strdup(prompt)
    promptString = prompt
  }
}

/// The terminal cannot be used for editing lines.
public struct LineEditorError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Creates the error.
  public init() {}
  /// What to do about it.
  public var description: String {
    "the terminal cannot be used for editing lines; give commands with -c or on standard input"
  }
}
