import BasinCore
import Foundation
import Testing

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
      error?.description == "cannot make the folder \(folder)/a/b/file/c: Not a directory")
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

  @Test func whatCannotBeWrittenIsNamed() {
    let error = #expect(throws: FileError.self) {
      try AtomicFile.write("text", to: "/proc/nowhere/file")
    }
    #expect(error?.description.hasPrefix("cannot write /proc/nowhere/file: ") == true)
  }
}
