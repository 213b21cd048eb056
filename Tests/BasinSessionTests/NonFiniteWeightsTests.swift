import BasinKit
import BasinPlugins
import BasinSession
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

/// Every command on a run whose last snapshots have NaN weights.
@Suite struct NonFiniteWeightsTests {
  private let folder: TemporaryFolder
  private let session: Session

  // path: four sound networks, and six whose first weights are NaN.
  init() throws {
    folder = try TemporaryFolder()
    session = try Session(plugins: basinPlugins)
    for line in [
      "data digits --subset 200 --test-subset 100",
      "load '\(Fixtures.landscape)/plain-*.pt' --as seeds",
    ] { _ = try session.evaluate(line, from: .prompt) }
    let set = try #require(session.workspace.values["seeds"] as? CheckpointSet)
    let network = try Network(set.architecture)
    for index in 0..<10 {
      try network.load(set.checkpoints[index % 3])
      if index == 3 { try withoutGradients { try network.parameters.scale(by: 1.01) } }
      if index >= 4 {
        try withoutGradients {
          _ = try network.parameters.narrow(0, start: 0, length: index).fill(.nan)
        }
      }
      try network.save(
        to: "\(folder.path)/epoch\(index).safetensors",
        metadata: ["architecture": set.architecture.text, "epoch": "\(index)"])
    }
    _ = try session.evaluate("load \(folder.path)/epoch*.safetensors --as path", from: .prompt)
  }

  private func error(_ line: String) throws -> AffectedCheckpoints {
    let error = #expect(throws: AffectedCheckpoints.self, "\(line)") {
      _ = try session.evaluate(line, from: .prompt)
    }
    return try #require(error)
  }

  /// A curve takes three networks: of two no line is given.
  @Test func aCurveOfTwoIsNotSuggested() throws {
    #expect(try error("curve seeds[0] path[5] seeds[1] --as-curve bezier").line == nil)
    #expect(
      try error("curve seeds[0] path[5] path[3] seeds[1] --as-curve bezier").line
        == "curve seeds[0] path[3] seeds[1] --as-curve bezier")
  }

  /// All that are affected are found, five are named, and the line that is given works.
  @Test(arguments: [
    "eval path", "similarity path", "disagreement path", "diversity seeds path", "ensemble path",
    "calibrate path", "tsne path", "cka path", "swa path --as mean",
    "plane path[..5] --pca --grid 3",
    "barrier path --points 3", "rays path --n 2 --points 3", "swag path --samples 2",
    "subspace random path --rank 1 --samples 8 --grid 0", "fge path",
    "sample lowrank path --n 2 --as drawn",
    "manifold path --target 1 --dims 1,2,4 --planes 2 --steps 6",
    "manifold seeds[0] --ensemble=path --target 1 --dims 1,2,4 --planes 2 --steps 6",
    "eval path[7] path seeds[0]",
  ])
  func theLineThatIsGivenWorks(line: String) throws {
    let error = try error(line)
    #expect(error.fault == .weights)
    let isShort = line.contains("path[..5]")
    #expect(Set(error.members.map(\.name)) == Set((4..<(isShort ? 6 : 10)).map { "path[\($0)]" }))
    #expect(
      error.members.allSatisfy {
        $0.extent == "\($0.name.dropFirst(5).dropLast()) values of conv1.weight"
      })
    let remedy = try #require(error.line)
    #expect(remedy.contains("path[0..3]") && !remedy.contains("path[7]"))
    #expect("\(error)".hasSuffix("leave them out: `\(remedy)`"))
    #expect(
      "\(error)".contains("path[8] (8 values of conv1.weight) and 1 more; ")
        == !isShort)
    #expect(try session.evaluate(remedy, from: .prompt) != nil)
  }

  /// Where too few are left there is no line, and the error says so.
  @Test(arguments: [
    "eval path[5]", "path path[0] path[5] --points 3", "similarity path[3..5]", "swa path[4..]",
    "gordon path[4] --target 1", "diversity path[0..3] --baseline path[5]",
  ])
  func tooFewAreLeft(line: String) throws {
    let error = try error(line)
    #expect(error.line == nil)
    #expect("\(error)".contains("too few checkpoints are left without"), "\(error)")
  }

  /// Loading names them in one warning, and what is left.
  @Test func loadingWarnsOnce() throws {
    let result = try #require(
      try session.evaluate("load \(folder.path)/epoch*.safetensors --as other", from: .prompt)
    ).result
    let warnings = result.items.compactMap { item -> String? in
      if case .note(let note) = item, note.level == .warning { note.text } else { nil }
    }
    #expect(
      warnings == [
        "NaN or infinite weights: "
          + (4...8).map { "other[\($0)] (\($0) values of conv1.weight)" }.joined(separator: ", ")
          + " and 1 more; nothing can be computed from them; the others are other[0..3]"
      ], "\(warnings)")
  }
}
