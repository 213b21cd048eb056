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
