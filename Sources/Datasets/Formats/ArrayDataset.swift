import BasinCore
import Checkpoints
import Foundation

extension Dataset {
  /// Opens a file with `x_train`, `y_train`, `x_test` and `y_test`, or the last two alone: .npz or
  /// .safetensors.
  ///
  /// Inputs stay in the file, or in memory in the file's type, until they are asked for. What was done to
  /// them is in the notes.
  ///
  /// - Throws: ``DatasetError`` naming the array and the value that is wrong; `FileError`;
  ///   `CheckpointError`.
  static func arrays(_ source: String, _ options: OpenOptions = OpenOptions()) throws -> Dataset {
    let file = try ArrayFile(path: source)
    func array(_ name: String) throws -> StoredTensor {
      guard let array = file[name] else {
        let names = file.arrays.map(\.name).joined(separator: ", ")
        throw DatasetError(
          source,
          "it has no '\(name)'; x_train, y_train, x_test and y_test are needed, or the last two alone, "
            + "and it has \(names)")
      }
      return array
    }
    let testInputs = try array("x_test")
    // A file may be of test data alone.
    let hasTraining = file["x_train"] != nil || file["y_train"] != nil
    let trainInputs = hasTraining ? try array("x_train") : nil
    let inputShape = Array(testInputs.shape.dropFirst())
    for one in [trainInputs, testInputs].compactMap(\.self) { try requireValues(one, source) }
    guard !inputShape.isEmpty,
      trainInputs.map({ Array($0.shape.dropFirst()) == inputShape }) ?? true
    else {
      throw DatasetError(
        source,
        trainInputs.map {
          "x_train has shape \($0.shape) and x_test \(testInputs.shape); both should be [N, …] with the same "
            + "input shape"
        }
          ?? "x_test has shape \(testInputs.shape); it should be [N, …], numbers or an image for each of N "
          + "inputs")
    }
    let trainLabels = try trainInputs.map { try labels(array("y_train"), inputs: $0, source) } ?? []
    let testLabels = try labels(array("y_test"), inputs: testInputs, source)
    let readings = try ([trainInputs].compactMap(\.self) + [testInputs])
      .map { try ArrayReading($0, source) }
    try ArrayReading.requireOneScale(readings, source)
    let layout = try ArrayLayout(
      source, inputShape, isBytes: testInputs.scalarType == .uint8, options.layout)
    let scaling = try ArrayScaling(
      source, readings, isImages: layout.isImages, divisor: options.divisor)
    func part(_ labels: [Int64], _ array: StoredTensor) throws -> Part {
      Part(labels: labels, source: try inputs(array, layout, scaling))
    }
    let sha256 = try file.sha256()
    let recipe = [layout.recipe, scaling.recipe].compactMap(\.self).joined(separator: ", ")
    let classes = Int((trainLabels + testLabels).max() ?? 0) + 1
    var dataset = Dataset(
      name: source, sha256: recipe.isEmpty ? sha256 : identity(sha256, recipe),
      files: [InputFile(path: source, sha256: sha256, size: file.byteCount)],
      inputShape: layout.shape, classNames: (0..<classes).map(String.init),
      train: try trainInputs.map { try part(trainLabels, $0) } ?? Part(inputs: [], labels: []),
      test: try part(testLabels, testInputs))
    dataset.notes += [layout.note, scaling.note].compactMap(\.self)
    // PyTorch's embeddings take whole numbers and nothing else.
    dataset.holdsIntegers = scaling.divisor == 1 && readings.allSatisfy(\.isInteger)
    return dataset
  }

  private static func inputs(
    _ array: StoredTensor, _ layout: ArrayLayout, _ scaling: ArrayScaling
  ) throws -> any InputSource {
    let width = array.shape.dropFirst().reduce(1, *)
    // What has to be gathered is gathered once.
    var source: any InputSource =
      array.isReadInPlace
      ? ArrayInputs(array: array, width: width)
      : MemoryInputs(values: try array.floats(), width: width)
    if let pixels = layout.channelsLast {
      source = ChannelsLastInputs(base: source, channels: pixels.channels, pixels: pixels.count)
    }
    return scaling.divisor == 1 ? source : DividedInputs(base: source, divisor: scaling.divisor)
  }

  // A split is left out as a whole, and its arrays are not empty.
  private static func requireValues(_ inputs: StoredTensor, _ source: String) throws {
    guard inputs.elementCount == 0 else { return }
    guard inputs.shape.first == 0 else {
      throw DatasetError(
        source, "\(inputs.name) has shape \(inputs.shape): its inputs have no numbers")
    }
    throw DatasetError(
      source,
      "\(inputs.name) has shape \(inputs.shape), no inputs; "
        + (inputs.name == "x_train"
          ? "leave x_train and y_train out: x_test and y_test alone are a dataset"
          : "networks are evaluated on x_test and y_test, which some of the training inputs can be")
    )
  }

  private static func labels(
    _ array: StoredTensor, inputs: StoredTensor, _ source: String
  ) throws -> [Int64] {
    let count = inputs.shape[0]
    // A column has one meaning only.
    guard array.shape == [count] || array.shape == [count, 1] else {
      let isRows = array.shape.count == 2 && array.shape[0] == count
      throw DatasetError(
        source,
        "\(array.name) has shape \(array.shape) where \(inputs.name) has \(Counted.text(count, "inputs")); "
          + "labels should be [\(count)]"
          + (isRows ? "; numpy.argmax(y, axis=1) makes labels of one-hot rows or scores" : ""))
    }
    let values = try array.floats()
    return try values.enumerated().map { index, value in
      guard value >= 0, value < 100_000, value == value.rounded() else {
        let shown = NumberFormat.significant(12).text(Double(value))
        throw DatasetError(
          source,
          "\(array.name) has the label \(shown) at index \(index); labels are whole numbers from 0 "
            + "to 99999" + LabelValues(values).remedy)
      }
      return Int64(value)
    }
  }
}

/// Inputs as they are in a file of arrays.
struct ArrayInputs: InputSource {
  var array: StoredTensor
  var width: Int

  func inputs(_ range: Range<Int>) throws -> [Float] {
    try array.floats((range.lowerBound * width)..<(range.upperBound * width))
  }
}

/// Inputs divided by a number.
struct DividedInputs: InputSource {
  var base: any InputSource
  var divisor: Float

  func inputs(_ range: Range<Int>) throws -> [Float] {
    try base.inputs(range).map { $0 / divisor }
  }
}

/// Images `[height, width, channels]` as `[channels, height, width]`.
struct ChannelsLastInputs: InputSource {
  var base: any InputSource
  var channels: Int
  /// Height times width.
  var pixels: Int

  func inputs(_ range: Range<Int>) throws -> [Float] {
    let values = try base.inputs(range)
    return [Float](unsafeUninitializedCapacity: values.count) { target, filled in
      for start in stride(from: 0, to: values.count, by: channels * pixels) {
        for channel in 0..<channels {
          for pixel in 0..<pixels {
            target[start + channel * pixels + pixel] = values[start + pixel * channels + channel]
          }
        }
      }
      filled = values.count
    }
  }
}
