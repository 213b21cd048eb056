// TestSupport owns what several test targets share. No product depends on it.

import Datasets
import Torch

/// A dataset of Gaussian clusters, one a class, made from a seed.
public func clusters(
  shape: [Int], classes: Int, train: Int = 60, test: Int = 30, seed: UInt64 = 1
) throws -> Dataset {
  let width = shape.reduce(1, *)
  let generator = Generator(seed: seed)
  let centres = try generator.normal([classes, width]).array(of: Float.self)
  func part(_ count: Int) throws -> Dataset.Part {
    let noise = try generator.normal([count, width]).array(of: Float.self)
    let labels = (0..<count).map { Int64($0 % classes) }
    let inputs = noise.indices.map { index in
      centres[Int(labels[index / width]) * width + index % width] + 0.5 * noise[index]
    }
    return Dataset.Part(inputs: inputs, labels: labels)
  }
  return Dataset(
    name: "clusters", sha256: String(repeating: "0", count: 64), files: [], inputShape: shape,
    classNames: (0..<classes).map(String.init), train: try part(train), test: try part(test))
}

/// The largest difference between two tensors' elements.
public func largestDifference(_ first: Tensor, _ second: Tensor) throws -> Double {
  let difference = try torch1("aten::abs", [.tensor(first - second)])
  return try torch1("aten::amax", [.tensor(difference)]).item()
}
