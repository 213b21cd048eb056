import BasinCore
import Foundation
import Testing

/// Where a notebook's commands may write, by the path alone. That commands keep to it is tested with the
/// program (`StrangersNotebookTests`): a policy is in force for a whole process.
@Suite struct WritePolicyTests {
  private let folder = NSTemporaryDirectory() + "basin-policy-" + UUID().uuidString

  @Test func pathsLeadWhereTheSystemSays() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for name in ["work/in", "other/.deep", "more"] {
      try AtomicFile.makeFolder("\(folder)/\(name)")
    }
    for (link, target) in [("out", "../other"), ("self", "."), ("in/up", "../../other")] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/work/\(link)", withDestinationPath: target)
    }
    let policy = try WritePolicy(workingFolder: folder + "/work", alsoBelow: [folder + "/other"])
    let strict = try WritePolicy(workingFolder: folder + "/work/../work/")
    let outside = "it is outside the working folder"
    let hidden = "a name in it begins with a dot, which other programs may read"
    for (path, reason) in [
      ("work/a.md", nil), ("work/new/deep/a.md", nil), ("work/in/../a.md", nil),
      ("work/self/a", nil),
      ("work/new/../../more/a", outside), ("work/../a.md", outside), ("work/out/a.md", outside),
      ("work/in/up/a.md", outside), ("work/in/up/../work/a.md", nil), ("worker/a.md", outside),
      ("work/.bashrc", hidden), ("work/.git/hooks/pre-commit", hidden), ("work/in/.x/a.md", hidden),
      ("work/self/.bashrc", hidden), ("work/..", outside), ("..", outside),
      // A folder that is there is one to write in.
      ("work", nil), ("work/self", nil),
    ] {
      #expect(strict.refusal(of: "\(folder)/\(path)") == reason, "\(path)")
    }
    #expect(policy.refusal(of: "\(folder)/work/out/.deep/.bashrc") == nil)
    #expect(policy.refusal(of: "\(folder)/more/a") == outside)
    #expect(strict.refusal(of: "/etc/passwd") == outside)
    #expect(throws: FileError.self) { try WritePolicy(workingFolder: folder + "/nowhere") }
  }

  @Test func realPathsFollowLinksThatLeadToNothing() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try AtomicFile.makeFolder(folder + "/work/in")
    for (link, target) in [
      ("gone", "../nowhere"), ("in/up", ".."), ("ring", "ring"), ("whole", folder + "/work/in"),
    ] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/work/\(link)", withDestinationPath: target)
    }
    let root = try #require(realpath(folder, nil))
    defer { free(root) }
    let real = String(cString: root)
    for (path, expected) in [
      ("work/gone/n", "nowhere/n"), ("work/in/up/x", "work/x"), ("work/ring/x", "work/ring/x"),
      ("work/whole/../a", "work/a"), ("work/new/../b", "work/b"), ("work/./in", "work/in"),
    ] {
      #expect(FilePath.real("\(folder)/\(path)") == "\(real)/\(expected)", "\(path)")
    }
    #expect(FilePath.written("/a/b/../c/./d") == "/a/c/d")
    #expect(FilePath.real("") == FileManager.default.currentDirectoryPath)
    // What would be made behind such a link is judged by where the link leads.
    let policy = try WritePolicy(workingFolder: folder + "/work")
    #expect(policy.refusal(of: folder + "/work/gone/n") == "it is outside the working folder")
  }

  /// Commands have no other way to files than `AtomicFile`, which asks the policy.
  @Test func noCommandWritesByItself() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let forbidden =
      #/
      FileManager\.default\.(createFile|createDirectory|removeItem|moveItem|copyItem|replaceItem|
        createSymbolicLink|linkItem)
      | FileHandle\(forWriting | FileHandle\(forUpdating | \bfopen\( | \bO_WRONLY\b | \bO_RDWR\b
      | \bO_CREAT\b | \b(mkdir|rename|unlink|rmdir|link|symlink|truncate|mkdtemp|mkstemp)(at)?\(
      | \.write\(toFile | Data\(.*\)\.write\(to: | OutputStream\(
      | Process\(\) | posix_spawn | \bsystem\( | \bpopen\(
      /#
    var count = 0
    for folder in [
      "Plugins", "Sources/BasinKit", "Sources/BasinSession", "Sources/Landscape",
      "Sources/Checkpoints", "Sources/Datasets", "Sources/Torch",
    ] {
      let names = try FileManager.default.subpathsOfDirectory(atPath: root.path + "/" + folder)
      for name in names where name.hasSuffix(".swift") {
        let text = try String(contentsOfFile: "\(root.path)/\(folder)/\(name)", encoding: .utf8)
        for line in text.split(separator: "\n") where line.contains(forbidden) {
          Issue.record("\(folder)/\(name): \(line)")
        }
        count += 1
      }
    }
    #expect(count > 150)
  }
}
