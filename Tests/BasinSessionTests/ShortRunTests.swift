import BasinKit
import BasinPlugins
import BasinSession
import Foundation
import Landscape
import TestSupport
import Testing

/// Of two or three snapshots nobody knows whether their loss still falls: no verdict holds for their mean.
@Suite struct ShortRunTests {
  private static let reason =
    "3 snapshots are too few to tell whether their training loss still falls, which takes 4 or more"

  private func run(_ line: String) throws -> Result {
    let session = try Session(plugins: basinPlugins)
    for line in [
      "data digits --subset 200 --test-subset 100",
      "load '\(Fixtures.landscape)/run-*.pt' --as run",
    ] { _ = try session.evaluate(line, from: .prompt) }
    return try #require(try session.evaluate(line, from: .prompt)).result
  }

  private func notes(_ result: Result) -> [Note] {
    result.items.compactMap { if case .note(let note) = $0 { note } else { nil } }
  }

  /// The rows of the comparison with single snapshots that name the mean, as text.
  private func rows(_ result: Result, against: String) -> [[String]] {
    result.items.flatMap { item -> [[String]] in
      guard case .table(let table) = item, table.columns.last?.name == "verdict" else { return [] }
      return table.rows.indices.map { row in
        table.columns.indices.map { table.text(row: row, column: $0) }
      }.filter { $0[1] == against }
    }
  }

  @Test(arguments: [
    ("swa SET --as mean", "the averaged snapshots"), ("fge SET", "a snapshot on average"),
  ])
  func theMeanOfThreeHasNoVerdict(line: String, against: String) throws {
    let result = try run(line.replacing("SET", with: "run[3..5]"))
    let found = rows(result, against: against)
    #expect(!found.isEmpty)
    for row in found {
      #expect(row[3] == "–" && row[4] == "–" && row[5].contains(Self.reason), "\(row)")
    }
    #expect(notes(result).contains { $0.text.hasPrefix("\(Self.reason); where it does, their ") })
  }

  /// Where nothing says when a snapshot was taken there is no column for it.
  @Test func unknownEpochsHaveNoColumn() throws {
    let tables = try run("fge run").items.compactMap {
      if case .table(let table) = $0 { table } else { nil }
    }
    let table = try #require(tables.first { $0.title.hasPrefix("Ensembles by the number") })
    let names = table.columns.map(\.name).prefix(3)
    #expect(names == ["cycles", "last snapshot", "accuracy, ensemble"])
  }

  /// What is drawn from them has the note, which is no warning.
  @Test(arguments: [
    "swag SET --samples 4", "subspace pca SET --rank 1 --samples 8 --grid 0",
    "sample lowrank SET --n 2 --as s", "sample diagonal SET --n 2 --as s",
  ])
  func samplesOfThreeHaveTheNote(line: String) throws {
    let found = notes(try run(line.replacing("SET", with: "run[3..5]")))
    #expect(found.contains { $0.text.hasPrefix(Self.reason) && $0.level != .warning }, "\(found)")
    // Six tell.
    let all = notes(try run(line.replacing("SET", with: "run")))
    #expect(!all.contains { $0.text.contains("too few to tell") }, "\(all)")
  }
}
