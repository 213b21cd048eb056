import BasinKit
import BasinSession
import Foundation
import Landscape
import TestSupport
import Testing

/// `load` of files that do not say what they are.
@Suite struct RecognisedFileTests {
  private static let networks = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/networks").path

  private func notes(_ session: Session, _ line: String) throws -> [String] {
    try #require(try session.evaluate(line, from: .prompt)).result.items.compactMap { item in
      if case .note(let note) = item { note.text } else { nil }
    }
  }

  @Test func stateDictsOfPyTorchLoadWithTheirAssumptions() throws {
    let session = try Session(plugins: [])
    _ = try session.evaluate("data digits", from: .prompt)
    let files = "\(Self.networks)/cnn-bn.pt"
    let notes = try notes(session, "load \(files) --as nets")
    #expect(
      notes == [
        "nets: 1 checkpoint of cnn:channels=8-16,norm=batch: networks/cnn-bn",
        "\(files): recognised as cnn:channels=8-16,norm=batch,input=1x8x8,classes=10 by names and "
          + "shapes, which do not tell activation=relu, pooling=max, bn-eps=1e-05 (assumed), nor strides, "
          + "padding, skip connections and the order of operations; compare the accuracy of `eval` with the "
          + "training program's: if it differs, load with others, for instance --arch "
          + "cnn:channels=8-16,norm=batch,activation=tanh,pooling=avg,bn-eps=0.001 (activation is relu, "
          + "tanh, sigmoid, elu, gelu, gelu-tanh, silu or leaky-relu; pooling is max or avg), or the network as "
          + "TorchScript (--arch net.ts --trust)",
      ])
    #expect(try session.evaluate("eval nets", from: .prompt) != nil)
  }

  @Test func severalFilesHaveOneNote() throws {
    let session = try Session(plugins: [])
    let (first, second) = ("\(Self.networks)/mlp-1.pt", "\(Self.networks)/mlp-2.pt")
    let notes = try notes(session, "load \(first) \(second) --as nets")
    #expect(notes.count == 2)
    #expect(
      notes.last?.hasPrefix(
        "\(first) and 1 more: recognised as mlp:hidden=32-16,input=64,classes=10 by names and "
          + "shapes (no dataset is loaded: inputs are taken as flat), which do not tell "
          + "activation=relu (assumed)") == true)
  }

  @Test func filesOfDifferentArchitecturesAreNoSet() throws {
    let session = try Session(plugins: [])
    _ = try session.evaluate("data digits", from: .prompt)
    let error = #expect(throws: CommandError.self) {
      try session.evaluate(
        "load \(Self.networks)/cnn.pt \(Self.networks)/mlp.pt", from: .prompt)
    }
    #expect(error?.description.contains("mlp.pt is for mlp:hidden=32-16") == true)
  }

  /// A small file that claims a network of a billion parameters is compared with it before any of
  /// them is made.
  @Test func aClaimedSizeIsComparedBeforeItIsAllocated() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/claims.safetensors"
    let header =
      #"{"__metadata__":{"architecture":"mlp:hidden=30000-30000,input=64,classes=10"},"#
      + #""fc1.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    try (length + Data(header.utf8) + Data(count: 4)).write(to: URL(fileURLWithPath: path))
    let session = try Session(plugins: [])
    let error = #expect(throws: CheckpointMismatch.self) {
      try session.evaluate("load \(path)", from: .prompt)
    }
    #expect(error?.description.contains("missing fc1.bias, fc2.weight") == true)
  }
}
