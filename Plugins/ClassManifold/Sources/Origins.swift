import BasinKit
import Datasets
import Foundation
import Landscape
import Torch

/// The inputs x₀ that planes go through.
struct Origins {
  private let kind: PlaneArguments.Origin
  private let dataset: Dataset
  private let inputs: Tensor
  // Training inputs by class.
  private let places: [[Int]]

  init(_ kind: PlaneArguments.Origin, _ dataset: Dataset, _ context: Context) throws {
    self.kind = kind
    self.dataset = dataset
    guard dataset.train.count > 0 else { throw MissingSplit(dataset: dataset.name, split: .train) }
    var places = [[Int]](repeating: [], count: dataset.classes)
    for (place, label) in dataset.train.labels.enumerated() { places[Int(label)].append(place) }
    self.places = places
    let count = dataset.train.count
    let all = try Tensor.zeros([count, dataset.inputSize])
    let step = max(1, (1 << 22) / max(1, dataset.inputSize))
    for start in stride(from: 0, to: count, by: step) {
      try context.cancellation.check()
      let range = start..<min(start + step, count)
      try all.narrow(0, start: start, length: range.count)
        .assign(Tensor(dataset.train.inputs(range), shape: [range.count, dataset.inputSize]))
    }
    inputs = all
  }

  /// The min and max of all training inputs.
  func range() throws -> ClosedRange<Float> {
    let least = try inputs.min().item()
    let greatest = try inputs.max().item()
    guard least.isFinite, greatest.isFinite else {
      throw CommandError(
        "\(dataset.name) has NaN or infinite training inputs, so that --box has no range")
    }
    return Float(least)...Float(greatest)
  }

  /// The standard deviation of a number of the training inputs: the root mean square over all numbers. Inputs with NaN or
  /// infinite numbers are left out, and it is 1 where all inputs are equal.
  func deviation() throws -> Double {
    let isFinite = try inputs.nonFiniteRows().logicalNot().to(.int64).array(of: Int64.self)
    let places = isFinite.indices.filter { isFinite[$0] != 0 }.map(Int64.init)
    guard !places.isEmpty else { return 1 }
    let doubles = try inputs.indexSelect(0, Tensor(places, shape: [places.count])).to(.float64)
    let centred = try doubles - doubles.mean(0)
    let deviation = try (centred * centred).mean().item().squareRoot()
    return deviation > 0 ? deviation : 1
  }

  /// The x₀ of each plane.
  func origin(_ seed: Seed) throws -> (CuttingPlane) throws -> [Float] {
    switch kind {
    case .mean:
      let mean = try inputs.to(.float64).mean(0).array(of: Double.self).map(Float.init)
      return { _ in mean }
    case .noise:
      let doubles = try inputs.to(.float64)
      let mean = try doubles.mean().item()
      let centred = try doubles + -mean
      let deviation = try (centred * centred).mean().item().squareRoot()
      let size = dataset.inputSize
      return { plane in
        let generator = seed.derived(plane.originWords).generator()
        return try (generator.normal([size]) * deviation + mean).array(of: Float.self)
      }
    case .data:
      return { plane in
        let eligible = places.indices.filter { !plane.target.contains($0) }
        let count = eligible.reduce(0) { $0 + places[$1].count }
        guard count > 0 else {
          throw CommandError("\(dataset.name) has no training input of another class")
        }
        var numbers = SeededNumbers(seed.derived(plane.originWords))
        var chosen = Int.random(in: 0..<count, using: &numbers)
        for label in eligible {
          if chosen < places[label].count {
            return try inputs.select(0, places[label][chosen]).array(of: Float.self)
          }
          chosen -= places[label].count
        }
        return []
      }
    }
  }
}

extension CuttingPlane {
  // What the draw of its x₀ follows from.
  fileprivate var originWords: [String] {
    ["origin", target.map(String.init).joined(separator: "+"), String(dimension)]
      + [String(repetition)]
  }
}
