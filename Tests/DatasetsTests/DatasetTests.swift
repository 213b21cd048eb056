import BasinCore
import Checkpoints
import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct DatasetTests {
  @Test func theDigitsAreTheirSplit() throws {
    let digits = try Dataset.open("digits")
    #expect(digits.train.count == 1197 && digits.test.count == 600)
    #expect(digits.inputShape == [1, 8, 8] && digits.classes == 10)
    #expect(try digits.train.inputs().count == 1197 * 64)
    #expect(try digits.train.inputs().allSatisfy { (0...1).contains($0) })
    #expect(digits.train.labels.prefix(10) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    #expect(digits.attribution.contains("CC BY 4.0"))
  }

  private func file(
    x: [Float] = [1, 2, 3, 4], y: [Int64] = [0, 1], testLabels: [Int64] = [1],
    shape: [Int] = [2, 2],
    leaving out: String? = nil
  ) throws -> (TemporaryFolder, String) {
    let folder = try TemporaryFolder()
    let path = folder.path + "/data.safetensors"
    func floats(_ values: [Float]) -> [UInt8] { values.withUnsafeBytes { [UInt8]($0) } }
    func integers(_ values: [Int64]) -> [UInt8] { values.withUnsafeBytes { [UInt8]($0) } }
    let arrays: [SafetensorsWriter.Tensor] = [
      .init("x_train", .float32, shape) { floats(x) },
      .init("y_train", .int64, [y.count]) { integers(y) },
      .init("x_test", .float32, [1] + shape.dropFirst()) { floats(Array(x.prefix(x.count / 2))) },
      .init("y_test", .int64, [1]) { integers(testLabels) },
    ]
    try SafetensorsWriter.write(arrays.filter { $0.name != out }, metadata: [:], to: path)
    return (folder, path)
  }

  @Test func aFileOfArraysIsADataset() throws {
    let (folder, path) = try file()
    let dataset = try Dataset.open(path)
    #expect(dataset.inputShape == [2] && dataset.classes == 2)
    #expect(try dataset.train.inputs() == [1, 2, 3, 4] && dataset.test.labels == [1])
    #expect(dataset.sha256.count == 64)
    withExtendedLifetime(folder) {}
  }

  @Test func whatIsWrongIsSaidByArray() throws {
    func message(_ made: (TemporaryFolder, String)) -> String {
      let error = #expect(throws: DatasetError.self) { _ = try Dataset.open(made.1) }
      #expect(error?.name == made.1)
      return error?.reason ?? ""
    }
    #expect(try message(file(leaving: "y_test")).hasPrefix("it has no 'y_test'"))
    // Classes are those of both splits.
    let more = try file(testLabels: [7])
    #expect(try Dataset.open(more.1).classes == 8)
    #expect(try message(file(y: [0, -1])).hasPrefix("y_train has the label -1 at index 1"))
    #expect(try message(file(y: [0, 1, 1])).hasPrefix("y_train has shape [3]"))
    #expect(try message(file(x: [1, .nan, 3, 4])).hasPrefix("x_train has the value nan"))
  }
}

@Suite struct InputSourceTests {
  /// The inputs of a part, however they are asked for.
  static func expectSame(_ part: Dataset.Part, width: Int) throws {
    let all = try part.inputs()
    #expect(all.count == part.count * width)
    for size in [1, 3, 7] {
      var pieces: [Float] = []
      for start in stride(from: 0, to: part.count, by: size) {
        pieces += try part.inputs(start..<min(start + size, part.count))
      }
      #expect(pieces == all)
    }
  }

  @Test func rangesOfAFileAreItsParts() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/data.safetensors"
    let inputs = (0..<40).map { UInt8($0) }
    func integers(_ values: [Int64]) -> [UInt8] { values.withUnsafeBytes { [UInt8]($0) } }
    try SafetensorsWriter.write(
      [
        .init("x_train", .uint8, [10, 2, 2]) { inputs },
        .init("y_train", .int64, [10]) { integers((0..<10).map { $0 % 2 }) },
        .init("x_test", .uint8, [2, 2, 2]) { Array(inputs.prefix(8)) },
        .init("y_test", .int64, [2]) { integers([0, 1]) },
      ], metadata: [:], to: path)
    let dataset = try Dataset.open(path)
    #expect(dataset.inputShape == [1, 2, 2])
    try Self.expectSame(dataset.train, width: 4)
    #expect(try dataset.train.inputs(3..<4) == [12, 13, 14, 15].map { Float($0) / 255 })
    #expect(message { try dataset.train.inputs(9..<11) }.contains("it has 10 inputs"))
  }

  @Test func columnMajorArraysAreReadRowByRow() throws {
    let path = Fixtures.datasets + "/column-major.npz"
    let series = try Dataset.open(path)
    let dataset = try Dataset.open(path, OpenOptions(layout: .grey))
    #expect(series.inputShape == [2, 3] && dataset.inputShape == [1, 2, 3])
    #expect(try series.train.inputs() == dataset.train.inputs())
    #expect(try dataset.train.inputs() == (0..<30).map { Float($0) })
    #expect(try dataset.test.inputs(1..<2) == (0..<6).map { Float($0) + 6.5 })
    try Self.expectSame(dataset.train, width: 6)
  }
}
