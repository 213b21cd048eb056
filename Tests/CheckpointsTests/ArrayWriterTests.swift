import BasinCore
import Checkpoints
import Foundation
import TestSupport
import Testing

@Suite struct ArrayWriterTests {
  static let arrays: [ArrayWriter.Array] = [
    .init("doubles", [2, 3], .doubles([0.1, -2.5, .infinity, .nan, 1e-300, 3])),
    .init("floats", [2, 3, 2], .floats((0..<12).map { Float($0) / 7 })),
    .init("integers", [3], .integers([-1, 0, 1 << 53 + 1])),
    .init("texts", [4], .texts(["a", "übermäßig", "", "🧭 b"])),
    .init("single", [], .doubles([0.25])),
    .init("empty", [0, 4], .doubles([])),
  ]

  @Test(arguments: arrays.indices)
  func bytesAreThoseOfNumPy(index: Int) throws {
    let array = Self.arrays[index]
    let path = Fixtures.path("../npy/\(array.name).npy")
    #expect(ArrayWriter.npy(array) == (try Data(contentsOf: URL(fileURLWithPath: path))))
  }

  @Test func archivesAreReadBack() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.npz"
    let numbers = Self.arrays.filter { $0.name != "texts" }
    try ArrayWriter.write(npz: numbers, to: path)
    let file = try ArrayFile(path: path)
    #expect(file.arrays.map(\.name) == numbers.map(\.name))
    #expect(file.arrays.map(\.shape) == numbers.map(\.shape))
    let stored = try #require(file["doubles"]).bytes()
    let written = ArrayWriter.npy(Self.arrays[0]).suffix(48)
    #expect(stored == [UInt8](written))
    let first = try Data(contentsOf: URL(fileURLWithPath: path))
    try ArrayWriter.write(npz: numbers, to: path)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == first)
  }

  @Test func aNameTwiceIsRefusedAndNothingIsLeft() throws {
    let folder = try TemporaryFolder()
    #expect(throws: CheckpointError.self) {
      try ArrayWriter.write(
        npz: [Self.arrays[0], Self.arrays[0]], to: folder.path + "/a.npz")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}
