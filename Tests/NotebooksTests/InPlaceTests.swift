import BasinCore
import Foundation
import Testing

@testable import Notebooks

@Suite struct InPlaceTests {
  private let source = """
    ---
    title: t
    ---
    # Sums

    ```basin
    sum 1 2
    table 4
    ```
    Prose at once.

    ~~~~basin id=a
    note see ```` here
    ~~~~


    - a list

    ```text
    no cell
    ```

    ```basin allow-error
    fail ``` as expected
    ```
    ```basin
    # nothing to show
    ```
    """

  private func written(_ text: String) throws -> String {
    try InPlaceWriter(Replay(try notebook(text), with: Calculator()).run()).text(of: text)
  }

  @Test func outputsStandBelowTheirCells() throws {
    let text = try written(source)
    #expect(
      text == """
        ---
        title: t
        ---
        # Sums

        ```basin
        sum 1 2
        table 4
        ```

        ```basin-output
        Sum    3 units
        Terms  2

        Squares of label

        label  n  n² (label)     root
        -----  -  ----------  -------
        label  4          16  2 ± 0.5
        none   0           –       −∞
        ```
        Prose at once.

        ~~~~basin id=a
        note see ```` here
        ~~~~

        `````basin-output
        note: see ```` here
        `````


        - a list

        ```text
        no cell
        ```

        ```basin allow-error
        fail ``` as expected
        ```

        ````basin-output
        error: ``` as expected
        ````
        ```basin
        # nothing to show
        ```
        """)
  }

  @Test(arguments: ["\n", "\r\n", "\r"], [true, false])
  func writingTwiceIsWritingOnce(_ ending: String, _ endsWithNewline: Bool) throws {
    let source = (self.source + (endsWithNewline ? "\n" : "")).replacing("\n", with: ending)
    let once = try written(source)
    #expect(try written(once) == once)
    // Nothing but lines was added, ended as the file's are.
    let pieces = PhysicalLine.lines(of: once)
    #expect(pieces.dropLast().allSatisfy { $0.ending == ending })
    let old = try notebook(source)
    let new = try notebook(once)
    #expect(new.cells.map(\.lines.count) == old.cells.map(\.lines.count))
    #expect(new.cells.map(\.id) == old.cells.map(\.id))
    #expect(!new.body.contains("basin-output"))
  }

  @Test func lineNumbersInErrorsAreThoseOfTheFile() throws {
    let once = try written("```basin\nsum 1\n```\n\n```basin id=b\nsum 2\n```\n")
    let line = once.split(separator: "\n", omittingEmptySubsequences: false)
      .firstIndex { $0 == "sum 2" }
    #expect(try notebook(once).cells[1].lines[0].number == line.map { $0 + 1 })
  }

  @Test func olderOutputsGoWithTheirCellsAndOthersStay() throws {
    let two = "```basin id=a\nsum 1\n```\n\n```basin id=b\nsum 2\n```\n"
    let once = try written(two)
    // A cell without its output, an output without its cell.
    let orphan = once.replacing("```basin id=a\nsum 1\n```\n", with: "")
    #expect(try written(orphan) == (try written("```basin id=b\nsum 2\n```\n")).withBlankLineFirst)
    let changed = once.replacing("sum 2", with: "sum 5")
    let again = try written(changed)
    #expect(again == (try written(two.replacing("sum 2", with: "sum 5"))))
    // What was not run keeps what it had.
    let cancelled = once.replacing("sum 1\n", with: "cancel\n")
    #expect(try written(cancelled) == cancelled)
  }

  @Test func theReportHasTheHashOfWhatWasWritten() throws {
    let path = NSTemporaryDirectory() + "basin-in-place-\(UUID().uuidString).md"
    defer { try? FileManager.default.removeItem(atPath: path) }
    func run() throws -> NotebookRun {
      try InPlaceWriter(
        Replay(try Notebook(contentsOf: path), with: Calculator()).run()
      ).write()
    }
    try source.write(toFile: path, atomically: true, encoding: .utf8)
    let first = try run()
    let bytes = try #require(FileManager.default.contents(atPath: path))
    #expect(first.notebook.sha256 == SHA256.hexadecimal(of: bytes))
    #expect(first.notebook.size == bytes.count)
    let second = try run()
    #expect(FileManager.default.contents(atPath: path) == bytes)
    #expect(try ResultsFile(NumberedRun(first)).json() == ResultsFile(NumberedRun(second)).json())

    let stale = try Replay(try Notebook(contentsOf: path), with: Calculator()).run()
    try "changed meanwhile".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(
      failure { try InPlaceWriter(stale).write() }
        == "\(path): the file has changed since it was read, so outputs are not written into it")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "changed meanwhile")
  }

  @Test func theFileKeepsWhoMayReadIt() throws {
    let path = NSTemporaryDirectory() + "basin-in-place-\(UUID().uuidString).md"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try AtomicFile.write("```basin\nsum 1 2\n```\n", to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    let run = try Replay(try Notebook(contentsOf: path), with: Calculator()).run()
    _ = try InPlaceWriter(run).write()
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("basin-output"))
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test func hostileTextStaysInItsBlock() throws {
    let calculator = Calculator()
    calculator.label = "a\u{1B}[31m\n```\n\n```basin\nfail\n```\n<!-- \u{0}"
    let text = "```basin\nwarn\ntable 1\n```\n\nThe end.\n"
    let run = try Replay(try notebook(text), with: calculator).run()
    let once = InPlaceWriter(run).text(of: text)
    let book = try notebook(once)
    #expect(book.cells.count == 1)
    #expect(!once.unicodeScalars.contains("\u{1B}"))
    #expect(book.body.split(separator: "\n").suffix(1) == ["The end."])
  }
}

extension String {
  fileprivate var withBlankLineFirst: String { "\n" + self }
}
