import Foundation
import Notebooks
import Testing

@Suite struct NotebookWriterTests {
  @Test func aSessionBecomesANotebookWithTheSameCommands() throws {
    let lines = [
      "data digits", "echo ```` {name} {{name}} {{{a}} {b}}} {1,2} \\\\", "load 'runs/ü b.pt'",
    ]
    let text = NotebookWriter.notebook(
      fromLines: lines + ["", "  "], title: "A: \"title\" \\ # {x}\n---", seed: 5)
    let book = try Notebook(Data(text.utf8), file: "x.md")
    #expect(book.title == "A: \"title\" \\ # {x} ---")
    #expect(book.frontMatter.seed == 5)
    #expect(book.cells.flatMap(\.lines).map(\.text) == lines)
  }

  @Test(
    arguments: [
      (
        ["train cnn --epochs 10 --out {x}", "s = train mlp --epochs=10", "connect --epochs 3"],
        "10",
        ["train cnn --epochs 25 --out {x}", "s = train mlp --epochs=25", "connect --epochs 3"]
      ),
      (["train cnn --epochs 10", "train cnn --epochs 20"], nil, nil),
      (["train cnn", "connect --epochs 3"], nil, nil),
      (["train cnn --epochs many", "train --my--epochs 3"], nil, nil),
    ] as [([String], String?, [String]?)])
  func theEpochsOfTrainingAreAParameter(lines: [String], value: String?, other: [String]?) throws {
    let text = NotebookWriter.notebook(
      fromLines: lines, title: "x", parameter: ("--epochs", "train"))
    let book = try notebook(text)
    #expect(book.parameters.first?.value == value)
    #expect(book.cells.flatMap(\.lines).map(\.text) == lines)
    if let other {
      #expect(
        try notebook(text, ["epochs": "25"]).cells.flatMap(\.lines).map(\.text) == other)
    }
  }

  @Test func theTextIsPlainMarkdown() {
    #expect(
      NotebookWriter.notebook(fromLines: ["sum 1 2"], title: "Sums") == """
        ---
        title: "Sums"
        ---

        ```basin
        sum 1 2
        ```

        """)
  }
}
