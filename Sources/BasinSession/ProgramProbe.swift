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
    if let (outputs, type) = outputs(of: values, shape: dataset.inputShape) {
      guard type?.isFloatingPoint == true else { throw ProgramFault.type(type).error(in: self) }
      guard outputs.count == 2 else { return nil }
      guard outputs[1] > 1 else { throw ProgramFault.shape(outputs, inputs: 1).error(in: self) }
      guard outputs[1] >= dataset.classes else {
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

  /// Checks that the program takes an input of the dataset and gives a row of logits for it, or does so for the
  /// inputs of a network of several heads, which get their images at once.
  ///
  /// - Throws: `CommandError` with what it gives or wants instead, and what helps.
  func requireLogits() throws {
    let part = dataset[dataset.test.count > 0 ? .test : .train]
    guard part.count > 0 else { return }
    let count = min(2, part.count)
    let values = try part.inputs(0..<count)
    var failure: TorchError?
    for dtype in types {
      do {
        let (shape, type) = try pass(values, shape: [count] + dataset.inputShape, dtype)
        guard shape.count == 2, shape[0] == count, shape[1] > 1 else {
          throw ProgramFault.shape(shape, inputs: count).error(in: self)
        }
        guard type?.isFloatingPoint == true else { throw ProgramFault.type(type).error(in: self) }
        return
      } catch let error as TorchError {
        // What fails with another type than it wants says less than what fails with the wanted one.
        failure = failure?.isOfTypes == false ? failure : error
      }
    }
    guard let failure, !takesSeveralImages(values, count) else { return }
    let takesIntegers =
      !types.contains(.int64)
      && (try? pass(values, shape: [count] + dataset.inputShape, .int64)) != nil
    throw ProgramFault.failure(failure, takesIntegers: takesIntegers).error(in: self)
  }

  // As a network of several heads, whose images are stacked along the channels.
  private func takesSeveralImages(_ values: [Float], _ count: Int) -> Bool {
    guard let channels = dataset.inputShape.first else { return false }
    let width = dataset.inputSize
    return (2...8).contains { heads in
      let stacked = (0..<count).flatMap { index in
        [[Float]](repeating: Array(values[index * width..<(index + 1) * width]), count: heads)
          .flatMap(\.self)
      }
      let shape = [count, heads * channels] + dataset.inputShape.dropFirst()
      return types.contains { (try? pass(stacked, shape: shape, $0)) != nil }
    }
  }

  // As an evaluator gives them: whole numbers first where the file has those.
  private var types: [DType] {
    let floats = network.parameters.dtype ?? .float32
    return dataset.holdsIntegers ? [.int64, floats] : [floats]
  }

  private func pass(
    _ values: [Float], shape: [Int], _ dtype: DType
  ) throws -> (shape: [Int], type: DType?) {
    try Generator.seedingDefaults(0) {
      try withoutGradients {
        let input = try Tensor(values, shape: shape).to(dtype).to(device: network.device)
        let output = try network.logits(input)
        return (output.shape, output.dtype)
      }
    }
  }

  private var otherLayouts: [(layout: OpenOptions.Layout, shape: [Int])] {
    let shape = dataset.inputShape
    if shape.count == 3, shape[0] == 1 { return [(.asIs, Array(shape.dropFirst()))] }
    return shape.count == 2 ? [(.grey, [1] + shape)] : []
  }

  static func text(_ shape: [Int]) -> String {
    "[N, " + shape.map(String.init).joined(separator: ", ") + "]"
  }

  private func outputs(of values: [Float], shape: [Int]) -> (shape: [Int], type: DType?)? {
    types.lazy.compactMap { try? pass(values, shape: [1] + shape, $0) }.first
  }
}
