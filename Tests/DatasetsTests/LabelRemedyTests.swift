import Datasets
import Foundation
import TestSupport
import Testing

/// What an array of labels or values cannot be, and the line of Python that mends it.
@Suite struct LabelRemedyTests {
  private static func bytes<Value>(_ values: [Value]) -> [UInt8] {
    values.withUnsafeBytes { [UInt8]($0) }
  }

  private static func npy(_ type: String, _ shape: String, _ content: [UInt8]) -> [UInt8] {
    let header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(shape)), }\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0] + bytes([UInt16(header.utf8.count).littleEndian])
      + Array(header.utf8) + content
  }

  // Two inputs of two numbers, and labels of any type.
  private func message(
    _ type: String, _ labels: [UInt8], values: [Float] = [1, 2, 3, 4]
  ) throws -> String {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/a.npz"
    let members: [(name: String, content: [UInt8])] = [
      ("x_train.npy", Self.npy("<f4", "2, 2", Self.bytes(values))),
      ("y_train.npy", Self.npy("<i8", "2,", Self.bytes([Int64(0), 1]))),
      ("x_test.npy", Self.npy("<f4", "2, 2", Self.bytes([Float(1), 2, 3, 4]))),
      ("y_test.npy", Self.npy(type, "2,", labels)),
    ]
    try Data(StoredZip.bytes(members)).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: (any Error).self) { try Dataset.open(path) }
    return "\(error.map { "\($0)" } ?? "")".replacing(path, with: "a.npz")
  }

  @Test(
    "Labels that are no class numbers are refused with the line that makes some of them",
    arguments: [
      (
        "<U3", bytes("catdog".unicodeScalars.map(\.value)),
        "a.npz: array 'y_test': its type '<U3' is not read; numpy.unique(a, return_inverse=True)[1] makes numbers of "
          + "names"
      ),
      (
        "|S3", Array("catdog".utf8),
        "a.npz: array 'y_test': its type '|S3' is not read; numpy.unique(a, return_inverse=True)[1] makes numbers of "
          + "names"
      ),
      (
        "|O", Array("\u{80}\u{04}pickled.".utf8),
        "a.npz: array 'y_test': its type '|O' holds Python objects, which are never loaded; numpy.array(a.tolist()) "
          + "makes plain numbers or names of them"
      ),
      (
        "<i8", bytes([Int64(0), -1]),
        "dataset a.npz: y_test has the label -1 at index 1; labels are whole numbers from 0 to 99999; leave such "
          + "inputs out: keep = y >= 0; x, y = x[keep], y[keep]"
      ),
      (
        "<f8", bytes([1, Double.nan]),
        "dataset a.npz: y_test has the label NaN at index 1; labels are whole numbers from 0 to 99999; leave such "
          + "inputs out: keep = y >= 0; x, y = x[keep], y[keep]"
      ),
      (
        "<f4", bytes([Float(0.5), 1]),
        "dataset a.npz: y_test has the label 0.5 at index 0; labels are whole numbers from 0 to 99999; targets that "
          + "are real numbers are regression, which is not supported"
      ),
      (
        "<i8", bytes([Int64(1), -1]),
        "dataset a.npz: y_test has the label -1 at index 1; labels are whole numbers from 0 to 99999; y = (y + 1) // 2 "
          + "makes classes 0 and 1 of -1 and 1"
      ),
      (
        "<f4", bytes([Float(-1.5), 1]),
        "dataset a.npz: y_test has the label -1.5 at index 0; labels are whole numbers from 0 to 99999; targets that "
          + "are real numbers are regression, which is not supported"
      ),
      (
        "<i8", bytes([Int64(7), -5]),
        "dataset a.npz: y_test has the label -5 at index 1; labels are whole numbers from 0 to 99999; if they are "
          + "classes, numpy.unique(y, return_inverse=True)[1] numbers them from 0 (y of both splits at once); "
          + "regression is not supported"
      ),
    ] as [(String, [UInt8], String)])
  func labels(type: String, content: [UInt8], expected: String) throws {
    #expect(try message(type, content) == expected)
  }

  @Test("A value that is no number is named with its place, and what fills it in")
  func values() throws {
    #expect(
      try message("<i8", Self.bytes([Int64(0), 1]), values: [1, 2, .nan, 4])
        == "dataset a.npz: x_train has the value nan at element 2; fill it in (numpy.nan_to_num), or leave the "
        + "input out")
  }

  private func dataset(
    _ train: [Int64], _ test: [Int64], values: [Double] = [1, 2]
  ) throws -> Dataset {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/a.npz"
    func inputs(_ count: Int) -> [UInt8] {
      Self.npy(
        "<f8", "\(count), 1", Self.bytes((0..<count).map { values[$0 % values.count] }))
    }
    try Data(
      StoredZip.bytes([
        ("x_train.npy", inputs(train.count)),
        ("y_train.npy", Self.npy("<i8", "\(train.count),", Self.bytes(train))),
        ("x_test.npy", inputs(test.count)),
        ("y_test.npy", Self.npy("<i8", "\(test.count),", Self.bytes(test))),
      ])
    ).write(to: URL(fileURLWithPath: path))
    return try Dataset.open(path)
  }

  @Test("A finite number of float64 beyond single precision's range is not called infinite")
  func beyondSingle() {
    let error = #expect(throws: DatasetError.self) {
      try dataset([0, 1], [0, 1], values: [1, 1e300])
    }
    #expect(
      error?.reason
        == "x_train has the value 1e+300 at element 1, beyond float32's range (3.4e38); scale the inputs down, or "
        + "leave the input out")
  }

  @Test(
    "Splits whose labels are counted from other numbers, and classes that hardly occur, are said")
  func labelNotes() throws {
    #expect(
      try dataset([1, 2, 3, 4, 5], [0, 1, 2, 3, 4]).notes == [
        "training labels are 1 to 5 and test labels 0 to 4: if these are the same classes, count them alike (y_train = "
          + "y_train - 1); accuracy is of no use otherwise"
      ])
    #expect(try dataset([0, 1], [1, 2]).notes.first?.contains("(y_test = y_test - 1)") == true)
    #expect(
      try dataset([0, 100, 900], [0, 100, 900]).notes == [
        "3 of its 901 classes occur, as the largest label counts them: if there are no others, "
          + "numpy.unique(y, return_inverse=True)[1] of both splits' y at once numbers them 0 to 2"
      ])
    #expect(try dataset([0, 1, 2], [0, 2]).notes.isEmpty)
  }

  // A file whose arrays have these shapes, with zeros for numbers.
  private func opened(_ shapes: [(name: String, shape: [Int])]) throws -> (Dataset?, String) {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/a.npz"
    let members = shapes.map { name, shape in
      let count = shape.reduce(1, *)
      let text = shape.map { "\($0)," }.joined()
      // Labels 1, 3, 5, 1, 3, 5 …
      return (
        name: name + ".npy",
        content: name.hasPrefix("y")
          ? Self.npy("<i8", text, Self.bytes((0..<count).map { Int64(1 + 2 * ($0 % 3)) }))
          : Self.npy("<f4", text, Self.bytes([Float](repeating: 0.5, count: count)))
      )
    }
    try Data(StoredZip.bytes(members)).write(to: URL(fileURLWithPath: path))
    do { return (try Dataset.open(path), "") } catch {
      return (nil, "\(error)".replacing(path, with: "a.npz"))
    }
  }

  @Test("Empty arrays are refused as such, with what helps")
  func emptyArrays() throws {
    let test: [(name: String, shape: [Int])] = [("x_test", [6, 4]), ("y_test", [6])]
    let none: [(name: String, shape: [Int])] = [("x_train", [0, 4]), ("y_train", [0])]
    #expect(
      try opened(none + test).1
        == "dataset a.npz: x_train has shape [0, 4], no inputs; leave x_train and y_train out: x_test and y_test alone "
        + "are a dataset")
    #expect(try opened(test).0?.train.count == 0)
    #expect(
      try opened([("x_train", [6, 4]), ("y_train", [6]), ("x_test", [0, 4]), ("y_test", [0])]).1
        == "dataset a.npz: x_test has shape [0, 4], no inputs; networks are evaluated on x_test and y_test, which some "
        + "of the training inputs can be")
    #expect(
      try opened([("x_test", [6, 0]), ("y_test", [6])]).1
        == "dataset a.npz: x_test has shape [6, 0]: its inputs have no numbers")
    #expect(
      try opened([("x_test", [6]), ("y_test", [6])]).1
        == "dataset a.npz: x_test has shape [6]; it should be [N, …], numbers or an image for each of N inputs"
    )
    #expect(
      try opened([("x_test", [6, 4]), ("y_test", [0])]).1
        == "dataset a.npz: y_test has shape [0] where x_test has 6 inputs; labels should be [6]")
  }

  @Test("Labels with gaps are not taken as counted from 1")
  func gaps() throws {
    let dataset = try #require(try opened([("x_test", [6, 4]), ("y_test", [6])]).0)
    #expect(dataset.classes == 6 && !dataset.notes.contains { $0.contains("counted from 1") })
  }
}
