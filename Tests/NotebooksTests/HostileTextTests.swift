import Foundation
import Notebooks
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Whatever text comes from outside, a page has the same elements and attributes.
@Suite struct HostileTextTests {
  private static let attacks = [
    "</title></style></svg><script>alert(1)</script>",
    "\" onload=\"alert(1)\" x='",
    "' onmouseover='alert(1)",
    "<!-- ]]> --> &lt;b&gt; &amp; <img src=x onerror=alert(1)>",
    "\u{1}\u{8}\u{7F}\u{202E}\u{FFFF}é\u{301}🌋",
    "` ``` ~~~ | \\| \\ $x$ [a](b) ![i](j) <http://x> **b** {{n}} %d `!ls`",
  ]

  private func notebookText(_ text: String) -> String {
    let yaml = text.replacing("'", with: "''")
    let option = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    let command = text.replacing("{{n}}", with: "{{{n}}}")
    return """
      ---
      title: '\(yaml)'
      author: ['\(yaml)', b]
      date: '\(yaml)'
      parameters: {n: '\(yaml)'}
      ---
      ## Heading

      ## Another

      ~~~basin id=a caption="\(option)"
      plot 1 2 3
      table 1
      sum 1
      warn
      note \(command)
      # \(text)
      ~~~

      ~~~basin id=b
      read \(command.split(separator: " ").joined())
      fail \(command)
      ~~~
      """
  }

  private func shape(_ page: XMLDocument) throws -> [String] {
    try page.nodes(forXPath: "//*").compactMap { $0 as? XMLElement }.map { element in
      let attributes = (element.attributes ?? []).compactMap(\.name).sorted()
      return "\(element.name ?? "") \(attributes.joined(separator: " "))"
    }
  }

  private func written(_ text: String) throws -> WrittenReport {
    // A YAML scalar has no control characters, and a notebook drops them.
    try WrittenReport(
      notebookText(text), file: "Notebooks/\(text.filter { $0 != "/" }).md", label: text)
  }

  @Test(arguments: attacks)
  func thePageHasTheShapeOfAHarmlessOne(attack: String) throws {
    let harmless = try written("harmless")
    let hostile = try written(attack)
    defer {
      harmless.remove()
      hostile.remove()
    }
    let expected = try shape(try harmless.page()).withoutFigures
    let found = try shape(try hostile.page()).withoutFigures
    #expect(found == expected)
    let names = Set(try shape(try hostile.page()).map { $0.prefix { $0 != " " } })
    #expect(names.isDisjoint(with: ["img", "b", "iframe", "foreignObject"]))
    let attributes = try hostile.page().nodes(forXPath: "//@*").compactMap(\.name)
    #expect(!attributes.contains { $0.hasPrefix("on") })
  }

  @Test(arguments: attacks)
  func theMarkdownHasTheShapeOfAHarmlessOne(attack: String) throws {
    let harmless = try written("harmless")
    let hostile = try written(attack)
    defer {
      harmless.remove()
      hostile.remove()
    }
    // The report's own Markdown, rendered as a notebook's prose, gives its structure away.
    func shapeOfMarkdown(_ report: WrittenReport) throws -> [String] {
      let text = try report.text("report.md").replacing("```basin", with: "```text")
      let again = try WrittenReport(text)
      defer { again.remove() }
      return try shape(try again.page()).withoutFigures
    }
    #expect(try shapeOfMarkdown(hostile) == shapeOfMarkdown(harmless))
  }
}

extension [String] {
  // How much ink a label takes is gnuplot's business; which elements it takes is checked apart.
  fileprivate var withoutFigures: [String] {
    var kept: [String] = []
    var isInside = false
    for element in self {
      if element.hasPrefix("svg") { isInside = true }
      if element.hasPrefix("div") || element.hasPrefix("figcaption") { isInside = false }
      // A command has one for each word that is an option.
      let isOption = element == "span "
      if !isInside, !isOption { kept.append(element) }
    }
    return kept
  }
}
