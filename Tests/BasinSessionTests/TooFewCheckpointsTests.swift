import BasinKit
import BasinPlugins
import BasinSession
import Foundation
import Landscape
import TestSupport
import Testing

/// Commands that need several checkpoints and get one say what to type, and that works.
@Suite struct TooFewCheckpointsTests {
  @Test(arguments: [
    ("similarity run[0]", "similarity run"), ("disagreement run[2]", "disagreement run"),
    ("barrier run[0] --points 3", "barrier run --points 3"),
    ("tsne run[..2] --pca", "tsne run --pca"), ("swa run[-1] --as m", "swa run --as m"),
    ("fge run[0]", "fge run"), ("swag run[0] --samples 2", "swag run --samples 2"),
    ("sample lowrank run[0] --n 2", "sample lowrank run --n 2"),
    ("plane run[..1] --pca --grid 3", "plane run --pca --grid 3"),
    ("diversity run[1] --baseline 1", "diversity run --baseline run[1]"),
  ])
  func theLineThatIsGivenWorks(line: String, remedy: String) throws {
    let session = try Session(plugins: basinPlugins)
    for line in [
      "data digits --subset 200 --test-subset 100",
      "load '\(Fixtures.landscape)/run-*.pt' --as run",
    ] { _ = try session.evaluate(line, from: .prompt) }
    let error = #expect(throws: CommandError.self) {
      _ = try session.evaluate(line, from: .prompt)
    }
    #expect(
      error?.description.hasSuffix("; `\(remedy)` takes all 6 of run") == true,
      "\(error?.description ?? "")")
    #expect(try session.evaluate(remedy, from: .prompt) != nil)
  }

  /// Where there are no more, how they are made.
  @Test func trainingMakesMore() throws {
    let session = try Session(plugins: basinPlugins)
    for line in [
      "data digits --subset 200 --test-subset 100",
      "load '\(Fixtures.landscape)/run-0.pt' --as one",
    ] { _ = try session.evaluate(line, from: .prompt) }
    let error = #expect(throws: CommandError.self) {
      _ = try session.evaluate("swa one", from: .prompt)
    }
    #expect(
      error?.description
        == "swa needs 2 snapshots or more, and one is 1; `train cnn --epochs 10 --snapshot epoch --out "
        + "runs/new --as new` and `load runs/new/seed0/epoch*.safetensors --as path` make some")
  }
}
