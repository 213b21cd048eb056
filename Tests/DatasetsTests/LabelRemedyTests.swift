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
        "dataset a.npz: y_test has the label 0.5 at index 0; labels are whole numbers from 0 to 99999"
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
}
