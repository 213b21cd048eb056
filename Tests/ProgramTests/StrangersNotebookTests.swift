import BasinCore
import Foundation
import TestSupport
import Testing

/// A notebook that somebody else wrote, run in a folder of its own: it writes there and nowhere else, and
/// runs no program unless the user says so.
@Suite(.serialized) struct StrangersNotebookTests {
  private let folder: TemporaryFolder
  private let program: BuiltProgram

  init() throws {
    folder = try TemporaryFolder()
    program = try BuiltProgram("basin")
    for name in ["home/.ssh", "work", "cache", "temporary"] {
      try AtomicFile.makeFolder("\(folder.path)/\(name)")
    }
    try AtomicFile.write("alias precious=1\n", to: folder.path + "/home/.bashrc")
    for name in ["ts", "pt"] {
      try FileManager.default.copyItem(
        atPath: Fixtures.path("../networks/mlp.\(name)"), toPath: "\(folder.path)/work/net.\(name)")
    }
  }

  private func write(_ cells: [String], to name: String = "n.md") throws {
    let text = cells.map { "```basin\n\($0)\n```\n" }.joined(separator: "\n")
    try AtomicFile.write("# A small comparison\n\n" + text, to: "\(folder.path)/work/\(name)")
  }

  private func run(
    _ arguments: [String], tracing trace: String? = nil
  ) throws -> (status: Int32, output: String) {
    let process = Process()
    let pipe = Pipe()
    let tracer = ["/usr/bin/strace", "-f", "-qq", "-y", "-e", Self.calls, "-o", trace ?? ""]
    let words = (trace == nil ? [] : tracer) + [program.path] + arguments
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path + "/work")
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
      "HOME": folder.path + "/home", "XDG_DATA_HOME": folder.path + "/data",
      "BASIN_CACHE": folder.path + "/cache", "TMPDIR": folder.path + "/temporary",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  private func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder.path)/\(name)")
  }

  private static let hostile = [
    "data digits --subset 100 --test-subset 50",
    "convert net.pt ../home/.ssh/a.safetensors",
    "convert net.pt ../home/.bashrc.safetensors --force",
    "save notebook ../home/x.md --force",
    "save notebook .git/x.md",
    "convert net.pt .envrc.safetensors",
    "train mlp --epochs 1 --out ../home/.ssh",
    "train mlp --epochs 1 --out link/new",
    "train mlp --epochs 1 --out made/../../home/x",
    "manifold-sweep --over train-size --arch mlp --epochs 1 --out ../home --dims 1 --planes 2 --values 20",
    "load net.pt --arch net.ts --trust --as a\neval a",
    "train mlp --epochs 1 --out runs --as b\nsave checkpoints b ../home/b",
  ]

  @Test func nothingIsWrittenElsewhereAndNoProgramRuns() throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/work/link", withDestinationPath: "../home")
    try write(Self.hostile)
    let forecast = try run(["run", "n.md", "--dry-run"])
    #expect(forecast.status == 0)
    let verdicts = forecast.output.split(separator: "\n")
    #expect(verdicts.count { $0.contains("refused: it is outside the working folder") } == 8)
    #expect(verdicts.count { $0.contains("refused: a name in it begins with a dot") } == 2)
    #expect(verdicts.count { $0.contains("net.ts") && $0.contains("refused without --trust") } == 1)
    #expect(verdicts.contains { $0.contains("runs") && $0.hasSuffix("allowed") })
    #expect(!exists("work/Reports") && !exists("work/runs"))

    let (status, output) = try run(["run", "n.md"])
    #expect(status == 1)
    #expect(output.contains("11 cells failed"), "\(output)")
    #expect(
      output.contains(
        "a notebook may not write ../home/.ssh/a.safetensors: it is outside the working "))
    #expect(output.contains("a notebook's own --trust does not count"))
    #expect(
      try FileManager.default.subpathsOfDirectory(atPath: folder.path + "/home").sorted()
        == [".bashrc", ".ssh"])
    #expect(!exists("work/.git") && exists("work/runs/seed0/last.safetensors"))
    // Other processes of the same run keep to it, too.
    #expect(try run(["run", "n.md", "--jobs", "2", "--no-cache"]).status == 1)
    #expect(
      try FileManager.default.subpathsOfDirectory(atPath: folder.path + "/home").count == 2)
  }

  @Test func theUsersWordOnTheCommandLineCounts() throws {
    try write([
      "data digits", "load net.pt --arch net.ts --trust --as a\neval a",
      "convert net.pt ../home/a.safetensors",
    ])
    #expect(try run(["run", "n.md", "--remember"]).status == 2)
    #expect(try run(["run", "n.md", "--allow-write", "nowhere"]).status == 2)
    let (status, output) = try run(
      ["run", "n.md", "--trust", "--remember", "--allow-write", "../home"])
    #expect(status == 0, "\(output)")
    #expect(exists("home/a.safetensors"))
    // Remembered by content: another file of that name is another program.
    try write(["data digits", "load net.pt --arch net.ts --trust --as a\neval a"])
    #expect(try run(["run", "n.md", "--no-cache"]).status == 0)
    try AtomicFile.write(
      try Data(contentsOf: URL(fileURLWithPath: Fixtures.networks + "/cnn.ts")),
      to: folder.path + "/work/net.ts")
    #expect(try run(["run", "n.md", "--no-cache"]).output.contains("does not count"))
    // What the user types is the user's own.
    #expect(try run(["-c", "save notebook x.md"]).status == 2)
    #expect(try run(["-c", "convert net.pt ../home/b.safetensors"]).status == 0)
    #expect(exists("home/b.safetensors"))
  }

  // MARK: As the system sees it

  private static let calls =
    "trace=open,openat,openat2,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,"
    + "symlinkat,unlink,unlinkat,rmdir,truncate,execve,chdir,fchdir"

  // .ci/run installs strace; where it is missing, or may not trace, the suite says so.
  private static let canTrace =
    (try? BuiltProgram.run("/usr/bin/strace", ["-qq", "/bin/true"]))?.status == 0

  @Test(.enabled(if: canTrace, "strace cannot trace here"))
  func theSystemSeesNoOtherWrites() throws {
    try write(Self.hostile)
    let trace = folder.path + "/trace"
    #expect(try run(["run", "n.md"], tracing: trace).status == 1)
    let log = String(
      decoding: try #require(FileManager.default.contents(atPath: trace)), as: UTF8.self)
    let changes = log.split(separator: "\n").filter { line in
      !line.contains(" = -1 ")
        && (line.contains(/O_CREAT|O_WRONLY|O_RDWR|O_TRUNC/)
          || line.contains(
            /(creat|mkdir|mkdirat|rename|renameat|renameat2|link|linkat|symlink|symlinkat|unlink|unlinkat|rmdir|truncate)\(/
          ))
    }
    // The trace has seen the run: it has its report among what was written.
    #expect(changes.contains { $0.contains("index.html") })
    let allowed =
      ["work", "cache", "temporary"].map { "\(folder.path)/\($0)" } + ["/dev/", "/proc/"]
    for line in changes {
      // With -y each descriptor has its path: AT_FDCWD</…/work>, 5</…>. Names that are not absolute are in
      // such a folder, or where there is none in the working folder, which no process of Basin's leaves.
      let paths = line.matches(of: /[<"](\/[^>"]*)[>"]/).map { String($0.1) }
      #expect(
        paths.allSatisfy { path in allowed.contains { path.hasPrefix($0) } },
        "\(line)")
      #expect(!line.contains("\"../") && !line.contains("/../"), "\(line)")
    }
    for line in log.split(separator: "\n") where line.contains(/\b(f?chdir)\(/) {
      #expect(
        allowed.contains { line.contains("\"\($0)") || line.contains("<\($0)") }, "\(line)")
    }
    // No file is opened as a program to load: that it may not run is known from its SHA-256 alone.
    #expect(!log.contains("WRITTEN_BY"))
  }
}
