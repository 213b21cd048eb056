// Times `similarity` and `disagreement` against the forward passes that they need, in one process:
//
//     bench-pairwise FOLDER
//
// FOLDER holds checkpoints of `train cnn`. Prints one line of JSON: seconds for the forward passes
// (weights read, logits computed), and for both commands from a fresh session; the min of several
// rounds, on one thread.

import BasinKit
import BasinSession
import Datasets
import DiversityPlane
import Foundation
import Landscape

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let elapsed = try ContinuousClock().measure(body).components
  return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
}

let folder = CommandLine.arguments.dropFirst().first ?? "runs/benchmark/seed0"

/// A session with the checkpoints loaded and nothing computed.
func loaded() throws -> Session {
  let session = try Session(plugins: [diversityPlane])
  _ = try session.evaluate("data digits", from: .prompt)
  _ = try session.evaluate("load \(folder)/epoch*.safetensors --as path", from: .prompt)
  return session
}

let session = try loaded()
guard let set = session.workspace.values["path"] as? CheckpointSet else { exit(1) }
let evaluator = try Evaluator(Network(set.architecture), Dataset.digits())
_ = try evaluator.data(.test)
let rounds = try (0..<15).map { _ in
  let forward = try seconds {
    for checkpoint in set.checkpoints {
      try evaluator.network.load(checkpoint)
      _ = try evaluator.logits(.test).argmax(1)
    }
  }
  let session = try loaded()
  let whole = try seconds {
    _ = try session.evaluate("similarity path", from: .prompt)
    _ = try session.evaluate("disagreement path", from: .prompt)
  }
  return (forward: forward, whole: whole)
}
let forward = rounds.map(\.forward).min() ?? 0
let whole = rounds.map(\.whole).min() ?? 0
print(
  """
  {"checkpoints": \(set.checkpoints.count), "forward": \(forward), "whole": \(whole)}
  """)
