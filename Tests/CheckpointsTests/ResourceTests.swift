import BasinCore
import Checkpoints
import Foundation
import TestSupport
import Testing

/// What reading a file may take: a process that goes beyond its limits of memory or time is ended by
/// the system, and the test fails.
@Suite struct ResourceTests {
  static let hostile: [String] = ["malformed", "found"].flatMap { folder in
    ((try? FileManager.default.contentsOfDirectory(atPath: Fixtures.path(folder))) ?? []).sorted()
      .map { "\(folder)/\($0)" }
  }

  private func read(_ path: String, memory: Int) throws -> BuiltProgram.Outcome {
    try BuiltProgram("fuzz").run(["read", path, "--memory", String(memory)])
  }

  private func readWithinLimits(_ path: String) throws {
    let size = try #require(
      try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
    let outcome = try read(path, memory: 64 << 20 + 4 * size)
    #expect(!outcome.wasKilled && outcome.status == 0, "\(outcome.output.suffix(500))")
    #expect(outcome.output.hasPrefix("loaded") || outcome.output.hasPrefix("refused"))
  }

  @Test(arguments: hostile)
  func aHostileFileTakesASecondAndLittleMemory(file: String) throws {
    try readWithinLimits(Fixtures.path(file))
  }

  /// Pickles of a megabyte that are nothing but one opcode: what takes the most room for its size.
  @Test(arguments: [
    ("tuples", ")"), ("lists", "]"), ("nothing", "N"), ("marks", "("), ("numbers", "K\u{1}"),
    ("texts", "X\u{1}\0\0\0a"), ("recalled", "h\0"), ("remembered", "Nq\0"),
    ("called", "h\u{0}h\u{1}R"),
  ])
  func aBombOfOpcodesIsRefused(name: String, opcode: String) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/\(name).pt"
    let start = [0x80, 2] + Array("ca\nb\nq\u{0})q\u{1}".utf8)
    let body = [[UInt8]](repeating: Array(opcode.utf8), count: 1_000_000 / opcode.utf8.count)
    let pickle = start + body.flatMap { $0 } + Array(".".utf8)
    try Data(StoredZip.bytes([("archive/data.pkl", pickle)])).write(
      to: URL(fileURLWithPath: path))
    try readWithinLimits(path)
  }

  /// 64 tensors of 4 MiB each in a file of holes: memory holds a tensor's bytes and its numbers.
  @Test func readingTensorsOneByOneHoldsOneInMemory() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/large.safetensors"
    let size = 4 << 20
    let fields = (0..<64).map { index in
      #""t\#(index)":{"dtype":"F32","shape":[\#(size / 4)],"#
        + #""data_offsets":[\#(index * size),\#((index + 1) * size)]}"#
    }
    let header = Array("{\(fields.joined(separator: ","))}".utf8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    try Data(length + header).write(to: URL(fileURLWithPath: path))
    #expect(truncate(path, 8 + header.count + 64 * size) == 0)
    let enough = try read(path, memory: 16 << 20)
    #expect(enough.output.hasPrefix("loaded"), "\(enough.output.suffix(500))")
    // The limit is one: with less than a tensor's room, the process ends.
    let tooLittle = try read(path, memory: 2 << 20)
    #expect(tooLittle.wasKilled)
  }
}

private let canTrace =
  (try? BuiltProgram.run("/usr/bin/strace", ["-qq", "/bin/true"]))?.status == 0

/// Opening a file starts no process and makes no file, whatever is in it.
@Suite struct TraceTests {
  @Test(
    .enabled(if: canTrace, "strace cannot trace here"),
    arguments: [
      "evil.pt", "script.pt", "script_hugealloc.pt", "script_ln.pt", "script_setstate_write.pt",
      "script_spin.pt", "trace.pt", "whole_module.pt",
    ])
  func nothingIsStartedAndNothingIsMade(file: String) throws {
    let reader = try BuiltProgram("fuzz")
    let calls = "trace=process,creat,open,openat,openat2,mkdir,mkdirat,link,linkat,symlink,rename"
    for folder in ["torch-1.13", "torch-2.13"] {
      let outcome = try BuiltProgram.run(
        "/usr/bin/strace",
        [
          "-f", "-qq", "-e", calls, reader.path, "read",
          Fixtures.path("\(folder)/\(file)"), "--memory", String(64 << 20),
        ])
      let lines = outcome.output.split(separator: "\n")
      // The reader itself is the one process, and the file is among what it opens.
      let started = lines.filter { line in
        ["execve", "clone", "fork", "vfork"].contains { line.contains($0 + "(") }
          || line.contains("clone3(")
      }
      #expect(started.count == 1, "\(started)")
      #expect(lines.contains { $0.contains("/\(file)") && $0.contains("O_RDONLY") })
      let made = lines.filter { line in
        ["O_CREAT", "O_WRONLY", "O_RDWR", "creat(", "mkdir", "link", "rename"].contains {
          line.contains($0)
        }
      }
      #expect(made.isEmpty, "\(made)")
    }
  }
}
