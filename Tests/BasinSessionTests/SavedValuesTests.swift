import BasinCore
import BasinKit
import BasinPlugins
import Checkpoints
import Foundation
import Landscape
import Notebooks
import TestSupport
import Testing

@testable import BasinSession

/// What was measured is whole in every file that leaves.
@Suite struct SavedValuesTests {
  private let folder: TemporaryFolder
  private let session: Session

  init() throws {
    folder = try TemporaryFolder()
    session = try Session(plugins: basinPlugins)
    try run("data digits")
    try run(
      "train mlp:hidden=8 --epochs 1 --seeds 0..2 --out \(folder.path)/runs --as seeds")
  }

  @discardableResult
  private func run(_ line: String) throws -> Result {
    try #require(try session.evaluate(line, from: .prompt)).result
  }

  /// A path below a file, which fails for whoever runs the tests.
  @Test(arguments: [
    "save values d F/x/d.npz", "save checkpoints seeds F/x", "save notebook F/x.md",
    "train mlp:hidden=8 --epochs 1 --out F/x --as t",
    "swag seeds --samples 2 --moments F/x.safetensors",
    "subspace pca seeds --rank 1 --samples 2 --chains 1 --warmup 0 --grid 0 --basis F/x.npz",
  ])
  func whatCannotBeWrittenIsAnsweredWithARemedy(line: String) throws {
    let file = "\(folder.path)/file"
    try Data("x".utf8).write(to: URL(fileURLWithPath: file))
    try run("d = eval seeds")
    let error = #expect(throws: FileError.self) {
      try run(line.replacing("F/", with: "\(file)/"))
    }
    #expect(
      error?.description.hasSuffix(
        ": Not a directory; a part of the path is a file; choose a path of folders") == true)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "x")
  }

  private func figure(_ result: Result) throws -> Figure {
    try #require(
      result.items.compactMap { if case .figure(let figure) = $0 { figure } else { nil } }.first)
  }

  private func numbers(_ column: FigureData.Column?) -> [Double] {
    switch column?.values {
    case .numbers(let values), .rows(let values, _): values
    default: []
    }
  }

  private func doubles(_ tensor: StoredTensor?) throws -> [Double] {
    let bytes = try #require(tensor).bytes()
    return stride(from: 0, to: bytes.count, by: 8).map { start in
      bytes[start..<start + 8].withUnsafeBytes { $0.loadUnaligned(as: Double.self) }
    }
  }

  private struct ResultsFile: Decodable {
    struct Cell: Decodable { var items: [Item] }
    struct Item: Decodable {
      var type: String
      var panels: [Panel]?
    }
    struct Panel: Decodable { var series: [Series] }
    struct Series: Decodable { var columns: [Column] }
    struct Column: Decodable {
      var name: String
      var list: [Double]?
      var rows: [[Double]]?

      enum Key: CodingKey { case name, values }

      init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: Key.self)
        name = try object.decode(String.self, forKey: .name)
        list = try? object.decode([Double].self, forKey: .values)
        rows = try? object.decode([[Double]].self, forKey: .values)
      }
    }
    var cells: [Cell]
  }

  @Test func aPlanesReportHasAllItsValues() throws {
    let line = "plane seeds[0] seeds[1] seeds[2] --grid 11 --margin 0 --metric train-loss"
    let panel = try #require(FigureData(try figure(try run(line))).panels.first)
    let grid = panel.series[0]
    let values = numbers(grid["value"])
    #expect(values.count == 121)
    // Without a margin the first node is the first checkpoint.
    #expect(numbers(grid["x"])[0] == 0 && numbers(grid["y"])[0] == 0)
    guard case .table(let table)? = try run("eval seeds[0] --split train").items.first,
      let column = table.columns.firstIndex(where: { $0.name.contains("loss") }),
      case .number(let loss) = table.rows[0][column]
    else { throw CommandError("no loss") }
    #expect(abs(values[0] - loss) < 1e-6)

    let path = folder.path + "/x.md"
    try AtomicFile.write("```basin id=p\n\(line)\n```\n", to: path)
    let replayed = try Replay(Notebook(contentsOf: path), with: session).run()
    try ReportWriter().write(replayed, to: folder.path + "/report")
    let json = try Foundation.Data(
      contentsOf: URL(fileURLWithPath: folder.path + "/report/results.json"))
    let results = try JSONDecoder().decode(ResultsFile.self, from: json).cells[0].items
    let item = try #require(results.first { $0.type == "figure" })
    let columns = try #require(item.panels?.first?.series.first?.columns)
    #expect(columns.map(\.name) == ["x", "y", "value"])
    #expect(columns[0].list == numbers(grid["x"]))
    #expect(columns[2].rows?.flatMap(\.self) == values)

    let csv = try String(contentsOfFile: folder.path + "/report/figures/p.csv", encoding: .utf8)
    let rows = csv.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(rows[0].prefix(8).suffix(4) == ["kind", "x", "y", "value"])
    #expect(rows.filter { $0[4] == "grid" }.compactMap { Double($0[7]) } == values)
    let page = try String(
      contentsOfFile: folder.path + "/report/index.html", encoding: .utf8)
    #expect(!page.contains("\(values[60])"))
  }

  @Test func valuesAreSavedUnderTheirNames() throws {
    let result = try run("p = plane seeds[0] seeds[1] seeds[2] --grid 5 --metric test-error")
    let grid = try #require(FigureData(try figure(result)).panels.first?.series.first)
    let path = folder.path + "/p.safetensors"
    try run("save values p \(path)")
    let file = try CheckpointReader.open(path)
    let value = file.stateDict["figure1.panel1.grid1.value"]
    #expect(value?.shape == [5, 5])
    #expect(try doubles(value) == numbers(grid["value"]))
    #expect(
      try doubles(file.stateDict["figure1.panel1.grid1.x"]) == numbers(grid["x"]))
    #expect(file.metadata["command"]?.contains("plane seeds[0]") == true)
    #expect(file.metadata["contents"]?.contains("figure1.panel1.grid1.value") == true)

    try run("l = path seeds[0] seeds[1] --points 3")
    try run("save values l \(folder.path)/l.npz")
    let bytes = try Foundation.Data(contentsOf: URL(fileURLWithPath: folder.path + "/l.npz"))
    #expect(bytes.starts(with: [0x50, 0x4B, 3, 4]))
    #expect(bytes.range(of: Foundation.Data("figure1.panel1.line1.y.npy".utf8)) != nil)
    #expect(throws: CommandError.self) { try run("save values l \(folder.path)/l.npz") }
    #expect(throws: CommandError.self) { try run("save values l \(folder.path)/l.txt") }
    #expect(throws: CommandError.self) { try run("save values digits \(folder.path)/s.npz") }
    #expect(throws: CommandError.self) { try run("save values nothing \(folder.path)/s.npz") }
  }

  /// A value that is beyond what was measured is none, an interval that is withheld has no ends, and an open end is
  /// infinite; columns have names of their own.
  @Test func limitsAndOpenEndsAreSaved() throws {
    let third: [Table.Column] = [.number("d*₅₀"), .number("from"), .number("to")]
    let table = Table(
      "T",
      columns: [.text("target")] + third
        + [.number("D − d*₂₅"), .number("from"), .number("to"), .integer("n"), .integer("n")],
      rows: [
        [
          .text("a"), .limit(Limit(.value, .below, 1)), .missing, .missing, .number(60),
          .limit(Limit(.lowerEnd, .below, 2)), .limit(Limit(.upperEnd, .above, 63)), .integer(1),
          .integer(2),
        ],
        [
          .text("b"), .number(3), .limit(Limit(.lowerEnd, .above, 2)),
          .limit(Limit(.upperEnd, .below, 4)), .missing, .missing, .missing, .integer(1),
          .integer(2),
        ],
      ])
    let path = folder.path + "/t.safetensors"
    try ArrayWriter.write(
      ResultArrays(Result(items: [.table(table)]), command: "c").arrays, to: path)
    let file = try CheckpointReader.open(path)
    func saved(_ column: String) throws -> [String] {
      try doubles(file.stateDict["table1.\(column)"]).map { "\($0)" }
    }
    #expect(try saved("d_50") == ["nan", "3.0"])
    #expect(try saved("d_50_min") == ["-inf", "3.0"])
    #expect(try saved("d_50_max") == ["1.0", "3.0"])
    #expect(try saved("d_50_lower") == ["nan", "2.0"])
    #expect(try saved("d_50_upper") == ["nan", "4.0"])
    #expect(try saved("d_minus_d_25") == ["60.0", "nan"])
    #expect(try saved("d_minus_d_25_lower") == ["-inf", "nan"])
    #expect(try saved("d_minus_d_25_upper") == ["inf", "nan"])
    #expect(file.metadata["table1.d_50_text"] == #"["< 1",""]"#)
    #expect(file.stateDict["table1.n"] != nil && file.stateDict["table1.n_2"] != nil)
    #expect((0...3).map { table.text(row: 0, column: $0) } == ["a", "< 1", "–", "–"])
  }

  /// What a command showed goes with the checkpoints that it made, also when its cell comes from the cache.
  @Test func commandsThatMakeCheckpointsHaveValuesToo() throws {
    let path = folder.path + "/t.md"
    let saved = folder.path + "/t.safetensors"
    try AtomicFile.write(
      """
      ```basin id=load
      data digits
      load \(folder.path)/runs/seed*/last.safetensors --as seeds
      ```
      ```basin id=draw
      sample random seeds[0] --n 2 --as drawn
      ```
      ```basin id=save
      save values drawn \(saved) --force
      ```
      """, to: path)
    var written: [Foundation.Data] = []
    for _ in 0..<2 {
      var replay = try Replay(Notebook(contentsOf: path), with: Session(plugins: basinPlugins))
      replay.cache = CellCache(folder: folder.path + "/cache", capacity: 100_000_000, program: "x")
      let run = try replay.run()
      #expect(run.status == .fine, "\(run.cells.compactMap(\.error))")
      written.append(try Foundation.Data(contentsOf: URL(fileURLWithPath: saved)))
      try FileManager.default.removeItem(atPath: saved)
      if written.count == 2 { #expect(run.cells[1].computed != nil) }
    }
    #expect(written[0] == written[1])
    try written[0].write(to: URL(fileURLWithPath: saved))
    #expect(try CheckpointReader.open(saved).metadata["command"]?.contains("sample random") == true)
  }

  @Test func logitsAreThoseOfThePredictions() throws {
    let path = folder.path + "/logits.safetensors"
    try run("save logits seeds \(path)")
    let file = try CheckpointReader.open(path).stateDict
    let logits = try #require(file["logits"])
    let labels = try #require(file["labels"]).floats()
    let count = labels.count
    #expect(logits.shape == [3, count, 10])
    let values = try logits.floats()
    let right = (0..<count).count { row in
      let scores = values[row * 10..<row * 10 + 10]
      return scores.firstIndex(of: scores.max() ?? 0).map { Float($0 - row * 10) } == labels[row]
    }
    guard case .table(let table)? = try run("eval seeds[0] --split test").items.first,
      let column = table.columns.firstIndex(where: { $0.name.contains("accuracy") }),
      case .number(let accuracy) = table.rows[0][column]
    else { throw CommandError("no accuracy") }
    #expect(abs(Double(right) / Double(count) - accuracy) < 1e-9)
  }
}
