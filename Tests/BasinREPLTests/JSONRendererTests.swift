import BasinCore
import Foundation
import TestSupport
import Testing

@testable import BasinREPL

@Suite struct JSONRendererTests {
  @Test func aResultIsOneLineWithSortedKeys() {
    var result = Result()
    result.add(Scalar("Barrier", 0.1, uncertainty: .infinity, unit: "nats"))
    result.add(
      Table(
        "T", columns: [.text("name"), .number("loss"), .integer("n", unit: "steps")],
        rows: [
          [.text("NaN"), .number(.nan), .integer(3)],
          [.text("a\"\n\u{1B}é"), .interval(0.5, halfWidth: 0.25), .missing],
          [.missing, .number(-.infinity), .integer(-1)],
        ]))
    result.add(Note("odd a\nb\u{1B}.pt", level: .warning))
    result.bind("seeds", to: Named(kind: "checkpoints", summary: "5 checkpoints"))
    let evaluation = Evaluation(
      command: "load runs/*.pt", plugin: "diversity 1.0", result: result,
      inputs: [InputFile(path: "runs/a.pt", sha256: "00ff", size: 12)], seed: 7, seconds: 0.25)
    #expect(
      JSONRenderer().line(evaluation) == #"""
        {"bindings":[{"kind":"checkpoints","name":"seeds","summary":"5 checkpoints"}],\#
        "command":"load runs/*.pt","format":2,\#
        "inputs":[{"path":"runs/a.pt","sha256":"00ff","size":12}],\#
        "items":[{"name":"Barrier","type":"scalar","uncertainty":"Infinity","unit":"nats","value":0.1},\#
        {"columns":[{"key":"name","name":"name","type":"text"},{"key":"loss","name":"loss","type":"number"},\#
        {"key":"n","name":"n","type":"number","unit":"steps"}],\#
        "rows":[["NaN",null,3],["a\"\n\u001bé",{"halfWidth":0.25,"value":0.5},null],\#
        [null,"-Infinity",-1]],"title":"T","type":"table"},\#
        {"level":"warning","text":"odd a\\nb\\x1b.pt","type":"note"}],\#
        "plugin":"diversity 1.0","seconds":0.25,"seed":7}

        """#)
  }

  @Test func figuresAreCarriedWhole() {
    var result = Result()
    result.add(
      Figure(
        "Loss",
        Figure.Panel(
          x: .init("t"), y: .init("loss"), layers: [.line("a", x: [0, 1], y: [.nan, .infinity])]),
        alt: "A line."))
    let line = JSONRenderer().line(
      Evaluation(
        command: "plot", plugin: nil, result: result, inputs: [], seed: nil, seconds: 0))
    #expect(
      line.contains(
        #"""
        {"alt":"A line.","panels":[{"series":[{"columns":[{"name":"x","values":[0,1]},\#
        {"name":"y","values":[null,"Infinity"]}],"kind":"line","name":"a"}],\#
        "title":"","x":"t","y":"loss"}],"title":"Loss","type":"figure"}
        """#))
  }

  @Test func whatIsBeyondABoundIsSaid() {
    let table = Table(
      "", columns: [.number("d*"), .number("from")],
      rows: [[.limit(Limit(.value, .below, 1)), .limit(Limit(.lowerEnd, .below, 1))]])
    let line = JSONRenderer().line(
      Evaluation(
        command: "c", plugin: nil, result: Result(items: [.table(table)]), inputs: [], seed: nil,
        seconds: 0))
    #expect(
      line.contains(
        #"""
        "rows":[[{"max":1,"min":"-Infinity","text":"< 1","value":null},\#
        {"max":1,"min":"-Infinity","text":"< 1","value":"-Infinity"}]]
        """#), "\(line)")
  }

  /// Items of all kinds with all that numbers can be.
  private static let all: [Result.Item] = [
    .scalar(Scalar("a", .nan)), .scalar(Scalar("b", -.infinity, uncertainty: .nan, unit: "nats")),
    .scalar(Scalar("c", 1e-300, uncertainty: 0)),
    .table(
      Table(
        "T",
        columns: [.text("name"), .number("d*₅₀", unit: "dims"), .number("from"), .number("to")],
        rows: [
          [
            .text(""), .limit(Limit(.value, .above, 24)), .number(24),
            .limit(Limit(.upperEnd, .above, 24)),
          ],
          [.missing, .interval(.nan, halfWidth: .infinity), .missing, .integer(-3)],
          [.text("b"), .number(.infinity), .limit(Limit(.lowerEnd, .below, 1)), .number(.nan)],
        ])),
    .table(Table("", columns: [])),
    .figure(
      Figure(
        "F",
        panels: [
          Figure.Panel(
            x: .categories("x", ["p", "q"]), y: .init("y"),
            layers: [
              .line("l", x: [0, 1], y: [.nan, .infinity]),
              .scatter(
                x: [0, 1], y: [1, 2], yError: .init(lower: [0, 1], upper: [2, 3]), labels: ["p"]),
              .scatter(x: [0, 1], y: [1, 2], limits: .below),
              .bars(x: [0, 1], heights: [1, 2]),
              .band(x: [0, 1], lower: [0, .nan], upper: [1, 2]),
            ]),
          Figure.Panel(
            x: .init("x"), y: .init("y"),
            layers: [.heatMap(.init(x: [0, 1], y: [0], values: [.nan, 2]))]),
        ], caption: "What it shows.")),
    .text("a\n\u{1B}"), .note(Note("n")), .note(Note("w", level: .warning)),
  ]

  @Test func linesAreAsTheSchemaSays() throws {
    var result = Result(items: Self.all)
    result.bind("seeds", to: Named(kind: "checkpoints", summary: "5 checkpoints"))
    let input = InputFile(path: "a.pt", sha256: "00ff", size: 12)
    let lines = [
      JSONRenderer().line(
        Evaluation(
          command: "c", plugin: "p 1.0", result: result, inputs: [input], seed: .max, seconds: 0.1)),
      JSONRenderer().line(
        Evaluation(command: "", plugin: nil, result: Result(), inputs: [], seed: nil, seconds: 0)),
      JSONRenderer().line(WrongUsage(), command: "lod x"),
    ]
    #expect(
      try ItemSchema.faults(
        in: lines.map { .init(String($0.prefix(60)), is: "line", Data($0.utf8)) }) == [])
  }

  /// What format 1 had, and what no item has.
  @Test(arguments: [
    #"{"kind":"note","level":"warning","text":"t"}"#,
    #"{"type":"note","level":"error","text":"t"}"#,
    #"{"type":"scalar","name":"n","value":"NaN"}"#, #"{"type":"scalar","name":"n"}"#,
    #"{"type":"scalar","name":"n","value":1,"number":1}"#,
    #"{"type":"table","title":"","columns":[{"key":"a","name":"a","kind":"text"}],"rows":[]}"#,
    #"{"type":"table","title":"","columns":[],"rows":[[{"value":1,"text":"< 1"}]]}"#,
    #"{"type":"figure","title":"","alt":""}"#,
  ])
  func theSchemaRefusesWhatIsNoItem(json: String) throws {
    #expect(try ItemSchema.faults(in: [.init("x", is: "item", Data(json.utf8))]).count == 1)
  }

  @Test func errorsSayOfWhichKindTheyAre() {
    let renderer = JSONRenderer()
    #expect(
      renderer.line(WrongUsage(), command: "lod x")
        == #"{"error":{"command":"lod x","kind":"usage","message":"unknown command 'lod'"}}"# + "\n"
    )
    #expect(
      renderer.line(Cancelled(), command: "train")
        == #"{"error":{"command":"train","kind":"cancelled","message":"cancelled"}}"# + "\n")
    #expect(
      renderer.line(FileError("cannot read", "a\nb", 2), command: "c")
        == #"{"error":{"command":"c","kind":"failure","message":"cannot read a\\nb: No such file or directory"}}"#
        + "\n")
  }
}

struct WrongUsage: UsageError, CustomStringConvertible {
  var description: String { "unknown command 'lod'" }
}
