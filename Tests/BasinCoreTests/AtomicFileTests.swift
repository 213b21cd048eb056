import BasinCore
import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct AtomicFileTests {
  private let folder = NSTemporaryDirectory() + "basin-files-" + UUID().uuidString

  @Test func foldersAreMadeWithThoseAbove() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try AtomicFile.makeFolder("\(folder)/a/b")
    try AtomicFile.makeFolder("\(folder)/a/b")
    try AtomicFile.write("one", to: "\(folder)/a/b/file")
    let error = #expect(throws: FileError.self) {
      try AtomicFile.makeFolder("\(folder)/a/b/file/c")
    }
    #expect(
      error?.description
        == "cannot make the folder \(folder)/a/b/file/c: Not a directory; a part of the path is a file; "
        + "choose a path of folders")
    #expect(
      FileError("cannot write", "x", EACCES).description
        == "cannot write x: Permission denied; choose another folder, or make this one writable (chmod u+w)"
    )
  }

  @Test func aReplacedFileLeavesItsPermissions() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try AtomicFile.makeFolder(folder)
    for mode in [0o600, 0o640, 0o755, 0o444] {
      let path = "\(folder)/\(mode)"
      try AtomicFile.write("old", to: path)
      chmod(path, mode_t(mode))
      try AtomicFile.write("new", to: path)
      let now = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect(now as? Int == mode)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    }
    // A link gives its target's place to a file of its own.
    symlink("384", "\(folder)/link")
    try AtomicFile.write("new", to: "\(folder)/link")
    let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/link")
    #expect(attributes[.posixPermissions] as? Int == 0o644)
  }

  @Test func aFailedWriteLeavesTheOldFileAndNothingElse() throws {
    struct Stop: Error {}
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try AtomicFile.makeFolder(folder)
    try AtomicFile.write("old", to: "\(folder)/file")
    #expect(throws: Stop.self) {
      try AtomicFile.write(to: "\(folder)/file") { descriptor in
        let half = [UInt8]("ne".utf8)
        try half.withUnsafeBytes {
          try AtomicFile.writeAll($0, to: descriptor, path: "\(folder)/file")
        }
        throw Stop()
      }
    }
    #expect(try String(contentsOfFile: "\(folder)/file", encoding: .utf8) == "old")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
  }

  /// Of a process that is gone, the next write removes what it was writing; of one that is there, nothing.
  @Test func whatKilledProcessesLeftIsRemoved() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try AtomicFile.makeFolder(folder)
    let killed = Process()
    killed.executableURL = URL(fileURLWithPath: "/bin/sh")
    killed.arguments = [
      "-c",
      "echo half > \"$0/file.tmp-$$-4294967295\"; echo half > \"$0/n.npz.tmp-$$-1\"; kill -9 $$",
      folder,
    ]
    try killed.run()
    killed.waitUntilExit()
    let own = "other.tmp-\(getpid())-7"
    let kept = [own, "notes.tmp", "file.tmp-1", "file.tmp-x-1", "a.tmp-999999999-1.md"]
    for name in kept {
      try Data("kept".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == kept.count + 2)
    try AtomicFile.write(to: "\(folder)/file") { descriptor in
      // What is being written is locked, so that another process leaves it alone.
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      let mine = try #require(
        names.first { $0.hasPrefix("file.tmp-\(getpid())-") })
      let other = open("\(folder)/\(mine)", O_RDONLY | O_CLOEXEC)
      defer { close(other) }
      #expect(flock(other, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK)
      _ = descriptor
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        == (kept + ["file"]).sorted())
  }

  @Test func whatCannotBeWrittenIsNamed() {
    let error = #expect(throws: FileError.self) {
      try AtomicFile.write("text", to: "/proc/nowhere/file")
    }
    #expect(error?.description.hasPrefix("cannot write /proc/nowhere/file: ") == true)
  }
}
