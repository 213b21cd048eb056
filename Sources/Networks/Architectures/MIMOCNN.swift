import Foundation

extension NetworkPlan {
  /// A multi-input multi-output `cnn` (Havasi et al., *Training independent subnetworks for robust
  /// prediction*, arXiv 2010.06610): `heads` images, stacked along their channels, go through one
  /// network, whose last layer `heads` has as many groups of logits.
  ///
  /// Given all images, `[N, heads·C, H, W]`, it returns all logits, `[N, heads·classes]`. Given one,
  /// it is the ensemble that the paper evaluates: the image takes every place, and the outcome is the
  /// logarithm of the mean of the heads' probabilities.
  mutating func planMIMOCNN(
    heads: Int, _ channels: [Int], _ batchNorm: Bool, _ architecture: Architecture
  ) throws {
    guard let images = architecture.input.first else {
      throw ArchitectureError(architecture.text, "a mimo-cnn needs images")
    }
    line("alone = x.size(1) == \(images)")
    line("if alone:")
    line("    x = x.repeat([1, \(heads), 1, 1])")
    line("x = x", shape: [heads * images] + architecture.input.dropFirst())
    try convolutions(channels, batchNorm, architecture)
    linear("heads", outputs: heads * architecture.classes)
    line("if alone:")
    line(
      "    x = torch.log_softmax(x.reshape([-1, \(heads), \(architecture.classes)]), -1)")
    line("    x = torch.logsumexp(x, 1) - \(log(Double(heads)))")
    line("return x")
  }
}
