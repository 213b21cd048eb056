import BasinCore
import Checkpoints
import Datasets
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

/// Outputs of inner layers against what PyTorch's forward hooks caught.
@Suite struct FeatureTests {
  private struct File: Decodable {
    struct Output: Decodable {
      var name: String?
      var text: String
      var layer: String
      var values: [[Double]]
    }
    var trained: [Output]
    var filled: [Output]
  }

  private let file: File

  init() throws {
    let url = URL(fileURLWithPath: Fixtures.networks + "/features.json")
    file = try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
  }

  private func difference(_ features: Tensor, _ expected: [[Double]]) throws -> Double {
    let values = try features.array(of: Double.self)
    try #require(values.count == expected.count * expected[0].count)
    return zip(values, expected.joined()).map { abs($0 - $1) }.max() ?? .nan
  }

  @Test func ofTrainedNetworks() throws {
    #expect(file.trained.count == 3)
    for one in file.trained {
      let name = try #require(one.name)
      let network = try Network(Architecture(one.text, input: [1, 8, 8], classes: 10))
      let stored = try CheckpointReader.open("\(Fixtures.networks)/\(name).pt").stateDict
      try network.load(
        Checkpoint(
          name: name, file: nil, identity: name, metadata: [:], weights: .stored(stored)))
      let features = try Evaluator(network, Dataset.digits(), batchSize: 128)
        .features(.test, at: one.layer)
      #expect(features.shape == [600, one.values[0].count])
      let first = try features.narrow(0, start: 0, length: one.values.count)
      #expect(try difference(first, one.values) < 1e-5, "\(one.text) \(one.layer)")
    }
  }

  @Test func ofResidualNetworksAndTransformers() throws {
    let formula = try Formula()
    #expect(file.filled.count == 3)
    for one in file.filled {
      let (network, inputs) = try formula.network(one.text)
      let features = try network.features(inputs, at: one.layer)
      #expect(try difference(features, one.values) < 1e-10, "\(one.text) \(one.layer)")
      // Asking for a layer leaves the network as it was.
      let logits = try network.features(inputs, at: Network.logitsLayer).array(of: Double.self)
      #expect(try logits == network.logits(inputs).array(of: Double.self))
    }
  }

  @Test(arguments: [
    ("cnn", "conv9", "it has no layer 'conv9'; did you mean 'conv1'?"),
    ("vit", "cls_token", "'cls_token' is a parameter, not a layer with an output"),
  ])
  func unknownLayers(text: String, layer: String, reason: String) throws {
    let network = try Network(Architecture(text, input: [1, 8, 8], classes: 10))
    let error = #expect(throws: ArchitectureError.self) {
      try network.features(.zeros([1, 1, 8, 8]), at: layer)
    }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test func aTorchScriptFileHasOnlyLogits() throws {
    let script = try Fixtures.program("mlp.ts")
    let network = try Network(
      Architecture(.torchScript(script), input: [1, 8, 8], classes: 10))
    let inputs = try Tensor.zeros([2, 1, 8, 8])
    #expect(try network.features(inputs, at: "logits").shape == [2, 10])
    let error = #expect(throws: ArchitectureError.self) { try network.features(inputs, at: "fc1") }
    #expect(error?.description.contains("use logits") == true)
  }
}
