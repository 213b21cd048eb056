import Foundation
import Notebooks
import Testing

/// Blocks that look like cells and are none: they would silently not run.
@Suite struct LookalikeTests {
  @Test(
    arguments: [
      ("x\n\n```basin caption=\"the `swa` path\"\nls\n```\n", 3, "~~~"),
      ("<div>\n```basin\nls\n```\n</div>\n", 2, "blank line"),
      ("<script>\n\n```basin\nls\n```\n</script>\n", 3, "end that with </script> before it"),
      ("<pre class=\"x\">\n```basin\nls\n```\n</pre>\n", 2, "end that with </pre> before it"),
      ("<?php\n\n```basin\nls\n```\n", 3, "end that with ?> before it"),
      (
        "<details><summary>x</summary>\n\n<p>\n~~~basin\nls\n~~~\n</p>\n</details>\n", 4,
        "blank line"
      ),
      ("```Basin\nls\n```\n", 1, "“Basin” begins no cell"),
      ("```{basin}\nls\n```\n", 1, "“{basin}” begins no cell"),
      ("```{.basin}\nls\n```\n", 1, "“{.basin}” begins no cell"),
      ("```{basin, id=x}\nls\n```\n", 1, "“{basin,” begins no cell"),
      ("\n~~~ basin,hide\nls\n~~~\n", 2, "“basin,hide” begins no cell"),
      ("- a\n\n  ```BASIN\n  ls\n  ```\n", 3, "“BASIN” begins no cell"),
      ("> ```basin caption=\"`a`\"\n> ls\n> ```\n", 1, "~~~"),
      ("    ```basin\n    ls\n    ```\n", 1, "indented by four spaces"),
      ("x\n\n\t~~~ basin\n\tls\n\t~~~\n", 3, "indented by four spaces"),
      ("    x\n\n     ```basin\n     ls\n     ```\n", 3, "indented by four spaces"),
      ("x\n    ```basin\n    ls\n    ```\n", 2, "indented by four spaces"),
      ("- a\n\n      ```basin\n      ls\n      ```\n", 3, "indented by four spaces"),
      ("> a\n>\n>     ```basin\n>     ls\n>     ```\n", 3, "indented by four spaces"),
      ("---\ntitle: x\n---\n```Basin\nls\n```\n", 4, "“Basin”"),
      ("```\u{A0}basin\nls\n```\n", 1, "begins no cell"),
      ("```[basin]\nls\n```\n", 1, "“[basin]” begins no cell"),
      ("```\"basin\"\nls\n```\n", 1, "begins no cell"),
      ("```_basin_\nls\n```\n", 1, "begins no cell"),
      ("```{.sourceCode .basin}\nls\n```\n", 1, "“.basin}” begins no cell"),
      ("```python {basin}\nls\n```\n", 1, "“{basin}” begins no cell"),
      ("```b\u{430}sin\nls\n```\n", 1, "begins no cell"),
      ("```\u{FF42}\u{FF41}\u{FF53}\u{FF49}\u{FF4E}\nls\n```\n", 1, "begins no cell"),
    ] as [(String, Int, String)])
  func isAnErrorWithItsLine(text: String, line: Int, words: String) throws {
    let error = #expect(throws: NotebookError.self) { try notebook(text) }
    #expect(error?.line == line)
    #expect(error?.reason.contains(words) == true, "\(error?.reason ?? "")")
    #expect(error?.description.contains("\n") == false)
  }

  @Test(arguments: [
    "<!--\n```basin\nls\n```\n-->\n",
    "````markdown\n```basin caption=\"`a`\"\nls\n```\n````\n",
    "Write ```basin``` and more.\n",
    "```basin``` begins a cell.\n",
    "```basin-output\n1\n```\n",
    "```basinet\nx\n```\n",
    "````\n    ```basin\n    ls\n    ```\n````\n",
    "    ```python\n    ls\n    ```\n",
    "    a ```basin\n",
    "```python\nbasin\n```\n",
  ])
  func whatDoesNotLookLikeOneIsText(text: String) throws {
    #expect(try notebook(text).cells.isEmpty)
  }

  /// Nothing that an editor does not show is dropped: what is run is what is read.
  @Test(arguments: [
    ("```basin\nnote di\0gits\n```\n", 2, "U+0000"), ("x\n\n\u{1}```basin\nls\n```\n", 3, "U+0001"),
    ("---\ntitle: a\u{7F}\n---\n", 2, "U+007F"), ("a\r\nb\r\n\u{C}", 3, "U+000C"),
  ])
  func controlCharactersAreNoText(text: String, line: Int, name: String) {
    let error = #expect(throws: NotebookError.self) { try notebook(text) }
    #expect(
      error?.line == line && error?.reason.contains(name) == true, "\(error?.description ?? "")")
  }

  @Test func aCaptionMayHaveBackticksBetweenTildes() throws {
    let book = try notebook("~~~basin caption=\"the `swa` path\"\nls\n~~~\n")
    #expect(book.cells[0].options.caption == "the `swa` path")
  }
}
