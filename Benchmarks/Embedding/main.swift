// Times exact t-SNE of the predictions of checkpoints:
//
//     bench-tsne FOLDER
//
// FOLDER has the runs of `train cnn` in seed0, seed1, …. Prints one line of JSON: how many points and
// dimensions, the divergence reached, iterations, and seconds for the embedding alone; the least of
// several rounds, on one thread.

import BasinKit
import BasinSession
import Datasets
import Foundation
import Landscape
import Torch

let folder = CommandLine.arguments.dropFirst().first ?? "runs/benchmark"
let session = try Session(plugins: [])
_ = try session.evaluate("data digits", from: .prompt)
_ = try session.evaluate("load \(folder)/seed*/epoch*.safetensors --as paths", from: .prompt)
guard let set = session.workspace.values["paths"] as? CheckpointSet else { exit(1) }
let evaluator = try Evaluator(Network(set.architecture), Dataset.digits())
let points = try Tensor.stack(
  set.checkpoints.map {
    try evaluator.network.load($0)
    return try evaluator.probabilities(.test).flattened().to(.float64)
  })
var seconds = Double.infinity
var embedding: TSNE?
for _ in 0..<5 {
  let elapsed = try ContinuousClock().measure {
    embedding = try TSNE(points, perplexity: 30)
  }.components
  seconds = min(seconds, Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
}
guard let embedding else { exit(1) }
print(
  """
  {"points": \(points.shape[0]), "dimensions": \(points.shape[1]), "divergence": \(embedding.divergence), \
  "iterations": \(embedding.iterations), "seconds": \(seconds)}
  """)
