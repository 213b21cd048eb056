import BasinCore
import Foundation
import Programs
import Testing

@testable import Plotting

@Suite struct HostileTextTests {
  /// The file that appears when something runs.
  static let canary = "\(NSTemporaryDirectory())/basin-canary-\(getpid())"

  // Each would do harm, or break the drawing, in one of the languages it passes through.
  static let strings: [String] = [
    "`touch \(canary)`", "'`touch \(canary)`'", "'; !touch \(canary) #", "\n!touch \(canary)\n",
    "a\r\n!touch \(canary)", "'\n!touch \(canary)\n'", "\"; system('touch \(canary)'); \"",
    "'.system('touch \(canary)').'", "$(touch \(canary))", "${IFS}touch${IFS}\(canary)",
    "@macro @system",
    "|touch \(canary)", "< touch \(canary)", "> \(canary)", "&& touch \(canary)",
    "{/Bold x} {x}_{y}^{z}",
    "~a{.5-}", "\\n\\t\\\\", "\\", "ends in a backslash \\", "'", "''", "'''", "\"", "\"\"",
    "]]>", "<!-- x -->", "--><script>alert(1)</script>", "<![CDATA[ x ]]>", "&amp; &lt; &#0; &x;",
    "</text></svg>", "id='gpDot' href='#gpPt0' url(#x)", "&#x41; &#X41; &#x1F; &#xZZ;",
    "%s%n%d %% 100%", "sprintf('%s')",
    "a\u{0}b\u{1B}[31mc\u{7}d\u{8}", "tab\there", "שלום עולם \u{202E}abc", "🧠 模型 ①②",
    "e\u{301}\u{302}\u{303} é",
    "\u{FFFE}\u{FFFF}\u{85}\u{2028}x", String(repeating: "long label ", count: 40), "EOD", "e",
  ]

  /// The text as it should come out: without controls, and with spaces not counted.
  private func plain(_ text: String) -> String {
    SafeText.line(text).filter { $0 != " " }
  }

  @Test(arguments: strings)
  func isDrawnAsWrittenAndNeverRun(text: String) throws {
    let folder = try WorkFolder()
    var panel = Figure.Panel(
      text, x: .init(text, ticks: .labelled([.init(1, text)])), y: .init(text),
      color: .init(text))
    panel.add(.line(text, x: [0, 1, 2], y: [1, 2, 3]))
    panel.add(.scatter(text, x: [1], y: [2], color: .series(1), values: [1], labels: [text]))
    panel.add(.text(text, x: 1, y: 1.5))
    panel.add(.vertical(at: 1, label: text))
    panel.add(.horizontal(at: 2, label: text))
    let figure = Figure(text, panel, caption: text)

    let drawn = try FigureRenderer().render(figure, name: text)
    for svg in [drawn.lightSVG, drawn.darkSVG] {
      let seen = plain(try SVGText(svg).characters)
      #expect(seen.contains(plain(text)))
      // Labels that are long end in “…”; all others are whole wherever they stand.
      if text.count < 24 { #expect(seen.components(separatedBy: plain(text)).count > 8) }
    }
    for source in drawn.sources {
      #expect(
        source.name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) })
      try AtomicFile.write(source.data, to: "\(folder.path)/\(source.name)")
    }
    let script = try #require(drawn.sources.first).name
    let outcome = try ChildProcess(
      executable: FigureRenderer().executable, arguments: ["-d", script], folder: folder.path,
      timeout: 60, cancellation: Cancellation()
    ).run { close($0) }
    #expect(outcome.ending == .exited(0))

    let terminal = try FigureRenderer().terminalText(figure, columns: 80, rows: 30, color: false)
    #expect(!terminal.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    #expect(!FileManager.default.fileExists(atPath: Self.canary))
  }

  @Test(arguments: [
    "`touch \(Self.canary)`", "\n!touch \(Self.canary)\n", "%n%s 100%", "<b>", "'",
    "\u{1B}]0;x\u{7}",
  ])
  func isWrittenIntoMatrices(text: String) throws {
    let figure = Figure(
      text,
      .matrix(
        text, rows: [[1, 2], [3, 4]], labels: [text, text], color: .init(text), format: .fixed(1)))
    let drawn = try FigureRenderer().render(figure, name: "matrix")
    #expect(plain(try SVGText(drawn.lightSVG).characters).contains(plain(text)))
    let terminal = try FigureRenderer().terminalText(figure, columns: 80, rows: 30, color: false)
    #expect(!terminal.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    #expect(!FileManager.default.fileExists(atPath: Self.canary))
  }

  // The same text does run where it is not made safe, so that the canary means something.
  @Test func canaryAppearsWhenTextIsRun() throws {
    let path = Self.canary + "-control"
    var script = Script()
    script.add("set title \"`touch \(path)`\"")
    try FigureRenderer().gnuplot.run(script, in: WorkFolder())
    #expect(FileManager.default.fileExists(atPath: path))
    try FileManager.default.removeItem(atPath: path)
  }

  // Numbers come from files of strangers: their bytes must not become commands, even when the
  // command before them fails.
  @Test func numbersAreNeverCommands() throws {
    let folder = try WorkFolder()
    let bytes = Array("\n!touch canary\n ".utf8)
    let values = stride(from: 0, to: 16, by: 8).map { start in
      bytes[start..<start + 8].withUnsafeBytes { $0.loadUnaligned(as: Double.self) }
    }
    var script = Script()
    script.add("set terminal dumb")
    script.plot([.init(DataBlock([("x", values), ("y", values)]), "using 1:(nonsense($2))")])
    let gnuplot = FigureRenderer().gnuplot
    #expect(throws: PlottingError.failed("undefined function: nonsense")) {
      try gnuplot.run(script, in: folder)
    }
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/canary"))
  }
}
