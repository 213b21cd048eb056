extension NetworkPlan {
  /// `conv1`, (`bn1`), activation, 2×2 pooling; `conv2` …; then `fc` on what is left.
  mutating func planCNN(
    _ channels: [Int], _ batchNorm: Bool, _ architecture: Architecture
  ) throws {
    try convolutions(channels, batchNorm, architecture)
    linear("fc", outputs: architecture.classes)
    line("return x")
  }

  /// The layers of a `cnn` up to the flattened features.
  mutating func convolutions(
    _ channels: [Int], _ batchNorm: Bool, _ architecture: Architecture
  ) throws {
    guard architecture.input.count == 3, !channels.isEmpty else {
      throw ArchitectureError(
        architecture.text, "a cnn needs images (input=CHANNELSxHEIGHTxWIDTH) and at least one layer"
      )
    }
    for (index, outputs) in channels.enumerated() {
      convolution("conv\(index + 1)", outputs: outputs, bias: batchNorm ? .none : .likeWeight)
      if batchNorm { self.batchNorm("bn\(index + 1)") }
      activate()
      if shape()[1] > 1, shape()[2] > 1 { pool() }
    }
    flatten()
  }
}
