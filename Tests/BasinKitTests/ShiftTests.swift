import BasinKit
import BasinSession
import Datasets
import Foundation
import TestSupport
import Testing

/// Predictions under shift, as commands see them.
private struct ShiftedAccuracy: AnalysisCommand {
  static let configuration = CommandConfiguration(commandName: "shifted")
  @Argument var checkpoints: [CheckpointSelection]
  @Option var by: String

  func run(in context: Context) throws -> Result {
    let selected = try context.checkpoints(checkpoints)
    let dataset = try context.dataset(shiftedBy: Corruption(by))
    var result = Result()
    for predictions in try context.predictions(selected, .test, on: dataset)
      + context.predictions(selected, .test)
    {
      result.add(Scalar("accuracy", try predictions.metrics().accuracy))
    }
    return result
  }
}

@Suite struct ShiftTests {
  /// What a command computes on the shifted copy is what the session computes when that copy is the
  /// dataset in use; the dataset in use is the same afterwards.
  @Test func aShiftedCopyIsTheDatasetThatDataMakes() throws {
    let plugin = Plugin(
      name: "shift", version: "1.0", summary: "shifts", commands: [ShiftedAccuracy.self])
    let session = try Session(plugins: [plugin])
    func scalars(_ line: String) throws -> [Double] {
      let items = try #require(try session.evaluate(line, from: .prompt)).result.items
      return items.compactMap { if case .scalar(let scalar) = $0 { scalar.value } else { nil } }
    }
    _ = try session.evaluate("data digits", from: .prompt)
    _ = try session.evaluate(
      "load \(Fixtures.networks)/mlp.pt --arch mlp:hidden=32-16 --as m", from: .prompt)
    let before = try scalars("shifted m --by contrast:5")
    _ = try session.evaluate("data data --corrupt contrast:5", from: .prompt)
    let after = try scalars("shifted m --by contrast:5")
    #expect(before.count == 2 && before[0] < before[1])
    #expect(after[1] == before[0])
  }
}
