import Foundation
import TestSupport
import Testing

/// README's five minutes, typed as they are written there, in an empty folder.
@Suite(.serialized) struct FirstContactTests {
  private let folder = try! TemporaryFolder()

  private static var readme: String {
    get throws {
      let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
      return try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    }
  }

  /// The lines of the section that begin with a prompt, without it.
  private static func lines(after prompt: String) throws -> [String] {
    let section = try #require(
      try readme.components(separatedBy: "## Five minutes at the prompt").last
    )
    .components(separatedBy: "\n## ")[0]
    return section.split(separator: "\n").filter { $0.hasPrefix(prompt) }
      .map { String($0.dropFirst(prompt.count)) }
  }

  @Test func theFiveMinutesWorkAsWritten() throws {
    let typed = try Self.lines(after: "basin> ")
    #expect(typed.count >= 9)
    let basin = try TerminalProgram(
      "basin", home: folder.path, columns: 120, environment: ["PAGER": "cat"])
    try basin.wait(for: "basin> ")
    var said: [String: String] = [:]
    for line in typed {
      basin.type(line + "\r")
      // First the line itself, as it is typed; then what it gives, and the next prompt.
      let text = try basin.wait(for: "\r\nbasin> ", seconds: 240)
      #expect(!text.contains("error:"), "\(line): \(text)")
      said[line] = text
    }
    basin.type("\u{04}")
    #expect(try basin.end() == 0)
    // What it promises to compare is there to be compared.
    let diversity = try #require(said.first { $0.key.contains("= diversity") }?.value)
    #expect(diversity.contains("matched accuracy"))
    #expect(!diversity.contains("no accuracies match"))
    #expect(FileManager.default.fileExists(atPath: folder.path + "/diversity.npz"))

    // The same from a shell, with other epochs, and the site.
    let shell = try Self.lines(after: "$ basin ").map { $0.components(separatedBy: " #")[0] }
    let run = try #require(shell.first { $0.hasPrefix("run first.md -P ") })
    let log = folder.path + "/log"
    for line in [run, try #require(shell.first { $0.hasPrefix("publish") })] {
      let words = line.split(separator: " ").map(String.init)
      let process = try BuiltProgram("basin").start(
        words, in: folder.path, environment: ["BASIN_CACHE": folder.path + "/cache"], output: log)
      process.waitUntilExit()
      let text = try String(contentsOfFile: log, encoding: .utf8)
      #expect(process.terminationStatus == 0, "\(line): \(text)")
      #expect(!text.contains("error:") && !text.contains("warning:"), "\(line): \(text)")
    }
    let page = try String(
      contentsOfFile: folder.path + "/Reports/first/index.html", encoding: .utf8)
    let epochs = try #require(
      run.components(separatedBy: "epochs=").last?.split(separator: " ").first)
    #expect(page.contains("--epochs \(epochs)"))
    #expect(page.contains("path: \((Int(epochs) ?? 0) + 1) checkpoints"))
    #expect(FileManager.default.fileExists(atPath: folder.path + "/Site/index.html"))
  }
}
