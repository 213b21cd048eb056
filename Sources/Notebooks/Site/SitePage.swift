import BasinCore
import Foundation

/// A report's page with its place in the site: links to the index and to the reports before and
/// after it, and links to other notebooks that lead to their reports.
struct SitePage {
  let report: SiteReport
  /// All reports of the site, in its order.
  let reports: [SiteReport]

  /// The page, and what could not be linked.
  ///
  /// - Throws: ``SiteError`` when the page is none of Basin's.
  func html(_ page: Data) throws -> (html: Data, notes: [String]) {
    guard let style = page.range(of: Data("</style>\n</head>\n<body>\n".utf8)),
      page.range(of: Data("<meta name=\"generator\" content=\"Basin\" />".utf8)) != nil
    else {
      throw SiteError(
        "\(report.folder)/index.html is no page of Basin's; run its notebook again")
    }
    var notes: [String] = []
    let head = page[..<style.lowerBound] + Data(SiteStylesheet.navigation.utf8)
    let body = PageLinks.rewriting(page[style.upperBound...]) { address in
      switch target(of: address) {
      case .kept: return address
      case .report(let new): return new
      case .nothing:
        notes.append(
          "\(report.folder): the link to “\(Self.unescaped(address))” leads nowhere in the site; "
            + "its text stays")
        return nil
      }
    }
    return (head + page[style] + Data(navigation.html.utf8) + body, notes)
  }

  private var navigation: Markup {
    var links: [Markup] = ["<a href=\"../index.html\">All reports</a>"]
    if let place = reports.firstIndex(where: { $0.slug == report.slug }) {
      if place > 0 {
        let before = reports[place - 1]
        links.append(
          "<a rel=\"prev\" href=\"../\(before.slug)/index.html\">← \(before.title)</a>")
      }
      if place + 1 < reports.count {
        let next = reports[place + 1]
        links.append("<a rel=\"next\" href=\"../\(next.slug)/index.html\">\(next.title) →</a>")
      }
    }
    for (name, words) in [("report.pdf", "PDF"), ("report.ipynb", "Jupyter notebook")]
    where report.files.contains(name) {
      links.append("<a href=\"\(name)\">\(words)</a>")
    }
    return """
      <nav class="site" aria-label="Site">
      \(links.joined(separator: "\n"))
      </nav>

      """
  }

  private enum Target {
    case kept
    case report(String)
    case nothing
  }

  private func target(of escaped: String) -> Target {
    let address = Self.unescaped(escaped)
    let isElsewhere =
      address.isEmpty || address.hasPrefix("#") || address.hasPrefix("//")
      || address.firstMatch(of: /^[A-Za-z][A-Za-z0-9+.\-]*:/) != nil
    if isElsewhere { return .kept }
    let parts = address.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    guard let path = String(parts[0]).removingPercentEncoding else { return .nothing }
    if report.files.contains(path) { return .kept }
    let file = FilePath.name(of: path)
    guard file.lowercased().hasSuffix(".md"), !path.hasPrefix("/"),
      let other = reports.first(where: { $0.name == String(file.dropLast(3)) })
    else { return .nothing }
    let anchor: Markup = parts.count > 1 ? "#\(String(parts[1]))" : ""
    return .report("../\(other.slug)/index.html" + anchor.html)
  }

  // What the page's renderers escape in an address.
  private static func unescaped(_ address: String) -> String {
    [
      ("&#x27;", "'"), ("&#39;", "'"), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"),
      ("&amp;", "&"),
    ]
    .reduce(address) { $0.replacingScalars($1.0, with: $1.1) }
  }
}
