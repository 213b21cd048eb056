import BasinCore
import Checkpoints
import Foundation
import TestSupport
import Testing

@testable import Checkpoints

/// Files that must be refused, each with the reason; and those that look bad and are not.
@Suite struct RefusalTests {
  /// What each malformed fixture comes to: the reason, or `nil` where it loads.
  static let verdicts: [(file: String, reason: String?)] = [
    ("bool2.safetensors", nil),
    ("cd_count.pt", "spread over several volumes"),
    ("cd_size_huge.pt", "differs between its header and the directory"),
    ("crc_bad.pt", "fails its CRC-32 check"),
    ("deep_tuple.pt", "nests over 200 levels"),
    ("dup_entry.pt", "two members named 'archive/data.pkl'"),
    ("dup_names.pt", "two entries named 'w'"),
    ("dupfield.safetensors", "two fields 'dtype'"),
    ("dupkey.safetensors", "names 'w' twice"),
    ("empty.pt", "it is empty"),
    ("expand_bomb.pt", "repeats its elements"),
    ("extra_field.safetensors", "unknown field 'zzz'"),
    ("float_shape.safetensors", "no whole number"),
    ("hdr_100mb.safetensors", "more than the file or the format allows"),
    ("hdr_huge.safetensors", "more than the file or the format allows"),
    ("hole.safetensors", "overlap or leave a hole"),
    ("huge.npy", "a shape beyond all bounds"),
    ("leg_numel_huge.pt", "needs 4611686018427387904 bytes and the file has 16 left"),
    ("leg_numel_mismatch.pt", "elements where 4 are needed"),
    ("leg_ok.pt", nil),
    ("leg_size.pt", "reaches element"),
    ("leg_trunc.pt", "it is cut off"),
    ("leg_unknown_key.pt", "one that no tensor uses"),
    ("longhdr.npy", "its header has 70058 bytes, over 10000"),
    ("mark_underflow.pt", "has no mark where it needs one"),
    ("memo_bomb.pt", "it holds a list, not a dictionary of tensors"),
    ("meta_nonstr.safetensors", "metadata 'a' that is no string"),
    ("missing_record.pt", "storage '7' is missing"),
    ("neg_size.pt", "has a negative size"),
    ("nul_name.safetensors", "which no tensor may have"),
    ("numel_huge.pt", "a storage beyond all bounds"),
    ("ok.npy", nil),
    ("ok.pt", nil),
    ("ok.safetensors", nil),
    ("overlap.safetensors", "overlap or leave a hole"),
    ("ovf.npy", "a shape beyond all bounds"),
    ("ovf.safetensors", "a shape beyond all bounds"),
    ("prefix.pt", "neither safetensors nor a PyTorch checkpoint"),
    ("rank_mismatch.pt", "2 sizes but 1 strides"),
    ("str_huge.pt", "its pickle ends too early"),
    ("sub_byte.safetensors", "which leave a byte unfinished"),
    ("trailing.safetensors", "8 bytes follow the last tensor"),
    ("trunc_half.pt", "the file is cut off"),
    ("ver9.npy", "of version 9"),
    ("zip_bomb.pt", "storage '1' is compressed"),
    ("zipname_traversal.pt", "leads out of the archive"),
  ]

  /// docs/formats.md lists the same files with the same reasons.
  @Test func theTablesInTheDocumentationAreThese() throws {
    let docs = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("docs/formats.md")
    let text = try String(contentsOf: docs, encoding: .utf8)
    func rows(_ title: String) throws -> [String] {
      let parts = text.components(separatedBy: "## \(title)\n")
      let section = try #require(parts.last?.components(separatedBy: "\n## ").first)
      return section.split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
    }
    #expect(
      try rows("The malformed fixtures")
        == Self.verdicts.map { verdict in
          "| `\(verdict.file)` | \(verdict.reason.map { "refused: \($0)" } ?? "loads") |"
        })
    #expect(
      try rows("The valid fixtures that are refused")
        == Self.refusals.map { "| `\($0.file)` | \($0.reason) |" })
  }

  private func load(_ path: String) throws {
    let tensors =
      path.hasSuffix(".npy") || path.hasSuffix(".npz")
      ? try ArrayFile(path: path).arrays : try CheckpointReader.open(path).stateDict.tensors
    for tensor in tensors { _ = try tensor.bytes() }
  }

  @Test(arguments: verdicts)
  func malformedFiles(file: String, reason: String?) throws {
    // A million nested tuples, too large to keep.
    let folder = try TemporaryFolder()
    let deep = "\(folder.path)/deep_tuple.pt"
    if file == "deep_tuple.pt" {
      let pickle =
        [0x80, 2, UInt8(ascii: ")")] + [UInt8](repeating: 0x85, count: 1_000_000)
        + [UInt8(ascii: ".")]
      try Data(
        StoredZip.bytes([
          ("archive/data.pkl", pickle), ("archive/data/0", [UInt8](repeating: 0, count: 16)),
          ("archive/version", Array("3\n".utf8)),
        ])
      ).write(to: URL(fileURLWithPath: deep))
    }
    let path = file == "deep_tuple.pt" ? deep : Fixtures.path("malformed/\(file)")
    guard let reason else { return try load(path) }
    let error = #expect(throws: CheckpointError.self) { try load(path) }
    #expect(error?.path == path)
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    #expect(error?.description.contains("\n") == false)
  }

  /// Files that a reader once crashed on, took for ever over, or read wrongly.
  @Test(
    arguments: [
      ("stride_max.pt", nil), ("navg_nan.pt", nil), ("conjneg.pt", nil), ("conjneg_torch.pt", nil),
      ("nested_weights.pt", nil), ("listweights.pt", "'blocks' holds more of them in a container"),
      ("selfdict.pt", "no dictionary of tensors"), ("subclass.pt", "a tensor type of its own"),
      ("big_flip.pt", "differs between its header and the directory"),
      ("scriptdag.pt", "beyond all measure"),
      ("control.index.json", "which is not beside it"),
      (
        "scriptpart.pt", "its module 'sub' keeps tensors in a form that only its own code can read"
      ),
    ] as [(String, String?)])
  func filesThatWereReadBadlyOnce(file: String, reason: String?) throws {
    let path = Fixtures.path("found/\(file)")
    guard let reason else { return try load(path) }
    let error = #expect(throws: CheckpointError.self) { try load(path) }
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
  }

  @Test func whatWasReadBadlyOnceHasItsValues() throws {
    let strides = try CheckpointReader.open(Fixtures.path("found/stride_max.pt"))
    #expect(try strides.stateDict["w"]?.floats() == [1, 2])
    let average = try CheckpointReader.open(Fixtures.path("found/navg_nan.pt"))
    #expect(average.notes.first == "an average; n_averaged is no number")
    // Conjugated and negated: 1 + 2i becomes −1 + 2i.
    for file in ["conjneg", "conjneg_torch"] {
      let both = try CheckpointReader.open(Fixtures.path("found/\(file).pt")).stateDict
      let bytes = try #require(try both["w"]?.bytes())
      let values = bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
      #expect(values == [-1, 2, -3, 4], "\(file)")
    }
    // Nothing that holds tensors is left out in silence.
    let nested = try CheckpointReader.open(Fixtures.path("found/nested_weights.pt"))
    #expect(nested.notes.contains("'w' is a tensor beside it, which was left out"))
    let lists = Fixtures.path("found/listweights.pt")
    #expect(try CheckpointReader.open(lists, key: ".").stateDict.tensors.map(\.name) == ["w"])
  }

  /// Valid files that are not read, of those that PyTorch and NumPy wrote, and why.
  static let refusals: [(file: String, reason: String)] = [
    ("evil.pt", "'x' would call posix.system in Python, which is never done here"),
    ("export.pt2", "a .pt2 archive of torch.export, which is not read"),
    ("meta_tensor.pt", "a meta tensor, which has no numbers"),
    ("numpy_scalar.pt", "would call numpy"),
    ("object.npy", "holds Python objects, which are never loaded"),
    ("proto4.pt", "uses opcode FRAME, which plain checkpoints do not"),
    ("quant.pt", "is quantised, which is not read"),
    ("script_hugealloc.pt", "a TorchScript archive without weights"),
    ("script_ln.pt", "a TorchScript archive without weights"),
    ("script_sdpa.pt", "a TorchScript archive without weights"),
    ("script_setstate_write.pt", "in a form that only its own code can read"),
    ("script_spin.pt", "a TorchScript archive without weights"),
    ("sparse.pt", "is sparse, which is not read"),
    ("str.npy", "its type '<U2' is not read"),
    ("v2_wide.npy", "over 10000"),
    ("whole_module.pt", "would call torch.nn.modules.container.Sequential in Python"),
  ]

  @Test(arguments: refusals)
  func whatIsNotReadIsRefusedByName(file: String, reason: String) {
    let files = ["torch-1.13", "torch-2.13"].map { Fixtures.path("\($0)/\(file)") }
      .filter { FileManager.default.fileExists(atPath: $0) }
    #expect(!files.isEmpty)
    for path in files {
      let error = #expect(throws: CheckpointError.self) { try load(path) }
      #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }
  }

  /// Every file that PyTorch, NumPy or safetensors wrote is compared with what they load, refused by
  /// name, or a part of another.
  @Test func everyFileIsAccountedFor() throws {
    let compared = Set(PyTorchFileTests.files)
    for folder in ["torch-1.13", "torch-2.13"] {
      let names = try FileManager.default.contentsOfDirectory(atPath: Fixtures.path(folder))
      for name in names where name != "expected.json" {
        let isPart = name.contains("-of-") || name.hasSuffix(".index.json")
        #expect(
          compared.contains("\(folder)/\(name)") || Self.refusals.contains { $0.file == name }
            || isPart || name == "arrays.pickle", "\(folder)/\(name)")
      }
    }
  }

  @Test func aTextFileNamedLikeACheckpointIsSaidToBeOne() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/model.pt"
    try AtomicFile.write("learning_rate: 0.1\n", to: path)
    let error = #expect(throws: CheckpointError.self) { try load(path) }
    #expect(
      error?.description
        == "\(path): it is a text file, not a checkpoint; it starts with 'learning_rate: 0.1'")
  }

  @Test func aMissingFileIsNamed() {
    let error = #expect(throws: FileError.self) { try load("/nowhere/model.pt") }
    #expect(error?.description == "cannot read /nowhere/model.pt: No such file or directory")
  }

  /// PyTorch does not check CRC-32 and loads changed weights from 58 of this file's bytes.
  @Test func noFlippedBitLoadsADifferentValueSilently() throws {
    let original = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("malformed/ok.pt")))
    let folder = try TemporaryFolder()
    let path = folder.path + "/flipped.pt"
    func values(_ data: Data) -> [String: [UInt8]]? {
      guard (try? data.write(to: URL(fileURLWithPath: path))) != nil,
        let file = try? CheckpointReader.open(path)
      else { return nil }
      var values: [String: [UInt8]] = [:]
      for tensor in file.stateDict.tensors {
        guard let bytes = try? tensor.bytes() else { return nil }
        values["\(tensor.name) \(tensor.scalarType) \(tensor.shape)"] = bytes
      }
      return values
    }
    let right = try #require(values(original))
    var refused = 0
    for bit in 0..<(original.count * 8) {
      var flipped = original
      flipped[bit / 8] ^= 1 << (bit % 8)
      guard let loaded = values(flipped) else {
        refused += 1
        continue
      }
      #expect(loaded == right, "bit \(bit % 8) of byte \(bit / 8)")
    }
    #expect(refused > original.count)
  }
}
