import BasinCore
import Foundation
import TestSupport
import Testing

/// What the program writes for other programs: one form of items, which `docs/basin.schema.json` describes.
@Suite(.serialized) struct ItemFormatTests {
  private let folder: TemporaryFolder
  private let program: BuiltProgram

  init() throws {
    folder = try TemporaryFolder()
    program = try BuiltProgram("basin")
  }

  private func run(_ arguments: [String]) throws -> BuiltProgram.Outcome {
    try program.run(
      arguments, in: folder.path, environment: ["BASIN_CACHE": folder.path + "/cache"])
  }

  private func object(_ data: Data) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  // All kinds of items; intervals, bounds and a failure.
  private static let commands = [
    "data digits", "inspect runs/m/seed0/last.safetensors",
    "load runs/m/seed*/last.safetensors --as m", "eval m", "ensemble m",
    "plane m[0] m[1] m[2] --grid 3", "manifold m[0] --target 3 --dims 1,8 --planes 2 --steps 6",
    "help eval", "eval none",
  ]

  @Test func commandsGiveTheSameItemsInEveryFile() throws {
    let trained = try run([
      "--quiet", "-c", "data digits\ntrain mlp --epochs 1 --seeds 0..2 --out runs/m --as m",
    ])
    try #require(trained.status == 0, "\(trained.output)")
    let shell = try run([
      "--json", "--quiet", "--keep-going", "-c", Self.commands.joined(separator: "\n"),
    ])
    let lines = shell.output.split(separator: "\n").filter { $0.hasPrefix("{") }
    #expect(lines.count == Self.commands.count, "\(shell.output)")
    let cells = Self.commands.enumerated().map { "```basin id=c\($0)\n\($1)\n```\n" }
    try AtomicFile.write(cells.joined(), to: folder.path + "/x.md")
    #expect(try run(["run", "x.md", "--quiet", "--no-cache", "--format", "json"]).status == 1)
    func file(_ name: String) throws -> Data {
      try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/Reports/x/\(name)"))
    }

    var types: Set<String> = []
    let results = try object(try file("results.json"))
    for (line, cell) in zip(lines, try #require(results["cells"] as? [[String: Any]])) {
      let shown = try object(Data(line.utf8))
      let items = shown["items"] as? [[String: Any]] ?? []
      #expect(items as NSArray == cell["items"] as? NSArray, "\(line.prefix(200))")
      types.formUnion(items.compactMap { $0["type"] as? String })
    }
    #expect(types == ["scalar", "table", "figure", "text", "note"])
    let all = String(decoding: try file("results.json"), as: UTF8.self)
    for word in ["halfWidth", "\"min\"", "null"] { #expect(all.contains(word), "\(word)") }

    let documents: [ItemSchema.Document] =
      try lines.map { .init(String($0.prefix(80)), is: "line", Data($0.utf8)) } + [
        .init("results.json", is: "results", file("results.json")),
        .init("report.json", is: "report", file("report.json")),
      ]
    #expect(try ItemSchema.faults(in: documents) == [])
  }

  /// Also what the program says of itself.
  @Test func commandsOfTheProgramGiveLinesToo() throws {
    try AtomicFile.write("```basin\ndata digits\nsave x y.npz\n```\n", to: folder.path + "/x.md")
    let outputs = try [
      ["doctor", "--json"], ["cache", "ls", "--json"], ["--json", "run", "x.md", "--dry-run"],
    ].map { try run($0).output }
    let documents = outputs.flatMap { $0.split(separator: "\n") }.filter { $0.hasPrefix("{") }.map {
      ItemSchema.Document(String($0.prefix(80)), is: "line", Data($0.utf8))
    }
    #expect(documents.count == outputs.count, "\(outputs)")
    #expect(try ItemSchema.faults(in: documents) == [])
  }
}
