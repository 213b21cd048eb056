extension NetworkPlan {
  /// The CIFAR ResNet of He et al. (arXiv 1512.03385, §4.2): a 3×3 stem of 16 channels, three
  /// stages of 16, 32 and 64 channels with `blocksPerStage` basic blocks each, global average
  /// pooling, one linear layer. Depth is 6·blocks + 2.
  ///
  /// Names and initialisation are those of Y. Idelbayev's `pytorch_resnet_cifar10`: `conv1`, `bn1`,
  /// `layer1.0.conv1` … `layer3.2.bn2`, `linear`; shortcuts of option A have no parameters.
  mutating func planResNet(blocksPerStage: Int, _ architecture: Architecture) throws {
    guard architecture.input.count == 3, architecture.input[1] >= 4, architecture.input[2] >= 4
    else {
      throw ArchitectureError(
        architecture.text, "a resnet needs images of 4x4 pixels or more (input=3x32x32)")
    }
    convolution(
      "conv1", outputs: 16, weight: Self.he(channels: architecture.input[0]), bias: .none)
    batchNorm("bn1")
    activate()
    for (stage, outputs) in [16, 32, 64].enumerated() {
      for block in 0..<blocksPerStage {
        let path = "layer\(stage + 1).\(block)"
        let inputs = shape()[0]
        let stride = stage > 0 && block == 0 ? 2 : 1
        keep(as: "shortcut")
        convolution(
          "\(path).conv1", outputs: outputs, stride: stride, weight: Self.he(channels: inputs),
          bias: .none)
        batchNorm("\(path).bn1")
        activate()
        convolution(
          "\(path).conv2", outputs: outputs, weight: Self.he(channels: outputs), bias: .none)
        batchNorm("\(path).bn2")
        if stride == 2 {
          // Option A: every second pixel, and zeros for the new channels.
          let padding = (outputs - inputs) / 2
          line(
            "shortcut = torch.constant_pad_nd(torch.slice(torch.slice(shortcut, 2, 0, None, 2), "
              + "3, 0, None, 2), [0, 0, 0, 0, \(padding), \(padding)], 0)")
        }
        line("x = x + shortcut")
        activate()
      }
    }
    globalAveragePool()
    linear("linear", outputs: architecture.classes, weight: Self.he(kernel: 1, channels: 64))
    line("return x")
  }
}
