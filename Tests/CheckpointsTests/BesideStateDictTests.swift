import Checkpoints
import Foundation
import TestSupport
import Testing

/// What stands beside a state dict in a PyTorch file, written opcode by opcode: tensors that do not add up, and numbers of
/// NumPy's.
@Suite struct BesideStateDictTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func text(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    return [0x58] + (0..<4).map { UInt8(bytes.count >> (8 * $0) & 0xff) } + bytes
  }

  private func global(_ module: String, _ name: String) -> [UInt8] {
    Array("c\(module)\n\(name)\n".utf8)
  }

  private func int(_ value: Int32) -> [UInt8] {
    [0x4a] + withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private func tuple(_ items: [[UInt8]]) -> [UInt8] { [0x28] + items.flatMap(\.self) + [0x74] }

  private func dictionary(_ items: KeyValuePairs<String, [UInt8]>) -> [UInt8] {
    [0x7d, 0x28] + items.flatMap { text($0.key) + $0.value } + [0x75]
  }

  // A view of a storage that is said to have so many elements.
  private func tensor(
    _ key: String = "0", of count: Int32 = 4, offset: Int32 = 0, size: Int32 = 4, stride: Int32 = 1
  ) -> [UInt8] {
    let storage = tuple([
      text("storage"), global("torch", "FloatStorage"), text(key), text("cpu"), int(count),
    ])
    let hooks = global("collections", "OrderedDict") + [0x29, 0x52]
    return global("torch._utils", "_rebuild_tensor_v2")
      + tuple([
        storage + [0x51], int(offset), tuple([int(size)]), tuple([int(stride)]), [0x89], hooks,
      ])
      + [0x52]
  }

  // Of a state dict with one tensor, and something beside it.
  private func open(beside value: [UInt8]) throws -> CheckpointFile {
    let path = "\(folder.path)/a.pt"
    let pickle =
      [0x80, 2]
      + dictionary(["state_dict": dictionary(["w": tensor()]), "acc": value]) + [UInt8(ascii: ".")]
    let numbers = ([1, 2, 3, 4] as [Float]).withUnsafeBytes { Array($0) }
    try Data(
      StoredZip.bytes([
        ("archive/data.pkl", pickle), ("archive/data/0", numbers),
        ("archive/version", Array("3\n".utf8)),
      ])
    ).write(to: URL(fileURLWithPath: path))
    return try CheckpointReader.open(path)
  }

  @Test("A tensor beside the state dict that adds up is left alone")
  func whole() throws {
    for beside in [
      tensor(), tensor(offset: 1, size: 3), tensor(size: 2, stride: 3), tensor(offset: 9, size: 0),
    ] {
      let file = try open(beside: dictionary(["step": int(3), "momentum": beside]))
      #expect(try file.stateDict["w"]?.floats() == [1, 2, 3, 4])
    }
  }

  @Test("One that does not is refused, as PyTorch refuses it")
  func broken() throws {
    let found: [([UInt8], String)] = [
      (tensor(of: 2, size: 2), "storage '0' is claimed of two sizes"),
      (
        tensor(offset: 1),
        "a tensor outside the state dict reaches element 4 of the 4 of storage '0'"
      ),
      (
        tensor(size: 2, stride: 4),
        "a tensor outside the state dict reaches element 4 of the 4 of storage '0'"
      ),
      (
        tensor(offset: -1),
        "a tensor outside the state dict has a negative size, stride or offset in storage '0'"
      ),
      (
        tensor(size: 2, stride: -1),
        "a tensor outside the state dict has a negative size, stride or offset in storage '0'"
      ),
      (tensor("7"), "storage '7' is missing from the archive"),
    ]
    for (beside, reason) in found {
      for value in [beside, dictionary(["state": dictionary(["momentum": beside])])] {
        let error = #expect(throws: CheckpointError.self) { try open(beside: value) }
        #expect(error?.reason == reason)
      }
    }
  }

  // As `numpy.float64(…)` is pickled in protocol 2.
  private func scalar(_ kind: String, _ order: String, _ bytes: [UInt8]) -> [UInt8] {
    let state = tuple([
      int(3), text(order), [0x4e], [0x4e], [0x4e], int(-1), int(-1), int(0),
    ])
    let dtype =
      global("numpy", "dtype") + tuple([text(kind), [0x89], [0x88]]) + [0x52] + state + [0x62]
    let latin = String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    let encoded = global("_codecs", "encode") + tuple([text(latin), text("latin1")]) + [0x52]
    return global("numpy.core.multiarray", "scalar") + tuple([dtype, encoded]) + [0x52]
  }

  private func bytes(_ value: some Any) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }

  @Test("A single number of NumPy's is read as it is")
  func scalars() throws {
    let found: [([UInt8], String)] = [
      (scalar("f8", "<", bytes(85.76)), "85.76"),
      (scalar("f8", ">", bytes(85.76).reversed()), "85.76"),
      (scalar("f4", "<", bytes(Float(0.1))), "0.1"),
      (scalar("i8", "<", bytes(Int64(-3))), "-3"), (scalar("i4", "<", bytes(Int32(90))), "90"),
    ]
    for (value, number) in found {
      let file = try open(beside: value)
      #expect(file.metadata["acc"] == number)
      #expect(!file.notes.contains { $0.contains("left alone") })
    }
    for other in [scalar("f8", "<", bytes(Float(1))), scalar("c16", "<", bytes(85.76))] {
      let file = try open(beside: other)
      #expect(file.metadata["acc"] == nil)
      #expect(
        file.notes.contains("'acc' is a numpy.core.multiarray.scalar, which was left alone"))
    }
  }
}
