import BasinKit
import BasinSession
import DiversityPlane
import Foundation
import TestSupport
import Testing

/// `mimo` on a network of two heads.
@Suite struct MIMOCommandTests {
  private let folder: TemporaryFolder
  private let session: Session

  init() throws {
    folder = try TemporaryFolder()
    session = try Session(plugins: [diversityPlane])
    _ = try session.evaluate("data digits", from: .prompt)
    _ = try session.evaluate(
      "train mimo-cnn:heads=2,channels=8 --epochs 2 --seeds 0 --out \(folder.path) --as m",
      from: .prompt)
  }

  private func tables(_ line: String) throws -> [Table] {
    try #require(try session.evaluate(line, from: .prompt)).result.items.compactMap {
      if case .table(let table) = $0 { table } else { nil }
    }
  }

  /// All heads together are what every other command sees; one of each is what the heads' table says.
  @Test func theEnsembleOfAllHeadsIsTheNetwork() throws {
    let heads = try tables("mimo m[0]")
    let whole = try tables("eval m")[0].rows[0]
    #expect(heads[0].rows.count == 2 && heads[1].rows.count == 2)
    guard case .number(let accuracy) = heads[1].rows[1][2],
      case .number(let loss) = heads[1].rows[1][3],
      case .number(let evaluated) = whole[3], case .number(let cost) = whole[2],
      case .number(let first) = heads[0].rows[0][1], case .number(let second) = heads[0].rows[1][1],
      case .number(let mean) = heads[1].rows[0][2]
    else { throw CommandError("other cells than numbers") }
    #expect(accuracy == evaluated)
    #expect(abs(loss - cost) < 1e-5)
    #expect(abs(mean - (first + second) / 2) < 1e-12)
  }

  @Test func aNetworkOfOneHeadIsRefused() throws {
    _ = try session.evaluate("load \(Fixtures.networks)/mlp.pt --as one", from: .prompt)
    for (line, reason) in [
      ("mimo one[0]", "which has one head"), ("mimo m[0] --heads 3", "has 2 heads, not 3"),
    ] {
      let error = #expect(throws: CommandError.self) { try session.evaluate(line, from: .prompt) }
      #expect(error?.description.contains(reason) == true)
    }
  }
}
