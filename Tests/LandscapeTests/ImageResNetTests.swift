import Landscape
import TestSupport
import Testing
import Torch

/// ResNet-18, -34 and -50 against torchvision's own modules.
@Suite struct ImageResNetTests {
  private static let texts = [
    "resnet18", "resnet34", "resnet50", "resnet18:stem=3x3", "resnet18:stem=3x3,pooling=max",
    "resnet18:stem=3x3,names=pytorch-cifar",
  ]
  private let formula: Formula

  init() throws { formula = try Formula("resnets") }

  @Test(arguments: texts)
  func stateDictAndLogitsAreTorchvisions(text: String) throws {
    let expected = try #require(formula.networks.first { $0.text == text })
    let plan = try NetworkPlan(formula.architecture(text))
    #expect(plan.entries.map { Formula.Tensor($0.name, $0.shape) } == expected.tensors)

    let (network, inputs) = try formula.network(text)
    let logits = try network.logits(inputs).array(of: Double.self)
    let right = Array(expected.logits.joined())
    #expect(logits.count == right.count)
    let largest = try #require(right.map(abs).max())
    for (value, right) in zip(logits, right) { #expect(abs(value - right) < 1e-11 * largest) }
  }

  @Test(arguments: texts)
  func theyAreRecognised(text: String) throws {
    let expected = try #require(formula.networks.first { $0.text == text })
    let found = try Architecture.recognised(
      in: expected.tensors.map { ($0.name, $0.shape) }, input: expected.input,
      classes: expected.classes)
    // What follows a stem has no tensors.
    let open = text == "resnet18:stem=3x3,pooling=max"
    #expect(found.shortText == (open ? "resnet18:stem=3x3" : text))
    #expect(
      found.assumption()?.taken.hasPrefix("pooling=\(text.contains("3x3") ? "none" : "max")")
        == true)
    #expect(try Architecture(found.text) == found)
  }

  @Test func parameterCountsAreTorchvisions() throws {
    #expect(formula.counts.count == 7)
    for (text, count) in formula.counts {
      let architecture = try Architecture(text, input: [3, 32, 32], classes: 1000)
      #expect(try NetworkPlan(architecture).parameterCount == count, "\(text)")
    }
    #expect(formula.counts["resnet50"] == 25_557_032)
  }

  @Test func thinOnesOfTheSameDepthHaveTheirOwnName() throws {
    let thin = try Architecture("cifar-resnet50", input: [3, 32, 32], classes: 10)
    #expect(thin.family == .resnet(blocksPerStage: 8))
    #expect(thin.shortText == "cifar-resnet50")
    #expect(try Architecture(thin.text) == thin)
    #expect(
      try Architecture("cifar-resnet20", input: [1, 8, 8], classes: 2).shortText == "resnet20")
    let found = try Architecture.recognised(
      in: NetworkPlan(thin).entries.map { ($0.name, $0.shape) }, input: [3, 32, 32], classes: 10)
    #expect(found == thin)
  }

  @Test func othersAreAnsweredWithTheNearest() throws {
    // ResNet-26 with bottlenecks: 2-2-2-2.
    let expected = try #require(formula.networks.first { $0.text == "resnet50" })
    let fewer = expected.tensors.filter { tensor in
      !["layer1.2", "layer2.2", "layer2.3", "layer4.2"].contains { tensor.name.hasPrefix($0) }
    }
    let error = #expect(throws: RecognitionError.self) {
      try Architecture.recognised(in: fewer.map { ($0.name, $0.shape) })
    }
    #expect(
      error?.description.hasPrefix("the nearest built-in architecture is resnet50, but missing")
        == true)
  }

  /// Statistics are recomputed of images and of shortcuts alike.
  @Test func trainingModeUpdatesEveryStatistic() throws {
    let network = try Network(
      Architecture("resnet18:stem=3x3", input: [1, 8, 8], classes: 10))
    try network.initialize(seed: 0)
    let before = try network.buffers.array(of: Float.self)
    let inputs = try Generator(seed: 1).normal([4, 1, 8, 8])
    try withoutGradients { try network.inTrainingMode { _ = try network.logits(inputs) } }
    let after = try network.buffers.array(of: Float.self)
    for entry in network.bufferLayout.entries {
      let range = entry.offset..<(entry.offset + entry.count)
      #expect(before[range] != after[range], "\(entry.name)")
    }
  }
}
