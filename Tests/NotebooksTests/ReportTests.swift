import BasinCore
import Foundation
import Plotting
import Testing

@testable import Notebooks

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A report in a folder of its own, read back.
struct WrittenReport {
  let folder: String

  init(
    _ text: String, file: String = "Notebooks/x.md", label: String = "label",
    folder: String = NSTemporaryDirectory() + "basin-report-\(UUID().uuidString)/x",
    formats: Set<ReportFormat> = ReportFormat.standard
  ) throws {
    self.folder = folder
    let calculator = Calculator()
    calculator.label = label
    let book = try notebook(text, file: file)
    let run = try Replay(book, with: calculator).run()
    var writer = ReportWriter(commandLine: ["basin", "run", file])
    writer.formats = formats
    try writer.write(run, to: folder)
  }

  func data(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
  }
  func text(_ name: String) throws -> String { String(decoding: try data(name), as: UTF8.self) }
  func page() throws -> XMLDocument { try XMLDocument(data: try data("index.html")) }
  func files(_ subfolder: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(subfolder)").sorted()
  }
  func remove() {
    try? FileManager.default.removeItem(atPath: (folder as NSString).deletingLastPathComponent)
  }
}

let everything = """
  ---
  title: Squares
  author: A. Author
  abstract: About *squares*.
  seed: 3
  parameters: {n: 4}
  ---
  # Squares

  ## Numbers

  Some <b>prose</b> with ![an image](https://example.org/x.png) and [a link](javascript:alert(1)).

  ```basin id=numbers
  sum 1 2 {n}
  table 1 4 -9
  warn
  ```

  ## Curves

  ```basin id=curve caption="The curve." hide
  plot 1 2 3 {n}
  ```

  ```basin id=broken
  fail ``` it broke
  ```

  ```basin id=ignored allow-error
  fail
  ```

  ```basin id=stop
  read a.pt
  cancel
  ```

  ```basin id=late
  sum 1
  ```
  """

@Suite struct ReportTests {
  /// Tables of many rows are there, folded, and shorter ones are not folded.
  @Test func longTablesAreFolded() throws {
    for (rows, folded) in [(23, 0), (24, 1)] {
      let numbers = (0..<rows).map(String.init).joined(separator: " ")
      let report = try WrittenReport(
        """
        # Squares

        ```basin id=squares
        table \(numbers)
        ```
        """)
      defer { report.remove() }
      let page = try report.page()
      let details = try page.nodes(
        forXPath: "//*[local-name()='details' and not(@class='code')]")
      #expect(details.count == folded)
      let table = try page.nodes(
        forXPath: (folded == 1 ? "//*[local-name()='details']" : "")
          + "//*[@id='table-squares']//*[local-name()='tr']")
      #expect(table.count == rows + 2)
    }
  }

  /// The policy names the one script by its hash, and allows nothing else to run or to be loaded.
  @Test func thePolicyAllowsTheScript() throws {
    let report = try WrittenReport(everything)
    defer { report.remove() }
    let page = try report.page()
    let script = try #require(
      try page.nodes(forXPath: "//*[local-name()='script']").first?.stringValue)
    let policy = try #require(
      try page.nodes(forXPath: "//*[@http-equiv='Content-Security-Policy']/@content").first?
        .stringValue)
    let hash = Data(SHA256.digest(of: script.utf8)).base64EncodedString()
    #expect(
      policy == "default-src 'none'; script-src 'sha256-\(hash)'; style-src 'unsafe-inline'; "
        + "img-src data:; base-uri 'none'; form-action 'none'")
    // The policy must stand before what it is about.
    let names = try page.nodes(forXPath: "//*[local-name()='head']/*").compactMap(\.name)
    #expect(names.prefix(2) == ["meta", "meta"] && names.contains("style"))
  }

  @Test func zipFilesAreTheSameBytesEachTime() {
    let text = Data(String(repeating: "1 2 3\n", count: 100).utf8)
    let files = [("a.dat", text), ("b.dat", Data()), ("c.dat", Data([7]))]
    let archive = ZipFile.data(files)
    #expect(archive == ZipFile.data(files))
    #expect(archive.count < 400 && archive.prefix(4) == Data([0x50, 0x4B, 3, 4]))
    // A file that would not become smaller is stored.
    #expect(archive.range(of: Data("c.dat".utf8) + [7]) != nil)
    #expect(archive[(archive.count - 12)..<(archive.count - 10)] == Data([3, 0]))
  }

  @Test func theFolderHasTheWholeReport() throws {
    let report = try WrittenReport(everything)
    defer { report.remove() }
    #expect(
      try report.files() == [
        "figures", "index.html", "provenance.json", "report.md", "results.json",
      ])
    let figures = try report.files("figures")
    #expect(Set(["curve.svg", "curve-dark.svg", "curve.png", "curve.gp"]).isSubset(of: figures))
    #expect(figures.contains { $0.hasSuffix(".dat") })
    let beside = (report.folder as NSString).deletingLastPathComponent
    #expect(try FileManager.default.contentsOfDirectory(atPath: beside) == ["x"])
  }

  @Test func thePageNeedsNothingElse() throws {
    let report = try WrittenReport(everything)
    defer { report.remove() }
    let page = try report.page()
    #expect(try page.nodes(forXPath: "//*[local-name()='script']").count == 1)
    #expect(try page.nodes(forXPath: "//*[local-name()='script']/@*").isEmpty)
    #expect(try page.nodes(forXPath: "//*[local-name()='link']").isEmpty)
    #expect(try page.nodes(forXPath: "//*[local-name()='b']").isEmpty)
    let addresses = try page.nodes(forXPath: "//@*[local-name()='href' or local-name()='src']")
      .compactMap(\.stringValue)
    #expect(addresses.allSatisfy { $0.hasPrefix("#") || $0.hasPrefix("data:") || $0.isEmpty })
    #expect(try report.text("index.html").contains("an image (image: https://example.org/x.png)"))
  }

  @Test(arguments: [":root {", "(prefers-color-scheme: dark) {\n  :root {"])
  func textAndGroundHaveEnoughContrast(theme: String) throws {
    let page = try WrittenReport("text")
    defer { page.remove() }
    let styles = try page.text("index.html")
    let start = try #require(styles.range(of: theme)).upperBound
    let colors = Dictionary(
      styles[start...].prefix { $0 != "}" }.matches(of: /--([a-z\-]+): #([0-9a-f]{6})/)
        .map { (String($0.1), Int($0.2, radix: 16) ?? 0) }
    ) { first, _ in first }
    func luminance(_ name: String) throws -> Double {
      let color = try #require(colors[name])
      let parts = [16, 8, 0].map { shift -> Double in
        let part = Double(color >> shift & 255) / 255
        return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    for text in ["text", "link", "muted"] {
      for ground in ["ground", "code", "note", "warning", "error"] {
        let pair = [try luminance(text), try luminance(ground)].sorted()
        #expect((pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, "\(text) on \(ground)")
      }
    }
  }

  @Test func everyLinkInThePageHasItsTarget() throws {
    let report = try WrittenReport(everything)
    defer { report.remove() }
    let page = try report.page()
    let ids = try page.nodes(forXPath: "//@id").compactMap(\.stringValue)
    #expect(Set(ids).count == ids.count)
    let links = try page.nodes(forXPath: "//*[local-name()='a']/@href").compactMap(\.stringValue)
      .filter { $0.hasPrefix("#") }
    #expect(links == ["#cell-broken", "#numbers", "#curves", "#provenance"].reordered(like: links))
    #expect(links.allSatisfy { ids.contains(String($0.dropFirst())) })
  }

  @Test func headingsKeepClearOfOtherIds() throws {
    let headings = ["Provenance", "Cell a", "Figure a", "A light title", "é", "é", "", "表"]
    let text = headings.map { "## \($0)\n\n" }.joined() + "```basin id=a\nplot 1 2\n```\n"
    let report = try WrittenReport(text)
    defer { report.remove() }
    let ids = try report.page().nodes(forXPath: "//@id").compactMap(\.stringValue)
    #expect(Set(ids).count == ids.count)
    #expect(
      ids.filter { ["section", "é", "表", "prov"].contains(where: $0.hasPrefix) } == [
        "provenance-1", "section-cell-a", "section-figure-a", "section-a-light-title", "é", "é-1",
        "section", "表", "provenance",
      ])
  }

  @Test func theMarkdownShowsWhatThePageShows() throws {
    let report = try WrittenReport(everything)
    defer { report.remove() }
    let text = try report.text("report.md")
    let expected = """
      # Squares

      *A. Author*

      About *squares*.

      > **The run was cancelled; what was done until then is shown.** `broken`

      ## Numbers

      Some <b>prose</b> with ![an image](https://example.org/x.png) and [a link](javascript:alert(1)).

      ```basin
      sum 1 2 4
      table 1 4 -9
      warn
      ```

      - **Sum:** 7 units
      - **Terms:** 3

      **Table 1.** Squares of label

      | label | n | n² (label) | root |
      | :--- | ---: | ---: | ---: |
      | label | 1 | 1 | 1 ± 0.5 |
      | label | 4 | 16 | 2 ± 0.5 |
      | label | -9 | 81 | – |
      | none | 0 | – | −∞ |

      > **Warning:** label

      ## Curves

      ![Curve of label.
      """
    #expect(text.hasPrefix(expected))
    #expect(
      text.contains("(figures/curve.svg)\n\n**Figure 1.** The curve. *([PNG](figures/curve.png), "))
    #expect(text.contains("**Error:**\n\n````text\n``` it broke\n````\n"))
    #expect(text.contains("*Cancelled.*\n\n```basin\nsum 1\n```\n\n*Not run: "))
    #expect(text.contains("| a.pt | 9 | \(String(repeating: "a", count: 64)) |"))
  }

  @Test func resultsAreTheSameBytesEachTime() throws {
    let first = try WrittenReport(everything)
    let second = try WrittenReport(everything)
    defer {
      first.remove()
      second.remove()
    }
    for file in ["results.json", "index.html", "report.md"] {
      let (one, other) = (try first.text(file), try second.text(file))
      let difference = zip(one.split(separator: "\n"), other.split(separator: "\n"))
        .first { $0 != $1 }
      #expect(one == other, "\(file): \(difference.map { "\($0)" } ?? "")")
    }
    for file in try first.files("figures") {
      #expect(try first.data("figures/" + file) == second.data("figures/" + file))
    }
  }

  /// Also of a run that was cancelled, as this one is.
  @Test func theVersionOfGnuplotIsSaid() throws {
    let report = try WrittenReport(everything)
    defer { report.remove() }
    #expect(try report.text("report.md").contains("gnuplot"))
    #expect(try report.text("provenance.json").contains("\"gnuplot\""))
  }

  @Test func resultsSayNumbersExactly() throws {
    let report = try WrittenReport("```basin id=t\nsum 0.1 0.2\ntable 2\n```\n")
    defer { report.remove() }
    let json = try report.text("results.json")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let cell = try #require((object["cells"] as? [[String: Any]])?.first)
    let results = try #require(cell["items"] as? [[String: Any]])
    #expect(json.contains("\"value\" : 0.30000000000000004"))
    let rows = try #require(results[2]["rows"] as? [[Any]])
    #expect(rows[1][2] is NSNull)
    #expect(rows[1][3] as? String == "-Infinity")
    #expect((rows[0][3] as? [String: Double])?["halfWidth"] == 0.5)
    #expect(!json.contains("seconds"))
  }

  @Test func provenanceSaysWhereNumbersComeFrom() throws {
    let report = try WrittenReport(everything)
    defer { report.remove() }
    let object = try #require(
      try JSONSerialization.jsonObject(with: try report.data("provenance.json")) as? [String: Any])
    #expect(object["seed"] as? Int == 3)
    #expect(object["threads"] as? Int == 1)
    #expect(object["commandLine"] as? [String] == ["basin", "run", "Notebooks/x.md"])
    #expect((object["inputs"] as? [[String: Any]])?.first?["path"] as? String == "a.pt")
    #expect((object["cells"] as? [[String: Any]])?.count == 6)
    let book = try #require(object["notebook"] as? [String: Any])
    #expect(book["size"] as? Int == everything.utf8.count)
  }

  @Test func aNewReportTakesThePlaceOfTheOld() throws {
    let first = try WrittenReport("```basin id=a\nplot 1 2\n```\n")
    defer { first.remove() }
    let second = try WrittenReport("```basin id=b\nplot 1 2\n```\n", folder: first.folder + "/")
    #expect(try second.files("figures").allSatisfy { $0.hasPrefix("b") })
    let beside = (first.folder as NSString).deletingLastPathComponent
    #expect(try FileManager.default.contentsOfDirectory(atPath: beside) == ["x"])
  }

  @Test func whatIsNoReportIsLeftAlone() throws {
    let first = try WrittenReport("text")
    defer { first.remove() }
    try AtomicFile.write("mine", to: first.folder + "/thesis.tex")
    #expect(
      failure { try WrittenReport("text", folder: first.folder) }
        == "cannot write the report to \(first.folder): “thesis.tex” is there, which is no part of "
        + "a report; move it, or choose another folder")
    #expect(try first.text("thesis.tex") == "mine")
    let file = first.folder + "/report.md"
    #expect(
      failure { try WrittenReport("text", folder: file) }
        == "cannot write the report to \(file): a file of that name is there, which is no part of "
        + "a report; move it, or choose another folder")
    #expect(
      failure { try WrittenReport("text", folder: file + "/x") }
        == "cannot make the folder \(file): Not a directory; a part of the path is a file; choose a path of "
        + "folders")
  }

  @Test func aReportThatCannotBeWrittenLeavesTheOldOne() throws {
    struct DiskIsFull: Error {}
    let first = try WrittenReport("old")
    defer { first.remove() }
    let before = try first.text("index.html")
    #expect(throws: DiskIsFull.self) {
      try ReportFolder.replace(first.folder) { folder in
        try AtomicFile.write("new", to: folder + "/index.html")
        throw DiskIsFull()
      }
    }
    #expect(try first.text("index.html") == before)
    let beside = (first.folder as NSString).deletingLastPathComponent
    #expect(try FileManager.default.contentsOfDirectory(atPath: beside) == ["x"])
  }

  @Test func unfinishedFoldersOfDeadRunsAreRemoved() throws {
    let first = try WrittenReport("text")
    defer { first.remove() }
    let beside = (first.folder as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(
      atPath: beside + "/.x.building-4194999-7/figures", withIntermediateDirectories: true)
    _ = try WrittenReport("text", folder: first.folder)
    #expect(try FileManager.default.contentsOfDirectory(atPath: beside) == ["x"])
  }
}

extension [String] {
  /// The same strings in the order of `other`, where they are the same.
  fileprivate func reordered(like other: [String]) -> [String] {
    sorted() == other.sorted() ? other : self
  }
}
