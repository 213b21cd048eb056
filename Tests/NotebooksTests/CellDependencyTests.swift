import BasinCore
import Foundation
import Testing

@testable import Notebooks

@Suite struct CellDependencyTests {
  private func canStart(_ cells: [String], over: Set<Int>) throws -> [Bool] {
    let text = cells.map { "```basin\n\($0)\n```\n" }.joined(separator: "\n")
    let notebook = try Notebook(Foundation.Data(text.utf8), file: "x.md")
    let dependencies = CellDependencies(notebook.cells) { $0.hasPrefix("set ") }
    return cells.indices.map { place in dependencies.canStart(place, isOver: over.contains) }
  }

  @Test func namesAreWaitedFor() throws {
    let cells = [
      "train cnn --as seeds", "eval seeds[0..2]", "eval others", "show x --with=a,seeds",
    ]
    #expect(try canStart(cells, over: []) == [true, false, true, false])
    #expect(try canStart(cells, over: [0]) == [true, true, true, true])
    // A command is no name, whatever another line calls what it binds.
    #expect(
      try canStart(["swag path --as swag", "swag path --diagonal"], over: []) == [true, true])
  }

  @Test func filesAreWaitedFor() throws {
    let cells = [
      "train cnn --out runs/a", "load runs/a/seed0/*.pt --as x", "load runs/b/*.pt --as y",
      "load runs/*/last.pt",
    ]
    #expect(try canStart(cells, over: []) == [true, false, true, false])
    #expect(try canStart(cells, over: [0]) == [true, true, true, false])
    #expect(try canStart(cells, over: [0, 1, 2]) == [true, true, true, true])
  }

  @Test func whatChangesTheSessionRunsAlone() throws {
    let cells = ["eval a", "set threads 2", "eval b"]
    #expect(try canStart(cells, over: []) == [true, false, false])
    #expect(try canStart(cells, over: [1]) == [true, false, true])
  }
}
