import BasinKit
import BasinPlugins
import BasinSession
import Foundation
import Landscape
import Notebooks
import TestSupport
import Testing

/// Cells from the cache: when they count, what comes back, and what happens when it is damaged.
@Suite struct CacheTests {
  private let folder: TemporaryFolder
  private var cachePath: String { folder.path + "/cache" }

  init() throws { folder = try TemporaryFolder() }

  private var text: String {
    """
    ---
    title: Two seeds
    seed: 3
    parameters: {n: 3, unused: 1}
    ---
    ```basin id=train
    data digits
    train mlp:hidden=8 --epochs 1 --seeds 0..1 --snapshot epoch --out \(folder.path)/runs --as seeds
    ```
    ```basin id=eval
    eval seeds
    ```
    ```basin id=sample caption="Samples"
    sample random seeds[0] --n {n} --as rnd
    ```
    ```basin id=compare
    diversity seeds rnd --baseline 0
    kept = disagreement seeds
    ```
    ```basin id=small
    data data --subset 200 --augment flip --as data
    ```
    ```basin id=last
    eval rnd
    show kept
    ```
    """
  }

  private struct Outcome {
    var run: NotebookRun
    var session: Session
    var notes: [String]

    /// Ids of the cells that were computed and did not come from the cache.
    var computed: [String] { run.cells.filter { $0.computed == nil }.map(\.cell.id) }

    func value(_ name: String) -> (any SessionValue)? { session.workspace.value(name) }
  }

  private func run(
    _ text: String, n: Int = 3, scope: Replay.Scope = .all, cached: Bool = true,
    capacity: Int = 1 << 30, program: String = "test", plugins: [Plugin] = basinPlugins
  ) throws -> Outcome {
    let session = try Session(plugins: plugins)
    let book = try Notebook(
      Foundation.Data(text.utf8), file: "x.md",
      overrides: text.contains("parameters") ? ["n": "\(n)"] : [:])
    var replay = Replay(book, with: session)
    var notes: [String] = []
    if cached {
      replay.cache = CellCache(folder: cachePath, capacity: capacity, program: program)
      replay.cache?.onNote = { notes.append($0) }
    }
    replay.scope = scope
    let run = try replay.run()
    return Outcome(run: run, session: session, notes: notes)
  }

  private func report(_ run: NotebookRun) throws -> [String: Foundation.Data] {
    let path = folder.path + "/report-\(UUID().uuidString)"
    try ReportWriter().write(run, to: path)
    var files: [String: Foundation.Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: path)
    where name != "provenance.json" {
      files[name] = FileManager.default.contents(atPath: "\(path)/\(name)")
    }
    return files
  }

  private func entryFiles(named name: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: cachePath)
      .filter { ($0 as NSString).lastPathComponent == name }.sorted().map { "\(cachePath)/\($0)" }
  }

  private func vectors(_ value: (any SessionValue)?) throws -> [[Float]] {
    try #require(value as? CheckpointSet).checkpoints.map { checkpoint in
      guard case .vectors(let parameters, let buffers, _, _) = checkpoint.weights else { return [] }
      return parameters + buffers
    }
  }

  @Test func theSecondReplayHasTheSameReportAndTheSameValues() throws {
    let first = try run(text)
    #expect(first.run.status == .fine, "\(first.run.cells.compactMap(\.error))")
    #expect(first.computed.count == 6)
    let second = try run(text)
    #expect(second.computed == [])
    #expect(second.notes == [])
    #expect(
      second.run.cells.compactMap(\.computed).allSatisfy { abs($0.timeIntervalSinceNow) < 600 })
    let report = try report(first.run)
    #expect(try self.report(second.run) == report)
    #expect(try self.report(try run(text, cached: false).run) == report)
    #expect(report.keys.contains { $0.hasSuffix(".svg") })

    for name in ["seeds", "rnd", "data", "kept"] {
      let value = try #require(first.value(name))
      #expect(second.value(name)?.identity == value.identity)
      #expect(second.value(name)?.summary == value.summary)
    }
    #expect(try vectors(second.value("rnd")) == vectors(first.value("rnd")))
    #expect(try !vectors(first.value("rnd")).contains([]))
    #expect(
      second.session.workspace.dataset?.identity == first.session.workspace.dataset?.identity)
    #expect(second.session.workspace.dataset?.augmentation?.flips == true)
    #expect(second.session.history == first.session.history)
    #expect(second.session.settings.first?.value == "3")
  }

  @Test func restoredValuesComputeWhatTheFirstOnesDid() throws {
    let first = try run(text)
    let second = try run(text)
    for line in ["eval rnd --split train", "disagreement seeds rnd", "inspect seeds[1]"] {
      let one = try first.session.evaluate(line, from: .prompt)?.result.items
      let other = try second.session.evaluate(line, from: .prompt)?.result.items
      #expect(one == other)
    }
  }

  @Test func onlyTheChangedCellAndWhatDependsOnItAreComputed() throws {
    _ = try run(text)
    #expect(try run(text, n: 4).computed == ["sample", "compare", "last"])
    // Both are there now.
    #expect(try run(text).computed == [])
    #expect(try run(text, n: 4).computed == [])
    let other = text.replacing("eval seeds", with: "eval seeds --split train")
    #expect(try run(other).computed == ["eval"])
    let subset = text.replacing("--subset 200", with: "--subset 201")
    #expect(try run(subset).computed == ["small", "last"])
  }

  @Test func proseCaptionsNamesAndUnusedParametersChangeNothing() throws {
    _ = try run(text)
    let other =
      text.replacing("caption=\"Samples\"", with: "caption=\"Others\" hide")
      .replacing("id=compare", with: "id=both").replacing("unused: 1", with: "unused: 2")
      .replacing("```basin id=eval\n", with: "Words.\n\n```basin\n# a comment\n")
    let second = try run(other)
    #expect(second.computed == [])
    // A figure has another name now, so it was drawn again.
    let names = try report(second.run).keys.filter { $0.contains("both") }
    #expect(!names.isEmpty)
    #expect(try report(second.run) == report(try run(other, cached: false).run))
  }

  @Test func settingsVersionsAndTheProgramCount() throws {
    let whole = text
    _ = try run(whole)
    #expect(try run(whole.replacing("seed: 3", with: "seed: 4")).computed.count == 6)
    #expect(try run(whole, program: "another build").computed.count == 6)
    let set = "```basin id=a\nset batch 7\n```\n"
    #expect(try run(set).run.settings[2].value == "7")
    let again = try run(set)
    #expect(again.computed == [])
    #expect(again.session.workspace.settings.batch == 7)
    var plugins = basinPlugins
    plugins[0].version += ".1"
    #expect(try run(whole, plugins: plugins).computed.count == 6)
  }

  @Test func changedFilesAreSeen() throws {
    _ = try run(text)
    func load(_ pattern: String) -> String {
      "```basin id=load\nload \(folder.path)/\(pattern) --as set\n```\n```basin id=count\neval set\n```\n"
    }
    let book = "```basin id=data\ndata digits\n```\n" + load("runs/seed*/last.safetensors")
    _ = try run(book)
    #expect(try run(book).computed == [])
    let last = folder.path + "/runs/seed1/last.safetensors"
    let start = folder.path + "/runs/seed1/epoch000.safetensors"
    let kept = try #require(FileManager.default.contents(atPath: last))
    try #require(FileManager.default.contents(atPath: start)).write(
      to: URL(fileURLWithPath: last))
    #expect(try run(book).computed == ["load", "count"])
    // The old content again: its entry counts again.
    try kept.write(to: URL(fileURLWithPath: last))
    #expect(try run(book).computed == [])
    // One file more that the pattern means.
    try FileManager.default.createDirectory(
      atPath: folder.path + "/runs/seed2", withIntermediateDirectories: true)
    try kept.write(to: URL(fileURLWithPath: folder.path + "/runs/seed2/last.safetensors"))
    #expect(try run(book).computed == ["load", "count"])
    try FileManager.default.removeItem(atPath: last)
    #expect(try run(book).computed == ["load", "count"])
  }

  @Test func filesThatACellWroteMustBeThere() throws {
    _ = try run(text)
    try FileManager.default.removeItem(atPath: folder.path + "/runs/seed0/epoch001.safetensors")
    #expect(try run(text).computed == ["train"])
  }

  @Test func whatCannotBeFollowedIsComputed() throws {
    _ = try run(text)
    let path = folder.path + "/runs/seed0/last.safetensors"
    let book = "```basin id=a\ninspect \(path) --names\n```\n```basin id=b\ninspect \(path)\n```\n"
    #expect(try run(book).run.status == .fine)
    #expect(try run(book).computed == ["a"])
  }

  @Test func aFailingCellIsComputedAgain() throws {
    let book = "```basin id=a allow-error\neval nothing\n```\n```basin id=b\ndata digits\n```\n"
    #expect(try run(book).run.cells.map(\.status) == [.failedAsAllowed, .fine])
    let second = try run(book)
    #expect(second.computed == ["a"])
    #expect(second.run.cells[0].status == .failedAsAllowed)
  }

  @Test func scopesChooseWhatIsComputed() throws {
    let first = try run(text, scope: .only(["eval"]))
    #expect(
      first.run.cells.map(\.status) == [.fine, .fine, .skipped, .skipped, .skipped, .skipped])
    #expect(first.run.status == .fine)
    _ = try run(text)
    let only = try run(text, scope: .only(["sample"]))
    #expect(only.computed == ["sample"])
    #expect(only.run.cells.map(\.status) == Array(repeating: .fine, count: 6))
    #expect(try run(text, scope: .only(["eval", "small"])).computed == ["eval", "small"])
    #expect(try run(text, scope: .from("compare")).computed == ["compare", "small", "last"])
    // What depends on other values than before is left out.
    #expect(
      try run(text, n: 5, scope: .only(["sample"])).run.cells.map(\.status)
        == [.fine, .fine, .fine, .skipped, .fine, .skipped])
    #expect {
      try run(text, scope: .from("comparee"))
    } throws: { "\($0)" == "x.md: there is no cell “comparee”; did you mean “compare”?" }
  }

  @Test(arguments: ["cell", "conditions", "values.safetensors"])
  func damagedEntriesAreComputedAgain(_ name: String) throws {
    let report = try report(try run(text).run)
    for step in 0..<6 {
      let paths = try entryFiles(named: name)
      #expect(!paths.isEmpty)
      for path in paths {
        var data = try #require(FileManager.default.contents(atPath: path))
        switch step {
        case 0: data = Foundation.Data()
        case 1: data.removeLast()
        case 2: data.append(0)
        default: data[data.count * (step - 3) / 3] ^= 1
        }
        // As a broken disk would have it, in place.
        try data.write(to: URL(fileURLWithPath: path))
      }
      let second = try run(text)
      #expect(second.notes.count == paths.count)
      #expect(second.notes.allSatisfy { $0.contains("is damaged; the cell is computed again") })
      #expect(second.computed.count == paths.count)
      #expect(try self.report(second.run) == report)
    }
    let third = try run(text)
    #expect(third.notes == [] && third.computed == [])
  }

  @Test func theBoundIsKeptAndWhatWasUsedLastStays() throws {
    func book(_ numbers: [Int]) -> String {
      "```basin id=data\ndata digits\n```\n```basin id=train\n"
        + "train mlp:hidden=4 --epochs 1 --out \(folder.path)/runs --as seeds\n```\n"
        + numbers.map { "```basin id=s\($0)\nsample random seeds[0] --n \($0) --as s\n```\n" }
        .joined()
    }
    func bytes() throws -> Int {
      try FileManager.default.subpathsOfDirectory(atPath: cachePath).reduce(0) { total, name in
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(cachePath)/\(name)")
        guard attributes[.type] as? FileAttributeType == .typeRegular else { return total }
        return total + (attributes[.size] as? Int ?? 0)
      }
    }
    let bound = 400_000
    for number in 1...30 {
      _ = try run(book([number]), capacity: bound)
      #expect(try bytes() <= bound)
    }
    // The first cells were used each time, the last sample just now.
    #expect(try run(book([30]), capacity: bound).computed == [])
    #expect(try run(book([1]), capacity: bound).computed == ["s1"])
    // A smaller bound holds from the next run on, also where nothing is stored.
    _ = try run(book([]), capacity: 3000)
    #expect(try bytes() <= 3000)
    #expect(try run(book([2]), capacity: 0).run.status == .fine)
    #expect(try bytes() == 0)
    let cache = CellCache(folder: cachePath, capacity: bound)
    _ = try run(book([5]))
    #expect(cache.entries().map(\.cell).sorted() == ["data", "s5", "train"])
    #expect(try cache.clear().entries == 3)
    #expect(cache.entries().isEmpty)
    #expect(try bytes() == 0)
  }

  @Test func aCacheThatCannotBeWrittenIsNotedOnce() throws {
    _ = FileManager.default.createFile(atPath: cachePath, contents: nil)
    let first = try run(text)
    #expect(first.run.status == .fine)
    #expect(
      first.notes == [
        "cache: cannot make the folder \(cachePath)/v1: Not a directory; a part of the path is a file; "
          + "choose a path of folders; results of this run are not kept"
      ])
  }
}
