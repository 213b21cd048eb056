import BasinKit
import BasinSession
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

/// Networks belong to whoever holds them: no call moves a network that another holds.
@Suite struct NetworkPoolTests {
  private func context() throws -> (Context, [SelectedCheckpoint]) {
    let session = try Session(plugins: [])
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/networks").path
    _ = try session.evaluate("data digits", from: .prompt)
    _ = try session.evaluate(
      "load '\(folder)/mlp.pt' '\(folder)/mlp-1.pt' "
        + "--arch mlp:hidden=32-16 --as m", from: .prompt)
    let context = Context(
      workspace: session.workspace, words: ["test"], progress: SilentProgress(),
      cancellation: Cancellation(), logger: .init(label: "test"))
    return (context, try context.checkpoints([#require(CheckpointSelection(argument: "m"))]))
  }

  @Test func nothingMovesANetworkThatIsHeld() throws {
    let (context, selected) = try context()
    let (first, second) = (selected[0], selected[1])
    let held = try context.evaluator(holding: first)
    let loss = try held.metrics(.test).loss
    _ = try context.parameters(second)
    _ = try context.predictions(second, .test)
    let beside = try context.evaluator(holding: second)
    #expect(beside.network !== held.network)
    #expect(try beside.metrics(.test).loss != loss)
    #expect(try held.metrics(.test).loss == loss)
    let weights = try context.parameters(first)
    #expect(try largestDifference(held.network.parameters, weights) == 0)
  }

  /// Who keeps only the network holds it all the same.
  @Test func aNetworkIsHeldWithoutItsEvaluator() throws {
    let (context, selected) = try context()
    let network = try context.evaluator(holding: selected[0]).network
    let before = try network.parameters.clone()
    _ = try context.evaluator(holding: selected[1])
    #expect(try largestDifference(network.parameters, before) == 0)
  }

  /// Networks that are given back are used again: a command over a hundred checkpoints has one.
  @Test func aNetworkThatNobodyHoldsIsUsedAgain() throws {
    let (context, selected) = try context()
    var seen: Set<ObjectIdentifier> = []
    for _ in 0..<5 {
      try autoreleasing {
        seen.insert(ObjectIdentifier(try context.evaluator(holding: selected[0]).network))
      }
    }
    #expect(seen.count == 1)
  }

  @Test func aNetworkKeepsItsPlaceWhateverHappens() throws {
    let (context, selected) = try context()
    let network = try context.evaluator(holding: selected[0]).network
    let before = try network.parameters.clone()
    #expect(throws: CommandError.self) {
      try network.keepingPlace {
        try withoutGradients { try network.parameters.fill(3) }
        throw CommandError("stop")
      }
    }
    #expect(try largestDifference(network.parameters, before) == 0)
    try network.keepingPlace { try withoutGradients { try network.parameters.fill(3) } }
    #expect(try largestDifference(network.parameters, before) == 0)
  }

  private func autoreleasing(_ body: () throws -> Void) rethrows { try body() }
}
