import BasinCore
import Checkpoints
import Foundation

extension Dataset {
  /// Opens a file with `x_train`, `y_train`, `x_test` and `y_test`: .npz or .safetensors.
  ///
  /// Inputs stay in the file, or in memory in the file's type, until they are asked for.
  ///
  /// - Throws: ``DatasetError`` naming the array and the value that is wrong; `FileError`;
  ///   `CheckpointError`.
  static func arrays(_ source: String) throws -> Dataset {
    let file = try ArrayFile(path: source)
    func array(_ name: String) throws -> StoredTensor {
      guard let array = file[name] else {
        let names = file.arrays.map(\.name).joined(separator: ", ")
        throw DatasetError(
          source,
          "it has no '\(name)'; x_train, y_train, x_test and y_test are needed, and it has "
            + "\(names)")
      }
      return array
    }
    let trainInputs = try array("x_train")
    let testInputs = try array("x_test")
    let inputShape = Array(trainInputs.shape.dropFirst())
    guard !inputShape.isEmpty, !inputShape.contains(0),
      Array(testInputs.shape.dropFirst()) == inputShape
    else {
      throw DatasetError(
        source,
        "x_train has shape \(trainInputs.shape) and x_test \(testInputs.shape); both should "
          + "be [N, …] with the same input shape")
    }
    // Images without a channel dimension have one channel.
    let shape = inputShape.count == 2 ? [1] + inputShape : inputShape
    let trainLabels = try labels(array("y_train"), inputs: trainInputs, source)
    let testLabels = try labels(array("y_test"), inputs: testInputs, source)
    let classes = Int((trainLabels.max() ?? 0) + 1)
    guard classes >= 2 else {
      throw DatasetError(source, "y_train has only one class; at least two are needed")
    }
    if let index = testLabels.firstIndex(where: { $0 >= classes }) {
      throw DatasetError(
        source,
        "y_test has the label \(testLabels[index]) at index \(index), but y_train has only "
          + "0 to \(classes - 1)")
    }
    let sha256 = try file.sha256()
    return Dataset(
      name: source, sha256: sha256,
      files: [InputFile(path: source, sha256: sha256, size: file.byteCount)], inputShape: shape,
      classNames: (0..<classes).map(String.init),
      train: Part(labels: trainLabels, source: try inputs(trainInputs, source)),
      test: Part(labels: testLabels, source: try inputs(testInputs, source)))
  }

  // Read through once, so that what is wrong is said when the file is opened.
  private static func inputs(_ array: StoredTensor, _ source: String) throws -> any InputSource {
    // Complex numbers are refused here.
    _ = try array.floats(0..<0)
    var pieces = try array.pieces()
    var start = 0
    while let values = try pieces.next() {
      if let index = values.firstIndex(where: { !$0.isFinite }) {
        throw DatasetError(
          source, "\(array.name) has the value \(values[index]) at element \(start + index)")
      }
      start += values.count
    }
    let width = array.shape.dropFirst().reduce(1, *)
    // What has to be gathered is gathered once.
    guard array.isReadInPlace else { return MemoryInputs(values: try array.floats(), width: width) }
    return ArrayInputs(array: array, width: width)
  }

  private static func labels(
    _ array: StoredTensor, inputs: StoredTensor, _ source: String
  ) throws -> [Int64] {
    let count = inputs.shape[0]
    guard array.shape == [count], count > 0 else {
      throw DatasetError(
        source,
        "\(array.name) has shape \(array.shape) where \(inputs.name) has \(count) inputs; "
          + "labels should be [\(count)]")
    }
    return try array.floats().enumerated().map { index, value in
      guard value >= 0, value < 100_000, value == value.rounded() else {
        let shown = NumberFormat.significant(12).text(Double(value))
        throw DatasetError(
          source,
          "\(array.name) has the label \(shown) at index \(index); labels are whole numbers from 0 "
            + "to 99999")
      }
      return Int64(value)
    }
  }
}

/// Inputs as they are in a file of arrays: scaling pixels is the user's choice, made where the file
/// is made.
struct ArrayInputs: InputSource {
  var array: StoredTensor
  var width: Int

  func inputs(_ range: Range<Int>) throws -> [Float] {
    try array.floats((range.lowerBound * width)..<(range.upperBound * width))
  }
}
