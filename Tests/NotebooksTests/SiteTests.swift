import BasinCore
import Foundation
import Testing

@testable import Notebooks

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A folder with reports in `Reports` and a site in `Site`.
final class SiteFixture {
  let folder = NSTemporaryDirectory() + "basin-site-\(UUID().uuidString)"
  var reports: String { folder + "/Reports" }
  var site: String { folder + "/Site" }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func report(
    _ name: String, _ text: String, label: String = "label",
    formats: Set<ReportFormat> = ReportFormat.standard, date: Date = Date(timeIntervalSince1970: 9)
  ) throws {
    let calculator = Calculator()
    calculator.label = label
    let run = try Replay(try notebook(text, file: "Notebooks/\(name).md"), with: calculator).run()
    var writer = ReportWriter(commandLine: ["basin", "run"], date: date)
    writer.formats = formats
    try AtomicFile.makeFolder(reports)
    try writer.write(run, to: "\(reports)/\(name)")
  }

  @discardableResult
  func publish(_ base: String? = nil, title: String = "Reports") throws -> SitePublisher.Summary {
    try SitePublisher(title: title, base: try base.map { try BaseAddress($0) })
      .publish(all: reports, to: site)
  }

  func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(site)/\(name)")), as: UTF8.self)
  }

  func xml(_ name: String) throws -> XMLDocument {
    try XMLDocument(data: Data(try text(name).utf8))
  }

  /// Every file of the site with its number and time of change, which tell whether it was written.
  func stamps() throws -> [String: String] {
    let files = try FileManager.default.subpathsOfDirectory(atPath: site)
    return Dictionary(
      uniqueKeysWithValues: try files.map { file in
        let facts = try FileManager.default.attributesOfItem(atPath: "\(site)/\(file)")
        let number = facts[.systemFileNumber] as? Int ?? 0
        let time = (facts[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        return (file, "\(number) \(time)")
      })
  }

  func has(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(site)/\(name)")
  }
}

extension XMLDocument {
  fileprivate func strings(_ path: String) throws -> [String] {
    try nodes(forXPath: path).compactMap(\.stringValue)
  }
}

@Suite struct SiteTests {
  private static let first = """
    ---
    title: First & foremost
    author: [A. Author, B. Author]
    date: 2026-03-01
    abstract: About *one* thing.
    tags: [digits, deep ensembles]
    thumbnail: second
    ---
    ## Data

    [Next](Second%20One.md#curves), [same](./Second%20One.md), [gone](gone.md), [file](notes.txt),
    [results](results.json), [top](#data), [net](https://example.org/a.md), [up](../x/Second%20One.md).

    ```basin id=first
    plot 1 2
    ```

    ```basin id=second
    plot 2 3
    ```
    """
  private static let second = """
    ---
    title: The second
    date: 2026-04-01
    lang: de
    ---
    ```basin id=curves
    plot 1 2
    ```
    """
  private static let plain = "# A plain one\n\n```basin id=a\nsum 1\nfail x\n```\n"

  private func fixture() throws -> SiteFixture {
    let fixture = SiteFixture()
    try fixture.report("first", Self.first)
    try fixture.report("Second One", Self.second)
    try fixture.report("plain", Self.plain)
    return fixture
  }

  @Test func theIndexShowsEachReport() throws {
    let fixture = try fixture()
    let summary = try fixture.publish(title: "All of \"them\"")
    #expect(summary.reports == 3 && !summary.hasFeed && !fixture.has("feed.xml"))
    #expect(summary.notes.contains("\(fixture.reports)/plain: some cells failed"))
    let index = try fixture.xml("index.html")
    let ns = "*[local-name()='"
    #expect(try index.strings("//\(ns)h1']") == ["All of \"them\""])
    // The newest first, then those without a date.
    #expect(
      try index.strings("//\(ns)h2']/\(ns)a']")
        == ["The second", "First & foremost", "A plain one"])
    #expect(
      try index.strings("//\(ns)h2']/\(ns)a']/@href")
        == ["second-one/index.html", "first/index.html", "plain/index.html"])
    #expect(try index.strings("//@class[.='plain']").count == 1)
    #expect(
      try index.strings("//\(ns)ul'][@class='reports']/\(ns)li']/@lang") == ["de", "en", "en"])
    #expect(try index.strings("//\(ns)p'][@class='abstract']") == ["About one thing."])
    #expect(
      try index.strings("//\(ns)p'][@class='byline']").suffix(3)
        == ["2026-04-01", "A. Author, B. Author · 2026-03-01", "some cells failed"])
    #expect(
      try index.strings("//\(ns)ul'][@class='tags']/\(ns)li']") == ["digits", "deep ensembles"])
    // The first figure, or the one that the front matter names, for light and dark pages.
    #expect(
      try index.strings("//\(ns)img']/@src")
        == ["second-one/figures/curves.svg", "first/figures/second.svg"])
    let addresses = try index.strings("//@src | //@srcset | //\(ns)a']/@href")
    #expect(addresses.count == 7)
    for address in addresses { #expect(fixture.has(address), "\(address)") }
    #expect(try index.strings("//\(ns)img']/@alt").allSatisfy { $0.hasPrefix("Curve of label.") })
    #expect(try index.strings("//\(ns)div'][@class='search']/@hidden") == ["hidden"])
  }

  @Test func scriptsAreThoseThatThePolicyKnows() throws {
    let fixture = try fixture()
    try fixture.publish()
    let index = try fixture.xml("index.html")
    let scripts = try index.strings("//*[local-name()='script']")
    #expect(scripts.count == 1)
    let policy = try #require(
      try index.strings("//@content[contains(., 'default-src')]").first)
    let sum = Data(SHA256.digest(of: scripts[0].utf8)).base64EncodedString()
    #expect(policy.contains("script-src 'sha256-\(sum)';"))
    #expect(policy.hasPrefix("default-src 'none';") && !policy.contains("http"))
    #expect(!scripts[0].contains("<") && !scripts[0].contains("&"))
  }

  @Test func pagesLinkToEachOther() throws {
    let fixture = try fixture()
    let notes = try fixture.publish().notes
    let page = try fixture.xml("first/index.html")
    let links = try page.nodes(forXPath: "//*[local-name()='a']").compactMap { $0 as? XMLElement }
    func address(_ text: String) -> String? {
      links.first { $0.stringValue == text }?.attributes?.first { $0.name == "href" }?.stringValue
    }
    #expect(address("All reports") == "../index.html")
    #expect(address("← The second") == "../second-one/index.html")
    #expect(address("A plain one →") == "../plain/index.html")
    #expect(address("Next") == "../second-one/index.html#curves")
    #expect(address("same") == "../second-one/index.html")
    #expect(address("up") == "../second-one/index.html")
    #expect(address("gone") == nil && links.contains { $0.stringValue == "gone" })
    #expect(address("file") == nil)
    #expect(address("results") == "results.json")
    #expect(address("top") == "#data")
    #expect(address("net") == "https://example.org/a.md")
    for name in ["gone.md", "notes.txt"] {
      #expect(
        notes.contains(
          "\(fixture.reports)/first: the link to “\(name)” leads nowhere in the site; its text stays"
        ))
    }
    let last = try fixture.text("plain/index.html")
    #expect(last.contains("rel=\"prev\"") && !last.contains("rel=\"next\""))
    #expect(!(try fixture.text("second-one/index.html").contains("rel=\"prev\"")))
    for name in ["first/report.md", "first/results.json", "first/figures/first.gp"] {
      #expect(fixture.has(name))
    }
  }

  @Test func otherFormsAreLinkedToWhereTheyAre() throws {
    let fixture = SiteFixture()
    try fixture.report("x", Self.second, formats: [.html, .ipynb])
    try fixture.publish()
    #expect(
      try fixture.text("x/index.html").contains("<a href=\"report.ipynb\">Jupyter notebook</a>"))
    #expect(!(try fixture.text("x/index.html").contains("report.pdf")))
    #expect(fixture.has("x/report.ipynb") && !fixture.has("x/report.md"))
  }

  @Test func nothingIsWrittenWhereNothingHasChanged() throws {
    let fixture = try fixture()
    let first = try fixture.publish("https://example.org")
    #expect(first.unchanged == 0 && first.removed.isEmpty)
    let stamps = try fixture.stamps()
    let again = try fixture.publish("https://example.org")
    #expect(again.written.isEmpty && again.removed.isEmpty)
    #expect(again.unchanged == first.written.count)
    #expect(try fixture.stamps() == stamps)
    // The same results from a later run change the provenance and nothing else, the feed neither.
    try fixture.report("first", Self.first, date: Date(timeIntervalSince1970: 1e9))
    #expect(try fixture.publish("https://example.org").written == ["first/provenance.json"])
    try fixture.report("first", Self.first + "\nMore.\n", date: Date(timeIntervalSince1970: 1e9))
    let changed = try fixture.publish("https://example.org")
    #expect(
      changed.written.sorted()
        == [
          "feed.xml", "first/index.html", "first/provenance.json", "first/report.md",
          "first/results.json",
        ].filter { $0 != "first/provenance.json" || changed.written.contains($0) })
    #expect(try fixture.text("feed.xml").contains("<updated>2001-09-09T01:46:40Z</updated>"))
  }

  @Test func onlyWhatPublishingWroteIsRemoved() throws {
    let fixture = try fixture()
    try fixture.publish("https://example.org/")
    try AtomicFile.write("example.org", to: fixture.site + "/CNAME")
    try AtomicFile.write("mine", to: fixture.site + "/first/mine.txt")
    try AtomicFile.write("changed", to: fixture.site + "/first/report.md")
    try FileManager.default.removeItem(atPath: fixture.reports + "/first")
    try FileManager.default.removeItem(atPath: fixture.reports + "/plain")
    let summary = try fixture.publish()
    #expect(summary.removed.contains("first/index.html") && summary.removed.contains("feed.xml"))
    #expect(summary.removed.contains("plain/index.html") && !fixture.has("plain"))
    #expect(summary.notes.contains { $0.contains("first/report.md belongs to no report any more") })
    let left = try FileManager.default.subpathsOfDirectory(atPath: fixture.site)
      .filter { !$0.hasPrefix("second-one") }.sorted()
    #expect(
      left == ["CNAME", "first", "first/mine.txt", "first/report.md", "index.html", "site.json"])
    #expect(try fixture.text("first/mine.txt") == "mine")
    #expect(try fixture.publish().written.isEmpty)
  }

  @Test func foldersOfOthersAreRefused() throws {
    let fixture = try fixture()
    try AtomicFile.makeFolder(fixture.site)
    try AtomicFile.write("mine", to: fixture.site + "/thesis.tex")
    #expect(
      failure { try fixture.publish() }
        == "cannot publish: \(fixture.site) holds other files (“thesis.tex”) and is no site of "
        + "Basin's; choose an empty folder, or a new one, with --out")
    try AtomicFile.write("{\"generator\": \"other\"}", to: fixture.site + "/site.json")
    #expect(failure { try fixture.publish() }?.contains("is no site of Basin's") == true)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: fixture.site).sorted()
        == ["site.json", "thesis.tex"])
    let file = fixture.site + "/thesis.tex"
    #expect(
      failure { try SitePublisher().publish(all: fixture.reports, to: file) }
        == "cannot publish: \(file) is a file; choose another folder with --out")
    #expect(
      failure { try SitePublisher().publish(all: fixture.reports, to: fixture.reports) }?
        .contains("is no site of Basin's") == true)
  }

  @Test func whatStandsInTheWayIsNeitherOverwrittenNorFollowed() throws {
    let fixture = try fixture()
    try FileManager.default.moveItem(
      atPath: fixture.reports + "/first", toPath: fixture.folder + "/first")
    try fixture.publish()
    let before = try fixture.stamps()
    try FileManager.default.moveItem(
      atPath: fixture.folder + "/first", toPath: fixture.reports + "/first")
    // A file, a folder elsewhere by a link, a link in the place of a file.
    let elsewhere = fixture.folder + "/elsewhere"
    try AtomicFile.makeFolder(elsewhere)
    let folder = fixture.site + "/first"
    for place in ["file", "link", "inner"] {
      switch place {
      case "file": try AtomicFile.write("mine", to: folder)
      case "link":
        try FileManager.default.createSymbolicLink(
          atPath: folder, withDestinationPath: elsewhere)
      default:
        try AtomicFile.makeFolder(folder)
        try FileManager.default.createSymbolicLink(
          atPath: folder + "/index.html", withDestinationPath: elsewhere + "/x")
      }
      let target = place == "inner" ? folder + "/index.html" : folder
      #expect(
        failure { try fixture.publish() }
          == "cannot publish: \(target) is there, which publishing did not write; move it")
      #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere).isEmpty)
      try FileManager.default.removeItem(atPath: folder)
    }
    #expect(try fixture.stamps() == before)
  }

  /// A list of files that leads out of the site is not followed.
  @Test func aManifestThatLeadsElsewhereIsRefused() throws {
    let fixture = try fixture()
    try fixture.publish()
    let victim = fixture.folder + "/victim"
    try AtomicFile.write("mine", to: victim)
    let sum = SHA256.hexadecimal(of: Data("mine".utf8))
    for path in ["../victim", "a/../../victim", "/\(victim)", ""] {
      try AtomicFile.write(
        "{\"files\": {\"\(path)\": \"\(sum)\"}, \"format\": 1, \"generator\": \"Basin\", "
          + "\"reports\": []}", to: fixture.site + "/site.json")
      #expect(failure { try fixture.publish() }?.contains("of another version") == true)
      #expect(FileManager.default.fileExists(atPath: victim))
    }
  }

  @Test func equalAddressesAreAnErrorThatNamesBoth() throws {
    let fixture = SiteFixture()
    try fixture.report("Über uns", "a")
    try fixture.report("uber-uns", "b")
    #expect(
      failure { try fixture.publish() }
        == "cannot publish: \(fixture.reports)/uber-uns and \(fixture.reports)/Über uns would both "
        + "be at uber-uns/; rename one of their notebooks, or leave one out")
    #expect(!FileManager.default.fileExists(atPath: fixture.site))
    // Letters of other scripts give an address, too.
    let other = SiteFixture()
    try other.report("地形", "a")
    try other.report("損失", "b")
    try other.publish()
    let folders = try FileManager.default.contentsOfDirectory(atPath: other.site)
      .filter { $0.hasPrefix("report-") }
    #expect(folders.count == 2)
  }

  @Test func whatIsNoReportIsSaid() throws {
    let fixture = SiteFixture()
    #expect(
      failure { try fixture.publish() }
        == "cannot publish: there are no reports in \(fixture.reports); `basin run NOTEBOOK` makes "
        + "them")
    try fixture.report("x", Self.second, formats: [.md])
    #expect(
      failure { try fixture.publish() }
        == "cannot publish: left out: \(fixture.reports)/x has no index.html; `basin run NOTEBOOK` "
        + "makes reports")
    try fixture.report("y", Self.second)
    #expect(try fixture.publish().notes.first?.hasPrefix("left out: ") == true)
    #expect(
      failure { try SitePublisher().publish([fixture.folder], to: fixture.site) }
        == "cannot publish: \(fixture.folder) is no report; `basin run NOTEBOOK` makes reports")
    try AtomicFile.write("<html></html>", to: fixture.reports + "/y/index.html")
    #expect(failure { try fixture.publish() }?.contains("is no page of Basin's") == true)
    try AtomicFile.write("{}", to: fixture.reports + "/y/results.json")
    #expect(
      failure { try SitePublisher().publish([fixture.reports + "/y"], to: fixture.site) }?
        .contains("a results.json that is not a report's") == true)
  }

  /// Reports of format 1 are published as they are; those of a later Basin are not understood.
  @Test func whatIsReadOfResultsIsTheSameInFormatsOneAndTwo() throws {
    let fixture = try fixture()
    let path = fixture.reports + "/first/results.json"
    let json = try String(contentsOfFile: path, encoding: .utf8)
    #expect(json.contains("\"format\" : 2,"))
    try AtomicFile.write(json.replacing("\"format\" : 2,", with: "\"format\" : 1,"), to: path)
    #expect(try fixture.publish().reports == 3)
    try AtomicFile.write(json.replacing("\"format\" : 2,", with: "\"format\" : 3,"), to: path)
    #expect(
      failure { try SitePublisher().publish([fixture.reports + "/first"], to: fixture.site) }
        == "cannot publish: \(fixture.reports)/first has a results.json of format 3, and this Basin "
        + "reads formats up to 2; publish it with the Basin that made it, or run its notebook again"
    )
  }

  @Test func theFeedHasWhatAtomNeeds() throws {
    let fixture = try fixture()
    #expect(try fixture.publish("https://example.org/a b").hasFeed)
    let feed = try fixture.xml("feed.xml")
    func strings(_ path: String) throws -> [String] {
      try feed.strings(
        "/"
          + path.split(separator: "/").map { part in
            part.hasPrefix("@") ? String(part) : "*[local-name()='\(part)']"
          }.joined(separator: "/"))
    }
    #expect(feed.rootElement()?.uri == "http://www.w3.org/2005/Atom")
    #expect(try strings("feed/title") == ["Reports"])
    #expect(try strings("feed/id") == ["https://example.org/a%20b/"])
    #expect(
      try strings("feed/link/@href")
        == ["https://example.org/a%20b/feed.xml", "https://example.org/a%20b/"])
    #expect(try strings("feed/author/name") == ["example.org"])
    #expect(try strings("feed/updated") == ["1970-01-01T00:00:09Z"])
    #expect(try strings("feed/entry/title") == ["The second", "First & foremost", "A plain one"])
    #expect(
      try strings("feed/entry/id")
        == ["second-one/", "first/", "plain/"].map { "https://example.org/a%20b/" + $0 })
    #expect(try strings("feed/entry/updated").count == 3)
    #expect(
      try strings("feed/entry/published") == ["2026-04-01T00:00:00Z", "2026-03-01T00:00:00Z"])
    #expect(try strings("feed/entry/author/name") == ["A. Author", "B. Author"])
    #expect(try strings("feed/entry/category/@term") == ["digits", "deep ensembles"])
    #expect(try strings("feed/entry/summary") == ["About one thing."])
    #expect(try fixture.text("index.html").contains("href=\"feed.xml\""))
  }

  @Test(arguments: [
    ("ftp://example.org", "is none of http or https"), ("example.org", "is none of http or https"),
    ("https://", "names no host"), ("https:///x", "names no host"),
    ("https://me:secret@example.org", "names a user"), ("https://example.org/?a", "has a query"),
    ("https://example.org/#a", "has a query or a fragment"),
    ("https://example.org/../x", "is no address"), ("javascript:alert(1)", "is none of http"),
    ("", "is none of http or https"),
  ])
  func baseAddressesAreChecked(text: String, reason: String) {
    let line = failure { try BaseAddress(text) }
    #expect(line?.hasPrefix("cannot publish: the base address “\(text)” \(reason)") == true)
    #expect(line?.hasSuffix("; write it as https://example.org/reports/") == true)
  }

  @Test func addressesEndInASlash() throws {
    #expect(try BaseAddress("http://example.org:80/x").text == "http://example.org:80/x/")
    #expect(
      try BaseAddress("HTTPS://example.org/").address(of: "ä/b") == "HTTPS://example.org/%C3%A4/b")
  }

  @Test func nobodysFoldersArePublished() throws {
    let fixture = SiteFixture()
    let here = FileManager.default.currentDirectoryPath
    try fixture.report(
      "x",
      """
      ---
      title: Of /home/ada/t
      abstract: In /Users/ada/s
      ---
      In /home/ada/prose.

      ```basin id=a
      read /home/ada/a.pt
      note \(here)/b /Users/ada/c
      ```
      """, formats: [.html, .md, .json, .ipynb])
    try fixture.report("y", "```basin id=y\nplot 1 2\n```\n", label: "/home/ada/l")
    try fixture.publish("https://example.org")
    // Files of figures, too, and the index and the feed.
    for name in ["y/figures/y.csv", "y/figures/y.svg", "index.html", "feed.xml"] {
      #expect(try fixture.text(name).contains("~"), "\(name)")
    }
    for file in try FileManager.default.subpathsOfDirectory(atPath: fixture.site) {
      guard let data = FileManager.default.contents(atPath: "\(fixture.site)/\(file)") else {
        continue
      }
      let text = String(decoding: data, as: UTF8.self)
      #expect(!text.contains("ada/") && !text.contains(here + "/"), "\(file)")
    }
    #expect(try fixture.text("x/index.html").contains("In ~/prose."))
  }

  /// Whatever text comes from outside, index and feed have the same elements and attributes.
  @Test(arguments: [
    "</title></style><script>alert(1)</script>", "\" onload=\"alert(1)\" x='", "' x='1",
    "<!-- ]]> --> &lt;b&gt; &amp; <img src=x onerror=alert(1)>",
    "\u{202E}é\u{301}🌋", "` ``` | $x$ [a](b) ![i](j) <http://x> **b** {{n}} ../..",
  ])
  func hostileTextStaysText(attack: String) throws {
    func shape(_ text: String) throws -> [String] {
      let fixture = SiteFixture()
      let yaml = "'" + text.replacing("'", with: "''") + "'"
      let name = String(text.filter { $0 != "/" && !$0.isNewline }.prefix(40))
      for index in 0..<2 {
        try fixture.report(
          "\(name)\(index)",
          """
          ---
          title: \(yaml)
          author: [\(yaml)]
          date: \(yaml)
          tags: [\(yaml), b]
          abstract: "plain"
          ---
          ```basin id=a
          plot 1 2
          ```
          """, label: text)
        // Markdown has a shape of its own; its text does not.
        let path = "\(fixture.reports)/\(name)\(index)/results.json"
        let json = try String(contentsOfFile: path, encoding: .utf8)
        let encoded = try stableJSON([text]).dropFirst(1).dropLast(2)
        try json.replacing("\"plain\"", with: String(decoding: encoded, as: UTF8.self))
          .write(toFile: path, atomically: true, encoding: .utf8)
      }
      try fixture.publish("https://example.org", title: text)
      return try ["index.html", "feed.xml"].flatMap { file in
        try fixture.xml(file).nodes(forXPath: "//* | //@*").compactMap(\.name)
      }
    }
    let harmless = try shape("harmless")
    #expect(try shape(attack) == harmless)
    #expect(harmless.count { $0 == "script" } == 1)
  }
}
