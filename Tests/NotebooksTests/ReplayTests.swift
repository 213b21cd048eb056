import BasinCore
import Foundation
import Plotting
import Testing

@testable import Notebooks

@Suite struct ReplayTests {
  private func run(
    _ text: String, _ calculator: Calculator = Calculator(), renderer: FigureRenderer? = nil
  ) throws -> NotebookRun {
    try Replay(try notebook(text), with: calculator, renderer: renderer).run()
  }

  @Test func cellsRunInOrderAndTheSeedComesFirst() throws {
    let calculator = Calculator()
    var events: [String] = []
    let book = try notebook(
      "---\nseed: 9\n---\n```basin\nsum 1 2\n# c\nsum 3\n```\n```basin\n\n```\n")
    let result = try Replay(book, with: calculator).run { event in
      switch event {
      case .began(let cell, let number, let count): events.append("\(cell.id) \(number)/\(count)")
      case .ended(let cell, let status, let seconds, _):
        events.append("\(cell.id) \(status) \(seconds >= 0)")
      }
    }
    #expect(calculator.seen == ["set seed 9", "sum 1 2", "sum 3"])
    #expect(result.status == .fine)
    #expect(
      events == [
        "sum-1-2-c-sum-3 1/2", "sum-1-2-c-sum-3 fine true", "cell 2/2", "cell fine true",
      ])
    #expect(result.cells[0].outputs.count == 4)
    #expect(result.settings.first == NamedValue("seed", "9"))
    #expect(result.versions.map(\.name) == ["calculator", "plugin squares", "cmark", "gnuplot"])
  }

  @Test func aFailingCellStopsAndTheNextGoesOn() throws {
    let result = try run(
      """
      ```basin
      sum 1
      fail one
      sum 2
      ```
      ```basin allow-error
      fail two
      ```
      ```basin
      note fine
      ```
      """)
    #expect(result.cells.map(\.status) == [.failed, .failedAsAllowed, .fine])
    #expect(result.cells.map(\.error) == ["one", "two", nil])
    #expect(result.cells[0].outputs.count == 2)
    #expect(result.status == .failed(cells: 1))
  }

  @Test func allowedFailuresDoNotCount() throws {
    #expect(try run("```basin allow-error\nfail\n```").status == .fine)
  }

  @Test func cancellingLeavesWhatIsDone() throws {
    let result = try run(
      "```basin\nsum 1\n```\n```basin\nsum 2\ncancel\nsum 3\n```\n```basin\nsum 4\n```\n")
    #expect(result.cells.map(\.status) == [.fine, .cancelled, .notRun])
    #expect(result.cells.map(\.outputs.count) == [2, 2, 0])
    #expect(result.status == .cancelled)
  }

  @Test func aFigureThatCannotBeDrawnFailsItsCell() throws {
    let result = try run("```basin\nunplottable\n```\n```basin\nsum 1\n```\n")
    #expect(result.cells.map(\.status) == [.failed, .fine])
    #expect(result.cells[0].outputs.count == 1)
    #expect(result.cells[0].error?.isEmpty == false)
    let missing = try run(
      "```basin\nplot 1 2 3\n```\n", renderer: FigureRenderer(gnuplot: "/nonexistent/gnuplot"))
    #expect(missing.cells[0].error?.contains("/nonexistent/gnuplot") == true)
    #expect(missing.versions.map(\.name) == ["calculator", "plugin squares", "cmark"])
  }

  @Test func figuresGetNamesOfTheirOwn() throws {
    let result = try run(
      "```basin id=a\nplot 1 2\nplot 2 3\n```\n```basin id=a-2\nplot 1 2\n```\n```basin id=A-dark\nplot 1 2\n```\n"
    )
    let names = result.cells.flatMap(\.outputs).compactMap(\.drawing?.name)
    #expect(names == ["a", "a-2", "a-2-2", "A-dark-2"])
  }

  @Test func aRefusedSeedIsAnErrorWithItsLine() throws {
    final class Seedless: Interpreter {
      var progress: any ProgressReporter = SilentProgress()
      let cancellation = Cancellation()
      var versions: [(name: String, version: String)] { [] }
      var settings: [(name: String, value: String)] { [] }
      func evaluate(_ line: String, from origin: Origin) throws -> Evaluation? {
        throw Calculator.Failure(description: "there are no seeds here")
      }
    }
    let book = try notebook("---\ntitle: a\nseed: 1\n---\n")
    #expect(
      failure { try Replay(book, with: Seedless()).run() }
        == "x.md:3: cannot set the seed: there are no seeds here")
  }

  @Test func inputsAreListedOnceWithoutTheMachinesFolders() throws {
    let here = FileManager.default.currentDirectoryPath
    let result = try run("```basin\nread \(here)/b.pt\nread a.pt\nread b.pt\n```\n")
    #expect(PublicRun(result).inputs.map(\.path) == ["a.pt", "b.pt"])
    let failed = try run("```basin\nfail cannot read \(here)/b.pt\n```\n")
    #expect(PublicRun(failed).cells[0].error == "cannot read b.pt")
  }
}
