import BasinCore
import Foundation
import TestSupport
import Testing

/// What becomes of the program when nobody takes what it writes.
@Suite(.serialized) struct StreamTests {
  private let folder: TemporaryFolder
  private let program: BuiltProgram

  init() throws {
    folder = try TemporaryFolder()
    program = try BuiltProgram("basin")
  }

  /// What a shell makes of a line in which `basin` is the program, and what is said to its standard error.
  private func shell(_ line: String) throws -> (status: Int32, said: String) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", "basin() { \"$BASIN\" \"$@\"; }\n" + line]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder.path,
      "BASIN": program.path, "BASIN_CACHE": folder.path + "/cache",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = pipe
    try process.run()
    let said = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: said, as: UTF8.self))
  }

  @Test(arguments: [
    "help", "--version", "doctor --json", "reference", "cache ls", "cache clear",
    "completions bash", "run --parameters n.md", "-c 'set seed 4'", "--json -c 'set seed 4'",
  ])
  func resultsThatCannotBeWrittenAreAnError(command: String) throws {
    try AtomicFile.write(
      "---\nparameters: {epochs: 3}\n---\n```basin\nset seed {epochs}\n```\n",
      to: folder.path + "/n.md")
    let (status, said) = try shell("basin \(command) >/dev/full")
    #expect(status == 1)
    #expect(
      said.contains("error: cannot write standard output: No space left on device"), "\(said)")
  }

  @Test(arguments: ["help", "cache ls", "-c 'set seed 4'"])
  func whereOutputGoesDecidesNoSignal(command: String) throws {
    let (status, said) = try shell("basin \(command) >&-")
    #expect(status == 1 && said.contains("cannot write standard output: Bad file descriptor"))
    #expect(try shell("basin \(command) >/dev/full 2>&1").status == 1)
    // A reader that has seen enough.
    #expect(try shell("basin \(command) | true; exit ${PIPESTATUS[0]}").status == 0)
  }

  @Test(arguments: ["2>/dev/full", "2>&-", "2>&1 >/dev/full | true"])
  func withoutStandardErrorTheWorkIsDone(target: String) throws {
    try AtomicFile.write(
      "```basin id=a\nset seed 4\n```\n```basin id=b\neval none\n```\n", to: folder.path + "/n.md")
    try AtomicFile.write("eval none\nset batch 9\n", to: folder.path + "/s.txt")
    #expect(try shell("basin run n.md \(target); exit ${PIPESTATUS[0]}").status == 1)
    let page = FileManager.default.contents(atPath: folder.path + "/Reports/n/index.html")
    let text = String(decoding: try #require(page), as: UTF8.self)
    #expect(text.contains("seed is 4") && text.contains("there is nothing named"))
    // What is said goes into no file that was opened since.
    #expect(!text.contains("report: Reports"))
    let line = "basin --keep-going s.txt >out \(target.replacing(">/dev/full ", with: ""))"
    #expect(try shell("\(line); exit ${PIPESTATUS[0]}").status == 2)
    let out = FileManager.default.contents(atPath: folder.path + "/out") ?? Foundation.Data()
    #expect(String(decoding: out, as: UTF8.self).contains("batch is 9"))
    #expect(try shell("basin nothing.txt \(target); exit ${PIPESTATUS[0]}").status == 2)
  }
}
