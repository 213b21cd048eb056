import BasinCore
import Foundation
import TestSupport
import Testing

/// Runs at the same time, in one folder.
@Suite(.serialized) struct SimultaneousRunTests {
  private let folder: TemporaryFolder
  private let program: BuiltProgram
  private var environment: [String: String] { ["BASIN_CACHE": folder.path + "/cache"] }

  init() throws {
    folder = try TemporaryFolder()
    program = try BuiltProgram("basin")
    for (name, words) in [("long", "--epochs 100000"), ("short", "--epochs 1 --overwrite")] {
      try AtomicFile.write(
        "```basin id=a\ndata digits\ntrain mlp:hidden=4 \(words) --out runs --as r\n```\n",
        to: "\(folder.path)/\(name).md")
    }
  }

  private func basin(_ arguments: String...) throws -> (status: Int32, output: String) {
    let outcome = try program.run(arguments, in: folder.path, environment: environment)
    return (outcome.status, outcome.output)
  }

  @Test func oneTrainsAndWritesAtATime() throws {
    let first = try program.start(
      ["run", "long.md", "--quiet"], in: folder.path, environment: environment)
    let end = Date().addingTimeInterval(120)
    let resume = "\(folder.path)/runs/seed0/resume.safetensors"
    while !FileManager.default.fileExists(atPath: resume), Date() < end { usleep(20_000) }
    let process = first.processIdentifier
    let (status, output) = try basin("run", "short.md", "--quiet")
    #expect(status == 1)
    #expect(
      output.contains(
        "another run (process \(process)) trains in runs/seed0; wait until it has ended, or use another --out"
      ), "\(output)")
    #expect(
      try basin("run", "long.md") == (
        1,
        "error: another run (process \(process)) writes the report Reports/long; wait until it has ended, or give "
          + "another folder with --out\n"
      ))
    // A killed run holds nobody up.
    kill(process, SIGKILL)
    first.waitUntilExit()
    #expect(FileManager.default.fileExists(atPath: folder.path + "/runs/seed0/training.lock"))
    #expect(try basin("run", "short.md", "--quiet") == (0, ""))
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/runs/seed0")
    #expect(left.contains("last.safetensors"))
    #expect(!left.contains("training.lock") && !left.contains("resume.safetensors"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path + "/Reports").sorted()
        == [".long.lock", "short"])
  }
}
