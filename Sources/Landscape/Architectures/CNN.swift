extension NetworkPlan {
  /// `conv1`, (`bn1`), ReLU, 2×2 max pooling; `conv2` …; then `fc` on what is left.
  mutating func planCNN(
    _ channels: [Int], _ batchNorm: Bool, _ architecture: Architecture
  ) throws {
    guard architecture.input.count == 3, !channels.isEmpty else {
      throw ArchitectureError(
        architecture.text, "a cnn needs images (input=CHANNELSxHEIGHTxWIDTH) and at least one layer"
      )
    }
    var (inputs, height, width) = (
      architecture.input[0], architecture.input[1], architecture.input[2]
    )
    for (index, outputs) in channels.enumerated() {
      convolution("conv\(index + 1)", inputs: inputs, outputs: outputs, bias: !batchNorm)
      if batchNorm { self.batchNorm("bn\(index + 1)", channels: outputs) }
      line("x = torch.relu(x)")
      if height > 1, width > 1 {
        line("x = torch.max_pool2d(x, [2, 2], [2, 2], [0, 0], [1, 1], False)")
        height /= 2
        width /= 2
      }
      inputs = outputs
    }
    line("x = torch.flatten(x, 1)")
    linear("fc", inputs: inputs * height * width, outputs: architecture.classes)
    line("return x")
  }
}
