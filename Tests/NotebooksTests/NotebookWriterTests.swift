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
