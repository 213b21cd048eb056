import Foundation
import Testing

@testable import Notebooks

/// Tables in prose, from the notebook to the page.
@Suite struct PipeTableTests {
  private func rows(_ markdown: String) throws -> [String] {
    let page = try Page(
      NumberedRun(Replay(try notebook(markdown), with: Calculator()).run()))
    let html = page.html
    guard let start = html.range(of: "<table>"), let end = html.range(of: "</table>"),
      start.lowerBound < (html.range(of: "id=\"provenance\"")?.lowerBound ?? html.endIndex)
    else { return [] }
    return html[start.upperBound..<end.lowerBound].split(separator: "<tr>").dropFirst().map {
      String($0).replacing(/<\/tr>|<\/?t(head|body)>|\s*\n/, with: "")
    }
  }

  @Test func alignmentAndInlineMarkup() throws {
    let text = """
      | a | *b* | `c\\|d` | |
      |---|:-:|--:|:--|
      | 1 | [x](#y) | <b>h</b> \\| 3 | - no list
      2 | # no heading
      | ![i](http://x/y.png) | **b** | 1. x | [z]: w | too many |

      after
      """
    #expect(
      try rows(text) == [
        "<th scope=\"col\">a</th><th scope=\"col\" class=\"center\"><em>b</em></th>"
          + "<th scope=\"col\" class=\"right\"><code>c|d</code></th><th scope=\"col\"></th>",
        "<td>1</td><td class=\"center\"><a href=\"#y\">x</a></td>"
          + "<td class=\"right\"><!-- raw HTML omitted -->h<!-- raw HTML omitted --> | 3</td>"
          + "<td>- no list</td>",
        "<td>2</td><td class=\"center\"># no heading</td><td class=\"right\"></td><td></td>",
        "<td><span class=\"image\">i (image: http://x/y.png)</span></td>"
          + "<td class=\"center\"><strong>b</strong></td><td class=\"right\">1. x</td>"
          + "<td>[z]: w</td>",
      ])
  }

  @Test func aTableThatLooksLikeAListIsATable() throws {
    #expect(try rows("a | b\n- | -\n1 | 2\n").count == 2)
    #expect(try rows("| a |\n|---|").count == 1)
  }

  @Test(arguments: [
    "text\n| a | b |\n|---|---|\n",
    "| a | b |\n|---|\n",
    "```\n\n| a | b |\n|---|---|\n```\n",
    "<!--\n\n| a | b |\n|---|---|\n-->\n",
    "- item\n\n  | a | b |\n  |---|---|\n",
    "> q\n>\n> | a | b |\n> |---|---|\n",
    "    | a | b |\n    |---|---|\n",
    "a | b\n--- | --x\n",
  ])
  func elsewhereATableStaysText(markdown: String) throws {
    #expect(try rows(markdown).isEmpty)
    let tree = MarkdownTree(markdown)
    #expect(tree.tables.isEmpty)
    #expect(tree.html().html.contains("| b") || markdown.hasPrefix("<!--"))
  }

  @Test func linesStayWhereTheyAre() throws {
    let book = try notebook("| a |\n|---|\n| 1 |\n\n```basin\nsum 1\n```\n")
    #expect(book.cells.map(\.range) == [5...7])
    let tree = MarkdownTree("```\n\n| a |\n|---|\n```\n\n| b |\n|---|\n\n# end")
    #expect(tree.tables.map(\.table.header) == [["b"]])
    #expect(tree.firstTitle?.lines == 10...10)
  }
}
