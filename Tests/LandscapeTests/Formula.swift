import Foundation
import Landscape
import TestSupport
import Testing
import Torch

/// What `families.py` and `resnets.py` know of the PyTorch modules whose names the built-in families
/// have, and the weights of their formula.
struct Formula {
  struct Network: Decodable {
    var text: String
    var input: [Int]
    var classes: Int
    var tensors: [Tensor]
    var logits: [[Double]]
  }
  // `["conv1.weight", [16, 3, 3, 3]]`
  struct Tensor: Decodable, Equatable {
    var name: String
    var shape: [Int]

    init(_ name: String, _ shape: [Int]) { (self.name, self.shape) = (name, shape) }

    init(from decoder: any Decoder) throws {
      var pair = try decoder.unkeyedContainer()
      self.init(try pair.decode(String.self), try pair.decode([Int].self))
    }
  }
  private struct File: Decodable {
    var networks: [Network]
    var counts: [String: Int]
  }

  let networks: [Network]
  /// Parameters of each family on inputs of 3 × 32 × 32, with 10 classes; torchvision's ResNets with 1,000.
  let counts: [String: Int]

  init(_ name: String = "families") throws {
    let url = URL(fileURLWithPath: Fixtures.networks + "/\(name).json")
    let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
    (networks, counts) = (file.networks, file.counts)
  }

  private func expected(_ text: String) throws -> Network {
    try #require(networks.first { $0.text == text })
  }

  func architecture(_ text: String) throws -> Architecture {
    let expected = try expected(text)
    return try Architecture(text, input: expected.input, classes: expected.classes)
  }

  /// The network in double precision with the formula's weights, and two inputs.
  ///
  /// - Parameter other: Another architecture that has the same tensors.
  func network(
    _ text: String, as other: String? = nil
  ) throws -> (network: Landscape.Network, inputs: Torch.Tensor) {
    let expected = try expected(text)
    let architecture = try Architecture(
      other ?? text, input: expected.input, classes: expected.classes)
    let network = try Landscape.Network(architecture, dtype: .float64)
    try fill(network, expected.tensors)
    let inputs = try Torch.Tensor(
      wave(2 * expected.input.reduce(1, *), seed: 1000), shape: [2] + expected.input)
    return (network, inputs)
  }

  // The numbers of `wave` in `families.py`.
  private func wave(_ count: Int, seed: Int) -> [Double] {
    var state = UInt32(truncatingIfNeeded: seed)
    // Twenty million numbers, in debug builds too.
    return [Double](unsafeUninitializedCapacity: count) { buffer, written in
      var place = 0
      while place < count {
        state = 1_664_525 &* state &+ 1_013_904_223
        buffer[place] = Double(state) / 2_147_483_648 - 1
        place += 1
      }
      written = count
    }
  }

  // The same weights as `fill` in `families.py` gives.
  private func fill(_ network: Landscape.Network, _ tensors: [Tensor]) throws {
    for (index, tensor) in tensors.enumerated()
    where !tensor.name.hasSuffix("num_batches_tracked") {
      var (scale, centre) = (0.25, 0.0)
      if tensor.name.hasSuffix("running_var") {
        (scale, centre) = (0.5, 1)
      } else if tensor.shape.count > 1, tensor.name.contains(".") {
        scale = (6 / Double(tensor.shape.dropFirst().reduce(1, *))).squareRoot()
      } else if tensor.name.hasSuffix("weight") {
        centre = 1
      }
      let values = try Torch.Tensor(
        wave(tensor.shape.reduce(1, *), seed: index), shape: tensor.shape)
      try withoutGradients {
        try network.slice(tensor.name).assign(values * scale + centre)
      }
    }
  }
}
