import Foundation

/// `feed.xml`: the reports of a site as an Atom feed, RFC 4287.
struct SiteFeed {
  /// A report and when its page last changed.
  struct Entry {
    var report: SiteReport
    var updated: Date
  }

  let title: String
  let base: BaseAddress
  let entries: [Entry]

  var xml: String {
    let newest = entries.map(\.updated).max() ?? Date(timeIntervalSince1970: 0)
    let feed: Markup = """
      <?xml version="1.0" encoding="utf-8"?>
      <feed xmlns="http://www.w3.org/2005/Atom">
      <title>\(title)</title>
      <id>\(base.text)</id>
      <link rel="self" type="application/atom+xml" href="\(base.address(of: "feed.xml"))" />
      <link rel="alternate" type="text/html" href="\(base.text)" />
      <updated>\(newest.formatted(.iso8601))</updated>
      <author><name>\(base.host)</name></author>
      <generator>Basin</generator>
      \(entries.map(entry).joined(separator: "\n"))
      </feed>

      """
    return feed.html
  }

  private func entry(_ entry: Entry) -> Markup {
    let report = entry.report
    let address = base.address(of: report.slug + "/index.html")
    var parts: [Markup] = [
      "<title>\(report.title)</title>",
      "<id>\(base.address(of: report.slug + "/"))</id>",
      "<link rel=\"alternate\" type=\"text/html\" href=\"\(address)\" />",
      "<updated>\(entry.updated.formatted(.iso8601))</updated>",
    ]
    if let day = report.day { parts.append("<published>\(day)T00:00:00Z</published>") }
    // Names are not to be empty; without any, the feed's own author counts.
    parts += report.authors.filter { !$0.isEmpty }
      .map { name -> Markup in "<author><name>\(name)</name></author>" }
    parts += report.tags.map { tag -> Markup in "<category term=\"\(tag)\" />" }
    if let abstract = report.abstract, !abstract.isEmpty {
      parts.append("<summary>\(abstract)</summary>")
    }
    return "<entry>\n\(parts.joined(separator: "\n"))\n</entry>"
  }
}
