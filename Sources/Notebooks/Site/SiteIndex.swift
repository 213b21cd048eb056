/// `index.html` of a site: all reports, each with title, authors, date, abstract, tags and a figure.
///
/// It fetches nothing but the figures beside it, runs no script but its own, and is well-formed XML.
struct SiteIndex {
  let title: String
  let reports: [SiteReport]
  let hasFeed: Bool

  var html: String {
    let feed: Markup =
      hasFeed
      ? """
      <link rel="alternate" type="application/atom+xml" title="\(title)" href="feed.xml" />

      """ : ""
    let count = reports.count == 1 ? "1 report" : "\(reports.count) reports"
    let more: Markup = hasFeed ? " · <a href=\"feed.xml\">Feed</a>" : ""
    let page: Markup = """
      <!DOCTYPE html>
      <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
      <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content="\(Self.policy)" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="generator" content="Basin" />
      <title>\(title)</title>
      \(feed)<style>
      \(Markup(trusted: Stylesheet.text + SiteStylesheet.index))</style>
      </head>
      <body>
      <main>
      <header>
      <h1>\(title)</h1>
      <p class="byline">\(count)\(more)</p>
      </header>
      <div class="search" role="search" hidden="hidden">
      <label for="search">Search titles, abstracts, authors and tags</label>
      <input id="search" type="search" autocomplete="off" spellcheck="false" />
      <p id="found" role="status"></p>
      </div>
      <ul class="reports">
      \(reports.map(entry).joined(separator: "\n"))
      </ul>
      </main>
      <script>\(Markup(trusted: SiteScript.text))</script>
      </body>
      </html>

      """
    return page.html
  }

  // From a disk, `'self'` may mean nothing: hence `file:`, which means nothing elsewhere.
  private static let policy =
    "default-src 'none'; script-src \(SiteScript.source); style-src 'unsafe-inline'; "
    + "img-src 'self' file:; base-uri 'none'; form-action 'none'"

  private func entry(_ report: SiteReport) -> Markup {
    let address = SitePath.address("\(report.slug)/index.html")
    var words: [Markup] = ["<h2><a href=\"\(address)\">\(report.title)</a></h2>"]
    var byline: [Markup] = []
    if !report.authors.isEmpty {
      byline.append("<span>\(report.authors.joined(separator: ", "))</span>")
    }
    if let day = report.day {
      byline.append("<time datetime=\"\(day)\">\(day)</time>")
    } else if let date = report.date {
      byline.append("<span>\(date)</span>")
    }
    if report.status != "fine" { byline.append("<span>\(report.statusWords)</span>") }
    if !byline.isEmpty {
      words.append("<p class=\"byline\">\(byline.joined(separator: " · "))</p>")
    }
    if let abstract = report.abstract, !abstract.isEmpty {
      words.append("<p class=\"abstract\">\(abstract)</p>")
    }
    if !report.tags.isEmpty {
      let tags = report.tags.map { tag -> Markup in "<li><span>\(tag)</span></li>" }
      words.append("<ul class=\"tags\" aria-label=\"Tags\">\(tags.joined())</ul>")
    }
    let kind: Markup = report.picture == nil ? " class=\"plain\"" : ""
    return """
      <li lang="\(report.language)"\(kind)>
      \(picture(of: report))<div class="words">
      \(words.joined(separator: "\n"))
      </div>
      </li>
      """
  }

  private func picture(of report: SiteReport) -> Markup {
    guard let picture = report.picture else { return "" }
    let light = SitePath.address("\(report.slug)/\(picture.light)")
    let dark = SitePath.address("\(report.slug)/\(picture.dark)")
    return """
      <div class="picture"><picture>
      <source media="(prefers-color-scheme: dark)" srcset="\(dark)" />
      <img src="\(light)" alt="\(picture.alt)" />
      </picture></div>

      """
  }
}

extension SiteReport {
  /// What a reader must know of a run that did not go well.
  var statusWords: String {
    switch status {
    case "failed": "some cells failed"
    case "cancelled": "the run was cancelled"
    default: status
    }
  }
}
