import BasinKit
import BasinSession
import Datasets
import Foundation
import Testing
import Torch

/// The example of the README, which must compile and run as it stands there.
struct Confidence: AnalysisCommand {
  static let configuration = CommandConfiguration(
    abstract: "Mean confidence of each checkpoint's predictions.")
  @Argument(help: "Checkpoints.") var checkpoints: [CheckpointSelection]
  @Option(help: "Dataset split: train or test.") var split: Split = .test

  func run(in context: Context) throws -> Result {
    let selected = try context.checkpoints(checkpoints)
    var table = Table(
      "Confidence", columns: [.text("checkpoint"), .number("mean", format: .percent(1))])
    for (one, predictions) in zip(selected, try context.predictions(selected, split)) {
      let largest = try predictions.probabilities().max(1).values
      table.append([.text(one.label), .number(try largest.mean().item())])
    }
    return Result(items: [.table(table)])
  }
}

@Suite struct ExampleCommandTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test func theExampleRunsInASession() throws {
    let plugin = Plugin(
      name: "confidence", version: "1.0", summary: "an example", commands: [Confidence.self])
    let session = try Session(plugins: [plugin])
    _ = try session.evaluate("data digits", from: .prompt)
    let networks = Self.root.appendingPathComponent("Tests/Fixtures/networks").path
    _ = try session.evaluate(
      "load '\(networks)/mlp.pt' --arch mlp:hidden=32-16 --as m", from: .prompt)
    let evaluation = try #require(try session.evaluate("confidence m", from: .prompt))
    guard case .table(let table)? = evaluation.result.items.first,
      case .number(let mean)? = table.rows.first?[1]
    else { throw CommandError("no table") }
    #expect((0.5...1).contains(mean))
    #expect(evaluation.plugin == "confidence 1.0")
  }

  @Test func theExampleIsTheOneInTheReadme() throws {
    func text(_ name: String) throws -> String {
      try String(contentsOf: Self.root.appendingPathComponent(name), encoding: .utf8)
    }
    let source = try text("Tests/BasinKitTests/ExampleCommandTests.swift")
    let start = try #require(source.range(of: "struct Confidence"))
    let end = try #require(source.range(of: "@Suite struct"))
    let example = source[start.lowerBound..<end.lowerBound].trimmingSuffix { $0.isNewline }
    #expect(try text("README.md").contains(example))
    #expect(try text("Examples/Confidence/Sources/Confidence/Confidence.swift").contains(example))
  }
}

extension Substring {
  fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
    var text = self
    while let last = text.last, predicate(last) { text.removeLast() }
    return text
  }
}
