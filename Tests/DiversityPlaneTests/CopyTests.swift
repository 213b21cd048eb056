import BasinKit
import BasinSession
import Landscape
import TestSupport
import Testing

@testable import DiversityPlane

/// Checkpoints with equal weights are one checkpoint, in whatever files they are.
@Suite struct CopyTests {
  // `seeds` of three files of PyTorch, and `copies`, the same weights in files of Basin.
  private func session(_ folder: TemporaryFolder) throws -> Session {
    let session = try Session(plugins: [diversityPlane])
    let networks = Fixtures.networks
    for line in [
      "data digits",
      "load '\(networks)/mlp.pt' '\(networks)/mlp-1.pt' '\(networks)/mlp-2.pt' "
        + "--arch mlp:hidden=32-16 --as seeds",
      "save checkpoints seeds '\(folder.path)/copies'",
      "load '\(folder.path)/copies/*.safetensors' --arch mlp:hidden=32-16 --as copies",
    ] { _ = try session.evaluate(line, from: .prompt) }
    return session
  }

  private func tables(_ result: Result) -> [Table] {
    result.items.compactMap { if case .table(let table) = $0 { table } else { nil } }
  }

  private func notes(_ result: Result) -> [String] {
    result.items.compactMap { if case .note(let note) = $0 { note.text } else { nil } }
  }

  @Test func diversityLeavesOutCopiesOfItsBaseline() throws {
    let folder = try TemporaryFolder()
    let session = try session(folder)
    let line = "diversity seeds copies --baseline seeds[0]"
    let result = try #require(try session.evaluate(line, from: .prompt)).result
    let points = try #require(tables(result).last)
    #expect(
      points.rows.map { $0[0] } == [
        .text("seeds[1]"), .text("seeds[2]"), .text("copies[1]"), .text("copies[2]"),
      ])
    #expect(
      notes(result).contains(
        "1 checkpoint with the weights and buffers of the baseline seeds[0] left out: copies[0]"))
  }

  /// A checkpoint is no partner of its copy at matched accuracy.
  @Test func copiesAreNotMatched() {
    let one = MatchedComparison.Point(accuracy: 0.9, diversity: 1, content: "a")
    var other = one
    #expect(MatchedComparison([one], [other], objection: nil, unit: "inputs").pairs == 0)
    other.content = "b"
    #expect(MatchedComparison([one], [other], objection: nil, unit: "inputs").pairs == 1)
  }

  @Test(arguments: ["similarity", "disagreement", "divergence", "divergence --measure kl", "cka"])
  func pairsOfCopiesAreLeftOut(_ command: String) throws {
    let folder = try TemporaryFolder()
    let session = try session(folder)
    let line = "\(command) seeds,copies[0] copies"
    let result = try #require(try session.evaluate(line, from: .prompt)).result
    let summary = try #require(tables(result).first)
    let isOrdered = command.hasSuffix("kl")
    let pairs = summary.rows.map { $0[2] }
    // Three in each set: a pair of each two, and between the sets none with itself.
    #expect(
      pairs.map { "\($0)" }
        == (isOrdered ? [6, 6, 6, 6] : [3, 6, 3]).map { "\(Table.Cell.integer($0))" })
    #expect(
      notes(result).contains {
        $0.hasPrefix(
          "4 checkpoints with the weights and buffers of another: copies[0] (as seeds[0])")
      })
  }

  @Test func ensemblesSayWhichMembersAreCopies() throws {
    let folder = try TemporaryFolder()
    let session = try session(folder)
    let result = try #require(
      try session.evaluate("ensemble seeds,copies[1]", from: .prompt)
    ).result
    #expect(
      notes(result).contains(
        "1 checkpoint with the weights and buffers of another: copies[1] (as seeds[1]); each counts "
          + "as a member of its own"))
    let other = try #require(try session.evaluate("ensemble copies", from: .prompt)).result
    #expect(!notes(other).contains { $0.contains("of another") })
  }

  /// Intervals over checkpoints need different ones.
  @Test func copiesAreNotIndependent() throws {
    let folder = try TemporaryFolder()
    let context = Context(
      workspace: try session(folder).workspace, words: [], progress: SilentProgress(),
      cancellation: Cancellation(), logger: .init(label: "test"))
    let selection = try #require(CheckpointSelection(argument: "seeds,copies[1]"))
    let selected = try context.checkpoints([selection])
    let independence = try context.independence(of: selected)
    #expect(
      independence.objection(to: selected) == "copies[1] has the weights and buffers of seeds[1]")
    #expect(
      independence.objection(between: [selected[0], selected[1]], and: [selected[3]])
        == "copies[1] is in both sets")
  }
  /// A vector of zeros has no direction, not even its own.
  @Test func zeroWeightsHaveNoCosine() throws {
    let folder = try TemporaryFolder()
    let session = try session(folder)
    let seeds = try #require(session.workspace.value("seeds") as? CheckpointSet)
    let zero = try Network(seeds.architecture).checkpoint(named: "zero", metadata: [:])
    session.workspace.bind("zero", to: CheckpointSet([zero], of: seeds.architecture))
    let result = try #require(
      try session.evaluate("similarity zero seeds[0]", from: .prompt)
    ).result
    let matrix = try #require(tables(result).last)
    guard case .number(let own) = matrix.rows[0][1], case .number(let other) = matrix.rows[1][2]
    else { throw CommandError("other cells than numbers") }
    #expect(own.isNaN && abs(other - 1) < 1e-12)
    #expect(
      notes(result) == ["weights that are all zero, or not finite, have no direction: zero[0]"])
  }

  /// One size of one set has nothing to be compared with.
  @Test func oneSizeHasNoTableOfComparisons() throws {
    let folder = try TemporaryFolder()
    let session = try session(folder)
    func titles(_ line: String) throws -> [String] {
      tables(try #require(try session.evaluate(line, from: .prompt)).result).map(\.title)
    }
    #expect(try !titles("ensemble seeds --sizes 2").contains { $0.hasPrefix("NLL compared") })
    #expect(try titles("ensemble seeds").contains { $0.hasPrefix("NLL compared") })
  }
}
