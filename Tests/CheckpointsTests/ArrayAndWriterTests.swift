import BasinCore
import Checkpoints
import Foundation
import TestSupport
import Testing

@Suite struct SafetensorsWriterTests {
  private func floats(_ values: [Float]) -> [UInt8] { values.withUnsafeBytes { [UInt8]($0) } }

  @Test func whatIsWrittenIsReadBack() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.safetensors"
    try SafetensorsWriter.write(
      [
        .init("b.weight", .float32, [2, 3]) { floats([1, 2, 3, 4, 5, 6]) },
        .init("count", .int64, []) { [7, 0, 0, 0, 0, 0, 0, 0] },
        .init("empty", .float32, [0, 4]) { [] },
      ], metadata: ["note": "a \"quoted\" ü\n", "epoch": "3"], to: path)
    let file = try CheckpointReader.open(path)
    #expect(file.stateDict.tensors.map(\.name) == ["b.weight", "count", "empty"])
    #expect(try file.stateDict["b.weight"]?.floats() == [1, 2, 3, 4, 5, 6])
    #expect(try file.stateDict["count"]?.floats() == [7])
    #expect(file.stateDict["empty"]?.shape == [0, 4])
    #expect(file.metadata == ["note": "a \"quoted\" ü\n", "epoch": "3"])
  }

  /// The bytes are what the format's reference library reads; it was tried on these.
  @Test func bytesAreThoseOfTheFormat() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.safetensors"
    try SafetensorsWriter.write(
      [.init("w", .float32, [1]) { floats([1]) }], metadata: ["k": "v"], to: path)
    let header = #"{"__metadata__":{"k":"v"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    var expected = Data([UInt8(padded.utf8.count), 0, 0, 0, 0, 0, 0, 0])
    expected += Data(padded.utf8) + Data(floats([1]))
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == expected)
  }

  @Test func bytesThatDoNotFitAreRefusedAndNothingIsLeft() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.safetensors"
    #expect(throws: CheckpointError.self) {
      try SafetensorsWriter.write(
        [.init("w", .float32, [2]) { floats([1]) }], metadata: [:], to: path)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}

@Suite struct ArrayFileTests {
  @Test func anArrayOnItsOwnIsNamedArray() throws {
    let file = try ArrayFile(path: Fixtures.path("torch-1.13/v1.npy"))
    #expect(file.arrays.map(\.name) == ["array"])
  }
}

@Suite struct WideningTests {
  /// Every bit pattern of the 8-bit floats has the value that PyTorch widens it to.
  @Test func eightBitFloatsWidenAsInPyTorch() throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("narrow.json")))
    let expected = try JSONDecoder().decode([String: [UInt32?]].self, from: data)
    #expect(expected.count == 5)
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.safetensors"
    try SafetensorsWriter.write(
      expected.keys.sorted().map { name in
        .init(name, try #require(ScalarType(rawValue: name)), [256]) { Array(0...255) }
      }, metadata: [:], to: path)
    let dict = try CheckpointReader.open(path).stateDict
    for (name, bits) in expected {
      let values = try #require(try dict[name]?.floats())
      for (index, bits) in bits.enumerated() {
        #expect(
          bits.map { $0 == values[index].bitPattern } ?? values[index].isNaN,
          "\(name) \(index): \(values[index])")
      }
    }
  }

  /// The sixteen values of the OCP specification (Microscaling Formats 1.0, §5.3.3), the first of
  /// two in the lower half of a byte.
  @Test func fourBitFloatsWiden() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.safetensors"
    let bytes: [UInt8] = [0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe]
    try SafetensorsWriter.write(
      [.init("w", .float4e2m1, [4, 4]) { bytes }], metadata: [:], to: path)
    let positive: [Float] = [0, 0.5, 1, 1.5, 2, 3, 4, 6]
    #expect(
      try CheckpointReader.open(path).stateDict["w"]?.floats()
        == positive + positive.map { -$0 })
  }

  @Test func narrowFloatsWidenExactly() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.safetensors"
    try SafetensorsWriter.write(
      [
        // 1, −2, 2⁻²⁴ (the least subnormal), 65504, ∞
        .init("half", .float16, [5]) { [0, 0x3c, 0, 0xc0, 1, 0, 0xff, 0x7b, 0, 0x7c] },
        .init("bfloat", .bfloat16, [2]) { [0x80, 0x3f, 0x49, 0x40] },
        // 1, −448, 2⁻⁹
        .init("e4m3", .float8e4m3fn, [3]) { [0x38, 0xfe, 0x01] },
        // 1, 57344, 2⁻¹⁶
        .init("e5m2", .float8e5m2, [3]) { [0x3c, 0x7b, 0x01] },
      ], metadata: [:], to: path)
    let dict = try CheckpointReader.open(path).stateDict
    #expect(try dict["half"]?.floats() == [1, -2, 5.9604645e-08, 65504, .infinity])
    #expect(try dict["bfloat"]?.floats() == [1, 3.140625])
    #expect(try dict["e4m3"]?.floats() == [1, -448, 0.001953125])
    #expect(try dict["e5m2"]?.floats() == [1, 57344, 1.52587890625e-05])
  }

  /// What an archive inflates to is bounded by its size beyond a gigabyte, whatever its headers say.
  @Test func archivesInflateToSoManyTimesTheirSize() throws {
    let path = Fixtures.own + "/digits.npz"
    var limits = ReadLimits.default
    (limits.inflatedBytesOfAny, limits.archiveRatio) = (1 << 20, 1)
    #expect(try ArrayFile(path: path, limits: limits).arrays.count == 4)
    limits.inflatedBytesOfAny = 1 << 10
    let error = #expect(throws: CheckpointError.self) { try ArrayFile(path: path, limits: limits) }
    #expect(
      error?.description.contains("bytes inflate to over 70563 bytes; up to 1 GiB or 100 times")
        == true)
    limits.archiveRatio = 100
    #expect(try ArrayFile(path: path, limits: limits).arrays.count == 4)
  }
}
