import Landscape
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
        + "dataset in use has inputs of 1x8x8 and 10 classes; load its own dataset first")
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
