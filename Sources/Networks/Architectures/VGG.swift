extension NetworkPlan {
  /// VGG-16 (Simonyan & Zisserman, arXiv 1409.1556, configuration D) in its form for CIFAR:
  /// thirteen 3×3 convolutions with five 2×2 poolings, then three linear layers with dropout
  /// of one half before the first two.
  ///
  /// Names and initialisation are those of C.-Y. Fu's `pytorch-vgg-cifar10`, which numbers layers as
  /// torchvision does: `features.0` … `features.28` (`features.41` with batch norm),
  /// `classifier.1`, `classifier.4`, `classifier.6`.
  mutating func planVGG16(_ batchNorm: Bool, _ architecture: Architecture) throws {
    guard architecture.input.count == 3, architecture.input[1...] == [32, 32] else {
      throw ArchitectureError(
        architecture.text,
        "vgg16 needs images of 32x32 pixels (input=3x32x32): it halves them five "
          + "times")
    }
    // The place in PyTorch's `Sequential`, which counts ReLU and pooling too.
    var place = 0
    for (channels, convolutions) in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)] {
      for _ in 0..<convolutions {
        convolution(
          "features.\(place)", outputs: channels, weight: Self.he(channels: channels), bias: .zero)
        if batchNorm { self.batchNorm("features.\(place + 1)") }
        activate()
        place += batchNorm ? 3 : 2
      }
      pool()
      place += 1
    }
    flatten()
    for name in ["classifier.1", "classifier.4"] {
      dropout()
      linear(name, outputs: 512)
      activate()
    }
    linear("classifier.6", outputs: architecture.classes)
    line("return x")
  }
}
