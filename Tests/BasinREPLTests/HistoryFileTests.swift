import BasinCore
import Foundation
import Testing

@testable import BasinREPL

@Suite struct HistoryFileTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/state/basin/history" }

  init() throws { folder = try TemporaryFolder() }

  @Test func itIsWhereTheEnvironmentSays() {
    #expect(
      HistoryFile.standard(environment: ["XDG_STATE_HOME": "/s", "HOME": "/h"])?.path
        == "/s/basin/history")
    #expect(
      HistoryFile.standard(environment: ["XDG_STATE_HOME": "relative", "HOME": "/h"])?.path
        == "/h/.local/state/basin/history")
    #expect(HistoryFile.standard(environment: [:]) == nil)
  }

  @Test func linesComeBackOnceAndInOrder() throws {
    let history = HistoryFile(path: path)
    #expect(history.load().entries.isEmpty)
    for line in ["load é", "ls", "load é", "help", "ls"] { try history.append(line) }
    let (entries, note) = history.load()
    #expect(entries == ["load é", "help", "ls"])
    #expect(note == nil)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
  }

  @Test func itStaysBounded() throws {
    let history = HistoryFile(path: path, limit: 3)
    for number in 0..<10 { try history.append("line \(number)") }
    #expect(history.load().entries == ["line 7", "line 8", "line 9"])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "line 7\nline 8\nline 9\n")
  }

  @Test func anUnreadableLineCostsItselfAndANote() throws {
    try folder.makeFolder("state/basin")
    try folder.makeFile("state/basin/history", Data("ls\n\u{1B}[2J\nhelp\n".utf8) + [0xFF, 0x0A])
    let history = HistoryFile(path: path)
    let (entries, note) = history.load()
    #expect(entries == ["ls", "help"])
    #expect(
      note == Note("2 unreadable lines of the history \(path) were left out", level: .warning))
    // It was tidied up: the note comes once.
    #expect(history.load().note == nil)
  }

  @Test func aHugeFileIsReadFromItsEnd() throws {
    try folder.makeFolder("state/basin")
    let line = String(repeating: "x", count: 1 << 20) + "\n"
    let text = "first\n" + String(repeating: line, count: 5) + "last\n"
    try folder.makeFile("state/basin/history", Data(text.utf8))
    let entries = HistoryFile(path: path).load().entries
    #expect(entries.last == "last")
    #expect(!entries.contains("first"))
  }

  @Test func whatIsNoFileIsANoteOrAnError() throws {
    try folder.makeFolder("state/basin/history")
    let history = HistoryFile(path: path)
    let (entries, note) = history.load()
    #expect(entries.isEmpty)
    #expect(note?.text == "there is no history: cannot read \(path): Is a directory")
    #expect(throws: FileError("cannot write the history", path, EISDIR)) {
      try history.append("ls")
    }
  }
}
