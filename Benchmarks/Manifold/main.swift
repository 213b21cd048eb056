// Times the full sweep of cutting planes on a digit CNN: 10 classes × 12 dimensions × 50 planes × up to
// 300 steps:
//
//     bench-manifold CHECKPOINT
//
// Prints one line of JSON: seconds with the early stop and without it, and the mean of the probabilities
// that were reached, on one thread.

import BasinKit
import BasinSession
import Datasets
import Foundation
import Landscape
import Torch

Engine.threads = 1
let path = CommandLine.arguments.dropFirst().first ?? "runs/benchmark/seed0/last.safetensors"
let session = try Session(plugins: [])
_ = try session.evaluate("data digits", from: .prompt)
_ = try session.evaluate("load \(path) --as net", from: .prompt)
guard let set = session.workspace.values["net"] as? CheckpointSet else { exit(1) }
let network = try Network(set.architecture)
try network.load(set.checkpoints[0])
let dataset = try Dataset.digits()
let images = try dataset.train.inputs()
let size = dataset.inputSize
let planes = (0..<50).flatMap { repetition in
  [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64].flatMap { dimension in
    (0..<10).map { CuttingPlane(target: [$0], dimension: dimension, repetition: repetition) }
  }
}
/// Seconds, and the mean probability reached.
func sweep(_ network: Network, stopsEarly: Bool) throws -> (seconds: Double, probability: Double) {
  var options = CuttingPlaneSearch.Options()
  options.stopsEarly = stopsEarly
  let shape = [-1] + dataset.inputShape
  let search = CuttingPlaneSearch(
    models: [{ try network.logits($0.view(shape)) }], inputs: size, classes: dataset.classes,
    options: options, seed: Seed(0))
  var sum = 0.0
  let elapsed = try ContinuousClock().measure {
    try search.run(planes) { plane in
      var numbers = SeededNumbers(Seed(0).derived("\(plane)"))
      var place = 0
      repeat {
        place = Int.random(in: 0..<dataset.train.count, using: &numbers)
      } while plane.target.contains(Int(dataset.train.labels[place]))
      return Array(images[place * size..<(place + 1) * size])
    } finished: {
      sum += $0.values.reduce(0) { $0 + $1.probability }
    }
  }.components
  return (
    Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18, sum / Double(planes.count)
  )
}
let early = try sweep(network, stopsEarly: true)
let whole = try sweep(network, stopsEarly: false)
print(
  """
  {"planes": \(planes.count), "early": \(early.seconds), "whole": \(whole.seconds), \
  "earlyProbability": \(early.probability), "probability": \(whole.probability)}
  """)
