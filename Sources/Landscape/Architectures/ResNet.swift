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
    func he(_ inputs: Int) -> Initialization {
      .normal(standardDeviation: (2 / Double(inputs)).squareRoot())
    }
    let channels = architecture.input[0]
    convolution("conv1", inputs: channels, outputs: 16, bias: false, weight: he(9 * channels))
    batchNorm("bn1", channels: 16)
    line("x = torch.relu(x)")
    var inputs = 16
    for (stage, outputs) in [16, 32, 64].enumerated() {
      for block in 0..<blocksPerStage {
        let path = "layer\(stage + 1).\(block)"
        let stride = stage > 0 && block == 0 ? 2 : 1
        line("shortcut = x")
        convolution(
          "\(path).conv1", inputs: inputs, outputs: outputs, stride: stride, bias: false,
          weight: he(9 * inputs))
        batchNorm("\(path).bn1", channels: outputs)
        line("x = torch.relu(x)")
        convolution(
          "\(path).conv2", inputs: outputs, outputs: outputs, bias: false, weight: he(9 * outputs))
        batchNorm("\(path).bn2", channels: outputs)
        if stride == 2 {
          // Option A: every second pixel, and zeros for the new channels.
          let padding = (outputs - inputs) / 2
          line(
            "shortcut = torch.constant_pad_nd(torch.slice(torch.slice(shortcut, 2, 0, None, 2), "
              + "3, 0, None, 2), [0, 0, 0, 0, \(padding), \(padding)], 0)")
        }
        line("x = torch.relu(x + shortcut)")
        inputs = outputs
      }
    }
    line("x = torch.flatten(torch.adaptive_avg_pool2d(x, [1, 1]), 1)")
    linear("linear", inputs: 64, outputs: architecture.classes, weight: he(64))
    line("return x")
  }
}
