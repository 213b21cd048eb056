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
    #expect(Privacy.scrub(text, workingFolder: "/home/ada", homes: ["/root"]) == shown)
  }

  @Test func theHomeFolderHasNoName() {
    #expect(Privacy.scrub("/home/ada/a.pt", workingFolder: "/", homes: ["/home/ada"]) == "~/a.pt")
    #expect(Privacy.scrub("/a/b", workingFolder: "/", homes: ["/"]) == "/a/b")
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
      "t of \(here)/b.pt", columns: [.text("\(here)/c.pt"), .integer("n", unit: "\(here)/d")],
      rows: [[.text(here + "/a.pt"), .integer(1)]])
    let scrubbed = Privacy.scrub(table)
    #expect(scrubbed.rows == [[.text("a.pt"), .integer(1)]])
    #expect(scrubbed.title == "t of b.pt" && scrubbed.columns[0].name == "c.pt")
    #expect(scrubbed.columns[1].unit == "d")
  }

  /// What a run has of its own is scrubbed where it becomes public, and its items where they are made.
  @Test func publicRunsSayNothingOfTheMachine() throws {
    let here = FileManager.default.currentDirectoryPath
    let calculator = Calculator()
    calculator.label = "\(here)/l"
    let text = """
      ---
      parameters: {p: \(here)/p}
      ---
      ```basin id=a
      read \(here)/a.pt
      label
      table 1
      warn
      plot 1 2
      fail \(here)/b.pt
      ```
      """
    let run = try Replay(try notebook(text, file: here + "/x.md"), with: calculator).run()
    #expect("\(run)".contains(here))
    #expect(run.cells[0].outputs.count == 5 && !"\(run.cells[0].outputs)".contains(here))
    let own = PublicRun(run)
    for (what, value) in [
      ("cells", "\(own.cells)"), ("inputs", "\(own.inputs)"), ("settings", "\(own.settings)"),
      ("versions", "\(own.versions)"), ("parameters", "\(own.notebook.parameters)"),
      ("file", own.notebookFile.path),
    ] {
      #expect(!value.contains(here), "\(what): \(value)")
    }
    #expect(own.cells[0].error == "b.pt" && own.notebookFile.path == "x.md")
  }

  /// A renderer has nothing to scrub: what it takes is public.
  @Test func onlyPublicTypesScrub() throws {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources")
      .path
    let files = try FileManager.default.subpathsOfDirectory(atPath: sources).filter {
      $0.hasSuffix(".swift")
    }
    #expect(files.contains("Notebooks/Report/HTML/Page.swift"))
    let callers = try files.filter {
      try String(contentsOfFile: "\(sources)/\($0)", encoding: .utf8).contains("Privacy.")
    }
    #expect(
      callers.sorted() == [
        "Notebooks/Privacy/PublicCommandLine.swift", "Notebooks/Privacy/PublicFile.swift",
        "Notebooks/Privacy/PublicRun.swift", "Notebooks/Replay/NotebookRun.swift",
      ])
  }

  /// Every text of a figure: its numbers stay, also those that are none.
  @Test func textsOfFiguresAreCovered() throws {
    let here = FileManager.default.currentDirectoryPath
    func figure(_ path: String) -> Figure {
      var panel = Figure.Panel(x: .categories("x \(path)", [path]), y: .init("y \(path)"))
      panel.title = path
      panel.add(.line(path, x: [0, 1], y: [.nan, .infinity], color: .series(0)))
      panel.add(.vertical(at: 1, label: path))
      return Figure("f \(path)", panel, caption: path, alt: path)
    }
    let (scrubbed, expected) = (try Privacy.scrub(figure(here + "/a.pt")), figure("a.pt"))
    // NaN is not equal to itself.
    #expect("\(scrubbed)" == "\(expected)")
    #expect("\(try Privacy.scrub(expected))" == "\(expected)")
    #expect(try Privacy.scrub(Scalar("norm of \(here)/a.pt", 1)).name == "norm of a.pt")
  }
}
