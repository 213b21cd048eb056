import BasinCore
import Foundation
import Testing

@testable import BasinREPL

/// The editor on a real pseudo-terminal. What is typed waits in the terminal until it is read, so
/// nothing here depends on time.
@Suite(.serialized) struct LineEditorTests {
  private let keyboard: FileHandle
  private let screen: FileHandle

  // Swift sees neither posix_openpt nor the macros TIOCSPTLCK and TIOCGPTPEER.
  private static let unlock: UInt = 0x4004_5431
  private static let openPeer: UInt = 0x5441

  init() throws {
    let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    try #require(master >= 0)
    keyboard = FileHandle(fileDescriptor: master, closeOnDealloc: true)
    var locked: Int32 = 0
    try #require(ioctl(master, Self.unlock, &locked) == 0)
    let slave = ioctl(master, Self.openPeer, O_RDWR | O_NOCTTY)
    try #require(slave >= 0)
    screen = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
  }

  private func editor(wake: Int32 = -1) throws -> LineEditor {
    try LineEditor(
      input: screen.fileDescriptor, output: screen.fileDescriptor, wake: wake, terminal: "xterm")
  }

  private func type(_ keys: String) throws { try keyboard.write(contentsOf: Data(keys.utf8)) }

  @Test func linesAreReadOneByOne() throws {
    let editor = try editor()
    try type("load é漢字\nls\n\n")
    #expect(editor.readLine(prompt: "basin> ") == .line("load é漢字"))
    #expect(editor.readLine(prompt: "basin> ") == .line("ls"))
    #expect(editor.readLine(prompt: "basin> ") == .line(""))
  }

  @Test func controlDOnAnEmptyLineEnds() throws {
    let editor = try editor()
    // In editing mode it is a key like any other; the mode is entered by the first line.
    try type("x\n")
    #expect(editor.readLine(prompt: "") == .line("x"))
    try type("\u{04}")
    #expect(editor.readLine(prompt: "") == .end)
  }

  @Test func keysEditTheLine() throws {
    let editor = try editor()
    try type("bd\u{02}c\u{01}a\u{05}e\n")
    #expect(editor.readLine(prompt: "") == .line("abcde"))
  }

  @Test func historyIsWalkedAndSearched() throws {
    let editor = try editor()
    editor.setHistory(["load seeds", "diversity seeds", "ls"])
    editor.remember("diversity seeds")
    try type("\u{1B}[A\n")
    #expect(editor.readLine(prompt: "") == .line("diversity seeds"))
    try type("\u{1B}[A\u{1B}[A\n")
    #expect(editor.readLine(prompt: "") == .line("ls"))
    try type("\u{12}loa\n")
    #expect(editor.readLine(prompt: "") == .line("load seeds"))
  }

  @Test func tabCompletes() throws {
    struct Words: Completer {
      func completions(for line: String, at cursor: Int) -> Completions {
        let word = TypedWord(in: line, at: cursor)
        let known = ["disagreement", "distance", "漢字"].filter { $0.hasPrefix(word.text) }
        return Completions(known.map { .init($0, kind: .command) }, replacing: word.range)
      }
    }
    let editor = try editor()
    editor.completer = Words()
    try type("é dista\tb\n")
    #expect(editor.readLine(prompt: "") == .line("é distance b"))
    try type("漢\t\u{01}d\ta\t\u{05}x\n")
    #expect(editor.readLine(prompt: "") == .line("disagreement 漢字 x"))
    try type("di\t\ts\tt\t\n")
    #expect(editor.readLine(prompt: "") == .line("distance "))
  }

  @Test func anInterruptGivesTheLineUp() throws {
    let cancellation = Cancellation()
    let interrupts = Interrupts(cancellation)
    let editor = try editor(wake: interrupts.wake)
    editor.completer = Raising()
    try type("half a line\tx\nls\n")
    #expect(editor.readLine(prompt: "") == .interrupted)
    #expect(cancellation.isRequested)
    #expect(editor.readLine(prompt: "") == .line("x"))
    withExtendedLifetime(interrupts) {}
  }

  /// Tab stands for Ctrl-C, which a pseudo-terminal without a session does not turn into a signal.
  private struct Raising: Completer {
    func completions(for line: String, at cursor: Int) -> Completions {
      raise(SIGINT)
      return Completions(replacing: cursor..<cursor)
    }
  }
}
