import BasinCore
import Checkpoints
import Foundation
import Testing

/// Every tensor that PyTorch, NumPy and safetensors load from the fixtures, byte for byte.
@Suite struct PyTorchFileTests {
  struct Expected: Decodable {
    var dtype: String
    var shape: [Int]
    var sha256: String
  }

  static let files: [String] = ["torch-1.13", "torch-2.13"].flatMap { folder in
    (try? expectations(folder).keys.sorted().map { "\(folder)/\($0)" }) ?? []
  }

  private static func expectations(_ folder: String) throws -> [String: [String: Expected]] {
    let data = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("\(folder)/expected.json")))
    return try JSONDecoder().decode([String: [String: Expected]].self, from: data)
  }

  // PyTorch's names of types against Basin's.
  private static func name(_ type: ScalarType) -> String {
    switch type {
    case .float8e4m3fn: "float8_e4m3fn"
    case .float8e5m2: "float8_e5m2"
    default: type.rawValue
    }
  }

  @Test func thereAreExpectations() { #expect(Self.files.count == 29) }

  @Test(arguments: files)
  func tensorsAreThoseThatPyTorchLoads(file: String) throws {
    let parts = file.split(separator: "/").map(String.init)
    let expected = try #require(try Self.expectations(parts[0])[parts[1]])
    if file.hasSuffix(".npz") {
      let arrays = try ArrayFile(path: Fixtures.path(file)).arrays
      #expect(Set(arrays.map(\.name)) == Set(expected.keys))
      for array in arrays { try compare(array, try #require(expected[array.name])) }
      return
    }
    let opened: CheckpointFile
    do {
      opened = try CheckpointReader.open(Fixtures.path(file))
    } catch let error as CheckpointError {
      // One type of 2.13's is not read, and the file says so by its tensor's name.
      #expect(file == "torch-2.13/dtypes.pt", "\(error)")
      #expect(error.reason == "tensor 'complex32' has an unknown type")
      return
    }
    // The prefixes that Basin strips are there in PyTorch's names.
    func basin(_ name: String) -> String {
      ["module.", "_orig_mod.", "model."].first {
        name.hasPrefix($0) && opened.stateDict[name] == nil
      }
      .map { String(name.dropFirst($0.count)) } ?? name
    }
    #expect(Set(opened.stateDict.tensors.map(\.name)) == Set(expected.keys.map(basin)))
    for (name, expected) in expected {
      let tensor = try #require(opened.stateDict[basin(name)], "\(name)")
      try compare(tensor, expected)
    }
  }

  private func compare(_ tensor: StoredTensor, _ expected: Expected) throws {
    #expect(Self.name(tensor.scalarType) == expected.dtype, "\(tensor.name)")
    #expect(tensor.shape == expected.shape, "\(tensor.name)")
    let hash = SHA256.hexadecimal(of: try tensor.bytes())
    #expect(hash == expected.sha256, "\(tensor.name)")
  }

  @Test func wrappersAndPrefixesAreNoted() throws {
    let lightning = try CheckpointReader.open(Fixtures.path("torch-2.13/lightning.ckpt"))
    #expect(
      lightning.notes.prefix(1) == ["state dict found under 'state_dict'"])
    #expect(lightning.notes.contains("prefix 'model.' stripped from every name"))
    let compiled = try CheckpointReader.open(Fixtures.path("torch-2.13/compiled.pt"))
    #expect(compiled.notes == ["prefix '_orig_mod.' stripped from every name"])
    let training = try CheckpointReader.open(Fixtures.path("torch-1.13/train_ckpt.pt"))
    #expect(training.metadata["epoch"] != nil)
  }
}
