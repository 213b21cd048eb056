import BasinCore
import Foundation
import Testing

@testable import BasinREPL

/// The editor on a real pseudo-terminal, with somebody at the keyboard who types each line once its
/// prompt is there. Nothing depends on time.
@Suite(.serialized) struct LineEditorTests {
  private let keyboard: Int32
  private let screen: FileHandle

  // Swift sees neither posix_openpt nor the macros TIOCSPTLCK and TIOCGPTPEER.
  private static let unlock: UInt = 0x4004_5431
  private static let openPeer: UInt = 0x5441

  init() throws {
    keyboard = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    try #require(keyboard >= 0)
    var locked: Int32 = 0
    try #require(ioctl(keyboard, Self.unlock, &locked) == 0)
    let slave = ioctl(keyboard, Self.openPeer, O_RDWR | O_NOCTTY)
    try #require(slave >= 0)
    screen = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
  }

  private func editor(wake: Int32 = -1) throws -> LineEditor {
    try LineEditor(
      input: screen.fileDescriptor, output: screen.fileDescriptor, wake: wake, terminal: "xterm")
  }

  /// Lets somebody type `lines`, the first when the prompt `1>` is there, the next at `2>` and so
  /// on; then empty lines, without which a test that reads too much would wait for ever.
  private func type(_ lines: [[UInt8]]) {
    let keyboard = keyboard
    Thread.detachNewThread {
      var seen: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      var waiting = lines.enumerated().map { (prompt: Array("\($0 + 1)> ".utf8), keys: $1) }[...]
      while true {
        let count = read(keyboard, &buffer, buffer.count)
        guard count > 0 else { break }
        seen += buffer[..<count]
        guard let next = waiting.first, seen.firstRange(of: next.prompt) != nil else {
          continue
        }
        waiting.removeFirst()
        let keys = next.keys + (waiting.isEmpty ? Array("\n\n\n".utf8) : [])
        guard write(keyboard, keys, keys.count) == keys.count else { break }
      }
      close(keyboard)
    }
  }

  private func type(_ lines: String...) { type(lines.map { Array($0.utf8) }) }

  @Test func colorsFollowTerminalAndEnvironment() {
    func terminal(_ environment: [String: String]) -> Terminal {
      .current(screen.fileDescriptor, environment: environment)
    }
    #expect(terminal(["TERM": "xterm"]).hasColor)
    #expect(!terminal(["TERM": "xterm", "NO_COLOR": "1"]).hasColor)
    #expect(terminal(["TERM": "xterm", "NO_COLOR": "1"]).canMoveCursor)
    #expect(!terminal(["TERM": "dumb"]).canMoveCursor)
    #expect(!terminal([:]).hasColor)
    #expect(Terminal.current(-1) == .plain)
  }

  @Test func linesAreReadOneByOne() throws {
    let editor = try editor()
    type("load é漢字\n", "ls\n", "\n", "last\n")
    #expect(editor.readLine(prompt: "1> ") == .line("load é漢字"))
    #expect(editor.readLine(prompt: "2> ") == .line("ls"))
    #expect(editor.readLine(prompt: "3> ") == .line(""))
    #expect(editor.readLine(prompt: "4> ") == .line("last"))
  }

  @Test func linesThatArePastedTogetherAreReadOneByOne() throws {
    let editor = try editor()
    type((1...20).map { "line \($0)\n" }.joined())
    for number in 1...20 {
      #expect(editor.readLine(prompt: "\(number)> ") == .line("line \(number)"))
    }
  }

  @Test func controlDOnAnEmptyLineEnds() throws {
    let editor = try editor()
    type("x\n", "\u{04}")
    #expect(editor.readLine(prompt: "1> ") == .line("x"))
    #expect(editor.readLine(prompt: "2> ") == .end)
  }

  @Test func bytesThatAreNoTextAreMarked() throws {
    let editor = try editor()
    type([[0x61, 0xFF, 0xC3, 0x62, 0x0A]])
    #expect(editor.readLine(prompt: "1> ") == .line("a\u{FFFD}\u{FFFD}b"))
  }

  @Test func keysEditTheLine() throws {
    let editor = try editor()
    type("bd\u{02}c\u{01}a\u{05}e\n")
    #expect(editor.readLine(prompt: "1> ") == .line("abcde"))
  }

  @Test func historyIsWalkedAndSearched() throws {
    let editor = try editor()
    editor.setHistory(["load seeds", "diversity seeds", "ls"])
    editor.remember("diversity seeds")
    type("\u{1B}[A\n", "\u{1B}[A\u{1B}[A\n", "\u{12}loa\n")
    #expect(editor.readLine(prompt: "1> ") == .line("diversity seeds"))
    #expect(editor.readLine(prompt: "2> ") == .line("ls"))
    #expect(editor.readLine(prompt: "3> ") == .line("load seeds"))
  }

  @Test func tabCompletes() throws {
    let editor = try editor()
    editor.completer = Words()
    type("é dista\tb\n", "漢\t\u{01}disa\t\u{05}x\n", "d\t\tt\t\n")
    #expect(editor.readLine(prompt: "1> ") == .line("é distance b"))
    #expect(editor.readLine(prompt: "2> ") == .line("disagreement 漢字 x"))
    #expect(editor.readLine(prompt: "3> ") == .line("distance "))
  }

  private struct Words: Completer {
    func completions(for line: String, at cursor: Int) -> Completions {
      let word = TypedWord(in: line, at: cursor)
      let known = ["disagreement", "distance", "漢字"].filter { $0.hasPrefix(word.text) }
      return Completions(known.map { .init($0, kind: .command) }, replacing: word.range)
    }
  }

  @Test func anInterruptGivesTheLineUp() throws {
    let cancellation = Cancellation()
    let interrupts = Interrupts(cancellation)
    let editor = try editor(wake: interrupts.wake)
    editor.completer = ControlC(wake: interrupts.wake)
    type("half a line\t", "ls\n")
    #expect(editor.readLine(prompt: "1> ") == .interrupted)
    #expect(cancellation.isRequested)
    #expect(editor.readLine(prompt: "2> ") == .line("ls"))
    withExtendedLifetime(interrupts) {}
  }

  /// Here Tab does what Ctrl-C does at the terminal that a process belongs to.
  private struct ControlC: Completer {
    var wake: Int32

    func completions(for line: String, at cursor: Int) -> Completions {
      kill(getpid(), SIGINT)
      var arrival = pollfd(fd: wake, events: Int16(POLLIN), revents: 0)
      while poll(&arrival, 1, -1) < 1 {}
      return Completions(replacing: cursor..<cursor)
    }
  }
}
