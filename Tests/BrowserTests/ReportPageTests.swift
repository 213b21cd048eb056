import BasinCore
import Foundation
import TestSupport
import Testing

/// Reports as a reader's browser shows them: opened from disk, in Chromium.
///
/// Where `CI` is set they run whatever is installed, and say what is missing.
@Suite(
  .serialized,
  .enabled(
    if: Browser.path != nil || ProcessInfo.processInfo.environment["CI"] != nil,
    "Chromium is not installed: script/setup --tests"))
struct ReportPageTests {
  private static let views: [(name: String, view: BrowserPage.View)] = [
    ("light", .init()), ("dark", .init(isDark: true)), ("narrow", .init(width: 375)),
    ("narrow and dark", .init(width: 375, isDark: true)), ("no script", .init(hasScript: false)),
  ]

  /// Every check in every view; the views go to the folder `BASIN_SCREENSHOTS`, if there is one.
  ///
  /// - Parameter folder: what the page may ask for: nothing unless given.
  private func problems(of file: String, mayLoadFrom folder: String? = nil) throws -> [String] {
    let page = try Browser().page()
    var problems: [String] = []
    for (name, view) in Self.views {
      try page.open(file, view)
      if !view.hasScript {
        let source = try String(contentsOfFile: file, encoding: .utf8)
        problems += try page.strings(PageChecks.repairs(of: source)).map { "HTML: \($0)" }
      }
      // Folded code, tables and all: what is folded must hold when it is opened, too.
      _ = try page.evaluate(
        "document.querySelectorAll('details').forEach((d) => { d.open = true; })")
      for check in PageChecks.all {
        problems += try page.strings(check.script).map { "\(name), \(check.name): \($0)" }
      }
      let foreign = page.requests.filter { request in
        folder.map { !request.hasPrefix(URL(fileURLWithPath: $0).absoluteString) } ?? true
      }
      problems += foreign.map { "\(name), request: \($0)" }
      problems += page.complaints.map { "\(name), \($0)" }
      if let folder = ProcessInfo.processInfo.environment["BASIN_SCREENSHOTS"], !folder.isEmpty {
        let report = ((file as NSString).deletingLastPathComponent as NSString).lastPathComponent
        let picture = "\(folder)/\(report)-\(name).png".replacing(" ", with: "-")
        try AtomicFile.write(try page.screenshot(), to: picture)
      }
    }
    return problems
  }

  @Test func aReportWithEverything() throws {
    let report = try EverythingReport()
    let found = try problems(of: report.page)
    #expect(found == [])
  }

  /// The index loads the figures beside it, and nothing else; a report in a site is as it was.
  @Test func aSite() throws {
    let report = try EverythingReport()
    let site = try TemporaryFolder()
    let outcome = try BuiltProgram("basin").run(["publish", report.folder, "--out", site.path])
    #expect(outcome.status == 0, "\(outcome.output)")
    let index = try problems(
      of: site.path + "/index.html", mayLoadFrom: site.path + "/everything/figures")
    #expect(index == [])
    let page = try problems(of: site.path + "/everything/index.html")
    #expect(page == [])
  }

  /// `BASIN_REPORTS=Reports/tour/index.html:…`: the same checks on any reports; see
  /// `script/check-reports`.
  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["BASIN_REPORTS"] != nil, "no BASIN_REPORTS"))
  func reportsOfTheEnvironment() throws {
    let files = (ProcessInfo.processInfo.environment["BASIN_REPORTS"] ?? "").split(separator: ":")
    #expect(!files.isEmpty)
    for file in files {
      let found = try problems(of: String(file))
      #expect(found == [], "\(file)")
    }
  }

  /// The checks see what they are for: each finds the one page that breaks its rule.
  @Test(arguments: [
    ("links", "<a href=\"#nowhere\">x</a>"),
    ("links", "<p id=\"a\"></p><p id=\"a\"></p>"),
    (
      "contents",
      "<nav aria-label=\"c\"><a href=\"#a\">a</a></nav><h2 id=\"a\">a</h2><h2 id=\"b\">b</h2>"
    ),
    ("figures", "<figure id=\"f\"><svg role=\"img\" width=\"10\" height=\"10\"></svg></figure>"),
    ("names", "<button></button>"),
    ("headings", "<h2>a</h2><h4>b</h4>"),
    ("tables", "<div class=\"table\"><table><tr><th>a</th></tr></table></div>"),
    ("contrast", "<p style=\"color: #999\">pale</p>"),
    ("contrast", "<p style=\"background: #000; color: #666\">dark</p>"),
    ("width", "<p style=\"width: 3000px\">wide</p>"),
  ])
  func checksFindProblems(name: String, body: String) throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/x.html"
    func page(_ body: String) -> String {
      "<!DOCTYPE html><html lang=\"en\"><head><title>x</title></head><body><main><h1>x</h1>"
        + body + "</main></body></html>"
    }
    let shown = try Browser().page()
    for (body, expected) in [(body, [name]), ("<p>fine</p>", [])] {
      try AtomicFile.write(page(body), to: file)
      try shown.open(file)
      let found = try PageChecks.all.filter { try !shown.strings($0.script).isEmpty }.map(\.name)
      #expect(found.contains(name) == expected.contains(name), "\(found)")
    }
  }

  @Test func repairsAreFound() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/x.html"
    let source = """
      <!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head>\
      <body><p>a<ul><li>b</li></ul></p></body></html>
      """
    try AtomicFile.write(source, to: file)
    let page = try Browser().page()
    try page.open(file, .init(hasScript: false))
    #expect(try page.strings(PageChecks.repairs(of: source)) != [])
  }

  /// Requests, exceptions, the console and violations of the policy are all seen.
  @Test(arguments: [
    ("<img src=\"missing.png\" alt=\"\"/>", true),
    ("<script>throw new Error('x')</script>", false),
    ("<script>console.log('x')</script>", false),
    (
      "<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'none'\"/>"
        + "<script>var a = 1</script>", false
    ),
  ])
  func complaintsAreHeard(body: String, isRequest: Bool) throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/x.html"
    try AtomicFile.write("<!DOCTYPE html><title>x</title>" + body, to: file)
    let page = try Browser().page()
    try page.open(file)
    #expect(page.requests.isEmpty != isRequest)
    #expect(!page.complaints.isEmpty)
  }

  /// Names of files, checkpoints and sets as the program itself meets them.
  @Test func namesOfFilesAreText() throws {
    let page = try Browser().page()
    func shape(_ name: String) throws -> [String] {
      let folder = try TemporaryFolder()
      let notebook = """
        ---
        title: \(name)
        ---
        ```basin id=a caption="\(name)"
        data digits
        train mlp:hidden=4 --epochs 1 --seeds 0,1 --out "\(name)" --as seeds
        load "\(name)/seed0/last.safetensors" --as one
        inspect "\(name)/seed1/last.safetensors"
        diversity seeds one --baseline seeds[0]
        ```

        ```basin id=b
        load "\(name)/none.safetensors" --as none
        ```
        """
      try AtomicFile.write(notebook, to: folder.path + "/x.md")
      let process = try BuiltProgram("basin").start(
        ["run", "x.md", "--no-cache"], in: folder.path)
      process.waitUntilExit()
      #expect(process.terminationStatus == 1)
      try page.open(folder.path + "/Reports/x/index.html")
      #expect(try page.evaluate("typeof window.hostile") as? String == "undefined")
      #expect(page.requests == [] && page.complaints == [])
      #expect(
        try page.evaluate("document.querySelector('.error').textContent.includes('failed')")
          as? Bool == true)
      let file = try page.evaluate(
        "Array.from(document.querySelectorAll('td')).map((cell) => cell.textContent).join()")
      #expect((file as? String)?.contains(name + "/seed0/last.safetensors") == true)
      return try page.strings(
        """
        Array.from(document.querySelectorAll('*')).filter((element) => !element.closest('svg *, pre *'))
          .map((element) => element.localName + ' ' + element.getAttributeNames().sort().join(' '))
        """)
    }
    let harmless = try shape("harmless")
    for name in [
      "<img src=x onerror=window.hostile=1>", "<b>'&amp;", "x' onclick='window.hostile=1",
    ] {
      let found = try shape(name)
      #expect(found == harmless, "\(name)")
    }
  }

  @Test func codeIsCopied() throws {
    let report = try EverythingReport()
    let page = try Browser().page()
    try page.open(report.page)
    try page.allowClipboard()
    _ = try page.evaluate("document.querySelector('details.code').open = true")
    let copied = try page.evaluate(
      """
      (async () => {
        const button = document.querySelector('button.copy');
        button.click();
        for (let i = 0; i < 100 && button.textContent === 'Copy'; i += 1)
          await new Promise((done) => setTimeout(done, 10));
        return button.textContent + ': ' + await navigator.clipboard.readText();
      })()
      """)
    #expect(copied as? String == "Copied: " + EverythingReport.firstCell)
  }

  @Test func noButtonsWithoutScript() throws {
    let report = try EverythingReport()
    let page = try Browser().page()
    try page.open(report.page, .init(hasScript: false))
    _ = try page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    let shown = "Array.from(document.querySelectorAll('button')).filter((b) => b.checkVisibility())"
    #expect(try page.evaluate(shown + ".length") as? Int == 0)
    try page.open(report.page)
    _ = try page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    #expect(try page.evaluate(shown + ".length") as? Int ?? 0 > 4)
  }

  /// A click sorts by the numbers themselves, a second the other way round, a third gives the order
  /// of the report back; a missing value is last both ways.
  @Test func tablesAreSorted() throws {
    let report = try EverythingReport()
    let page = try Browser().page()
    try page.open(report.page)
    func column(_ header: String, clicks: Int) throws -> [String] {
      try page.strings(
        """
        (() => {
          const table = document.getElementById('table-plane-3');
          const heads = Array.from(table.tHead.rows[0].cells);
          const index = heads.findIndex((head) => head.textContent === \(PageChecks.quoted(header)));
          for (let i = 0; i < \(clicks); i += 1) heads[index].querySelector('button').click();
          return [heads[index].getAttribute('aria-sort') ?? 'none'].concat(
            Array.from(table.tBodies[0].rows).map((row) => row.cells[index].textContent));
        })()
        """)
    }
    func numbers(_ texts: [String]) -> [Double] {
      texts.dropFirst().compactMap { Double($0.prefix { $0.isNumber || $0 == "." }) }
    }
    let original = try column("accuracy", clicks: 0)
    #expect(original.first == "none" && original.count > 3)
    let up = try column("accuracy", clicks: 1)
    #expect(up.first == "ascending")
    #expect(numbers(up) == numbers(original).sorted())
    let down = try column("accuracy", clicks: 1)
    #expect(down.first == "descending")
    #expect(numbers(down) == numbers(original).sorted(by: >))
    #expect(try column("accuracy", clicks: 1) == original)
    let names = try column("checkpoint", clicks: 1)
    #expect(Array(names.dropFirst()) == names.dropFirst().sorted())
    #expect(try column("accuracy", clicks: 0).first == "none")
  }

  /// A link of the contents, a reference and a note lead to what they name, also into what was
  /// folded.
  @Test func linksLand() throws {
    let report = try EverythingReport()
    let page = try Browser().page()
    try page.open(report.page, .init(width: 375))
    let problems = try page.strings(
      """
      (async () => {
        const problems = [];
        for (const link of document.querySelectorAll('a[href^="#"]')) {
          if (!link.checkVisibility()) continue;
          link.click();
          await new Promise((done) => setTimeout(done, 30));
          const target = document.querySelector(':target');
          if (!target || '#' + target.id !== link.getAttribute('href')) {
            problems.push(link.href + ' leads to ' + target?.id);
            continue;
          }
          if (!target.checkVisibility()) { problems.push(target.id + ' is folded'); continue; }
          const box = target.getBoundingClientRect();
          if (box.top > innerHeight || box.bottom < 0)
            problems.push(target.id + ' is at ' + box.top + ' to ' + box.bottom);
        }
        return problems;
      })()
      """)
    #expect(problems == [])
  }

  /// A formula that is wider than the page scrolls in its own box.
  @Test func formulasScroll() throws {
    let report = try EverythingReport()
    let page = try Browser().page()
    try page.open(report.page, .init(width: 375))
    let reached = try page.evaluate(
      """
      (() => {
        const box = document.querySelector('.formula');
        box.scrollLeft = 10000;
        const end = box.querySelector('math').getBoundingClientRect().right;
        return box.scrollLeft > 50 && end <= box.getBoundingClientRect().right + 1;
      })()
      """)
    #expect(reached as? Bool == true)
  }

  /// What the browser unpacks behind the links is what lies beside the page.
  @Test func figuresCarryTheirFiles() throws {
    let report = try EverythingReport()
    let page = try Browser().page()
    try page.open(report.page)
    let members = try page.strings(
      """
      (async () => {
        const members = [];
        for (const link of document.querySelectorAll('a[download]')) {
          const text = atob(link.getAttribute('href').replace(/^[^,]*,/, ''));
          const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
          const view = new DataView(bytes.buffer);
          const short = (at) => view.getUint16(at, true), long = (at) => view.getUint32(at, true);
          const end = bytes.length - 22;
          let at = long(end + 16);
          for (let count = short(end + 10); count; count -= 1) {
            const name = text.slice(at + 46, at + 46 + short(at + 28));
            const local = long(at + 42);
            const start = local + 30 + short(local + 26) + short(local + 28);
            const packed = bytes.slice(start, start + long(at + 20));
            const stream = short(at + 10) ? new Blob([packed]).stream()
              .pipeThrough(new DecompressionStream('deflate-raw')) : new Blob([packed]).stream();
            const content = new Uint8Array(await new Response(stream).arrayBuffer());
            members.push(link.download + '/' + name, long(at + 16).toString(),
              btoa(Array.from(content, (byte) => String.fromCharCode(byte)).join('')));
            at += 46 + short(at + 28) + short(at + 30) + short(at + 32);
          }
        }
        return members;
      })()
      """)
    var names: [String] = []
    for index in stride(from: 0, to: members.count, by: 3) {
      let name = String(members[index].split(separator: "/")[1])
      let content = try #require(
        FileManager.default.contents(atPath: report.folder + "/figures/" + name), "\(name)")
      #expect(content == Data(base64Encoded: members[index + 2]), "\(name)")
      #expect(members[index + 1] == String(StoredZip.crc32([UInt8](content))), "\(name)")
      names.append(members[index])
    }
    #expect(
      Set(names).isSuperset(of: [
        "plane.zip/plane.svg", "plane.zip/plane.gp", "plane.zip/plane.csv",
      ]))
  }
}
