import BasinKit
import BasinPlugins
import BasinSession
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

/// Networks that draw random numbers themselves, or whose outputs depend on the batch.
@Suite struct RandomNetworkTests {
  private let folder = Fixtures.random

  private func session(_ settings: String...) throws -> Session {
    let session = try Session(plugins: basinPlugins)
    for line in settings + [
      "data digits",
      "load '\(folder)/run-*.pt' --arch '\(folder)/dropout-bn.ts' --trust --as run",
      "load '\(folder)/always-on.pt' --arch '\(folder)/always-on.ts' --trust --as on",
      "load '\(folder)/batch-stats.pt' --arch '\(folder)/batch-stats.ts' --trust --as st",
    ] { _ = try session.evaluate(line, from: .prompt) }
    return session
  }

  private func evaluation(_ line: String, _ session: Session) throws -> Evaluation {
    try #require(try session.evaluate(line, from: .prompt))
  }

  private func warnings(_ result: Result) -> [String] {
    result.items.compactMap {
      if case .note(let note) = $0, note.level == .warning { note.text } else { nil }
    }
  }

  /// What ran before has no part in the numbers, and another seed gives others.
  @Test func recomputedStatisticsFollowFromTheSeedAlone() throws {
    let line = "swa run --from 2"
    let alone = try evaluation(line, session())
    let later = try session()
    for before in ["sample dropout run[4] --n 2", "swa run --from 1 --as other"] {
      _ = try evaluation(before, later)
    }
    let again = try evaluation(line, later)
    #expect(alone.result.items == again.result.items)
    #expect(alone.seed == 0 && again.seed == 0)
    #expect(try evaluation(line, session("set seed 5")).result.items != alone.result.items)
  }

  @Test(arguments: ["path run[0] run[4] --points 5", "rays run[0] --n 2 --points 3"])
  func threadsChangeNothing(line: String) throws {
    let one = try evaluation(line, session("set threads 1"))
    let three = try evaluation(line, session("set threads 3"))
    #expect(one.result.items == three.result.items)
  }

  @Test func aNetworkThatAlwaysDrawsIsSaidToAndDrawsTheSame() throws {
    let first = try session()
    let once = try evaluation("eval on", first)
    #expect(once.result.items == (try evaluation("eval on", session())).result.items)
    #expect(
      warnings(once.result).first?.contains("draws random numbers in evaluation mode") == true)
    #expect(once.seed == 0)
    #expect(warnings(try evaluation("eval run", first).result).isEmpty)
  }

  /// Without running statistics accuracy depends on the batch, which is said beside it.
  @Test func outputsThatDependOnTheBatchAreSaidTo() throws {
    let session = try session("set batch 7")
    let warning = try #require(warnings(try evaluation("eval st", session).result).first)
    #expect(warning.contains("depend on the other inputs of its batch"))
    #expect(warning.contains("batches of 7 (`set batch`)"))
  }

  /// 1,197 = 4·299 + 1: a last batch of one has no variance, and goes with the batch before it.
  @Test func aLastBatchOfOneIsNoError() throws {
    let result = try evaluation("swa run --from 2", session("set batch 299")).result
    let whole = try evaluation("swa run --from 2", session("set batch 1197")).result
    func loss(_ result: Result) throws -> Double {
      for case .table(let table) in result.items {
        if case .number(let value)? = table.rows.last?[1] { return value }
      }
      throw CommandError("no table")
    }
    // Dropout draws by the batch, so that the two agree within its noise.
    #expect(abs(try loss(result) - (try loss(whole))) < 0.05)
  }
}
