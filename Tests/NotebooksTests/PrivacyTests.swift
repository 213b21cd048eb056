import BasinCore
import Foundation
import Testing

@testable import Notebooks

@Suite struct PrivacyTests {
  @Test(arguments: [
    ("/home/ada/runs/a.pt", "runs/a.pt"),
    ("cannot read /home/ada/runs/a.pt: no", "cannot read runs/a.pt: no"),
    ("/home/adam/a.pt", "/home/adam/a.pt"),
    ("../a.pt", "../a.pt"),
    (
      "https://example.org/home/ada/a and a/home/ada/b",
      "https://example.org/home/ada/a and a/home/ada/b"
    ),
    ("file:///home/ada/a", "file://a"),
  ])
  func pathsBelowTheWorkingFolderAreRelative(text: String, shown: String) {
    #expect(Privacy.scrub(text, workingFolder: "/home/ada", home: "/root") == shown)
  }

  @Test func theHomeFolderHasNoName() {
    #expect(Privacy.scrub("/home/ada/a.pt", workingFolder: "/", home: "/home/ada") == "~/a.pt")
    #expect(Privacy.scrub("/a/b", workingFolder: "/", home: "/") == "/a/b")
  }

  @Test(arguments: [
    ("in /home/eve/x and \"/Users/Jo.E/y\"", "in ~/x and \"~/y\""),
    ("https://x.org/home/eve/y, /home/, ~/home/a", "https://x.org/home/eve/y, /home/, ~/home/a"),
    ("<td>/home/eve</td>", "<td>~</td>"), ("éa /home/ü-1/é", "éa ~/é"),
  ])
  func nobodysHomeFolderIsPublished(text: String, shown: String) {
    #expect(Privacy.scrubPublic(text) == shown)
  }

  @Test func cellsOfTablesAreCovered() {
    let here = FileManager.default.currentDirectoryPath
    let table = Table(
      "t", columns: [.text("file"), .integer("n")], rows: [[.text(here + "/a.pt"), .integer(1)]])
    #expect(Privacy.scrub(table).rows == [[.text("a.pt"), .integer(1)]])
  }
}
