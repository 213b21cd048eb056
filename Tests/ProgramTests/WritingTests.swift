import Foundation
import Testing

/// The glossary of docs/writing.md against all that Basin says.
@Suite struct WritingTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Terms of the glossary that are not to be used.
  private func avoided() throws -> [String] {
    let page = try String(
      contentsOf: Self.root.appendingPathComponent("docs/writing.md"), encoding: .utf8)
    let glossary = try #require(page.components(separatedBy: "## Glossary").last)
    return glossary.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst(2).flatMap {
      row in
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      return cells.count == 3 ? cells[2].components(separatedBy: ", ") : []
    }
  }

  /// Texts with their file names: the program and its plugins, docs, notebooks.
  private func texts() throws -> [(name: String, text: String)] {
    var found: [(name: String, text: String)] = []
    for folder in ["Sources", "Plugins", "docs", "Notebooks", "Examples", "README.md"] {
      let place = Self.root.appendingPathComponent(folder)
      let all = FileManager.default.enumerator(at: place, includingPropertiesForKeys: nil)?
        .compactMap { $0 as? URL }
      for file in [place] + (all ?? []) where ["swift", "md"].contains(file.pathExtension) {
        if file.path.contains("/.build/") || file.lastPathComponent == "writing.md" { continue }
        found.append((file.lastPathComponent, try String(contentsOf: file, encoding: .utf8)))
      }
    }
    return found
  }

  @Test func termsAreThoseOfTheGlossary() throws {
    let terms = try avoided()
    #expect(terms.contains("anew") && terms.count > 15)
    let texts = try texts()
    #expect(texts.count > 300)
    let pattern = try Regex<Substring>(
      "\\b(?:" + terms.map(NSRegularExpression.escapedPattern(for:)).joined(separator: "|") + ")\\b"
    ).ignoresCase()
    let used = texts.flatMap { name, text in
      text.matches(of: pattern).map { "\(name): \($0.output)" }
    }
    #expect(used == [])
  }
}
