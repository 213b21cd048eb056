import Foundation
import Testing

@testable import Notebooks

/// A file's name with a line break and control characters, in a warning and in a cell's error: one line, in every form of
/// a report and in what is written back.
@Suite struct NamesInMessagesTests {
  private static let label = "cannot use a\nb\r\u{1B}[2J\u{202E}.pt: odd"
  private static let shown = #"cannot use a\nb\r\x1b[2J\u202e.pt: odd"#
  private static let text = """
    ```basin id=a allow-error
    warn
    refuse
    ```

    """

  /// A browser would break a line within `--steps`.
  @Test func optionsInNotesAreWhole() throws {
    let report = try WrittenReport(
      Self.text, label: "a -b --> raise --steps, -- or --lr", formats: [.html])
    defer { report.remove() }
    let whole = try report.page().nodes(
      forXPath: "//*[local-name()='p'][starts-with(@class, 'note')]/*[local-name()='span']"
    ).compactMap(\.stringValue)
    #expect(whole == ["--steps,", "--lr", "--steps,", "--lr"])
  }

  @Test func areOneLineInEveryReport() throws {
    let report = try WrittenReport(
      Self.text, label: Self.label, formats: [.html, .md, .ipynb, .json])
    defer { report.remove() }
    let notes = try report.page().nodes(
      forXPath: "//*[local-name()='p'][starts-with(@class, 'note')]"
    )
    .compactMap(\.stringValue)
    #expect(
      notes == ["Warning. \(Self.shown)", "Error, as expected here. \(Self.shown)"], "\(notes)")

    let markdown = try report.text("report.md")
    let escaped = #"cannot use a\\nb\\r\\x1b\[2J\\u202e.pt: odd"#
    #expect(markdown.contains("> **Warning:** \(escaped)\n"), "\(markdown)")
    #expect(markdown.contains("**Error:**\n\n```text\n\(Self.shown)\n```"))

    let quoted = Self.shown.replacing(#"\"#, with: #"\\"#)
    for file in ["results.json", "report.json", "report.ipynb"] {
      let json = try report.text(file)
      #expect(json.contains("\"\(quoted)\""), "\(file)")
    }
    #expect(try report.text("results.json").components(separatedBy: "\"\(quoted)\"").count == 3)
  }

  @Test func areOneLineInWhatIsWrittenBack() throws {
    let calculator = Calculator()
    calculator.label = Self.label
    let run = try Replay(notebook(Self.text), with: calculator).run()
    let cell = try #require(NumberedRun(run).cells.first)
    #expect(OutputText(cell).text == "warning: \(Self.shown)\n\nerror: \(Self.shown)")
  }
}
