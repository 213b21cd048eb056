import Foundation
import Testing

@testable import Notebooks

/// What Basin's prose has beyond CommonMark: references, notes and formulas.
@Suite struct ProseTests {
  private func prose(_ text: String) throws -> Prose {
    Prose(NumberedRun(try Replay(try notebook(text), with: Calculator()).run()))
  }

  private let cells = """

    ```basin id=squares
    table 1 2
    table 3
    ```

    ```basin id=curve
    plot 1 2 3
    ```

    ```basin id=plane
    plot 1 2 3
    plot 4 5
    ```
    """

  @Test func referencesLeadToFiguresAndTables() throws {
    let prose = try prose(
      "See @fig-curve, (@fig-plane-2) and @tbl-squares-2. An x@fig-curve and @fig- are none.\n"
        + cells)
    #expect(
      prose.html.html.contains(
        """
        See <a href="#figure-curve">Figure 1</a>, (<a href="#figure-plane-2">Figure 3</a>) and \
        <a href="#table-squares-2">Table 2</a>. An x@fig-curve and @fig- are none.
        """))
    #expect(prose.html.html.contains("<table id=\"table-squares-2\""))
    #expect(prose.html.html.contains("<figure id=\"figure-plane-2\""))
    #expect(prose.problems.isEmpty)
  }

  @Test func referencesStandAnywhereInProse() throws {
    let prose = try prose(
      """
      ## About @fig-curve

      - **bold @fig-curve**
      > quoted @fig-curve[^n]

      | a |
      |---|
      | @fig-curve |

      [^n]: In a note, @fig-curve.

      """ + cells)
    let all = (prose.html + prose.notes).html
    #expect(all.components(separatedBy: "<a href=\"#figure-curve\">Figure 1</a>").count == 6)
    #expect(prose.problems.isEmpty)
  }

  @Test func codeAndAddressesHaveNoMarks() throws {
    let prose = try prose(
      """
      `@fig-curve $x$ [^n]` and [a](http://x/?@fig-curve) <http://y/?$a$>

          @fig-curve $x$

      ~~~text
      @fig-curve $x$ [^n]
      ~~~

      ``a ` @fig-curve``
      """ + cells)
    let html = prose.html.html
    #expect(html.contains("<code>@fig-curve $x$ [^n]</code>"))
    #expect(html.contains("href=\"http://x/?@fig-curve\""))
    #expect(html.contains("href=\"http://y/?$a$\""))
    #expect(html.contains("<pre tabindex=\"0\"><code>@fig-curve $x$\n</code></pre>"))
    #expect(html.contains("@fig-curve $x$ [^n]\n</code></pre>"))
    #expect(html.contains("<code>a ` @fig-curve</code>"))
    #expect(!html.contains("<math") && !html.contains("Figure 1</a>"))
    #expect(prose.problems.isEmpty)
  }

  @Test func problemsNameTheirLines() throws {
    let prose = try prose(
      """
      ---
      title: T
      abstract: About @fig-none.
      ---
      First.

      A paragraph
      with @fig-nothing, @tbl-curve, $\\unicorn$ and a note.[^gone]

      $$
      x_{
      $$

      [^idle]: Nobody asks.

      """ + cells)
    #expect(
      prose.problems == [
        "x.md:1: @fig-none: no cell “none” with a figure",
        "x.md:8: @fig-nothing: no cell “nothing” with a figure",
        "x.md:8: @tbl-curve: the cell “curve” has no table with a caption",
        "x.md:8: $\\unicorn$: “\\unicorn” is not known in formulas",
        "x.md:8: [^gone]: there is no note “gone”",
        "x.md:10: $$ x_{ $$: a “}” is missing",
        "x.md:14: [^idle]: nothing refers to this note",
      ])
    #expect(
      prose.html.html.contains(
        "<span class=\"missing\">@fig-nothing (no cell “nothing” with a figure)</span>"))
    #expect(prose.html.html.contains("<span class=\"missing\">[^gone]</span>"))
    #expect(prose.html.html.contains("<code class=\"tex\">$$x_{$$</code>"))
  }

  @Test func pricesAreNoFormulas() throws {
    let prose = try prose(
      "It costs $5 or $10, 20 $ a day, \\$a\\$, and $ a $ or $$ $$. [^a](#b) `$`\n")
    #expect(!prose.html.html.contains("<math"))
    #expect(prose.html.html.contains("It costs $5 or $10, 20 $ a day, $a$, and $ a $ or $$ $$."))
    #expect(prose.problems == ["x.md:1: #b: no heading, figure, table or cell has this anchor"])
  }

  @Test func linksLeadToHeadingsAsGitHubNamesThem() throws {
    let prose = try prose(
      """
      # Title

      [a](#the-swa_path-command--co) [b](#the-swa-path-command-co)
      and [c](#über-größe),
      [d](#uber-grosse) [e](#same-1) [f](#漢字) [g](#1-first)

      | link |
      | ---- |
      | [h](#nowhere) |

      - [i](#figure-1) and [j](#figure-curve), [k](#cell-squares)
      - [l](#sane-1), [m](#)[^n]

      ## The `swa_path` command & co.
      ## Über Größe
      ## Same
      ## Same
      ## 漢字
      ## 1. First
      ## Figure 1

      [^n]: In a note, [o](#gone).

      """ + cells)
    let html = prose.html.html
    for id in [
      "the-swa_path-command--co", "über-größe", "same", "same-1", "漢字", "1-first",
      "section-figure-1",
    ] {
      #expect(html.components(separatedBy: "id=\"\(id)\"").count == 2, "\(id)")
    }
    // The words alone find the heading, too; where the page has another anchor, the link gets it.
    #expect(html.contains("<a href=\"#the-swa_path-command--co\">b</a>"))
    #expect(html.contains("<a href=\"#section-figure-1\">i</a>"))
    #expect(html.contains("<a href=\"#same-1\">e</a>"))
    #expect(
      prose.problems == [
        "x.md:5: #uber-grosse: no heading, figure, table or cell has this anchor",
        "x.md:12: #sane-1: no heading, figure, table or cell has this anchor; did you mean “same-1”?",
        "x.md:9: #nowhere: no heading, figure, table or cell has this anchor",
        "x.md:22: #gone: no heading, figure, table or cell has this anchor",
      ])
  }

  /// On GitHub the title is a heading among the others.
  @Test func linksLeadToTheTitle() throws {
    let prose = try prose(
      "# Same & co.\n\n[a](#same--co) [b](#same--co-1)\n\n## Same & co.\n" + cells)
    #expect(prose.titleAnchor == "same--co")
    #expect(prose.problems.isEmpty)
    #expect(prose.html.html.contains("<h2 id=\"same--co-1\">"))
    #expect(!prose.html.html.contains("id=\"same--co\""))
  }

  @Test func formulasKeepTheirUnderscores() throws {
    let prose = try prose("*so* $a_1 * b_1$ and $c*d$, $x<y$\n")
    let html = prose.html.html
    #expect(html.contains("<em>so</em>"))
    #expect(html.components(separatedBy: "<math").count == 4)
    #expect(html.contains("<annotation encoding=\"application/x-tex\">a_1 * b_1</annotation>"))
    #expect(html.contains("<annotation encoding=\"application/x-tex\">x&lt;y</annotation>"))
  }

  /// A formula of several lines stays in its list and its quotation, and leaves the lines of what
  /// follows as they are.
  @Test func formulasOfSeveralLines() throws {
    let prose = try prose(
      """
      - item $$
        a
        $$ more

      > quoted ($b +
      > c$), d

      text @fig-none
      """)
    let html = prose.html.html
    #expect(html.contains(/<li>item <span class="formula"><math[^\n]*display="block"/))
    #expect(html.contains(/<\/math><\/span> more<\/li>/))
    #expect(html.contains(/<p>quoted \(<math/))
    #expect(html.contains(/<\/math>\), d<\/p>\n<\/blockquote>/))
    #expect(prose.problems == ["x.md:8: @fig-none: no cell “none” with a figure"])
  }

  @Test func notesAreNumberedAsTheyAreMentioned() throws {
    let prose = try prose(
      """
      One.[^b] Two.[^a] Again.[^b]

      [^a]: First *written*,
      lazily continued.
      [^b]: Has $x$, and mentions another.[^c]

          A second paragraph.

      [^c]: The third.
      """)
    let html = prose.html.html
    #expect(
      html.contains(
        """
        <p>One.<sup><a id="footnote-ref-1" href="#footnote-1" role="doc-noteref" \
        aria-label="Note 1">1</a></sup> Two.
        """))
    #expect(html.contains("Again.<sup><a id=\"footnote-ref-1-2\" href=\"#footnote-1\""))
    #expect(!html.contains("written"))
    let notes = prose.notes.html
    let numbers = notes.matches(of: /<li id="footnote-(\d)">\n<p>(\w+)/).map {
      "\($0.1) \($0.2)"
    }
    #expect(numbers == ["1 Has", "2 First", "3 The"])
    #expect(notes.contains("<p>A second paragraph.</p>"))
    #expect(notes.contains("<em>written</em>,\nlazily continued.</p>"))
    #expect(notes.contains("href=\"#footnote-ref-1\""))
    #expect(notes.contains("href=\"#footnote-ref-1-2\""))
    #expect(prose.problems.isEmpty)
  }

  /// `report.md` has references in words; formulas and notes are those of the author.
  @Test func theMarkdownResolvesReferences() throws {
    let text = "See @fig-curve, `@fig-curve`, $$\na\n$$ and @fig-none.[^n]\n\n[^n]: @tbl-squares\n"
    let run = try Replay(try notebook(text + cells), with: Calculator()).run()
    let markdown = MarkdownReport(NumberedRun(run)).text
    #expect(
      markdown.contains(
        "See Figure 1, `@fig-curve`, $$\na\n$$ and @fig-none.[^n]\n\n[^n]: Table 1\n"))
  }
}
