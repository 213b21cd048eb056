import BasinCore
import Foundation
import TestSupport
import Testing

@testable import Notebooks

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The forms of a report besides its page.
@Suite struct FormatTests {
  private static let text =
    everything + """


      ```basin id=\(String(repeating: "long", count: 16))
      sum 1
      ```
      """

  private func written(
    _ formats: Set<ReportFormat>, _ text: String = FormatTests.text, label: String = "label"
  ) throws -> WrittenReport {
    try WrittenReport(text, label: label, formats: formats)
  }

  private func object(_ data: Data) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func onlyWhatIsAskedForIsWritten() throws {
    let always = ["figures", "provenance.json", "results.json"]
    let files: [(Set<ReportFormat>, [String])] = [
      (ReportFormat.standard, ["index.html", "report.md"]), ([.ipynb], ["report.ipynb"]),
      ([.json, .md], ["report.json", "report.md"]), ([], []),
    ]
    for (formats, names) in files {
      let report = try written(formats)
      defer { report.remove() }
      #expect(try report.files() == (always + names).sorted())
    }
  }

  /// The rules of nbformat 4.5's schema for what such a file can have.
  private func check(notebook: [String: Any]) throws {
    #expect(Set(notebook.keys) == ["metadata", "nbformat", "nbformat_minor", "cells"])
    #expect(notebook["nbformat"] as? Int == 4 && notebook["nbformat_minor"] as? Int == 5)
    let metadata = try #require(notebook["metadata"] as? [String: Any])
    let kernel = try #require(metadata["kernelspec"] as? [String: Any])
    #expect(kernel["name"] is String && kernel["display_name"] is String)
    #expect((metadata["language_info"] as? [String: Any])?["name"] is String)
    #expect(metadata["title"] is String && metadata["authors"] is [Any])
    var ids: Set<String> = []
    for cell in try #require(notebook["cells"] as? [[String: Any]]) {
      let id = try #require(cell["id"] as? String)
      #expect(id.wholeMatch(of: /[a-zA-Z0-9\-_]{1,64}/) != nil)
      #expect(ids.insert(id).inserted, "\(id)")
      #expect(cell["metadata"] is [String: Any])
      try check(lines: cell["source"])
      switch cell["cell_type"] as? String {
      case "markdown":
        #expect(Set(cell.keys) == ["id", "cell_type", "metadata", "source"])
      case "code":
        #expect(
          Set(cell.keys)
            == ["id", "cell_type", "metadata", "source", "outputs", "execution_count"])
        #expect(cell["execution_count"] is NSNull)
        for output in try #require(cell["outputs"] as? [[String: Any]]) { try check(output) }
      default: Issue.record("a cell of the type \(String(describing: cell["cell_type"]))")
      }
    }
  }

  private func check(lines: Any?) throws {
    let lines = try #require(lines as? [String])
    #expect(lines.dropLast().allSatisfy { $0.hasSuffix("\n") })
    #expect(lines.allSatisfy { $0.dropLast().contains("\n") == false && !$0.isEmpty })
  }

  private func check(_ output: [String: Any]) throws {
    switch output["output_type"] as? String {
    case "display_data":
      #expect(Set(output.keys) == ["output_type", "data", "metadata"])
      let data = try #require(output["data"] as? [String: Any])
      #expect(data["text/plain"] != nil)
      for (type, value) in data {
        if type == "image/png" {
          let png = try #require((value as? String).flatMap { Data(base64Encoded: $0) })
          #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        } else if type.hasSuffix("+json") {
          #expect((value as? [String: Any])?["format"] as? Int == 2)
        } else {
          try check(lines: value)
        }
      }
    case "stream":
      #expect(Set(output.keys) == ["output_type", "name", "text"])
      #expect(output["name"] as? String == "stdout")
      try check(lines: output["text"])
    case "error":
      #expect(Set(output.keys) == ["output_type", "ename", "evalue", "traceback"])
      #expect(output["ename"] is String && output["evalue"] is String)
      #expect(output["traceback"] is [String])
    default: Issue.record("an output of the type \(String(describing: output["output_type"]))")
    }
  }

  @Test(arguments: [
    FormatTests.text, "text", "", "```basin\n```\n", "```basin id=title\nsum 1\n```\n",
  ])
  func theJupyterNotebookFollowsTheSchema(text: String) throws {
    let report = try written([.ipynb], text)
    defer { report.remove() }
    try check(notebook: try object(try report.data("report.ipynb")))
  }

  @Test func theJupyterNotebookHasTheWholeReport() throws {
    let report = try written([.ipynb])
    defer { report.remove() }
    let notebook = try object(try report.data("report.ipynb"))
    let cells = try #require(notebook["cells"] as? [[String: Any]])
    func source(_ id: String) throws -> String {
      let cell = try #require(cells.first { $0["id"] as? String == id }, "\(id)")
      return try #require(cell["source"] as? [String]).joined()
    }
    func outputs(_ id: String) throws -> [[String: Any]] {
      try #require(cells.first { $0["id"] as? String == id }?["outputs"] as? [[String: Any]])
    }
    func data(_ output: [String: Any], _ type: String) -> String? {
      ((output["data"] as? [String: Any])?[type] as? [String])?.joined()
    }
    #expect(try source("title").hasPrefix("# Squares\n\n*A. Author*\n\nAbout *squares*."))
    #expect(try source("numbers") == "sum 1 2 4\ntable 1 4 -9\nwarn")
    #expect(try source("provenance").hasPrefix("## Provenance"))
    let numbers = try outputs("numbers")
    #expect(data(numbers[0], "text/markdown") == "- **Sum:** 7 units\n- **Terms:** 3")
    let table = try XMLDocument(
      data: Data(try #require(data(numbers[1], "text/html")).utf8))
    #expect(try table.nodes(forXPath: "//td").count == 16)
    #expect(try table.nodes(forXPath: "//th").count == 4)
    #expect(try #require(data(numbers[1], "text/plain")).contains("label   4          16  2 ± 0.5"))
    let curve = try outputs("curve")
    #expect(try #require(data(curve[0], "image/svg+xml")).hasPrefix("<svg"))
    #expect(data(curve[1], "text/markdown") == "**Figure 1.** The curve.")
    let code = try #require(cells.first { $0["id"] as? String == "curve" })
    let metadata = try #require(code["metadata"] as? [String: [String: Any]])
    #expect(metadata["jupyter"]?["source_hidden"] as? Bool == true)
    #expect(metadata["basin"]?["caption"] as? String == "The curve.")
    #expect(try outputs("broken").first?["evalue"] as? String == "``` it broke")
    #expect(data(try outputs("late")[0], "text/plain") == "Not run: the run was cancelled before.")
  }

  @Test func theWholeFileHasWhatTheOthersHave() throws {
    let report = try written([.json, .html])
    defer { report.remove() }
    let whole = try object(try report.data("report.json"))
    let results = try object(try report.data("results.json"))
    #expect(
      whole["format"] as? Int == 2 && results["format"] as? Int == 2
        && whole["status"] as? String == "cancelled")
    #expect(results["plugins"] as? [String: String] == ["squares": "2.1"])
    #expect(whole["abstract"] as? String == "About *squares*.")
    #expect(results["abstract"] as? String == "About squares.")
    let parts = try #require(whole["parts"] as? [[String: Any]])
    #expect(
      parts.prefix(4).map { $0["kind"] as? String } == ["prose", "cell", "prose", "cell"])
    #expect((parts[0]["markdown"] as? String)?.hasPrefix("## Numbers\n\nSome <b>prose</b>") == true)
    let cells = parts.filter { $0["kind"] as? String == "cell" }
    let short = try #require(results["cells"] as? [[String: Any]])
    #expect(cells.count == short.count)
    // The same items, and of figures their drawing.
    for (cell, other) in zip(cells, short) {
      #expect(cell["id"] as? String == other["id"] as? String)
      let items = try #require(cell["items"] as? NSArray)
      #expect(items == other["items"] as? NSArray)
      #expect(cell["tables"] as? NSArray == other["tables"] as? NSArray)
      let figures = cell["figures"] as? [[String: Any]] ?? []
      #expect(figures.count == (other["figures"] as? [Any])?.count ?? 0)
      for (figure, same) in zip(figures, other["figures"] as? [[String: Any]] ?? []) {
        var figure = figure
        let drawing = try #require(figure.removeValue(forKey: "drawing") as? [String: Any])
        #expect(figure as NSDictionary == same as NSDictionary)
        let place = try #require(figure["item"] as? Int)
        let item = try #require(items[place] as? [String: Any])
        #expect(item["type"] as? String == "figure")
        let name = try #require(same["name"] as? String)
        #expect(drawing["svg"] as? String == (try report.text("figures/\(name).svg")))
        #expect(drawing["svgDark"] as? String == (try report.text("figures/\(name)-dark.svg")))
        let png = (drawing["png"] as? String).flatMap { Data(base64Encoded: $0) }
        #expect(png == (try report.data("figures/\(name).png")))
        for source in try #require(drawing["sources"] as? [[String: String]]) {
          let data =
            source["text"].map { Data($0.utf8) }
            ?? source["base64"].flatMap { Data(base64Encoded: $0) }
          #expect(data == (try report.data("figures/\(try #require(source["name"]))")))
        }
      }
    }
    #expect(cells[1]["figures"] as? [Any] != nil && cells[0]["tables"] as? [Any] != nil)
  }

  /// Files and outputs that hold items are as the schema says, and have the same items.
  @Test func itemsAreTheSameInEveryFormatAndAsTheSchemaSays() throws {
    let report = try written([.json, .ipynb])
    defer { report.remove() }
    let notebook = try object(try report.data("report.ipynb"))
    let results = try object(try report.data("results.json"))
    var documents: [ItemSchema.Document] = [
      .init("results.json", is: "results", try report.data("results.json")),
      .init("report.json", is: "report", try report.data("report.json")),
    ]
    let codes = try #require(notebook["cells"] as? [[String: Any]])
      .filter { $0["cell_type"] as? String == "code" }
    let cells = try #require(results["cells"] as? [[String: Any]])
    #expect(codes.count == cells.count)
    for (code, cell) in zip(codes, cells) {
      let outputs = (code["outputs"] as? [[String: Any]] ?? [])
        .compactMap { ($0["data"] as? [String: Any])?["application/vnd.basin+json"] }
      for output in outputs {
        documents.append(
          .init("output", is: "output", try JSONSerialization.data(withJSONObject: output)))
      }
      let items = outputs.flatMap { ($0 as? [String: Any])?["items"] as? [Any] ?? [] }
      #expect(items as NSArray == cell["items"] as? NSArray)
    }
    #expect(documents.count > 5)
    #expect(try ItemSchema.faults(in: documents) == [])
  }

  @Test func allFormatsAreTheSameBytesEachTimeAndSayNothingOfTheMachine() throws {
    let here = FileManager.default.currentDirectoryPath
    let label = "\(here)/runs/a.pt and \(NSHomeDirectory())/b.pt"
    let formats: Set<ReportFormat> = [.md, .ipynb, .json]
    let text = "```basin id=a\nread \(here)/a.pt\nnote \(label)\nfail \(label)\n```\n"
    let first = try WrittenReport(text, file: "\(here)/Notebooks/x.md", formats: formats)
    let second = try WrittenReport(text, file: "\(here)/Notebooks/x.md", formats: formats)
    defer {
      first.remove()
      second.remove()
    }
    for format in formats {
      let file = try first.text(format.fileName)
      #expect(file == (try second.text(format.fileName)))
      #expect(!file.contains(here) && !file.contains(NSHomeDirectory() + "/"), "\(format)")
      #expect(file.contains("runs/a.pt and ~/b.pt"))
    }
  }

  /// Whatever a label says, the HTML and the Markdown in a Jupyter notebook have the same elements.
  @Test(arguments: [
    "</table><script>alert(1)</script>", "\" onload=\"alert(1)", "<!-- x --> & ]]>",
    "\u{1B}[2J\u{1}\u{202E}", "` ``` | $x$ [a](b) ![i](j) <http://x> **b**",
  ])
  func hostileTextStaysText(attack: String) throws {
    let text = "```basin id=a\ntable 1\nwarn\nplot 1 2\n```\n"
    func shape(_ label: String) throws -> [String] {
      let report = try written([.ipynb], text, label: label)
      defer { report.remove() }
      let notebook = try object(try report.data("report.ipynb"))
      try check(notebook: notebook)
      let cells = try #require(notebook["cells"] as? [[String: Any]])
      let outputs = try #require(
        cells.first { $0["id"] as? String == "a" }?["outputs"] as? [[String: Any]])
      var names: [String] = []
      for output in outputs {
        let data = try #require(output["data"] as? [String: Any])
        if let html = (data["text/html"] as? [String])?.joined() {
          names += try XMLDocument(data: Data(html.utf8)).nodes(forXPath: "//* | //@*")
            .compactMap(\.name)
        }
        if let markdown = (data["text/markdown"] as? [String])?.joined() {
          let page = "<div>\(MarkdownTree(markdown).html().html)</div>"
          names += try XMLDocument(data: Data(page.utf8)).nodes(forXPath: "//* | //@*")
            .compactMap(\.name)
        }
        let plain = try #require(data["text/plain"] as? [String]).joined()
        #expect(
          !plain.unicodeScalars.contains {
            $0.properties.generalCategory == .control && $0 != "\n"
          })
      }
      return names
    }
    #expect(try shape(attack) == shape("harmless"))
  }
}

/// Of the command line, what is below the working folder and what is no path.
@Test func theCommandLineHasNoFoldersOfTheMachine() throws {
  let here = FileManager.default.currentDirectoryPath
  let words = [
    "/opt/b/basin", "run", "\(here)/x.md", "--out", "\(NSHomeDirectory())/r/x", "/srv/y/",
  ]
  #expect(
    PublicCommandLine(words).words == ["…/basin", "run", "x.md", "--out", "…/x", "…/y"])
}

/// What is printed, and what prints it.
@Suite struct PrintTests {
  @Test func relativeLinksLoseTheirAddressAndOthersKeepIt() {
    let page = """
      <p>x &lt;a href="y.md"&gt; <a href="y.md#z">y</a> <a id="i" href="#z" class="c">z</a> \
      <a href="https://example.org/">e</a> <a href="/etc">f</a> <a>g</a> <abbr href="h">h</abbr></p>
      """
    #expect(
      String(decoding: PrintedPage.withoutRelativeLinks(page), as: UTF8.self) == """
        <p>x &lt;a href="y.md"&gt; <a>y</a> <a id="i" href="#z" class="c">z</a> \
        <a href="https://example.org/">e</a> <a>f</a> <a>g</a> <abbr href="h">h</abbr></p>
        """)
  }

  @Test func datesBecomeOneAndKeepTheirLength() {
    let pdf = Data("%PDF /CreationDate (D:20260301123456+00'00') /ModDate (D:2026)> x".utf8)
    #expect(
      String(decoding: PrintedPage.withoutTimes(pdf), as: UTF8.self)
        == "%PDF /CreationDate (D:19700101000000+00'00') /ModDate (D:1970)> x")
  }

  /// A program in the place of Chromium.
  private func printer(
    _ script: String, timeout: Double = 20, cancellation: Cancellation = Cancellation()
  ) throws -> (PagePrinter, String) {
    let path = NSTemporaryDirectory() + "basin-chromium-\(UUID().uuidString)"
    try "#!/bin/sh\n\(script)\n".write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    let printer = try PagePrinter(
      environment: ["BASIN_CHROMIUM": path], timeout: timeout, cancellation: cancellation)
    return (printer, path)
  }

  @Test(arguments: [
    ("exit 3", "ended with status 3: it gave no reason"),
    ("echo no display >&2; exit 1", "ended with status 1: no display"),
    ("kill -9 $$", "was killed by signal 9"), ("true", "wrote no whole PDF: it gave no reason"),
    (
      "for a; do case $a in --print-to-pdf=*) echo %PDF-1.4 >\"${a#*=}\";; esac; done",
      "wrote no whole PDF: it gave no reason"
    ),
  ])
  func aPrinterThatFailsIsOneLine(script: String, reason: String) throws {
    let (printer, path) = try printer(script)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let error = #expect(throws: PrintError.self) { try printer.print("<p>x</p>") }
    let name = (path as NSString).lastPathComponent
    #expect(error?.description == "cannot make the PDF: \(name) \(reason)")
  }

  @Test func aPrinterThatHangsIsStopped() throws {
    let (printer, path) = try printer("sleep 100", timeout: 0.3)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let error = #expect(throws: PrintError.self) { try printer.print("<p>x</p>") }
    #expect(error?.description.hasSuffix("took longer than 0.3 s and was stopped") == true)

    let cancellation = Cancellation()
    let (other, second) = try self.printer("sleep 100", cancellation: cancellation)
    defer { try? FileManager.default.removeItem(atPath: second) }
    Thread.detachNewThread {
      usleep(200_000)
      cancellation.request()
    }
    #expect(throws: Cancelled.self) { try other.print("<p>x</p>") }
  }

  @Test func withoutAPrinterTheLineSaysWhatToInstall() throws {
    let none = #expect(throws: PrintError.self) {
      try PagePrinter(environment: ["PATH": "/nonexistent"])
    }
    #expect(
      none?.description
        == "cannot make the PDF: there is no Chromium to print with; install one (Debian: apt "
        + "install chromium), or leave pdf out of --format")
    let wrong = #expect(throws: PrintError.self) {
      try PagePrinter(environment: ["PATH": "/usr/bin", "BASIN_CHROMIUM": "/nonexistent/x"])
    }
    #expect(wrong?.description.contains("BASIN_CHROMIUM is '/nonexistent/x'") == true)
  }

  /// A failing printer costs the PDF and nothing else.
  @Test func theRestOfTheReportIsWrittenWithoutThePDF() throws {
    let (printer, path) = try printer("exit 1")
    let folder = NSTemporaryDirectory() + "basin-report-\(UUID().uuidString)"
    defer {
      try? FileManager.default.removeItem(atPath: path)
      try? FileManager.default.removeItem(atPath: folder)
    }
    let run = try Replay(try notebook("```basin\nsum 1\n```\n"), with: Calculator()).run()
    var writer = ReportWriter()
    writer.formats = [.html, .pdf]
    writer.printer = printer
    #expect(throws: PrintError.self) { try writer.write(run, to: folder) }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(files == ["figures", "index.html", "provenance.json", "results.json"])
  }

  private static var hasChromium: Bool { (try? PagePrinter()) != nil }

  @Test(.enabled(if: PrintTests.hasChromium))
  func chromiumPrintsTheSameBytesEachTime() throws {
    let page = """
      <!DOCTYPE html><html><head><title>T</title></head><body><h1 id="a">Äpfel</h1>
      <p><a href="#a">up</a> <a href="other.md">other</a> <a href="https://example.org/x">e</a></p>
      <img src="https://example.org/x.png" /></body></html>
      """
    let printer = try PagePrinter()
    let first = try printer.print(page)
    #expect(try printer.print(page) == first)
    let text = String(decoding: first, as: UTF8.self)
    #expect(text.contains("/CreationDate (D:19700101000000"))
    #expect(text.contains("/URI (https://example.org/x)"))
    #expect(!text.contains("file:") && !text.contains("other.md"))
    #expect(!text.contains(NSTemporaryDirectory()))
  }
}
