import BasinKit
import Datasets
import Landscape
import Torch

/// What a TorchScript program makes of one input of the dataset in use: how many classes it knows, and
/// whether the inputs are laid out as it wants them.
struct ProgramProbe {
  var network: Network
  var dataset: Dataset

  /// The number of outputs, where it is larger than the number of classes that the dataset shows.
  ///
  /// - Throws: `CommandError` where inputs of another layout would do, and these do not; where there are fewer
  ///   outputs than classes.
  func classes() throws -> Int? {
    let part = dataset[dataset.test.count > 0 ? .test : .train]
    guard part.count > 0 else { return nil }
    let values = try part.inputs(0..<1)
    if let outputs = outputs(of: values, shape: dataset.inputShape) {
      guard outputs.count == 2 else { return nil }
      guard outputs[1] >= dataset.classes || outputs[1] < 2 else {
        throw CommandError(
          "\(network.architecture.shortText) gives \(outputs[1]) outputs, and \(dataset.name) has "
            + "\(dataset.classes) classes; \(dataset.remedy(forNetworkOf: outputs[1]))")
      }
      return outputs[1] > dataset.classes ? outputs[1] : nil
    }
    for (layout, shape) in otherLayouts where outputs(of: values, shape: shape) != nil {
      throw CommandError(
        "\(network.architecture.shortText) takes inputs \(Self.text(shape)) and not "
          + "\(Self.text(dataset.inputShape)); load the data with --layout \(layout.rawValue)")
    }
    return nil
  }

  private var otherLayouts: [(layout: OpenOptions.Layout, shape: [Int])] {
    let shape = dataset.inputShape
    if shape.count == 3, shape[0] == 1 { return [(.asIs, Array(shape.dropFirst()))] }
    return shape.count == 2 ? [(.grey, [1] + shape)] : []
  }

  private static func text(_ shape: [Int]) -> String {
    "[N, " + shape.map(String.init).joined(separator: ", ") + "]"
  }

  // As an evaluator gives them: whole numbers first where the file has those.
  private func outputs(of values: [Float], shape: [Int]) -> [Int]? {
    let floats = network.parameters.dtype ?? .float32
    for dtype in dataset.holdsIntegers ? [.int64, floats] : [floats] {
      let found = try? Generator.seedingDefaults(0) {
        try withoutGradients {
          let input = try Tensor(values, shape: [1] + shape).to(dtype).to(device: network.device)
          return try network.logits(input).shape
        }
      }
      if let found { return found }
    }
    return nil
  }
}
