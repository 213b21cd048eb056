import Landscape
import TestSupport
import Testing
import Torch

/// The built-in families against the PyTorch modules whose names they have: state dicts, logits in
/// double precision from the same weights, and parameter counts.
@Suite struct FamilyAgreementTests {
  private let formula: Formula

  init() throws { formula = try Formula() }

  @Test(arguments: [
    "resnet8", "wide-resnet-10-1", "wide-resnet-16-2", "vgg16", "vgg16-bn",
    "vit:patch=4,dim=24,depth=2,heads=3,mlp=2", "vit",
  ])
  func stateDictAndLogitsArePyTorchs(text: String) throws {
    let expected = try #require(formula.networks.first { $0.text == text })
    let plan = try NetworkPlan(formula.architecture(text))
    #expect(plan.entries.map { Formula.Tensor($0.name, $0.shape) } == expected.tensors)

    let (network, inputs) = try formula.network(text)
    let logits = try network.logits(inputs).array(of: Double.self)
    let differences = zip(logits, expected.logits.joined()).map { abs($0 - $1) }
    #expect(differences.count == 2 * expected.classes)
    #expect(try #require(differences.max()) < 1e-10)
  }

  @Test func parameterCountsArePyTorchs() throws {
    #expect(formula.counts.count == 8)
    for (text, count) in formula.counts {
      let architecture = try Architecture(text, input: [3, 32, 32], classes: 10)
      #expect(try NetworkPlan(architecture).parameterCount == count, "\(text)")
    }
    #expect(formula.counts["wide-resnet-28-10"] == 36_479_194)
  }

  /// A plan's shapes are what the network computes with: the last layer gives the logits, and the
  /// tensors have as many numbers as the plan says.
  @Test(arguments: ["cnn-bn", "resnet20", "wide-resnet-10-2", "vit:dim=12,depth=1"])
  func plansSayWhatNetworksHave(text: String) throws {
    let architecture = try Architecture(text, input: [2, 12, 8], classes: 5)
    let plan = try NetworkPlan(architecture)
    let network = try Network(architecture)
    try network.initialize(seed: 0)
    #expect(network.parameterLayout.count == plan.parameterCount)
    #expect(network.bufferLayout.count == plan.bufferCount)
    #expect(plan.layers.reduce(0) { $0 + $1.parameters } == plan.parameterCount)
    #expect(plan.layers.reduce(0) { $0 + $1.buffers } == plan.bufferCount)
    #expect(plan.layers.last?.output == [5])
    #expect(try network.logits(.zeros([3, 2, 12, 8])).shape == [3, 5])
  }

  /// Starts are drawn from the distributions of the PyTorch modules.
  @Test func startsHaveTheirSpread() throws {
    let wide = try Network(Architecture("wide-resnet-10-4", input: [3, 8, 8], classes: 10))
    try wide.initialize(seed: 0)
    let kernel = try wide.slice("block3.layer.0.conv2.weight")
    let deviation = try kernel.norm().item() / Double(kernel.count).squareRoot()
    #expect(abs(deviation / (2.0 / (9 * 256)).squareRoot() - 1) < 0.01)
    #expect(try wide.slice("fc.bias").norm().item() == 0)

    let vit = try Network(Architecture("vit", input: [3, 32, 32], classes: 10))
    try vit.initialize(seed: 0)
    let dense = try vit.slice("blocks.0.mlp.fc1.weight")
    let spread = try dense.norm().item() / Double(dense.count).squareRoot()
    #expect(abs(spread / 0.02 - 1) < 0.01)
    let token = try vit.slice("cls_token").norm().item()
    #expect(token > 0 && token < 1e-4)
  }
}
