import BasinCore
import Foundation
import TestSupport
import Testing

/// `basin publish` as a user runs it.
@Suite(.serialized) struct PublishTests {
  private let folder: TemporaryFolder
  private let program: BuiltProgram

  init() throws {
    folder = try TemporaryFolder()
    program = try BuiltProgram("basin")
    for (name, tags) in [("one", "digits"), ("two", "[digits, Müll]")] {
      try AtomicFile.write(
        """
        ---
        title: Number \(name)
        tags: \(tags)
        ---
        ```basin id=a
        data digits
        train mlp:hidden=4 --epochs 1 --seeds 0..1 --out runs --as seeds
        ```

        See [two](two.md#provenance).
        """, to: "\(folder.path)/\(name).md")
      #expect(try run("run", "\(name).md", "--quiet") == (0, ""))
    }
  }

  @discardableResult private func run(_ arguments: String...) throws -> (Int32, String) {
    let log = "\(folder.path)/log-\(UUID().uuidString)"
    let process = try program.start(
      arguments, in: folder.path, environment: ["BASIN_CACHE": folder.path + "/cache"], output: log)
    process.waitUntilExit()
    defer { try? FileManager.default.removeItem(atPath: log) }
    let output = FileManager.default.contents(atPath: log) ?? Foundation.Data()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  private func files(_ site: String) throws -> [String: Foundation.Data] {
    let home = "\(folder.path)/\(site)"
    var files: [String: Foundation.Data] = [:]
    for file in try FileManager.default.subpathsOfDirectory(atPath: home) {
      files[file] = FileManager.default.contents(atPath: "\(home)/\(file)")
    }
    return files
  }

  @Test func theCommandSaysWhatItDid() throws {
    let (status, output) = try run("publish")
    #expect(status == 0)
    #expect(
      output.contains(
        "note: no feed was written; its addresses must be absolute, so give --base-url"))
    #expect(
      output.contains("2 reports: ") && output.contains(" files written, 0 removed, 0 as they"))
    #expect(output.hasSuffix("site: Site/index.html\n"))
    #expect(try run("publish").1.contains("2 reports: nothing has changed\n"))
    #expect(try run("publish", "--quiet") == (0, ""))
    let some = try run(
      "publish", "Reports/one", "--out", "Other", "--base-url", "https://example.org", "--title",
      "T")
    #expect(some.0 == 0 && some.1.contains("1 report: "))
    #expect(try files("Other").keys.contains("feed.xml"))
    let text = String(decoding: try #require(try files("Other")["index.html"]), as: UTF8.self)
    #expect(text.contains("<title>T</title>"))
  }

  @Test func wrongUsageIsTwoAndFailureOne() throws {
    let (status, output) = try run("publish", "--base-url", "example.org")
    #expect(status == 2)
    #expect(output.contains("the base address “example.org” is none of http or https"))
    #expect(try run("publish", "--out", "").0 == 2)
    let (other, line) = try run("publish", "--out", "Reports")
    #expect(other == 1)
    #expect(line.hasPrefix("error: cannot publish: Reports holds other files (“one”)"))
    #expect(try run("publish", "nothing").0 == 1)
    #expect(
      try run("publish", "--out", "/proc/basin/site")
        == (1, "error: cannot make the folder /proc/basin: No such file or directory\n"))
  }

  /// Whenever it is killed, the next publishing makes the same site.
  @Test func killedWhileItWritesItGoesOnTheNextTime() throws {
    try run("publish", "--out", "Whole")
    let whole = try files("Whole")
    let start = Date()
    try run("publish", "--out", "Timed")
    let seconds = Date().timeIntervalSince(start)
    for index in 0..<12 {
      let process = try program.start(["publish"], in: folder.path)
      usleep(UInt32(seconds * 1e6 * Double(index % 6 + 1) / 7))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let (status, output) = try run("publish")
      #expect(status == 0, "\(output)")
      #expect(try files("Site") == whole)
      if index % 2 == 0 { try FileManager.default.removeItem(atPath: folder.path + "/Site") }
    }
  }

  private static let chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  private func page(_ address: String) throws -> (page: String, complaints: [String]) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Self.chromium))
    process.arguments =
      (getuid() == 0 ? ["--no-sandbox"] : []) + [
        "--headless", "--disable-gpu", "--user-data-dir=\(folder.path)/profile",
        "--enable-logging=stderr", "--v=0", "--virtual-time-budget=2000", "--dump-dom",
        "file://\(folder.path)/\(address)",
      ]
    let (output, errors) = (Pipe(), "\(folder.path)/errors")
    _ = FileManager.default.createFile(atPath: errors, contents: nil)
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
    try process.run()
    let page = try output.fileHandleForReading.readToEnd() ?? Foundation.Data()
    process.waitUntilExit()
    let said = String(
      decoding: FileManager.default.contents(atPath: errors) ?? .init(), as: UTF8.self)
    return (
      String(decoding: page, as: UTF8.self),
      said.split(separator: "\n").map(String.init).filter { $0.contains("CONSOLE") }
    )
  }

  /// From a disk: no error in the console, and the search finds what it should.
  @Test(.enabled(if: PublishTests.chromium != nil))
  func theIndexSearchesWithoutAServer() throws {
    try run("publish", "--base-url", "https://example.org")
    func hidden(_ query: String) throws -> Int {
      let (page, complaints) = try page("Site/index.html" + query)
      #expect(complaints == [])
      #expect(page.contains("class=\"search\" role=\"search\">"), "the box is shown")
      return page.components(separatedBy: "<li lang=\"en\" hidden=\"\">").count - 1
    }
    #expect(try hidden("") == 0)
    #expect(try hidden("#q=MULL%20number") == 1)
    #expect(try hidden("#q=digits") == 0)
    #expect(try hidden("#q=nothing") == 2)
    for name in ["one", "two"] { #expect(try page("Site/\(name)/index.html").complaints == []) }
  }
}
