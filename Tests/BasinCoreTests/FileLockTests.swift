import BasinCore
import Foundation
import Testing

@Suite struct FileLockTests {
  private let folder = NSTemporaryDirectory() + "basin-lock-" + UUID().uuidString

  @Test func oneAtATimeHasThePlace() throws {
    try AtomicFile.makeFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/a.lock"
    var lock: FileLock? = try FileLock(path)
    let held = #expect(throws: LockHeld.self) { try FileLock(path) }
    // In some file systems the system does not say whose lock it is.
    #expect(held?.process == nil || held?.process == getpid())
    withExtendedLifetime(lock) {}
    lock = nil
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(try FileLock.holding(path) { 7 } == 7)
    // What a killed process left is no lock.
    try AtomicFile.write("", to: path)
    #expect(try FileLock.holding(path) { 8 } == 8)
    // What somebody wrote under the name stays.
    try AtomicFile.write("mine", to: path)
    #expect(try FileLock.holding(path) { 9 } == 9)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
    // A link leads nowhere else.
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/b.lock", withDestinationPath: folder + "/elsewhere")
    let linked = #expect(throws: LinkedLock.self) { try FileLock(folder + "/b.lock", of: folder) }
    #expect(
      linked?.description
        == "\(folder)/b.lock is a symbolic link, and a lock is a file of its own; remove the link (rm), which leaves "
        + "what it leads to")
    #expect(!FileManager.default.fileExists(atPath: folder + "/elsewhere"))
    #expect(throws: FileError.self) { try FileLock(folder + "/nowhere/c.lock") }
    // A user knows what the lock is for, and not its file.
    for below in ["a.lock", "nowhere"] {
      let error = #expect(throws: FileError.self) {
        try FileLock("\(path)/\(below)/c.lock", of: "Reports/c")
      }
      #expect(error == FileError("cannot write", "Reports/c", ENOTDIR))
    }
  }
}
