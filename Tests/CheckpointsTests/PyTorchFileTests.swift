import BasinCore
import Checkpoints
import Foundation
import TestSupport
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
    case .float8e8m0fnu: "float8_e8m0fnu"
    default: type.rawValue
    }
  }

  @Test func thereAreExpectations() { #expect(Self.files.count == 60) }

  @Test(arguments: files)
  func tensorsAreThoseThatPyTorchLoads(file: String) throws {
    let parts = file.split(separator: "/").map(String.init)
    let expected = try #require(try Self.expectations(parts[0])[parts[1]])
    if file.hasSuffix(".npz") || file.hasSuffix(".npy") {
      let arrays = try ArrayFile(path: Fixtures.path(file)).arrays
      #expect(Set(arrays.map(\.name)) == Set(expected.keys))
      for array in arrays { try compare(array, try #require(expected[array.name])) }
      return
    }
    let isPair = file.hasSuffix("/ema.pt")
    // A list of further tensors stands beside those of params.pt, so that the user has to choose.
    let key = isPair ? "ema_model" : file.hasSuffix("/params.pt") ? "." : nil
    let opened = try CheckpointReader.open(Fixtures.path(file), key: key)
    // The prefixes that Basin strips are there in PyTorch's names, and so are averages' counts.
    var names: [String: String] = [:]
    for name in expected.keys where name != "n_averaged" {
      if isPair {
        if name.hasPrefix("ema_model.") { names[name] = String(name.dropFirst(10)) }
        continue
      }
      let prefix = ["module.", "_orig_mod.", "model."].first {
        name.hasPrefix($0) && opened.stateDict[name] == nil
      }
      names[name] = String(name.dropFirst(prefix?.count ?? 0))
    }
    #expect(Set(opened.stateDict.tensors.map(\.name)) == Set(names.values))
    for (name, own) in names {
      let tensor = try #require(opened.stateDict[own], "\(name)")
      try compare(tensor, try #require(expected[name]))
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
    let average = try CheckpointReader.open(Fixtures.path("torch-2.13/averaged.pt"))
    #expect(
      average.notes == [
        "an average; n_averaged is 3", "prefix 'module.' stripped from every name",
      ])
  }

  /// What a training script was called with becomes metadata; nothing is called for it.
  @Test func argumentsOfATrainingScriptAreMetadata() throws {
    for folder in ["torch-1.13", "torch-2.13"] {
      let file = try CheckpointReader.open(Fixtures.path("\(folder)/arguments.ckpt"))
      #expect(
        file.metadata == ["args.lr": "0.1", "args.seed": "3", "args.name": "a", "epoch": "7"])
      #expect(file.notes == ["state dict found under 'model'"])
    }
  }

  @Test func aModelAndItsAverageInOneFileNeedAChoice() throws {
    let path = Fixtures.path("torch-1.13/ema.pt")
    let error = #expect(throws: CheckpointError.self) { _ = try CheckpointReader.open(path) }
    #expect(
      error?.reason
        == "it has a model and its moving average; choose with --key online_model or --key ema_model"
    )
    let average = try CheckpointReader.open(path, key: "ema_model").stateDict
    #expect(try average["0.weight"]?.floats() == [0, 0, 0, 0, 0, 0])
    #expect(throws: CheckpointError.self) { _ = try CheckpointReader.open(path, key: "other") }
  }

  @Test func aPrefixOfTheUsersIsStripped() throws {
    let path = Fixtures.path("torch-2.13/whole.pt")
    let file = try CheckpointReader.open(path, strip: "0.")
    #expect(file.stateDict["weight"]?.shape == [2, 3])
    #expect(file.notes == ["prefix '0.' stripped from 2 of 7 names"])
    let error = #expect(throws: CheckpointError.self) {
      _ = try CheckpointReader.open(path, strip: "net.")
    }
    #expect(error?.reason == "no tensor's name begins with 'net.'")
    let one = try CheckpointReader.open(path, key: "1")
    #expect(one.stateDict.tensors.count == 5)
  }
}

/// Checkpoints in several files, against the same state dict in one.
@Suite struct ShardTests {
  @Test(arguments: [
    "torch-1.13/pytorch_model.bin", "torch-2.13/pytorch_model.bin", "torch-2.13/model.safetensors",
  ])
  func shardsAreTheWhole(index: String) throws {
    let shards = try CheckpointReader.open(Fixtures.path(index + ".index.json"))
    let folder = index.split(separator: "/")[0]
    let whole = try CheckpointReader.open(Fixtures.path("\(folder)/whole.pt"))
    #expect(shards.format == .shards)
    #expect(
      Set(shards.stateDict.tensors.map(\.name)) == Set(whole.stateDict.tensors.map(\.name)))
    for tensor in whole.stateDict.tensors {
      let other = try #require(shards.stateDict[tensor.name])
      #expect(try other.shape == tensor.shape && other.bytes() == tensor.bytes())
    }
    let files = try shards.files()
    #expect(files.count == 3)
    #expect(CheckpointFile.identity(of: files) != files[0].sha256)
  }

  @Test(arguments: [
    (#"{"weight_map": {"w": "../a.bin"}}"#, "leads to '../a.bin', which is not beside it"),
    (#"{"weight_map": {"w": "/etc/passwd"}}"#, "which is not beside it"),
    (#"{"weight_map": {"w": "x.index.json"}}"#, "an index within an index"),
    (#"{"weight_map": {"w": "whole.pt"}}"#, "says that 'w' is in whole.pt; it is not"),
    (#"{"weight_map": {}}"#, "leads to 0 files"),
    (#"{"metadata": {}}"#, "it has no weight_map"), ("[", "it has no weight_map"),
  ])
  func indicesThatLeadElsewhereAreRefused(text: String, reason: String) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(
      atPath: Fixtures.path("torch-1.13/whole.pt"), toPath: folder.path + "/whole.pt")
    let path = folder.path + "/x.index.json"
    try AtomicFile.write(text, to: path)
    let error = #expect(throws: CheckpointError.self) { _ = try CheckpointReader.open(path) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }
}
