import BasinCore
import Foundation
import TestSupport
import Testing

/// What `basin run` says, and the forms of a report that other programs make.
@Suite(.serialized) struct RunOutputTests {
  private let folder: TemporaryFolder
  private let program: BuiltProgram

  init() throws {
    folder = try TemporaryFolder()
    program = try BuiltProgram("basin")
  }

  private func write(_ text: String, to name: String = "x.md") throws {
    try AtomicFile.write(text, to: "\(folder.path)/\(name)")
  }

  private func environment(_ more: [String: String] = [:]) -> [String: String] {
    ["BASIN_CACHE": folder.path + "/cache"].merging(more) { $1 }
  }

  private func run(
    _ arguments: [String], _ more: [String: String] = [:]
  ) throws -> (status: Int32, output: String) {
    let log = "\(folder.path)/log-\(UUID().uuidString)"
    let process = try program.start(
      arguments, in: folder.path, environment: environment(more), output: log)
    process.waitUntilExit()
    let output = FileManager.default.contents(atPath: log) ?? Foundation.Data()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  private func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder.path)/\(name)")
  }

  @Test("A notebook without cells is said to have none")
  func noCells() throws {
    try write("# A title\n\n```python\nprint(1)\n```\n")
    let (status, output) = try run(["run", "x.md"])
    #expect(status == 0)
    #expect(
      output.hasPrefix(
        "x.md has no cells, so nothing is computed; a cell begins with ```basin on a line of its own\n"
      ),
      "\(output)")
  }

  @Test func quietRunsSayWhatWentWrongAndNothingElse() throws {
    try write("```basin id=a\ndata digits\n```\n")
    for arguments in [["run", "x.md", "--quiet"], ["--quiet", "run", "x.md"]] {
      let (status, output) = try run(arguments)
      #expect(status == 0 && output.isEmpty, "\(output)")
    }
    #expect(exists("Reports/x/index.html"))
    try write("```basin id=a\neval none\n```\n")
    let (status, output) = try run(["run", "x.md", "--quiet"])
    #expect(status == 1)
    #expect(output.hasPrefix("error: x.md:1: cell 'a': there is nothing named 'none'"))
    #expect(output.split(separator: "\n").count == 1)
  }

  /// Names of files, ids and errors reach a terminal without what it would obey.
  @Test(arguments: stride(from: 0, to: HostileText.terminal.count, by: 7).map { $0 })
  func hostileNamesAreMadeVisible(index: Int) throws {
    let text = HostileText.terminal[index]
    let name = text.filter { $0 != "/" && $0 != "\0" } + ".md"
    let line = text.filter { !$0.isNewline && $0 != "'" }
    try write(
      "```basin id=a\neval '\(line)'\n```\n```basin id=b\nload '\(line).pt'\n```\n", to: name)
    // Beside the report's folder there is something else.
    try AtomicFile.makeFolder("\(folder.path)/out")
    try write("mine", to: "out/\(name)")
    for arguments in [["run", name], ["run", name, "--out", "out"], ["run", name + "x"]] {
      let basin = try TerminalProgram(
        "basin", arguments, home: folder.path, environment: environment())
      #expect(try basin.end() != 0)
      #expect(basin.output.contains("error"))
      // Progress of its own moves within its line.
      let said = basin.output.replacing("\r\n", with: "\n").replacing("\r\u{1B}[K", with: "")
        .replacing("\r", with: "").replacing("\u{1B}[K", with: "")
      #expect(HostileText.obeyed(in: said) == [], "\(arguments) \(said.debugDescription)")
    }
  }

  @Test func formatsAreChecked() throws {
    try write("```basin id=a\ndata digits\n```\n")
    let (status, output) = try run(["run", "x.md", "--format", "html,doc"])
    #expect(status == 2)
    #expect(output.contains("The value 'html,doc' is invalid for '--format <formats>'"))
    #expect(try run(["run", "x.md", "--format", "json", "--format", "ipynb,md"]).status == 0)
    for name in ["report.json", "report.ipynb", "report.md"] {
      #expect(exists("Reports/x/\(name)"))
    }
    #expect(!exists("Reports/x/index.html"))
  }

  @Test func withoutChromiumNothingIsComputed() throws {
    try write("```basin id=a\ndata digits\n```\n")
    let (status, output) = try run(
      ["run", "x.md", "--format", "pdf"], ["BASIN_CHROMIUM": "/nonexistent/chromium"])
    #expect(status == 1)
    #expect(
      output == "error: cannot make the PDF: BASIN_CHROMIUM is '/nonexistent/chromium', and there "
        + "is no such program; install one (Debian: apt install chromium), or leave pdf out of "
        + "--format\n")
    #expect(!exists("Reports"))
  }

  /// The printer and what it started end with Ctrl-C, and the rest of the report is there.
  @Test func interruptEndsThePrinter() throws {
    try write("```basin id=a\ndata digits\n```\n")
    try write("#!/bin/sh\nsleep 300 &\necho $! >\(folder.path)/pid\nwait\n", to: "chromium")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: folder.path + "/chromium")
    let process = try program.start(
      ["run", "x.md", "--format", "html,pdf"], in: folder.path,
      environment: environment(["BASIN_CHROMIUM": folder.path + "/chromium"]),
      output: folder.path + "/log")
    let end = Date().addingTimeInterval(60)
    var child: pid_t?
    while child == nil, Date() < end {
      usleep(20_000)
      let text = FileManager.default.contents(atPath: folder.path + "/pid")
      child = text.flatMap { pid_t(String(decoding: $0, as: UTF8.self).dropLast()) }
    }
    let sleeper = try #require(child)
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    // It is gone, or dead and waiting for whoever adopted it.
    let state = FileManager.default.contents(atPath: "/proc/\(sleeper)/stat")
      .map { String(decoding: $0, as: UTF8.self) }
    #expect(state == nil || state?.contains(") Z ") == true)
    #expect(exists("Reports/x/index.html") && !exists("Reports/x/report.pdf"))
  }
}
