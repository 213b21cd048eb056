extension NetworkPlan {
  /// The wide ResNet of Zagoruyko & Komodakis (arXiv 1605.07146): a 3×3 stem of 16 channels, three
  /// stages of 16, 32 and 64 times `width` channels with `blocksPerStage` pre-activation blocks
  /// each, global average pooling, one linear layer. Depth is 6·blocks + 4.
  ///
  /// Names and initialisation are those of xternalz's `WideResNet-pytorch`, without its optional
  /// dropout: `conv1`, `block1.layer.0.bn1` … `block3.layer.3.conv2`, `bn1`, `fc`. A block that
  /// changes the number of channels has a 1×1 `convShortcut`, which reads the block's input after
  /// `bn1` and ReLU; any other block adds its input as it is.
  mutating func planWideResNet(
    blocksPerStage: Int, width: Int, _ architecture: Architecture
  ) throws {
    guard architecture.input.count == 3, architecture.input[1] >= 4, architecture.input[2] >= 4
    else {
      throw ArchitectureError(
        architecture.text, "a wide resnet needs images of 4x4 pixels or more (input=3x32x32)")
    }
    convolution("conv1", outputs: 16, weight: Self.he(channels: 16), bias: .none)
    for (stage, outputs) in [16 * width, 32 * width, 64 * width].enumerated() {
      for block in 0..<blocksPerStage {
        wideBlock(
          "block\(stage + 1).layer.\(block)", outputs: outputs,
          stride: stage > 0 && block == 0 ? 2 : 1)
      }
    }
    batchNorm("bn1")
    activate()
    globalAveragePool()
    linear("fc", outputs: architecture.classes, bias: .constant(0))
    line("return x")
  }

  private mutating func wideBlock(_ path: String, outputs: Int, stride: Int) {
    let changesChannels = shape()[0] != outputs
    if !changesChannels { keep(as: "shortcut") }
    batchNorm("\(path).bn1")
    activate()
    if changesChannels { keep(as: "shortcut") }
    convolution(
      "\(path).conv1", outputs: outputs, stride: stride, weight: Self.he(channels: outputs),
      bias: .none)
    batchNorm("\(path).bn2")
    activate()
    convolution("\(path).conv2", outputs: outputs, weight: Self.he(channels: outputs), bias: .none)
    if changesChannels {
      convolution(
        "\(path).convShortcut", outputs: outputs, kernel: 1, stride: stride, padding: 0,
        weight: Self.he(kernel: 1, channels: outputs), bias: .none, from: "shortcut",
        to: "shortcut")
    }
    line("x = x + shortcut")
  }
}
