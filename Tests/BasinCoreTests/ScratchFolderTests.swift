import Foundation
import Testing

@testable import BasinCore

@Suite(.serialized) struct ScratchFolderTests {
  private static func made(in parent: String, _ name: String) throws -> String {
    let path = "\(parent)/\(name)"
    try FileManager.default.createDirectory(
      atPath: path + "/inner", withIntermediateDirectories: true)
    return path
  }

  private func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  @Test func foldersGoWithWhoeverMadeThem() throws {
    var folder: ScratchFolder? = try ScratchFolder(for: "test")
    let path = try #require(folder?.path)
    #expect(path.contains("/basin-test-\(getpid())-"))
    try AtomicFile.write("x", to: path + "/x")
    // One that lives is left alone, also by another process, which would not hold its lock.
    ScratchFolder.removeAbandoned(in: ScratchFolder.parent)
    #expect(isThere(path))
    folder = nil
    #expect(!isThere(path))
  }

  @Test func whatKilledProcessesLeftIsRemovedAndNothingElse() throws {
    let parent = NSTemporaryDirectory() + "scratch-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: parent) }
    // A process that has ended; its number is nobody's for a while.
    let ended = Process()
    ended.executableURL = URL(fileURLWithPath: "/bin/true")
    try ended.run()
    ended.waitUntilExit()
    let living = Process()
    living.executableURL = URL(fileURLWithPath: "/bin/sleep")
    living.arguments = ["60"]
    try living.run()
    defer {
      living.terminate()
      living.waitUntilExit()
    }

    let abandoned = try Self.made(in: parent, "basin-figure-\(ended.processIdentifier)-a1B2c3")
    let kept = [
      try Self.made(in: parent, "basin-figure-\(living.processIdentifier)-a1B2c3"),
      // Without a number it is another version's, and may be in use.
      try Self.made(in: parent, "basin-figure-a1B2c3"),
      try Self.made(in: parent, "basin-figure-\(ended.processIdentifier)-a1B2c3-notes"),
      try Self.made(in: parent, "mine-figure-\(ended.processIdentifier)-a1B2c3"),
    ]
    // Of a number that says nothing here, as in a container: its lock says that it is in use.
    let locked = try Self.made(in: parent, "basin-figure-\(ended.processIdentifier)-locked")
    let descriptor = open(locked, O_RDONLY | O_DIRECTORY)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX) == 0)
    // A link to a folder of somebody's is no folder of ours.
    let link = "\(parent)/basin-figure-\(ended.processIdentifier)-linked"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: kept[3])

    ScratchFolder.removeAbandoned(in: parent)
    #expect(!isThere(abandoned))
    for path in kept + [locked, link] { #expect(isThere(path), "\(path)") }
    #expect(isThere(kept[3] + "/inner"))
  }

  @Test(
    arguments: [
      ("a/b", "a", "b"), ("a/b/", "a", "b"), ("/a", "/", "a"), ("a", "", "a"), ("0", "", "0"),
      ("/", "/", "/"), ("", "", ""), ("../x/y.md", "../x", "y.md"), ("/a/b/c", "/a/b", "c"),
    ] as [(String, String, String)])
  func pathsHaveParts(path: String, folder: String, name: String) {
    #expect(FilePath.folder(of: path) == folder)
    #expect(FilePath.name(of: path) == name)
  }

  @Test func fileExtensionsAreBehindTheLastPoint() {
    #expect(FilePath.fileExtension(of: "a.b/c.npz") == "npz")
    #expect(FilePath.fileExtension(of: "a.b/c") == "")
    #expect(FilePath.fileExtension(of: ".npz") == "")
    #expect(FilePath.fileExtension(of: "x") == "")
  }
}
