import BasinCore
import Foundation
import TestSupport
import Testing

/// `basin run` as a user runs it: the program, its files and its signals.
@Suite(.serialized) struct RunTests {
  private let folder: TemporaryFolder
  private let program: BuiltProgram
  private var environment: [String: String] { ["BASIN_CACHE": folder.path + "/cache"] }

  init() throws {
    folder = try TemporaryFolder()
    program = try BuiltProgram("basin")
  }

  private func write(_ text: String, to name: String = "x.md") throws {
    try AtomicFile.write(text, to: "\(folder.path)/\(name)")
  }

  private func read(_ name: String) -> Foundation.Data? {
    FileManager.default.contents(atPath: "\(folder.path)/\(name)")
  }

  private func text(_ name: String) -> String {
    String(decoding: read(name) ?? .init(), as: UTF8.self)
  }

  @discardableResult private func run(_ arguments: String...) throws -> (Int32, String) {
    let log = "log-\(UUID().uuidString)"
    let process = try program.start(
      arguments, in: folder.path, environment: environment, output: "\(folder.path)/\(log)")
    process.waitUntilExit()
    return (process.terminationStatus, text(log))
  }

  /// Every file of a report but provenance.json, joined.
  private func report(_ name: String = "x") throws -> [String: Foundation.Data] {
    let home = "\(folder.path)/Reports/\(name)"
    var files: [String: Foundation.Data] = [:]
    for file in try FileManager.default.subpathsOfDirectory(atPath: home)
    where file != "provenance.json" {
      files[file] = FileManager.default.contents(atPath: "\(home)/\(file)")
    }
    return files
  }

  private func waits(_ seconds: Double = 120, until condition: () throws -> Bool) rethrows -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      if try condition() { return true }
      usleep(20_000)
    }
    return false
  }

  @Test func aReportThatCannotBeWrittenIsNamedAndNotItsLock() throws {
    try write("```basin id=a\nset seed 1\n```\n")
    try write("", to: "file")
    let remedy = "Not a directory; a part of the path is a file; choose a path of folders\n"
    for path in ["file/x", "file/a/x"] {
      let (status, output) = try run("run", "x.md", "--out", path)
      #expect(status == 1 && output == "error: cannot write \(path): \(remedy)")
    }
    // The folder's name fits, and that of its lock does not.
    let long = String(repeating: "n", count: 252)
    let (status, output) = try run("run", "x.md", "--out", long)
    #expect(
      status == 1
        && output == "error: cannot write \(long): File name too long; choose a shorter name\n")
  }

  @Test(arguments: [(SIGFPE, Int32(1)), (SIGQUIT, Int32(130))], [true, false])
  func aCellThatEndsTheProgramCostsTheReportThatCellAlone(
    ending: (signal: Int32, status: Int32), isCached: Bool
  ) throws {
    try write(
      """
      ```basin id=first
      set seed 7
      data digits
      ```

      ```basin id=endless
      train mlp:hidden=4 --epochs 100000 --out long --as long
      ```

      ```basin id=last
      arch cnn
      ```
      """)
    let process = try program.start(
      ["run", "x.md"] + (isCached ? [] : ["--no-cache"]), in: folder.path, environment: environment,
      output: "\(folder.path)/log")
    let resume = "\(folder.path)/long/seed0/resume.safetensors"
    #expect(waits { FileManager.default.fileExists(atPath: resume) })
    kill(process.processIdentifier, ending.signal)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == ending.status, "\(text("log"))")
    let page = text("Reports/x/index.html")
    #expect(page.contains("1,197 training") || page.contains("1197 training"))
    if ending.signal == SIGFPE {
      #expect(
        text("log").contains("x.md:6: cell 'endless': this cell ended the program with signal 8"))
      #expect(page.contains("conv1"))
    } else {
      #expect(text("log").contains("cancelled; the report has all finished cells"))
      #expect(!page.contains("conv1"))
    }
    #expect(!text("Reports/x/provenance.json").contains("--ended"))
  }

  private let notebook = """
    ```basin id=train
    data digits
    train mlp:hidden=4 --epochs 1 --seeds 0..1 --out runs --as seeds
    ```
    ```basin id=sample
    sample random seeds[0] --n 3 --as rnd
    ```
    ```basin id=compare
    eval seeds,rnd
    ```
    """

  @Test func failuresCancellationAndUsageHaveTheirStatus() throws {
    try write("```basin id=a\neval none\n```\n```basin id=b\ndata digits\n```\n")
    let (status, output) = try run("run", "x.md")
    #expect(status == 1)
    #expect(output.contains("x.md:1: cell 'a': there is nothing named 'none'"))
    #expect(text("Reports/x/results.json").contains("\"status\" : \"failed\""))
    #expect(text("Reports/x/report.md").contains("digits: 1197 training"))
    #expect(try run("run", "x.md", "--only", "c").0 == 2)
    #expect(try run("run", "x.md", "--only", "a", "--from", "b").0 == 2)
    #expect(
      try run("run", "x.md", "-P", "n=1").1
        == "error: x.md: unknown parameter “n”; the notebook has none\n")
  }

  /// Side by side and one after another give the same report, whatever fails and whatever waits for what.
  @Test func cellsRunSideBySide() throws {
    let cells = (0..<4).map {
      "```basin id=r\($0)\nsample random seeds[0] --n \(2 + $0) --as r\($0)\n```\n"
    }
    try write(
      notebook + "\n" + cells.joined()
        + "```basin id=all\neval r0,r3\n```\n```basin id=wrong\neval r9\n```\n")
    func numbers() throws -> [String: Foundation.Data] {
      try report().filter { !$0.key.hasPrefix("results") && $0.key != "index.html" }
    }
    let (status, output) = try run("run", "x.md", "--no-cache")
    #expect(status == 1)
    let expected = try numbers()
    for _ in 0..<2 {
      let (status, again) = try run("run", "x.md", "--jobs", "3")
      #expect(status == 1, "\(again)")
      #expect(again.contains("cell 'wrong': there is nothing named 'r9'"))
      #expect(try numbers() == expected)
    }
    #expect(!output.contains("cached"))
    // The cells of the first run side by side are this run's, and not the cache's.
    try FileManager.default.removeItem(atPath: folder.path + "/cache")
    #expect(!(try run("run", "x.md", "--jobs", "3").1.contains("cached")))
    #expect(try run("run", "x.md", "--no-cache", "--jobs", "2").0 == 1)
    #expect(try numbers() == expected)
    #expect(try run("run", "x.md", "--jobs", "2", "--only", "r1").0 == 2)
    #expect(try run("run", "x.md", "--jobs", "0").0 == 2)
  }

  @Test func proseWithoutMeaningIsAWarning() throws {
    try write(
      """
      # A
      See @fig-a, @tbl-a and $\\frac{1}$.

      ```basin id=a caption="Data."
      data digits
      ```
      """)
    let (status, output) = try run("run", "x.md")
    #expect(status == 0)
    #expect(
      output.contains(
        """
        warning: x.md:2: @fig-a: the cell “a” has no figure
        warning: x.md:2: @tbl-a: the cell “a” has no table with a caption
        warning: x.md:2: $\\frac{1}$: something is missing at the end or before a brace
        """))
    #expect(text("Reports/x/index.html").contains("@fig-a (the cell “a” has no figure)"))
  }

  @Test func severalProcessesShareACache() throws {
    try write(notebook)
    let (status, output) = try run("run", "x.md", "--no-cache")
    #expect(status == 0, "\(output)")
    #expect(
      read("cache/v1") == nil && !FileManager.default.fileExists(atPath: folder.path + "/cache"))
    let report = try report()
    for round in 0..<3 {
      let processes = try (0..<4).map { index in
        try program.start(
          ["run", "x.md", "--out", "out/\(round)-\(index)"], in: folder.path,
          environment: environment, output: "\(folder.path)/log-\(round)-\(index)")
      }
      for process in processes { process.waitUntilExit() }
      for index in 0..<4 {
        let log = text("log-\(round)-\(index)")
        #expect(processes[index].terminationStatus == 0, "\(log)")
        #expect(!log.contains("cache:"), "\(log)")
        for (name, data) in report { #expect(read("out/\(round)-\(index)/\(name)") == data) }
      }
      if round == 1 { #expect(try run("cache", "clear").1.hasPrefix("removed 3 entries")) }
    }
    #expect(try run("run", "x.md").1.contains("3 of 3 cells came from the cache"))
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/cache/v1")
    #expect(left.count == 3 && left.allSatisfy { !$0.hasPrefix(".") })
    let (_, list) = try run("cache", "ls")
    for cell in ["train", "sample", "compare"] { #expect(list.contains(cell)) }
  }

  @Test func inPlaceIsIdempotent() throws {
    try write(notebook)
    #expect(try run("run", "x.md", "--in-place").0 == 0)
    let once = try #require(read("x.md"))
    #expect(
      String(decoding: once, as: UTF8.self).contains("```basin-output\ndigits, test: 600 inputs"))
    let report = try report()
    #expect(try run("run", "x.md", "--in-place").0 == 0)
    #expect(read("x.md") == once)
    #expect(try self.report() == report)
    #expect(try run("run", "x.md", "--in-place", "--no-cache").0 == 0)
    #expect(read("x.md") == once)
    #expect(try self.report() == report)
    #expect(text("Reports/x/results.json").contains(SHA256.hexadecimal(of: once)))
  }

  @Test func watchReplaysWhatIsSaved() throws {
    try write(notebook)
    let process = try program.start(
      ["run", "x.md", "--watch"], in: folder.path, environment: environment,
      output: folder.path + "/log")
    defer { if process.isRunning { process.terminate() } }
    func rounds() -> Int { text("log").components(separatedBy: "watching x.md").count - 1 }
    #expect(waits { rounds() == 1 })
    try write(notebook + "\n```basin id=more\neval seeds[1]\n```\n")
    #expect(waits { rounds() == 2 })
    #expect(text("log").contains("3 of 4 cells came from the cache"))
    #expect(text("Reports/x/index.html").contains("cell-more"))
    try write("```basin\nunclosed\n")
    #expect(waits { rounds() == 3 })
    #expect(text("log").contains("x.md:1: the cell that begins here is never closed"))
    #expect(text("Reports/x/index.html").contains("cell-more"))
    try write(notebook)
    #expect(waits { rounds() == 4 })
    #expect(!text("Reports/x/index.html").contains("cell-more"))
    kill(process.processIdentifier, SIGINT)
    #expect(waits(20) { !process.isRunning })
  }

  @Test func interruptLeavesAWholeReport() throws {
    try write(
      "```basin id=a\ndata digits\n```\n```basin id=b\n"
        + "train cnn --epochs 5000 --out long --as s\n```\n```basin id=c\neval s\n```\n")
    let process = try program.start(
      ["run", "x.md"], in: folder.path, environment: environment, output: folder.path + "/log")
    #expect(waits { FileManager.default.fileExists(atPath: folder.path + "/long/seed0") })
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    let page = text("Reports/x/index.html")
    #expect(
      page.contains("1197 training") && page.contains("Cancelled.") && page.hasSuffix("</html>\n"))
    #expect(text("Reports/x/results.json").contains("\"status\" : \"cancelled\""))
  }

  @Test func whereNothingCanBeWrittenTheOldReportStays() throws {
    try write("```basin\ndata digits\n```\n")
    #expect(try run("run", "x.md").0 == 0)
    let report = try report()
    // A folder in which a report cannot be, whoever runs the test.
    try write("stranger", to: "Reports/x/mine.txt")
    let (status, output) = try run("run", "x.md")
    #expect(status == 1)
    #expect(output.contains("“mine.txt” is there, which is no part of a report"))
    try FileManager.default.removeItem(atPath: folder.path + "/Reports/x/mine.txt")
    #expect(try self.report() == report)
    let (other, line) = try run("run", "x.md", "--out", "/proc/basin/report")
    #expect(other == 1)
    #expect(line.contains("error: cannot write /proc/basin/report: No such file or directory"))
  }

  /// Ten kills here; script/kill-test has two hundred.
  @Test func killedWhileItWritesItLeavesTheOldReportOrTheNew() throws {
    try write(notebook)
    #expect(try run("run", "x.md").0 == 0)
    let old = try report()
    let changed = notebook + "\n\nMore words.\n"
    try write(changed)
    let start = Date()
    #expect(try run("run", "x.md").0 == 0)
    let seconds = Date().timeIntervalSince(start)
    let new = try report()
    #expect(old != new)
    for index in 0..<10 {
      try write(index % 2 == 0 ? notebook : changed)
      let process = try program.start(["run", "x.md"], in: folder.path, environment: environment)
      usleep(UInt32(seconds * 1e6 * (0.3 + 0.7 * Double(index) / 10)))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let left = try report()
      #expect(left == old || left == new)
    }
    #expect(try run("run", "x.md").0 == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/Reports")
    #expect(names == ["x"])
  }
}
