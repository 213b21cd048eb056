import BasinCore
import Testing

@testable import BasinREPL

@Suite struct TerminalRendererTests {
  private let checkpoints = Table(
    "Checkpoints",
    columns: [
      .text("name"), .number("accuracy", format: .percent(1)), .integer("epoch", unit: "n"),
    ],
    rows: [
      [.text("seed 0"), .number(0.945), .integer(30)],
      [.text("漢字"), .interval(0.5, halfWidth: 0.01), .integer(1000)],
      [.text("bad\u{1B}[1Aname"), .missing, .missing],
    ])

  private func text(_ result: Result, columns: Int? = nil, color: Bool = false) -> String {
    TerminalRenderer(
      terminal: Terminal(isInteractive: true, columns: columns, hasColor: color)
    ).text(result)
  }

  @Test func tablesAreAligned() {
    #expect(
      text(Result(items: [.table(checkpoints)])) == """
        Checkpoints
        name                  accuracy  epoch (n)
        ──────────────  ──────────────  ─────────
        seed 0                  94.5 %         30
        漢字            50.0 % ± 1.0 %       1000
        bad\\x1b[1Aname               –          –

        """)
  }

  @Test func columnsThatDoNotFitContinueInAnotherBlock() {
    var table = Table(columns: [.text("layer")] + (1...4).map { .number("epoch \($0)") })
    table.append([.text("conv")] + (1...4).map { .number(Double($0) / 8) })
    #expect(
      text(Result(items: [.table(table)]), columns: 26) == """
        layer  epoch 1  epoch 2
        ─────  ───────  ───────
        conv     0.125     0.25

        layer  epoch 3  epoch 4
        ─────  ───────  ───────
        conv     0.375      0.5

        """)
  }

  @Test func longTextIsShortenedAndNumbersNever() {
    let table = Table(
      columns: [.text("file"), .number("loss", format: .scientific(12))],
      rows: [[.text("runs/seed0/checkpoints/last.safetensors"), .number(0.25)]])
    #expect(
      text(Result(items: [.table(table)]), columns: 24) == """
        file                        loss
        ────────────  ──────────────────
        runs/s…nsors  2.500000000000e-01
        (1 cell shortened to fit the terminal)

        """)
  }

  @Test func aFileGetsWholeTables() {
    let table = Table(
      columns: [.text("file")], rows: [[.text(String(repeating: "x", count: 300))]])
    #expect(text(Result(items: [.table(table)])).contains(String(repeating: "x", count: 300)))
  }

  @Test func emptyTablesSaySo() {
    #expect(
      text(Result(items: [.table(Table("Planes", columns: [.text("name")]))])) == """
        Planes
        name
        ────
        (no rows)

        """)
    #expect(text(Result(items: [.table(Table("Nothing", columns: []))])).hasPrefix("Nothing\n"))
  }

  @Test func itemsComeInOrderWithBlankLinesBetweenKinds() {
    var result = Result()
    result.add(Scalar("Barrier height", 0.25, uncertainty: 0.01))
    result.add(Scalar("Mean disagreement", 0.061, format: .percent(1)))
    result.add(Note("batch statistics were updated"))
    result.add(Note("only 3 examples", level: .warning))
    result.add(Figure("Plane", panels: []))
    #expect(
      text(result) == """
        Barrier height     0.25 ± 0.01
        Mean disagreement  6.1 %

        batch statistics were updated
        warning: only 3 examples

        (figure: Plane)

        """)
  }

  @Test func notesAreWrappedAndShowLineBreaksOfNames() {
    #expect(
      text(Result(items: [.note(Note("a note of six words a\nb\u{1B}.pt ends"))]), columns: 12)
        == "a note of\nsix words\na\\nb\\x1b.pt\nends\n")
  }

  @Test func colorsOnlyWhereTheTerminalHasThem() {
    let warning = Result(items: [.note(Note("odd", level: .warning))])
    #expect(text(warning, color: true) == "\u{1B}[33mwarning:\u{1B}[0m odd\n")
    #expect(!text(Result(items: [.table(checkpoints)])).contains("\u{1B}"))
  }

  @Test func aFigureThatCannotBeDrawnIsOneLine() {
    let renderer = TerminalRenderer(terminal: .plain) { _, _, _ in
      throw FileError("cannot run", "gnuplot", 2)
    }
    #expect(
      renderer.text(Result(items: [.figure(Figure("Loss", panels: []))]))
        == "(figure “Loss” is not drawn: cannot run gnuplot: No such file or directory)\n")
  }

  @Test func aFigureIsDrawnBelowItsTitleWithinTheTerminal() {
    let renderer = TerminalRenderer(
      terminal: Terminal(isInteractive: true, columns: 60, rows: 20)
    ) { _, columns, rows in "\(columns)x\(rows)" }
    #expect(renderer.text(Result(items: [.figure(Figure("Loss", panels: []))])) == "Loss\n60x16\n")
  }

  @Test func whatWasBoundIsSaidWhenNothingElseIs() {
    var result = Result()
    result.bind("seeds", to: Named(kind: "checkpoints", summary: "5 checkpoints"))
    #expect(text(result) == "seeds: 5 checkpoints\n")
    result.add(Note("loaded"))
    #expect(text(result) == "loaded\n")
  }

  @Test func errorsAreOneLine() {
    let renderer = TerminalRenderer(terminal: .plain)
    #expect(
      renderer.text(FileError("cannot read", "a\u{1B}.pt", 2))
        == "error: cannot read a\\x1b.pt: No such file or directory\n")
    #expect(
      renderer.text(FileError("cannot read", "a\nb\r.pt", 2))
        == "error: cannot read a\\nb\\r.pt: No such file or directory\n")
    #expect(renderer.text(Cancelled()) == "cancelled\n")
  }
}

struct Named: SessionValue {
  var kind: String
  var summary: String
}
