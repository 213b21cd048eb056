import BasinCore
import Foundation
import TestSupport
import Testing

/// The examples that `help COMMAND` shows, run on a few digits with the files and sets that they name: as they are written,
/// but with fewer planes, steps and points where they leave these open.
@Suite struct ExampleTests {
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

  /// Examples by command, in the order of the reference.
  private func examples() throws -> [(command: String, lines: [String])] {
    var found: [(command: String, lines: [String])] = []
    var isExample = false
    for line in try run(["reference"]).output.split(separator: "\n") {
      if line.hasPrefix("### ") { found.append((String(line.dropFirst(4)), [])) }
      if line == "EXAMPLES:" || line.hasPrefix("USAGE:") { isExample = line == "EXAMPLES:" }
      if isExample, line.hasPrefix("  ") {
        found[found.count - 1].lines.append(String(line.dropFirst(2)))
      }
    }
    return found
  }

  private func copy(_ fixture: String, to name: String) throws {
    let target = "\(folder.path)/\(name)"
    try AtomicFile.makeFolder(URL(fileURLWithPath: target).deletingLastPathComponent().path)
    try FileManager.default.copyItem(atPath: Fixtures.folder + "/" + fixture, toPath: target)
  }

  private func makeFiles() throws {
    for (fixture, name) in [
      ("networks/cnn.pt", "model.pt"), ("networks/mlp.ts", "model.ts"),
      ("networks/mlp-1.pt", "seeds/1.pt"), ("networks/mlp-2.pt", "seeds/2.pt"),
      ("networks/mlp-1.pt", "start.pt"), ("networks/mlp-2.pt", "end.pt"),
      ("networks/mlp.pt", "bend.pt"), ("folders/nested.pt", "training.ckpt"),
      ("shapes/few.npz", "few.npz"),
      ("folders/hf-sharded/model.safetensors.index.json", "model.safetensors.index.json"),
      ("folders/hf-sharded/model-00001-of-00002.safetensors", "model-00001-of-00002.safetensors"),
      ("folders/hf-sharded/model-00002-of-00002.safetensors", "model-00002-of-00002.safetensors"),
    ] {
      try copy(fixture, to: name)
    }
    let image = (0..<3072).map { UInt8(truncatingIfNeeded: $0) }
    for name in (1...5).map({ "data_batch_\($0)" }) + ["test_batch"] {
      try AtomicFile.write(Data([3] + image), to: "\(folder.path)/cifar-10-batches-bin/\(name).bin")
    }
  }

  /// Options that make a command quick.
  private static let quick = [
    "adversary": ["--planes 2", "--steps 6", "--dims 1,8"],
    "gordon": ["--planes 2", "--steps 300", "--dims 1,20,40"],
    "manifold": ["--planes 2", "--steps 6", "--dims 1,8"],
    "manifold-sweep": ["--planes 2", "--steps 6", "--dims 1,8"],
    "plane": ["--grid 3"], "radial": ["--grid 3"], "barrier": ["--points 5"],
    "rays": ["--points 4"],
    "subspace": ["--samples 4"],
  ]

  private func quick(_ line: String) -> String {
    let name = String(line.prefix { $0 != " " })
    if line.contains("--inputs") { return line }
    return Self.quick[name, default: []].reduce(line) { line, option in
      line.contains(option.prefix { $0 != " " })
        ? line : "\(name) \(option)" + line.dropFirst(name.count)
    }
  }

  @Test func everyCommandHasOneThatWorks() throws {
    try makeFiles()
    let all = try examples()
    #expect(all.count > 40)
    #expect(all.filter { $0.lines.isEmpty }.map(\.command) == [])

    var cells: [(id: String, line: String)] = []
    func add(_ id: String, _ lines: [String]) {
      for (index, line) in lines.enumerated() { cells.append(("\(id)-\(index)", line)) }
    }
    add("few", ["data digits --subset 40 --test-subset 40 --as few"])
    var rest = all
    /// The examples of commands that make what others use come first.
    func take(_ command: String) throws -> [String] {
      let place = try #require(rest.firstIndex { $0.command == command })
      return rest.remove(at: place).lines
    }
    add("train", try take("train"))
    add(
      "sets",
      (0..<3).map { "load runs/demo/seed\($0)/epoch*.safetensors --as path\($0)" } + [
        "load runs/demo/seed0/epoch*.safetensors --as path",
        "load runs/demo/seed0/last.safetensors --as start",
        "load runs/demo/seed1/last.safetensors --as bend",
        "load runs/demo/seed2/last.safetensors --as end",
        "sample lowrank path --n 2 --as low",
      ])
    // Their own examples name what they use.
    for command in ["sample", "swa", "connect", "swag", "subspace"] {
      add(command, try take(command))
    }
    add(
      "average",
      [
        "train cnn-bn --epochs 3 --snapshot epoch --out runs/bn --as bn",
        "load runs/bn/seed0/epoch*.safetensors --as run", "swa run --as average",
      ])
    let classes = try ["manifold", "manifold-sweep", "gordon", "adversary"].map {
      ($0, try take($0))
    }
    let last = try ["save", "load", "data"].map { ($0, try take($0)) }
    for one in rest { add(one.command, one.lines) }
    // Networks that know the digits, so that there are planes that meet a class.
    add("trained", ["load seeds/*.pt --arch mlp:hidden=32-16 --as seeds"])
    for (command, lines) in classes { add(command, lines) }
    add("digits", ["data digits", "p = eval path[-1]"])
    for (command, lines) in last { add(command, lines) }
    let notebook = cells.map { "```basin id=\($0.id)\n\(quick($0.line))\n```\n" }.joined()
    try AtomicFile.write(notebook, to: folder.path + "/examples.md")
    let outcome = try run(["run", "examples.md", "--trust", "--no-cache", "--format", "json"])
    #expect(outcome.status == 0, "\(outcome.output)")
    try checkColumns(in: folder.path + "/Reports/examples/results.json")
  }

  private struct Results: Decodable {
    struct Cell: Decodable { var items: [Item] }
    struct Item: Decodable { var columns: [Column]? }
    struct Column: Decodable {
      var key: String
      var name: String
    }
    var cells: [Cell]
  }

  /// No two columns of a table have one name, so that a number stands between them and means nothing.
  private func checkColumns(in file: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: file))
    let tables = try JSONDecoder().decode(Results.self, from: data).cells.flatMap(\.items)
      .compactMap(\.columns)
    #expect(tables.count > 60)
    for columns in tables {
      let keys = columns.map(\.key)
      #expect(Set(keys).count == keys.count)
      for column in columns {
        guard let number = column.key.firstMatch(of: #/^(.+)_(\d)$/#),
          keys.contains(String(number.1))
        else { continue }
        #expect(column.name.contains(number.2), "\(keys)")
      }
    }
  }
}
