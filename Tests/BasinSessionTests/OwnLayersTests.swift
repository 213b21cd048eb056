import BasinCore
import BasinKit
import Checkpoints
import Foundation
import TestSupport
import Testing

@testable import BasinSession

/// Networks with the tensors of a built-in architecture that compute otherwise: what PyTorch makes of them is in
/// `layers.json`.
@Suite struct OwnLayersTests {
  private let tests: OwnNetworkTests
  private let folder: TemporaryFolder
  private let own = Fixtures.own
  private let right: [String: OwnNetworkTests.Measured]

  private static let program =
    "save the network as TorchScript, torch.jit.script(net.eval()).save(\"net.ts\"), and pass --arch net.ts --trust"

  init() throws {
    tests = try OwnNetworkTests()
    folder = try TemporaryFolder()
    let file = try Data(contentsOf: URL(fileURLWithPath: own + "/layers.json"))
    right = try JSONDecoder().decode([String: OwnNetworkTests.Measured].self, from: file)
  }

  private func refusal(_ line: String) -> String {
    let error = #expect(throws: (any Error).self) { try tests.run(line) }
    return error.map { "\($0)" } ?? ""
  }

  private func warnings(_ line: String) throws -> [String] {
    tests.notes(try tests.run(line), .warning)
  }

  private func file(_ name: String, _ tensors: [(String, [Int])]) throws -> String {
    let path = "\(folder.path)/\(name).safetensors"
    let stored = tensors.map { name, shape in
      let values = [Float](repeating: 0.1, count: shape.reduce(1, *))
      return SafetensorsWriter.Tensor(name, .float32, shape) {
        values.withUnsafeBytes { Array($0) }
      }
    }
    try SafetensorsWriter.write(stored, metadata: [:], to: path)
    return path
  }

  private static let layers: [(String, [Int])] = [
    ("fc1.weight", [6, 64]), ("fc1.bias", [6]), ("fc2.weight", [10, 6]), ("fc2.bias", [10]),
  ]

  @Test(
    "Layers that no built-in architecture has are named as such, and no option drops them",
    arguments: [
      ("norm-between", "'bn1.weight', 'bn1.bias', 'bn1.running_mean' and 1 more"),
      ("norm-layer", "'ln1.weight', 'ln1.bias'"), ("norm-first", "'norm.weight', 'norm.bias'"),
      ("prelu", "'act.weight'"), ("skip-linear", "'skip.weight', 'skip.bias'"),
      ("scaled", "'mean', 'std'"),
      ("norm-numbered", "'2.weight', '2.bias', '2.running_mean' and 1 more"),
    ])
  func furtherLayers(name: String, tensors: String) throws {
    for arch in ["", " --arch mlp:hidden=16"] {
      let said = refusal("load \(own)/\(name).pt\(arch)")
      #expect(
        said.contains("the network has layers that no built-in architecture has (\(tensors), "),
        "\(said)")
      #expect(said.hasSuffix(": " + Self.program) && !said.contains("--ignore"), "\(said)")
    }
  }

  @Test("What leaves out such layers warns of another network, and TorchScript has them")
  func layersLeftOut() throws {
    let path = "\(own)/norm-between.pt"
    for arch in ["", " --arch mlp:hidden=16"] {
      let warned = try warnings("load \(path)\(arch) --ignore 'bn1.*' --as m")
      #expect(
        warned.contains {
          $0.hasPrefix("\(path): --ignore leaves out 'bn1.weight', 'bn1.bias', 'bn1.running_mean'")
            && $0.contains("what is evaluated is mlp:hidden=16 without them, another network")
            && $0.hasSuffix("for the file's own, \(Self.program)")
        }, "\(warned)")
    }
    let wanted = try #require(right["norm-between"])
    #expect(abs(try tests.measured("m").loss - wanted.loss) > 0.1)
    #expect(
      try warnings("load \(path) --arch \(own)/norm-between.ts --trust --as m").isEmpty)
    let (loss, accuracy) = try tests.measured("m")
    #expect(abs(loss - wanted.loss) < 1e-5 && abs(accuracy - wanted.accuracy) < 1e-9, "\(loss)")
  }

  @Test(
    "What names say to be beside the network is left out without a warning",
    arguments: [
      ("criterion.weight", "'criterion.*'"), ("loss_fn.weight", "'loss_fn.*'"),
      ("aux_head.fc.weight", "'aux_head.*'"), ("global_step", "global_step"),
      ("optimizer.exp_avg", "'optimizer.*'"), ("val_acc.total", "'val_acc.*'"),
      ("emaModel.fc1.weight", "'emaModel.*'"), ("target_net.fc1.weight", "'target_net.*'"),
    ])
  func bystanders(name: String, pattern: String) throws {
    let shape = name.hasSuffix("fc1.weight") ? [6, 64] : name.contains(".") ? [10] : []
    let path = try file("a", Self.layers + [(name, shape)])
    let remedy = "--ignore \(pattern)"
    #expect(refusal("load \(path)").hasSuffix("; pass \(remedy) to take these alone"))
    #expect(refusal("load \(path) --arch mlp:hidden=6").hasSuffix("; it fits with \(remedy)"))
    let warned = try warnings("load \(path) \(remedy)")
    #expect(warned.allSatisfy { !$0.contains("--ignore") }, "\(warned)")
  }

  @Test(
    "What may compute is no bystander, whatever else its name is like",
    arguments: [
      ("act.weight", [1]), ("logit_scale", []), ("target_net.fc9.weight", [6, 64]),
      ("branch.fc1.weight", [6, 64]), ("blocks.0.temperature", [1]), ("quantizer.step", [1]),
      ("steps_net.weight", [10, 64]), ("head_dist.weight", [10, 6]), ("n", [1]),
    ] as [(String, [Int])])
  func computing(name: String, shape: [Int]) throws {
    let path = try file("a", Self.layers + [(name, shape)])
    for arch in ["", " --arch mlp:hidden=6"] {
      let said = refusal("load \(path)\(arch)")
      #expect(said.contains("layers that no built-in architecture has ('\(name)'"), "\(said)")
      #expect(!said.contains("--ignore"), "\(said)")
    }
  }

  @Test("An option is named with what the file is answered with once it is typed")
  func remediesThatAreNotAll() throws {
    let vit: [(String, [Int])] = [
      ("cls_token", [1, 1, 8]), ("pos_embed", [1, 17, 8]),
      ("patch_embed.proj.weight", [8, 1, 2, 2]),
      ("patch_embed.proj.bias", [8]), ("norm.weight", [8]), ("norm.bias", [8]),
      ("head.weight", [10, 8]), ("head.bias", [10]),
    ]
    let block: [(String, [Int])] = [
      ("norm1.weight", [8]), ("norm1.bias", [8]), ("attn.qkv.weight", [24, 8]),
      ("attn.qkv.bias", [24]), ("attn.proj.weight", [8, 8]), ("attn.proj.bias", [8]),
      ("norm2.weight", [8]), ("norm2.bias", [8]), ("mlp.fc1.weight", [16, 8]),
      ("mlp.fc1.bias", [16]), ("mlp.fc2.weight", [8, 16]), ("mlp.fc2.bias", [8]),
    ]
    let blocks = block.map { ("blocks.0.\($0.0)", $0.1) }
    let whole = vit.prefix(4) + blocks + vit.dropFirst(4)
    let registers = try file("r", whole + [("reg_token", [1, 4, 8])])
    #expect(
      refusal("load \(registers)")
        .contains("layers that no built-in architecture has ('reg_token'"))
    let criterion = try file("c", whole + [("crit.weight", [10])])
    let arch = "vit:patch=2,dim=8,depth=1,heads=1,mlp=2"
    let said = refusal("load \(criterion)")
    #expect(
      said.contains(
        "pass --ignore 'crit.*' to take these alone; then its tensors are those of a vit"))
    #expect(said.contains("pass --arch \(arch) "), "\(said)")
    try tests.run("load \(criterion) --ignore 'crit.*' --arch \(arch)")
    // The line that `load` alone gives, with the heads that were typed.
    let plain = try file("v", Array(whole))
    let typed = refusal("load \(plain) --arch vit:heads=4")
    let line = "vit:patch=2,dim=8,depth=1,heads=4,mlp=2"
    #expect(typed.hasSuffix("; its tensors are those of \(line): pass --arch \(line)"), "\(typed)")
    #expect(typed.contains(" more; misshapen") && typed.count < 800, "\(typed)")
    try tests.run("load \(plain) --arch \(line)")
    // A mean of tokens goes with fc_norm, as in timm; what was not typed is not carried over.
    let mean = whole.map { ($0.0.hasPrefix("norm.") ? "fc_\($0.0)" : $0.0, $0.1) }
    let averaged = try file("a", mean)
    let other = refusal("load \(averaged) --arch vit:patch=2,dim=8,depth=1,heads=4,mlp=2")
    #expect(other.hasSuffix("pass --arch \(line),norm=fc_norm"), "\(other)")
    let kept = refusal(
      "load \(averaged) --arch vit:patch=2,dim=8,depth=1,heads=4,mlp=2,ln-eps=1e-05")
    #expect(kept.hasSuffix("pass --arch \(line),norm=fc_norm,ln-eps=1e-05"), "\(kept)")
    let contradicting = "pool=token contradicts norm=fc_norm"
    let spoken = try warnings("load \(averaged) --arch \(line),norm=fc_norm,pool=token")
    #expect(spoken.contains { $0.contains(contradicting) }, "\(spoken)")
    for arch in ["norm=fc_norm", "norm=fc_norm,pool=mean"] {
      let spoken = try warnings("load \(averaged) --arch \(line),\(arch)")
      #expect(!spoken.contains { $0.contains(contradicting) }, "\(spoken)")
    }
    let unaveraged = try warnings("load \(plain) --arch \(line),pool=token")
    #expect(!unaveraged.contains { $0.contains(contradicting) })
    let hidden = refusal("load \(own)/mlp-tanh.pt --arch mlp:hidden=64,activation=tanh")
    #expect(hidden.hasSuffix("pass --arch mlp:hidden=32-32,activation=tanh"), "\(hidden)")
    try tests.run("load \(own)/mlp-tanh.pt --arch mlp:hidden=32-32,activation=tanh --as m")
    try tests.expect("m", is: "mlp-tanh")
  }

  @Test(
    "Strides and skips leave no trace: the warning says so, and with PyTorch's accuracy in the file `eval` does",
    arguments: ["strided", "skip"])
  func hiddenStructure(name: String) throws {
    let wanted = try #require(right[name])
    let warned = try warnings("load \(own)/\(name).pt --as m")
    let open =
      (name == "skip" ? "" : "strides, padding, ") + "skip connections and the order of operations"
    #expect(
      warned.first?.contains(
        " (assumed), nor \(open); compare the accuracy of `eval` with the training program's: if it differs, load "
          + "with others, for instance --arch ") == true, "\(warned)")
    #expect(
      warned.first?.hasSuffix(", or the network as TorchScript (--arch net.ts --trust)") == true)
    #expect(abs(try tests.measured("m").loss - wanted.loss) > 1e-3)
    guard name == "strided" else { return }
    try tests.run("load \(own)/strided-said.pt --as said")
    let said = try warnings("eval said")
    #expect(
      said.contains {
        $0.hasPrefix("said[0]: the file says test_acc = 95.4")
          && $0.contains(
            "; a network with other \(open) needs a TorchScript file, --arch net.ts --trust)")
      }, "\(said)")
    try tests.run("load \(own)/\(name).pt --arch \(own)/\(name).ts --trust --as m")
    let (loss, accuracy) = try tests.measured("m")
    #expect(abs(loss - wanted.loss) < 1e-5 && abs(accuracy - wanted.accuracy) < 1e-9, "\(loss)")
  }

  @Test(
    "A linear layer after convolutions that fits no padding of 1 is answered with what that means",
    arguments: [("unpadded", 8, "1 to 7"), ("padded", 72, "12 to 15")])
  func otherPadding(name: String, features: Int, sides: String) throws {
    for arch in ["", " --arch cnn:channels=4-8,norm=batch"] {
      let said = refusal("load \(own)/\(name).pt\(arch)")
      #expect(
        said.hasSuffix(
          "'fc.weight' reads \(features) numbers, where the built-in's padding of 1, stride of 1 and 2×2 pooling "
            + "leave 32 of inputs of 1x8x8; if the data in use are those it was trained on, its padding, strides or "
            + "pooling are others: \(Self.program); if not, load its own with `data` (square images of \(sides) pixels "
            + "a side give \(features))"), "\(said)")
    }
  }

  @Test("Where no square image gives as many features, padding, strides or pooling are others")
  func noImage() throws {
    let convolution: [(String, [Int])] = [
      ("conv1.weight", [4, 1, 3, 3]), ("conv1.bias", [4]), ("fc.bias", [10]),
    ]
    let path = try file("a", convolution + [("fc.weight", [10, 20])])
    #expect(
      refusal("load \(path)").hasSuffix(
        "leave 64 of inputs of 1x8x8 and 20 of no square image, so its padding, strides or pooling are others: "
          + Self.program))
    // A side that is said to fit does.
    for (side, pixels) in [(6, 9), (7, 9), (3, 1)] {
      let tensors = convolution + [("fc.weight", [10, 4 * pixels])]
      let path = try file("\(side)", tensors)
      let said = refusal("load \(path)")
      let range = pixels == 9 ? "6 to 7" : "1 to 3"
      #expect(said.contains("square images of \(range) pixels a side"), "\(said)")
      try tests.run("arch cnn:channels=4,norm=none,input=1x\(side)x\(side),classes=10")
    }
  }
}
