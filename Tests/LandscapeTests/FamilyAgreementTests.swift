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

  /// Activation, pooling and ε leave the state dict as it is and change the logits, as in timm's own modules.
  @Test func choicesThatTensorsDoNotTellArePyTorchs() throws {
    let formula = try Formula("choices")
    #expect(formula.networks.count == 9)
    for expected in formula.networks {
      let architecture = try formula.architecture(expected.text)
      #expect(architecture.shortText.split(separator: ",").count > 1 || expected.text.contains(":"))
      #expect(try Architecture(architecture.text) == architecture)
      let plan = try NetworkPlan(architecture)
      #expect(plan.entries.map { Formula.Tensor($0.name, $0.shape) } == expected.tensors)
      let right = Array(expected.logits.joined())
      let largest = try #require(right.map(abs).max())
      func error(_ text: String) throws -> Double {
        let (network, inputs) = try formula.network(expected.text, as: text)
        let logits = try network.logits(inputs).array(of: Double.self)
        return try #require(zip(logits, right).map { abs($0 - $1) }.max()) / largest
      }
      #expect(try error(expected.text) < 1e-10, "\(expected.text)")
      // The family's usual choices give other numbers.
      guard !expected.text.contains("fc_norm") else { continue }
      var usual = architecture
      usual.choices = .usual(in: architecture.family)
      #expect(try error(usual.shortText) > 1e-4, "\(expected.text)")
    }
  }

  /// What tensors do not tell is listed with what is assumed, for every family that is recognised.
  @Test(
    arguments: [
      ("mlp:hidden=8", "activation=relu", "mlp:hidden=8,activation=tanh"),
      ("mlp:hidden=none", nil, ""),
      (
        "cnn:channels=4", "activation=relu, pooling=max",
        "cnn:channels=4,norm=none,activation=tanh,pooling=avg"
      ),
      (
        "cnn-bn:channels=4", "activation=relu, pooling=max, bn-eps=1e-05",
        "cnn:channels=4,norm=batch,activation=tanh,pooling=avg,bn-eps=0.001"
      ),
      (
        "resnet18", "pooling=max, activation=relu, bn-eps=1e-05",
        "resnet18:pooling=none,activation=silu,bn-eps=0.001"
      ),
      (
        "resnet18:stem=3x3,names=pytorch-cifar", "pooling=none, activation=relu, bn-eps=1e-05",
        "resnet18:stem=3x3,names=pytorch-cifar,pooling=max,activation=silu,bn-eps=0.001"
      ),
      (
        "resnet20", "activation=relu, bn-eps=1e-05", "resnet20:activation=silu,bn-eps=0.001"
      ),
      (
        "wide-resnet-10-1", "activation=relu, bn-eps=1e-05",
        "wide-resnet-10-1:activation=silu,bn-eps=0.001"
      ),
      ("vgg16", "activation=relu, pooling=max", "vgg16:activation=silu,pooling=avg"),
      (
        "vit:dim=12,depth=1", "pool=token, activation=gelu, ln-eps=1e-06",
        "vit:patch=4,dim=12,depth=1,heads=3,mlp=4,pool=mean,activation=gelu-tanh,ln-eps=1e-05"
      ),
    ] as [(String, String?, String)])
  func whatIsAssumedIsListed(text: String, taken: String?, other: String) throws {
    let architecture = try Architecture(text, input: [3, 32, 32], classes: 10)
    #expect(architecture.assumption()?.taken == taken)
    guard taken != nil else { return }
    #expect(architecture.assumption()?.other == other)
    let changed = try Architecture(other, input: [3, 32, 32], classes: 10)
    #expect(changed.shortText == other)
    #expect(
      try NetworkPlan(changed).entries.map(\.name) == NetworkPlan(architecture).entries.map(\.name))
    #expect(changed.assumption(besides: Architecture.options(in: other)) == nil)
  }

  @Test(arguments: ["resnet18:bn-eps=0", "resnet20:bn-eps=nan", "vit:ln-eps=2", "vgg16:bn-eps=0.1"])
  func valuesOutOfBoundsAreRefused(text: String) {
    #expect(throws: ArchitectureError.self) {
      try Architecture(text, input: [3, 32, 32], classes: 10)
    }
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
