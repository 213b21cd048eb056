import BasinCore

/// `index.html`: the report as one page that needs nothing else.
///
/// It loads nothing, runs no script but its own, which its policy knows by its hash, and holds
/// neither times nor anything of the machine: the same results give the same bytes. It is
/// well-formed XML, too.
struct Page {
  private let report: NumberedRun
  private let prose: Prose
  private var notebook: Notebook { report.run.notebook }

  init(_ report: NumberedRun) {
    self.report = report
    prose = Prose(report)
  }

  /// What in the notebook's text has no meaning, each in one line with its place.
  var problems: [String] { prose.problems }

  var html: String {
    let page: Markup = """
      <!DOCTYPE html>
      <html lang="\(notebook.frontMatter.language)" xmlns="http://www.w3.org/1999/xhtml">
      <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content="\(Self.policy)" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="generator" content="Basin" />
      <title>\(notebook.title)</title>
      <style>
      \(Markup(trusted: Stylesheet.text))</style>
      </head>
      <body>
      <main>
      \(header)\(contents)\(prose.html)\(prose.notes)\(ProvenanceMarkup(report).html)</main>
      <script>\(Markup(trusted: PageScript.text))</script>
      </body>
      </html>

      """
    return page.html
  }

  private static let policy =
    "default-src 'none'; script-src \(PageScript.source); style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    + "form-action 'none'"

  private var header: Markup {
    let matter = notebook.frontMatter
    let anchor = prose.titleAnchor.map { anchor -> Markup in " id=\"\(anchor)\"" } ?? ""
    var parts: [Markup] = ["<h1\(anchor)>\(notebook.title)</h1>"]
    if !matter.authors.isEmpty {
      parts.append("<p class=\"byline\">\(matter.authors.joined(separator: ", "))</p>")
    }
    if let date = matter.date { parts.append("<p class=\"byline\">\(date)</p>") }
    if let warning = report.warning {
      let cells = report.failedCells.map { run -> Markup in
        "<a href=\"#cell-\(run.cell.id)\">\(run.cell.id)</a>"
      }
      parts.append(
        "<p class=\"note error\"><strong>\(warning)</strong> \(cells.joined(separator: ", "))</p>")
    }
    if matter.abstract != nil {
      parts.append(
        "<div class=\"abstract\" role=\"doc-abstract\" aria-label=\"Abstract\">\n"
          + prose.abstract + "</div>")
    }
    return "<header>\n\(parts.joined(separator: "\n"))\n</header>\n"
  }

  private var contents: Markup {
    guard prose.contents.count > 1 else { return "" }
    let entries = prose.contents.map { entry -> Markup in
      "<li class=\"level-\(entry.level)\"><a href=\"#\(entry.anchor)\">\(entry.text)</a></li>"
    }
    return """
      <nav aria-labelledby="contents">
      <h2 id="contents">Contents</h2>
      <ul>
      \(entries.joined(separator: "\n"))\(notesEntry)
      <li class="level-2"><a href="#provenance">Provenance</a></li>
      </ul>
      </nav>

      """
  }

  private var notesEntry: Markup {
    prose.notes.html.isEmpty ? "" : "\n<li class=\"level-2\"><a href=\"#footnotes\">Notes</a></li>"
  }
}
