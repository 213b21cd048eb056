import Foundation
import Notebooks
import Testing

func notebook(
  _ text: String, file: String = "x.md", _ overrides: [String: String] = [:]
) throws -> Notebook {
  try Notebook(Data(text.utf8), file: file, overrides: overrides)
}

@Suite struct NotebookTests {
  @Test func frontMatterAndCells() throws {
    let text = """
      ---
      title: Five seeds
      author: [Ada, Grace]
      date: 2026-03-01
      abstract: |
        Two lines
        of *text*.
      seed: 7
      lang: en-GB
      parameters:
        epochs: 20
        data: digits
      ---
      # Five seeds

      ```basin id=train caption="Say \\"hi\\""
      # a comment with {nothing} in it
      train mlp \\
        --epochs {epochs}

      data {data} {{data}} {1,2} {}
      ```

      ~~~~ basin hide allow-error
      plot
      ~~~~

      ```swift
      plot
      ```
      """
    let book = try notebook(text)
    #expect(book.title == "Five seeds")
    #expect(book.frontMatter.authors == ["Ada", "Grace"])
    #expect(book.frontMatter.date == "2026-03-01")
    #expect(book.frontMatter.abstract == "Two lines\nof *text*.\n")
    #expect(book.frontMatter.seed == 7)
    #expect(book.frontMatter.seedLine == 8)
    #expect(book.frontMatter.language == "en-GB")
    #expect(book.bodyLine == 14)
    #expect(book.cells.map(\.id) == ["train", "plot"])
    #expect(book.cells[0].range == 16...22)
    #expect(book.cells[0].options.caption == "Say \"hi\"")
    #expect(
      book.cells[0].lines.map(\.text) == ["train mlp   --epochs 20", "data digits {data} {1,2} {}"])
    #expect(book.cells[0].lines.map(\.number) == [18, 21])
    #expect(
      book.cells[0].source == """
        # a comment with {nothing} in it
        train mlp \\
          --epochs 20

        data digits {data} {1,2} {}
        """)
    #expect(book.cells[1].options.isHidden && book.cells[1].options.mayFail)
  }

  @Test func theExampleInTheGuideIsANotebook() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let guide = try String(
      contentsOf: root.appendingPathComponent("docs/notebooks.md"), encoding: .utf8)
    let start = try #require(guide.range(of: "````markdown\n")).upperBound
    let end = try #require(guide.range(of: "````\n", range: start..<guide.endIndex)).lowerBound
    let book = try notebook(String(guide[start..<end]))
    #expect(book.cells.map(\.id) == ["training", "diversity-seeds-baseline-seeds-0"])
    #expect(
      book.cells[0].lines.map(\.text) == [
        "data digits",
        "train mlp --seeds 0..4 --epochs 20   --out runs/five --overwrite --as seeds",
      ])
  }

  @Test func parametersAreOverridden() throws {
    let text = "---\nparameters:\n  n: 1\n  name:\n---\n```basin\nsum {n} {name}\n```\n"
    let book = try notebook(text, ["n": "2.5", "name": "a b"])
    #expect(book.cells[0].lines.map(\.text) == ["sum 2.5 a b"])
    #expect(book.parameters.map(\.isOverridden) == [true, true])
  }

  @Test(arguments: [
    "---\ntitle: T\n---\n\n```basin\nsum 1\nsum\t2\n```\nend",
    "\u{FEFF}---\r\ntitle: T\r\n---\r\n\r\n```basin\r\nsum 1\r\nsum\t2\r\n```\r\nend",
    "---\rtitle: T\r---\r\r```basin\rsum 1\rsum\t2\r```\rend\r",
  ])
  func lineEndsAndByteOrderMark(text: String) throws {
    let book = try notebook(text)
    #expect(book.title == "T")
    #expect(book.cells.map(\.range) == [5...8])
    #expect(book.cells[0].lines.map(\.text) == ["sum 1", "sum\t2"])
  }

  @Test func aNotebookMayEndWithoutANewline() throws {
    #expect(try notebook("```basin\nsum 1\n```").cells[0].lines.map(\.text) == ["sum 1"])
    #expect(try notebook("").cells.isEmpty)
    #expect(try notebook("---\n---").cells.isEmpty)
    #expect(try notebook("```basin\n# only a comment\n\n```").cells[0].lines.isEmpty)
  }

  @Test func titleComesFromTheFirstHeadingOrTheFile() throws {
    #expect(try notebook("text\n\n# A `b` *c*\n").title == "A b c")
    #expect(try notebook("## Not a title\n", file: "Notebooks/my.tour.md").title == "my.tour")
  }

  @Test func namesOfCellsComeFromTheirContent() throws {
    let long = "disagreement seeds --split test --baseline 0 --all-of-it"
    let cells = ["sum 1", long, "sum 1", "# nothing", "sum 1 2", long + " --more"]
    let book = try notebook(cells.map { "```basin\n\($0)\n```\n" }.joined(separator: "\n"))
    let ids = book.cells.map(\.id)
    #expect(
      ids == [
        "sum-1", "disagreement-seeds-split-test-\(digest(long + "\n"))", "sum-1-2", "nothing",
        "sum-1-2-2", "disagreement-seeds-split-test-\(digest(long + " --more\n"))",
      ])
    let moved = try notebook("```basin\nother\n```\n```basin\n\(long)\n```\n")
    #expect(moved.cells[1].id == ids[1])
  }

  @Test func explicitNamesWinOverDerivedOnes() throws {
    let book = try notebook("```basin\nsum 1\n```\n```basin id=sum-1\nplot\n```\n")
    #expect(book.cells.map(\.id) == ["sum-1-2", "sum-1"])
  }

  @Test(arguments: [
    ("```basin hiden\n```", "x.md:1: unknown cell option “hiden”; did you mean “hide”?"),
    (
      "a\n\n```basin cache=no\n```",
      "x.md:3: unknown cell option “cache”; there are hide, allow-error, caption=\"…\" and id=…"
    ),
    ("```basin hide=yes\n```", "x.md:1: the option “hide” takes no value"),
    ("```basin hide hide\n```", "x.md:1: the option “hide” is given twice"),
    ("```basin caption\n```", "x.md:1: the option “caption” needs a value: caption=\"…\""),
    (
      "```basin caption=\"half\n```", "x.md:1: the value of “caption” has no closing quotation mark"
    ),
    ("```basin id\n```", "x.md:1: the option “id” needs a value: id=surface"),
    (
      "```basin id=../x\n```",
      "x.md:1: “../x” is no cell id; use up to 64 letters, digits, “_” and “-”, and begin with a "
        + "letter"
    ),
    (
      "```basin id=a\n```\n```basin id=A\n```",
      "x.md:3: the id “A” is already that of the cell in line 1"
    ),
    ("---\na\n", "x.md:1: the front matter that begins here is never closed with ---"),
    ("---\ntitel: x\n---\n", "x.md:2: unknown front matter “titel”; did you mean “title”?"),
    (
      "---\ncolour: x\n---\n",
      "x.md:2: unknown front matter “colour”; it can have title, author, date, lang, abstract, "
        + "tags, thumbnail, seed, parameters"
    ),
    (
      "---\nthumbnail: plne\n---\n```basin id=plane\n```\n",
      "x.md: the thumbnail “plne” is the figure of no cell; did you mean “plane”?"
    ),
    (
      "---\nthumbnail: plane-b\n---\n```basin id=plane\n```\n",
      "x.md: the thumbnail “plane-b” is the figure of no cell; did you mean “plane”?"
    ),
    (
      "---\nseed: -1\n---\n",
      "x.md:2: the seed “-1” is not a whole number from 0 to 18446744073709551615"
    ),
    ("---\ntitle: [a]\n---\n", "x.md:2: “title” must be text; put it in quotation marks"),
    ("---\nlang: e n\n---\n", "x.md:2: “e n” is no language tag; write for instance lang: en"),
    ("---\ntitle: a\ntitle: b\n---\n", "x.md:2: “title” is given twice"),
    ("---\n- a\n---\n", "x.md:2: the front matter must be lines of “name: value”"),
    (
      "---\ntitle: \"a\n---\n",
      "x.md:2: the front matter is not YAML: found unexpected end of stream"
    ),
    (
      "---\nparameters:\n  2x: 1\n---\n",
      "x.md:3: “2x” is no parameter name; use letters, digits, “_” and “-”, and begin with a letter"
    ),
    (
      "---\nparameters:\n  x: [[1]]\n---\n",
      "x.md:3: parameter “x” is a list of single values without commas"
    ),
    (
      "---\nparameters:\n  x: |\n    1\n    2\n---\n", "x.md:3: parameter “x” must be one line"
    ),
    (
      "---\nparameters:\n  x:\n---\n",
      "x.md:3: parameter “x” has no value; give one with -P x=…"
    ),
    (
      "---\nparameters:\n  epochs: 1\n---\n```basin\nsum 1\nsum {epoch}\n```\n",
      "x.md:7: there is no parameter “epoch”; did you mean “epochs”?"
    ),
    (
      "```basin\nsum {x}\n```\n",
      "x.md:2: there is no parameter “x”; for the text {x} write {{x}}"
    ),
    ("text\n```basin\nsum 1\n", "x.md:2: the cell that begins here is never closed with ```"),
    ("~~~~basin\nsum 1\n~~~\n", "x.md:1: the cell that begins here is never closed with ~~~~"),
    (
      "- item\n\n  ```basin\n  sum 1\n  ```\n",
      "x.md:3: a cell cannot stand inside a list or a quotation; move it to the left margin"
    ),
    (
      "```basin\nsum 1 \\\n```\n",
      "x.md:2: the command that begins here ends with \\, but the cell has no further line"
    ),
  ])
  func errorsNameTheLineAndTheWayOut(text: String, message: String) {
    #expect(throws: NotebookError.self) { try notebook(text) }
    #expect(failure { try notebook(text) } == message)
  }

  @Test(arguments: [
    (
      ["epoch": "1"],
      "x.md: unknown parameter “epoch”; did you mean “epochs”? the notebook has epochs, flag"
    ),
    (["zzz": "1"], "x.md: unknown parameter “zzz”; the notebook has epochs, flag"),
    (["epochs": "many"], "x.md:3: parameter “epochs” must be a number, not “many”"),
    (["flag": "1"], "x.md:4: parameter “flag” must be true or false, not “1”"),
  ])
  func overridesMustFit(overrides: [String: String], message: String) {
    let text = "---\nparameters:\n  epochs: 1\n  flag: true\n---\n"
    #expect(failure { try notebook(text, overrides) } == message)
  }

  @Test func whatIsNoTextIsRefused() {
    let latin1 = Data([0x23, 0x20, 0xE9])
    #expect(
      failure { try Notebook(latin1, file: "x.md") }
        == "x.md: the notebook is not UTF-8 text; save it as UTF-8")
    let large = Data(repeating: 0x61, count: Notebook.largestSize + 1)
    #expect(
      failure { try Notebook(large, file: "x.md") }
        == "x.md: the notebook has 1048577 bytes; more than 1048576 are refused, so split it")
    #expect(
      failure { try Notebook(contentsOf: "/nonexistent/x.md") }
        == "cannot read /nonexistent/x.md: No such file or directory")
    #expect(
      failure { try Notebook(contentsOf: "/tmp") }
        == "/tmp: this is no file that can be read as a notebook")
  }

  @Test(arguments: ["[", "- ", "{a: ", "? ", "&a [*a, "])
  func deeplyNestedFrontMatterIsRefusedOrRead(piece: String) {
    let yaml = String(repeating: piece, count: 16_000 / piece.utf8.count)
    #expect(throws: NotebookError.self) { try notebook("---\n\(yaml)\n---\n") }
  }
}

func failure(_ body: () throws -> some Any) -> String? {
  do {
    _ = try body()
    return nil
  } catch {
    return "\(error)"
  }
}
