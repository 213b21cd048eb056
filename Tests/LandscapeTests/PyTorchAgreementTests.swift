import BasinCore
import Checkpoints
import Datasets
import Foundation
import Landscape
import TestSupport
import Testing
import Torch

/// Networks that PyTorch trained and saved give in Basin what they gave there: from a state dict in
/// a built-in architecture, and as TorchScript.
@Suite struct PyTorchAgreementTests {
  struct Expected: Decodable {
    var accuracy: Double
    var loss: Double
    var logits: [[Double]]
  }
  private struct File: Decodable { var networks: [String: Expected] }

  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/networks").path

  private func expected(_ name: String) throws -> Expected {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/expected.json"))
    return try #require(try JSONDecoder().decode(File.self, from: data).networks[name])
  }

  private func compare(_ network: Network, with name: String) throws {
    let expected = try expected(name)
    let evaluator = try Evaluator(network, Dataset.digits(), batchSize: 128)
    let metrics = try evaluator.metrics(.test)
    #expect(metrics.accuracy == expected.accuracy)
    #expect(abs(metrics.loss - expected.loss) < 1e-5)
    let logits = try evaluator.logits(.test).narrow(0, start: 0, length: 40)
      .array(of: Double.self)
    let differences = zip(logits, expected.logits.joined()).map { abs($0 - $1) }
    #expect(differences.count == 400)
    #expect(try #require(differences.max()) < 1e-5)
  }

  private func checkpoint(_ name: String) throws -> Checkpoint {
    let file = try CheckpointReader.open("\(Self.folder)/\(name).pt")
    return Checkpoint(
      name: name, file: nil, identity: name, metadata: [:], weights: .stored(file.stateDict))
  }

  @Test(arguments: [
    ("cnn", "cnn:channels=8-16"), ("cnn-bn", "cnn:channels=8-16,norm=batch"),
    ("mlp", "mlp:hidden=32-16"),
  ])
  func stateDictsInBuiltInArchitectures(name: String, architecture: String) throws {
    let network = try Network(Architecture(architecture, input: [1, 8, 8], classes: 10))
    try network.load(checkpoint(name))
    try compare(network, with: name)
  }

  private func script(_ name: String) throws -> Network {
    try Network(
      Architecture(
        .torchScript(try Fixtures.program("\(name).ts")),
        input: [1, 8, 8], classes: 10))
  }

  @Test(arguments: ["cnn", "cnn-bn", "mlp", "tied"])
  func torchScriptModules(name: String) throws {
    try compare(script(name), with: name)
  }

  @Test(arguments: ["cnn", "cnn-bn", "mlp", "tied"])
  func stateDictsInTorchScriptModules(name: String) throws {
    let network = try script(name)
    // Other weights first: the state dict's must replace them all.
    try withoutGradients {
      try network.parameters.fill(0.1)
      try network.buffers.fill(1)
    }
    try network.load(checkpoint(name))
    try compare(network, with: name)
  }

  @Test func tiedWeightsAreOneParameter() throws {
    let network = try script("tied")
    let entry = try #require(network.parameterLayout["again.weight"])
    #expect(entry.name == "mix.weight")
    #expect(network.parameterLayout.count == 64 * 32 + 32 + 32 * 32 + 64 + 320 + 10)
  }

  /// Batch-norm statistics of a TorchScript module are recomputed through its own momentum.
  @Test func batchNormOfATorchScriptModuleIsRecomputed() throws {
    let dataset = try Dataset.digits()
    let scripted = try script("cnn-bn")
    let builtIn = try Network(
      Architecture("cnn:channels=8-16,norm=batch", input: [1, 8, 8], classes: 10))
    try builtIn.load(checkpoint("cnn-bn"))
    for network in [scripted, builtIn] {
      try Evaluator(network, dataset, batchSize: 100).recalculateBatchNorm()
    }
    for name in ["bn1.running_mean", "bn1.running_var", "bn2.running_mean", "bn2.running_var"] {
      let a = try scripted.slice(name).array(of: Float.self)
      let b = try builtIn.slice(name).array(of: Float.self)
      for (a, b) in zip(a, b) { #expect(abs(a - b) <= 1e-5 * max(1, abs(b)), "\(name)") }
    }
  }

  @Test func everyDifferenceIsListedByName() throws {
    let network = try Network(
      Architecture("cnn:channels=8-32,norm=batch", input: [1, 8, 8], classes: 10))
    let error = #expect(throws: CheckpointMismatch.self) {
      try network.load(try checkpoint("cnn"))
    }
    #expect(
      error?.differences.missing == [
        "bn1.weight", "bn1.bias", "bn2.weight", "bn2.bias",
        "bn1.running_mean", "bn1.running_var", "bn2.running_mean", "bn2.running_var",
      ])
    #expect(error?.differences.unexpected == ["conv1.bias", "conv2.bias"])
    #expect(
      error?.differences.misshapen == [
        "conv2.weight (16×8×3×3 here, 32×8×3×3 expected)",
        "fc.weight (10×64 here, 10×128 expected)",
      ])
  }
}
