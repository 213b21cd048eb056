// Times `plane` through three checkpoints, from a fresh session each round:
//
//     bench-plane FOLDER SIDE THREADS ROUNDS
//
// FOLDER holds seed0, seed1 and seed2 of `train`. Prints one line of JSON: the min seconds of the
// rounds, those of the bare forward passes that as many points need on as many threads (twice the
// training split with batch norm, once without, and the test split), and the sums of training loss and
// test error over the plane, which the other program should find too.

import BasinCore
import BasinKit
import BasinSession
import Foundation
import Landscape
import SWAPaths

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let elapsed = try ContinuousClock().measure(body).components
  return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
}

let arguments = CommandLine.arguments
guard arguments.count == 5, let rounds = Int(arguments[4]) else { exit(2) }
let (folder, side, threads) = (arguments[1], arguments[2], arguments[3])

/// The values of the figure's two panels, summed.
func sums(_ result: Result) -> (loss: Double, error: Double)? {
  for case .figure(let figure) in result.items where figure.panels.count == 2 {
    let sums = figure.panels.compactMap { panel -> Double? in
      guard case .contours(let contours)? = panel.layers.first else { return nil }
      return contours.grid.values.reduce(0, +)
    }
    if sums.count == 2 { return (sums[0], sums[1] / 100) }
  }
  return nil
}

/// The forward passes that the plane needs, and nothing else: the first over the training split in training
/// mode where batch norm is recomputed.
func forwardPasses(_ session: Session) throws {
  guard let set = session.workspace.values["s"] as? CheckpointSet,
    let dataset = session.workspace.dataset, let side = Int(side), let threads = Int(threads)
  else { exit(1) }
  let evaluator = try Evaluator(Network(set.architecture), dataset)
  try evaluator.network.load(set.checkpoints[0])
  try ParallelEvaluation.run(
    evaluator, threads: threads, over: Array(0..<(side * side)),
    body: { evaluator, _ in
      if evaluator.hasBatchNorm {
        _ = try evaluator.network.inTrainingMode { try evaluator.logits(.train) }
      }
      _ = try evaluator.logits(.train)
      _ = try evaluator.logits(.test)
    }, store: { _, _ in }, report: { _ in })
}

var least = Double.infinity
var forward = Double.infinity
var found: (loss: Double, error: Double)?
for _ in 0..<rounds {
  let session = try Session(plugins: [swaPaths])
  for line in [
    "set threads \(threads)", "data digits",
    "load \(folder)/seed0/last.safetensors \(folder)/seed1/last.safetensors "
      + "\(folder)/seed2/last.safetensors --as s",
  ] { _ = try session.evaluate(line, from: .prompt) }
  forward = try min(forward, seconds { try forwardPasses(session) })
  least = try min(
    least,
    seconds {
      let evaluation = try session.evaluate(
        "plane s[0] s[1] s[2] --grid \(side)", from: .prompt)
      found = evaluation.flatMap { sums($0.result) }
    })
}
guard let found else { exit(1) }
print(
  "{\"seconds\": \(least), \"forward\": \(forward), \"loss\": \(found.loss), \"error\": \(found.error)}"
)
