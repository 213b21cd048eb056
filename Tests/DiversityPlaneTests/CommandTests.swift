import BasinKit
import BasinSession
import DiversityPlane
import Foundation
import Testing

/// The commands on networks that PyTorch trained, against numbers that PyTorch computed.
@Suite struct CommandTests {
  private struct File: Decodable {
    struct Pairs: Decodable {
      var cosine: [[Double]]
      var disagreement: [[Double]]
    }
    var pairs: Pairs
  }

  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/networks").path

  private func session() throws -> Session {
    let session = try Session(plugins: [diversityPlane])
    _ = try session.evaluate("data digits", from: .prompt)
    _ = try session.evaluate(
      "load '\(Self.folder)/mlp.pt' '\(Self.folder)/mlp-1.pt' '\(Self.folder)/mlp-2.pt' "
        + "--arch mlp:hidden=32-16 --as seeds", from: .prompt)
    return session
  }

  private func result(_ line: String) throws -> Result {
    try #require(try session().evaluate(line, from: .prompt)).result
  }

  private func matrix(_ result: Result) throws -> [[Double]] {
    for case .figure(let figure) in result.items {
      for case .heatMap(let map) in figure.panels[0].layers {
        let width = map.grid.x.count
        return (0..<width).map { row in
          (0..<width).map { map.grid.values[row * width + $0] }
        }
      }
    }
    throw CommandError("no matrix")
  }

  private func compare(_ found: [[Double]], _ expected: [[Double]], within tolerance: Double) {
    #expect(found.count == expected.count)
    for (found, expected) in zip(found.joined(), expected.joined()) {
      #expect(abs(found - expected) <= tolerance)
    }
  }

  @Test func similarityAndDisagreementAreThoseOfPyTorch() throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/expected.json"))
    let expected = try JSONDecoder().decode(File.self, from: data).pairs
    compare(try matrix(result("similarity seeds")), expected.cosine, within: 1e-9)
    compare(try matrix(result("disagreement seeds")), expected.disagreement, within: 1e-12)
  }

  @Test func diversityIsDisagreementOverTheErrorRate() throws {
    let result = try result("diversity seeds --baseline 0")
    let expected = try matrix(self.result("disagreement seeds"))
    let tables = result.items.compactMap { item -> Table? in
      if case .table(let table) = item { table } else { nil }
    }
    let table = try #require(tables.first { $0.title == "Checkpoints in the plane" })
    #expect(table.rows.count == 2)
    for (index, row) in table.rows.enumerated() {
      guard case .number(let accuracy) = row[1], case .number(let disagreement) = row[2],
        case .number(let diversity) = row[3]
      else { throw CommandError("not numbers") }
      #expect(abs(disagreement - expected[0][index + 1]) < 1e-12)
      #expect(abs(diversity - disagreement / (1 - accuracy)) < 1e-12)
    }
  }

  @Test(arguments: [
    (
      "similarity seeds[0]",
      "similarity needs 2 checkpoints or more, and seeds[0] is 1; `similarity seeds` takes all 3 of seeds"
    ),
    ("disagreement seed", "there is nothing named 'seed'; did you mean 'seeds'?"),
    ("disagreement seeds[7]", "'seeds' has 3 checkpoints, seeds[0..2]; there is no [7]"),
    (
      "diversity seeds --baseline seeds",
      "--baseline takes one checkpoint, and seeds is 3; give for instance seeds[2]"
    ),
    (
      "diversity seeds[1] --baseline 1",
      "diversity needs a checkpoint besides the baseline seeds[1]; `diversity seeds --baseline "
        + "seeds[1]` takes all 3 of seeds"
    ),
    ("disagreement data", "'data' is a dataset, not checkpoints; seeds is there"),
  ])
  func whatIsWrongIsSaid(line: String, message: String) {
    let error = #expect(throws: CommandError.self) { try result(line) }
    #expect(error?.description == message)
  }

  @Test func theSameLineGivesTheSameNumbers() throws {
    #expect(try result("diversity seeds").items == result("diversity seeds").items)
  }
}
