import Foundation
import Landscape
import TestSupport
import Testing

/// Architectures told from the names and shapes of their tensors alone.
@Suite struct RecognitionTests {
  private func tensors(_ text: String) throws -> [(name: String, shape: [Int])] {
    try NetworkPlan(Architecture(text)).entries.map { ($0.name, $0.shape) }
  }

  private func refusal(
    _ tensors: [(name: String, shape: [Int])], input: [Int]? = nil, classes: Int? = nil
  ) -> String {
    let error = #expect(throws: RecognitionError.self) {
      try Architecture.recognised(in: tensors, input: input, classes: classes)
    }
    return error?.description ?? ""
  }

  @Test(arguments: [
    "mlp:hidden=none,input=1x8x8,classes=10",
    "mlp:hidden=32-16,input=1x8x8,classes=10",
    "cnn:channels=8,norm=none,input=1x8x8,classes=2",
    "cnn:channels=8-16-4-4,norm=batch,input=3x9x12,classes=10",
    "resnet20:input=3x32x32,classes=10",
    "resnet56:input=1x8x8,classes=100",
    "wide-resnet-10-1:input=3x32x32,classes=10",
    "wide-resnet-28-10:input=3x32x32,classes=100",
    "vgg16:input=3x32x32,classes=10",
    "vgg16-bn:input=1x32x32,classes=10",
  ])
  func whatADatasetCompletesIsRecognised(text: String) throws {
    let architecture = try Architecture(text)
    let found = try Architecture.recognised(
      in: tensors(text), input: architecture.input, classes: architecture.classes)
    #expect(found == architecture)
  }

  /// Counts of batches were not saved before PyTorch 0.4.1.
  @Test func countsOfBatchesMayBeMissing() throws {
    let all = try tensors("resnet20:input=3x32x32,classes=10")
    let old = all.filter { !$0.name.hasSuffix("num_batches_tracked") }
    #expect(old.count < all.count)
    let found = try Architecture.recognised(in: old, input: [3, 32, 32], classes: 10)
    #expect(found.text == "resnet20:input=3x32x32,classes=10")
  }

  @Test func withoutADatasetOnlyWhatShapesSayIsRecognised() throws {
    #expect(
      try Architecture.recognised(in: tensors("mlp:hidden=32,input=1x8x8,classes=10")).text
        == "mlp:hidden=32,input=64,classes=10")
    #expect(
      try Architecture.recognised(in: tensors("vgg16:input=3x32x32,classes=10")).text
        == "vgg16:input=3x32x32,classes=10")
    for text in ["resnet20", "wide-resnet-16-2", "cnn:channels=4-8,norm=batch"] {
      let reason = refusal(
        try tensors("\(text)\(text.contains(":") ? "," : ":")input=3x32x32,classes=10"))
      #expect(
        reason == "its tensors are those of \(text) for images of 3 channels and 10 classes, which "
          + "do not say the images' height and width; load its dataset first")
    }
  }

  @Test func aVisionTransformersHeadsAreAskedFor() throws {
    let usual = try tensors("vit:depth=2,input=3x32x32,classes=10")
    #expect(
      refusal(usual, input: [3, 32, 32], classes: 10)
        == "its tensors are those of a vit, which do not say its number of attention heads; pass "
        + "--arch vit:patch=4,dim=192,depth=2,heads=3,mlp=4 (heads of 64 numbers are usual), or the "
        + "same with the heads it was trained with")
    let small = try tensors("vit:patch=2,dim=8,heads=4,depth=1,mlp=2,input=1x8x8,classes=10")
    #expect(
      refusal(small).hasSuffix(
        "load its dataset first, then pass --arch vit:patch=2,dim=8,depth=1,heads=1,mlp=2 with the "
          + "heads it was trained with in the place of 1"))
  }

  @Test func anotherDatasetIsNamed() throws {
    let reason = refusal(
      try tensors("resnet20:input=3x32x32,classes=10"), input: [1, 8, 8], classes: 10)
    #expect(
      reason
        == "its tensors are those of resnet20 for images of 3 channels and 10 classes, but the "
        + "dataset in use has inputs of 1x8x8 and 10 classes; load the data that it was trained on with `data`"
    )
    #expect(
      refusal(try tensors("mlp:hidden=8,input=12,classes=3"), input: [12], classes: 5)
        == "its tensors are those of mlp:hidden=8 for inputs of 12 and 3 classes, but the dataset in use has "
        + "5 classes; a network is evaluated on classes that it knows")
  }

  /// Files by PyTorch, and lines that PyTorch was seen to make them plain with.
  @Test func weightsHeldAsSomethingElseAreAnsweredWithTheLineThatMakesThemPlain() throws {
    struct File: Decodable {
      var what: String
      var line: String
      var tensors: [Formula.Tensor]
    }
    let url = URL(fileURLWithPath: Fixtures.own + "/reparametrized.json")
    let files = try JSONDecoder().decode([File].self, from: Data(contentsOf: url))
    #expect(files.count == 6)
    for file in files {
      let tensors = file.tensors.map { (name: $0.name, shape: $0.shape) }
      let text = refusal(tensors, input: [12], classes: 5)
      #expect(text.contains("call \(file.line) for each such layer, then torch.save("), "\(text)")
    }
    let lora: [(name: String, shape: [Int])] =
      try tensors("mlp:hidden=16,input=12,classes=5") + [
        ("fc1.lora_A", [2, 12]), ("fc1.lora_B", [16, 2]),
      ]
    #expect(refusal(lora, input: [12], classes: 5).contains("or pass --ignore '*lora_*'"))
  }

  @Test("What is assumed of an option without words has no brackets")
  func assumptionsWithoutWords() throws {
    let architecture = try Architecture("cnn-bn", input: [1, 8, 8], classes: 10)
    let open = try #require(architecture.assumption(besides: ["activation", "pooling"]))
    #expect(open.values.isEmpty)
    #expect(
      open.sentence.contains("bn-eps=0.001, or the network as TorchScript"), "\(open.sentence)")
  }

  /// Layers of `nn.Sequential` have numbers for names, with gaps where a layer has no tensors.
  @Test func linearLayersWithNumbersForNamesAreAnMLP() throws {
    let plain: [(name: String, shape: [Int])] = [
      ("0.weight", [16, 12]), ("0.bias", [16]), ("10.weight", [5, 8]), ("10.bias", [5]),
      ("2.weight", [8, 16]), ("2.bias", [8]),
    ]
    let found = try Architecture.recognised(in: plain, input: [12], classes: 5)
    #expect(found.text == "mlp:hidden=16-8,layers=0+2+10,input=12,classes=5")
    #expect(try Architecture(found.text) == found)
    #expect(
      found.assumption()?.other == "mlp:hidden=16-8,layers=0+2+10,activation=tanh")
    let named = plain.map { (name: "net.body.\($0.name)", shape: $0.shape) }
    #expect(
      try Architecture.recognised(in: named, input: [12], classes: 5).shortText
        == "mlp:hidden=16-8,layers=net.body.0+net.body.2+net.body.10")
    // A convolution, sizes that do not follow, a norm, no bias, a name that is Python's.
    for other: (String, [Int]) in [
      ("0.weight", [16, 12, 3, 3]), ("2.weight", [8, 15]), ("3.weight", [8]), ("2.scale", [8]),
      ("3.weight", [5, 5]),
    ] {
      let changed = plain.filter { $0.name != other.0 } + [(name: other.0, shape: other.1)]
      #expect(refusal(changed, input: [12], classes: 5).contains("pass --arch"), "\(other)")
    }
    let python = plain.map { (name: "lambda.\($0.name)", shape: $0.shape) }
    #expect(refusal(python, input: [12], classes: 5).contains("pass --"))
    #expect(throws: ArchitectureError.self) {
      try Architecture("mlp:hidden=8,layers=a+b]", input: [12], classes: 5)
    }
    #expect(throws: ArchitectureError.self) {
      try Architecture("mlp:hidden=8,layers=0+0", input: [12], classes: 5)
    }
  }

  @Test func theNearestFamilyAndItsFirstDifferencesAreNamed() throws {
    var tensors = try tensors("resnet20:input=3x32x32,classes=10")
    tensors.append(("layer2.0.shortcut.0.weight", [32, 16, 1, 1]))
    tensors.removeAll { $0.name == "layer3.2.bn2.bias" }
    let reason = refusal(tensors, input: [3, 32, 32], classes: 10)
    #expect(
      reason == "the nearest built-in architecture is resnet20, but missing layer3.2.bn2.bias; "
        + "unexpected layer2.0.shortcut.0.weight; pass --arch, for instance a TorchScript file with "
        + "--trust")
  }

  @Test(arguments: [
    [("encode.weight", [32, 64])], [("fc1.weight", [])], [("fc1.weight", [0, 0])],
    [("fc1.weight", [Int.max, Int.max]), ("fc1.bias", [Int.max])],
    [("conv1.weight", [8, 1, 3, 3]), ("fc.weight", [10, Int.max])],
    [("conv1.weight", [0, 0, 0, 0]), ("fc.weight", [0, 0])],
    [("conv1.weight", [16, 3]), ("fc.weight", [1, 1]), ("block1.layer.0.conv1.weight", [3])],
    [("features.0.weight", [1, Int.max]), ("classifier.6.weight", [2, 2])],
    [
      ("patch_embed.proj.weight", [64, 3, Int.max, 1]), ("pos_embed", [1, Int.max, 64]),
      ("blocks.0.norm1.weight", [64]), ("blocks.0.mlp.fc1.weight", [0]), ("head.weight", [1]),
    ],
  ])
  func hostileShapesAreRefused(tensors: [(String, [Int])]) {
    #expect(refusal(tensors.map { (name: $0.0, shape: $0.1) }).contains("pass --arch"))
  }
}
