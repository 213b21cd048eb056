import BasinCore
import Foundation
import TestSupport
import Testing

@testable import Notebooks

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Whatever text comes from outside, a page has the same elements and attributes, and so has its
/// Markdown.
@Suite(.serialized) struct HostileTextTests {
  /// A text wherever a notebook and its results can have one: title, author, date, parameter, its
  /// help, caption, comment, command, file read, name of the notebook, note, warning, error, and all
  /// that has ``Calculator/label``: names and units of numbers, text, titles, columns and cells of
  /// tables, titles, axes and names in figures, settings, versions.
  private static func notebookText(_ text: String) -> String {
    let line = oneLine(text)
    let yaml = line.unicodeScalars.filter(\.isAllowedInYAML).map { String($0) }.joined()
      .replacingScalars("'", with: "''")
    // A cell has no hidden characters: they are refused.
    let cell = HiddenCharacter.removed(from: line)
    let option = cell.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    let command = cell.replacing(/\{([A-Za-z_]\w*)\}/) { "{{\($0.1)}}" }
    return """
      ---
      title: 'x \(yaml)'
      author: ['x \(yaml)', b]
      date: 'x \(yaml)'
      parameters: {n: {default: 'x \(yaml)', help: 'x \(yaml)'}}
      ---
      ## Heading

      ## Another

      ~~~basin id=a caption="x \(option)"
      plot 1 2 3
      table 1
      sum 1
      label
      warn
      note x \(command) .
      # \(command) .
      ~~~

      ~~~basin id=b
      read x\(command.split(separator: " ").joined()).pt
      fail x \(command) .
      ~~~

      ~~~text
      x \(line)
      ~~~
      """
  }

  // A notebook's lines are its own: what would end one, or be a parameter, is not. Control characters are refused.
  private static func oneLine(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.compactMap { scalar in
          if scalar.properties.isWhitespace || scalar == "\0" { return " " }
          let isRefused =
            scalar.properties.generalCategory == .control
            || [0xFFFE, 0xFFFF].contains(scalar.value)
          return isRefused ? nil : scalar
        }))
  }

  private static func written(_ text: String) throws -> WrittenReport {
    try WrittenReport(
      notebookText(text), file: "Notebooks/x\(text.filter { $0 != "/" }).md", label: text)
  }

  private static func shape(_ page: XMLDocument) throws -> [String] {
    try page.nodes(forXPath: "//*").compactMap { $0 as? XMLElement }.map { element in
      let attributes = (element.attributes ?? []).compactMap(\.name).sorted()
      return "\(element.name ?? "") \(attributes.joined(separator: " "))"
    }
  }

  // The report's own Markdown, rendered as a notebook's prose, gives its structure away.
  private static func shapeOfMarkdown(_ report: WrittenReport) throws -> [String] {
    let text = try report.text("report.md").replacing("```basin", with: "```text")
    let again = try WrittenReport(text)
    defer { again.remove() }
    return try shape(try again.page()).withoutFigures
  }

  private static let harmless: (page: [String], figures: Set<String>, markdown: [String])? = {
    guard let report = try? written("harmless") else { return nil }
    defer { report.remove() }
    guard let page = try? shape(report.page()), let markdown = try? shapeOfMarkdown(report) else {
      return nil
    }
    return (page.withoutFigures, page.inFigures, markdown)
  }()

  @Test(arguments: HostileText.markup.indices)
  func aReportHasTheShapeOfAHarmlessOne(index: Int) throws {
    let attack = HostileText.markup[index]
    let harmless = try #require(Self.harmless)
    let report = try Self.written(attack)
    defer { report.remove() }
    let page = try report.page()
    let shape = try Self.shape(page)
    let difference = zip(shape.withoutFigures, harmless.page).first { $0 != $1 }
    #expect(
      difference == nil && shape.withoutFigures.count == harmless.page.count,
      "\(String(describing: difference))")
    #expect(shape.inFigures.isSubset(of: harmless.figures))
    #expect(try page.nodes(forXPath: "//*[local-name()='script']").count == 1)
    let markdown = try Self.shapeOfMarkdown(report)
    #expect(markdown == harmless.markdown)

    // The text itself is there: in the page's title, and where a cell of a table shows it.
    let kept = String(
      String.UnicodeScalarView(Self.oneLine(attack).unicodeScalars.filter(\.isAllowedInYAML))
    ).words
    let title = try page.nodes(forXPath: "//*[local-name()='h1']").first?.stringValue ?? ""
    #expect(title.words == ["x"] + kept)
    for file in try report.files("figures") {
      #expect(file.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) })
    }
    for file in ["results.json", "provenance.json"] {
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: report.data(file)) }
    }
  }

  /// Names that stand in addresses and files are refused unless they are plain.
  @Test(arguments: HostileText.markup.indices)
  func namesArePlain(index: Int) throws {
    let text = Self.oneLine(HostileText.markup[index])
    #expect(throws: NotebookError.self) { try notebook("~~~basin id=\(text)\nsum 1\n~~~\n") }
    let yaml = text.replacing("'", with: "''")
    #expect(throws: NotebookError.self) {
      try notebook("---\nparameters: {'\(yaml)': 1}\n---\n")
    }
  }

  /// Prose is the author's, and has its meaning; yet it brings no element that CommonMark, references,
  /// notes and formulas do not have, and no address that runs.
  @Test(arguments: HostileText.markup.indices)
  func proseBringsNothingForeign(index: Int) throws {
    // Control characters are refused; line ends are prose.
    let attack = HostileText.markup[index].split(
      separator: /[\r\n]/, omittingEmptySubsequences: false
    ).map { Self.oneLine(String($0)) }.joined(separator: "\n")
    let text = """
      \(attack)

      Then \(attack) and **\(attack)**

      - \(attack)

      > \(attack)

      | a | b |
      |---|---|
      | \(attack) | \(attack) |

      $\(attack)$ and $$\(attack)$$ and `\(attack)`[^n]

      [^n]: \(attack)

      ```text
      \(attack)
      ```
      ## \(attack)
      """
    let run = try Replay(
      try notebook(text), with: Calculator()
    ).run()
    let page = try XMLDocument(data: Data(Page(NumberedRun(run)).html.utf8))
    let names = Set(
      try page.nodes(forXPath: "//*").compactMap { ($0 as? XMLElement)?.localName })
    let foreign = names.subtracting(Self.proseElements).filter { !$0.hasPrefix("m") }
    #expect(foreign.isEmpty)
    #expect(try page.nodes(forXPath: "//*[local-name()='script']").count == 1)
    #expect(try page.nodes(forXPath: "//*[local-name()='style']").count == 1)
    #expect(try page.nodes(forXPath: "//*[local-name()='meta']").count == 5)
    let attributes = try page.nodes(forXPath: "//@*")
    #expect(!attributes.contains { $0.name?.lowercased().hasPrefix("on") == true })
    for attribute in attributes where ["href", "src"].contains(attribute.localName) {
      let address = attribute.stringValue?.lowercased() ?? ""
      #expect(!address.contains("javascript:") && !address.hasPrefix("data:text"), "\(address)")
    }
  }

  private static let proseElements: Set = [
    "html", "head", "meta", "title", "style", "body", "main", "header", "nav", "section", "script",
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "a", "em", "strong", "code", "pre", "ul", "ol", "li",
    "blockquote", "hr", "br", "span", "div", "table", "thead", "tbody", "tr", "th", "td", "caption",
    "sup", "dl", "dt", "dd", "semantics", "annotation",
  ]

  /// What runs in a cell is what an editor shows of it.
  @Test(arguments: [
    ("```basin\nls\nls \u{202E}x\n```\n", 3, "U+202E"),
    ("```basin\nls\n# a\u{2066}b\n```\n", 3, "U+2066"),
    ("\n```basin caption=\"a\u{202D}b\"\nls\n```\n", 2, "U+202D"),
    ("~~~basin hide\u{200B} \nls\n~~~\n", 1, "U+200B"),
    ("---\nparameters: {n: {type: string}}\n---\n```basin\nls\nls {n}\n```\n", 6, "U+200D"),
    ("---\nparameters: {m: \"a\u{FEFF}b\"}\n---\n```basin\nls {m}\n```\n", 5, "U+FEFF"),
    ("# \u{202E}x\n\n```basin\nls \u{AD}\n```\n", 4, "U+00AD"),
  ])
  func aCellWithAHiddenCharacterIsRefused(text: String, line: Int, name: String) {
    let error = #expect(throws: NotebookError.self) {
      try notebook(text, text.contains("{n}") ? ["n": "a\u{200D}b"] : [:])
    }
    #expect(error?.line == line)
    #expect(
      error?.reason
        == "this cell does not show all that is in it: the line has the hidden character \(name); take it out, "
        + "or write * for it in a file's name")
  }

  /// A block that looks like a cell, and is none for something hidden in its first word.
  @Test(arguments: ["```\u{200B}basin", "```bas\u{AD}in", "~~~basin\u{2060}", "```basin\u{202E}"])
  func aHiddenCharacterMakesNoCellSilent(fence: String) {
    let error = #expect(throws: NotebookError.self) {
      try notebook("\n\(fence)\nls\n\(fence.prefix(3))\n")
    }
    #expect(error?.line == 2)
    #expect(
      error?.reason.contains("begins no cell") == true
        || error?.reason.contains("hidden character") == true)
  }

  /// Prose, captions and comments have what their language needs; code in prose shows what it hides.
  @Test func textsOfAllLanguagesStay() throws {
    let needed = "👩‍👩‍👧 ⚠️ می‌خواهم क्‍ष"
    let text = """
      ---
      title: \(needed)
      ---
      \(needed) \u{200F}שלום\u{200E} a\u{AD}b `a\u{202E}b` `\(needed)`

      ```python
      if x:\u{2066}
      \ty \(needed)
      ```

      ```basin id=a caption="\(needed)"
      # \(needed)
      plot 1 2 3
      ```
      """
    let report = try WrittenReport(text)
    defer { report.remove() }
    let page = try report.text("index.html")
    #expect(page.contains(">\(needed)</h1>"))
    #expect(page.contains("<p>\(needed) \u{200F}שלום\u{200E} a\u{AD}b <code>a\\u202eb</code>"))
    #expect(page.contains("<code>\(needed)</code></p>"))
    #expect(page.contains(">if x:\\u2066\n\ty \(needed)\n</code></pre>"))
    #expect(page.contains("# \(needed)") || page.contains("<span># \(needed)"))
    #expect(try report.text("report.md").contains("**Figure 1.** \(needed)"))
  }

  /// The worst of them in a browser: nothing runs, and nothing is asked for.
  @Test(
    .enabled(
      if: Browser.path != nil || ProcessInfo.processInfo.environment["CI"] != nil,
      "Chromium is not installed: script/setup --tests"))
  func nothingRunsInABrowser() throws {
    let all = HostileText.markup.joined(separator: " ")
    let report = try Self.written(all)
    defer { report.remove() }
    let page = try Browser().page()
    try page.open(report.folder + "/index.html")
    #expect(try page.evaluate("typeof window.hostile") as? String == "undefined")
    #expect(page.requests == [])
    #expect(page.complaints == [])
    #expect(
      try page.evaluate("document.querySelectorAll('script').length") as? Int == 1)
  }
}

extension Unicode.Scalar {
  // YAML 1.2, 5.1.
  fileprivate var isAllowedInYAML: Bool {
    switch value {
    case 0x9, 0xA, 0xD, 0x85: true
    case 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }
}

extension String {
  fileprivate var words: [Substring] { split(whereSeparator: \.isWhitespace) }
}

extension [String] {
  // How much ink a label takes is gnuplot's business; which elements it takes is checked apart.
  fileprivate var withoutFigures: [String] { parted.outside }

  fileprivate var inFigures: Set<String> { Set(parted.inside) }

  private var parted: (inside: [String], outside: [String]) {
    var parts: (inside: [String], outside: [String]) = ([], [])
    var isInside = false
    for element in self {
      if element.hasPrefix("svg") { isInside = true }
      if element.hasPrefix("div") || element.hasPrefix("figcaption") { isInside = false }
      // A command has one for each word that is an option.
      let isOption = element == "span "
      if isInside {
        parts.inside.append(element)
      } else if !isOption {
        parts.outside.append(element)
      }
    }
    return parts
  }
}
