import BasinKit
import Checkpoints
import Foundation
import Landscape
import TestSupport
import Testing

@testable import BasinSession

/// Commands that look into checkpoint files.
@Suite struct FileCommandTests {
  private let folder: TemporaryFolder
  private let session: Session

  init() throws {
    folder = try TemporaryFolder()
    session = try Session(plugins: [])
  }

  private func result(_ line: String) throws -> Result {
    try #require(try session.evaluate(line, from: .prompt)).result
  }

  private func allTables(_ line: String) throws -> [Table] {
    try result(line).items.compactMap { item in
      if case .table(let table) = item { table } else { nil }
    }
  }

  private func table(_ line: String) throws -> Table { try #require(try allTables(line).first) }

  private func notes(_ line: String) throws -> [String] {
    try result(line).items.compactMap { item in
      if case .note(let note) = item { note.text } else { nil }
    }
  }

  private func file(_ name: String, _ tensors: [(String, [Float])]) throws -> String {
    let path = "\(folder.path)/\(name)"
    try SafetensorsWriter.write(
      tensors.map { name, values in
        .init(name, .float32, [values.count]) { values.withUnsafeBytes { [UInt8]($0) } }
      }, metadata: ["note": "made for this"], to: path)
    return path
  }

  @Test func aConvertedFileDiffersInNothing() throws {
    let target = "\(folder.path)/cnn-bn.safetensors"
    _ = try session.evaluate("convert \(Fixtures.networks)/cnn-bn.pt \(target)", from: .prompt)
    let table = try allTables("diff \(Fixtures.networks)/cnn-bn.pt \(target)")[0]
    #expect(table.rows.count == 14)
    #expect(table.rows.allSatisfy { $0[3] == .number(0) && $0[4] == .number(0) })
    #expect(throws: CommandError.self) {
      try session.evaluate("convert \(Fixtures.networks)/cnn-bn.pt \(target)", from: .prompt)
    }
  }

  @Test func theMostChangedTensorComesFirst() throws {
    let table = try allTables("diff \(Fixtures.networks)/mlp.pt \(Fixtures.networks)/mlp-1.pt")[0]
    let changes = table.rows.map { row in
      if case .number(let change) = row[4] { change } else { Double.nan }
    }
    #expect(changes.count == 6 && changes == changes.sorted(by: >))
    // ‖b − a‖/‖a‖ of fc3.bias, computed in PyTorch.
    let row = try #require(table.rows.first { $0[0] == .text("fc3.bias") })
    guard case .number(let relative) = row[4] else { throw CommandError("no number") }
    #expect(abs(relative - 1.6787088564252746) < 1e-6)
  }

  @Test func differencesInNamesAndShapesAreNoted() throws {
    let result = try #require(
      try session.evaluate(
        "diff \(Fixtures.networks)/cnn.pt \(Fixtures.networks)/cnn-bn.pt", from: .prompt)
    ).result
    let notes = result.items.compactMap { item in
      if case .note(let note) = item { note.text } else { nil }
    }
    #expect(notes.contains("conv1.bias is in \(Fixtures.networks)/cnn.pt only"))
    #expect(notes.contains("bn1.weight is in \(Fixtures.networks)/cnn-bn.pt only"))
  }

  @Test func anArchitecturesLayersAreListed() throws {
    let line = "arch cnn-bn:channels=4,input=1x8x8,classes=10"
    let table = try allTables(line)[0]
    #expect(
      table.rows == [
        [.text("conv1"), .text("conv 3×3"), .text("4×8×8"), .integer(36)],
        [.text("bn1"), .text("batch norm"), .text("4×8×8"), .integer(8)],
        [.text("fc"), .text("linear"), .text("10"), .integer(650)],
      ])
    let scalars = try #require(try session.evaluate(line, from: .prompt)).result.items
      .compactMap { item in if case .scalar(let scalar) = item { scalar.value } else { nil } }
    #expect(scalars == [694, 8])
  }

  /// A network of a size that would not fit in memory is planned, not built.
  @Test func largeArchitecturesAreListedWithoutBeingBuilt() throws {
    let table = try allTables("arch wide-resnet-28-50:input=3x32x32,classes=10")[0]
    #expect(table.rows.last?[3] == .integer(32010))
    let shortcut = try #require(
      table.rows.first { $0[0] == .text("block2.layer.0.convShortcut") })
    #expect(shortcut[1] == .text("conv 1×1, stride 2"))
    #expect(shortcut[2] == .text("1600×16×16"))
  }

  @Test func aTorchScriptSetsTensorsAreListed() throws {
    _ = try session.evaluate("data digits", from: .prompt)
    _ = try session.evaluate(
      "load \(Fixtures.networks)/tied.pt --arch \(Fixtures.networks)/tied.ts --trust --as tied",
      from: .prompt)
    let table = try allTables("arch tied")[0]
    #expect(table.columns.map(\.name) == ["tensor", "shape", "kind", "elements"])
    #expect(table.rows.contains { $0[0] == .text("mix.weight = again.weight") })
  }

  @Test func inspectCountsWhatIsNoNumber() throws {
    let path = try file(
      "a.safetensors", [("w", [3, -4, .nan, .infinity]), ("b", [-.infinity])])
    let rows = try table("inspect \(path)").rows
    #expect(
      rows[0] == [
        .text("w"), .text("4"), .text("float32"), .integer(4), .number(5), .number(-4), .number(3),
        .integer(1), .integer(1),
      ])
    #expect(rows[1][5] == .missing && rows[1][8] == .integer(1))
    let names = try table("inspect \(path) --names")
    #expect(names.columns.map(\.name) == ["tensor", "shape", "type", "elements"])
    #expect(try notes("inspect \(path) --names")[0].contains("its SHA-256 is not known"))
    #expect(try notes("inspect \(path)")[0].hasPrefix("safetensors, "))
  }

  /// Norms of complex numbers count both parts.
  @Test func complexNumbersHaveNorms() throws {
    let fixtures = Fixtures.checkpoints
    let rows = try table("inspect \(fixtures)/found/conjneg.pt").rows
    #expect(rows[0][2] == .text("complex64"))
    #expect(rows[0][4] == .number(Double(30).squareRoot()))
  }

  @Test func histogramCountsEveryNumber() throws {
    let values = (0..<1000).map { Float($0) / 1000 }
    let path = try file("h.safetensors", [("w", values + [.nan]), ("b", [7, 7, 7])])
    let items = try result("histogram \(path) w b --bins 10").items
    guard case .figure(let figure)? = items.first,
      case .bars(let bars)? = figure.panels[0].layers.first
    else {
      Issue.record("no bars")
      return
    }
    #expect(bars.heights == [Double](repeating: 100, count: 10))
    #expect(figure.panels.map(\.title) == ["w", "b"])
    let row = try table("histogram \(path) w").rows[0]
    #expect(row[1] == .integer(1001) && row[7] == .integer(1))
    guard case .number(let mean) = row[2], case .number(let deviation) = row[3] else { return }
    #expect(abs(mean - 0.4995) < 1e-6)
    #expect(abs(deviation - (Double(1000 * 1000 - 1) / 12).squareRoot() / 1000) < 1e-6)
  }

  /// Patterns of tensors are those of files: ? is one character, and brackets are letters.
  @Test(arguments: [("w?", ["wé"]), ("a[0].*", ["a[0].w"])])
  func histogramTakesPatterns(pattern: String, names: [String]) throws {
    let path = try file("h.safetensors", [("wé", [1, 2]), ("w10", [1, 2]), ("a[0].w", [1, 2])])
    let table = try table("histogram \(path) \"\(pattern)\"")
    #expect(table.rows.map { $0[0] } == names.map { .text($0) })
  }

  @Test func histogramSaysWhichTensorsThereAre() throws {
    let path = try file("h.safetensors", [("conv1.weight", [1, 2])])
    let error = #expect(throws: CommandError.self) {
      try session.evaluate("histogram \(path) conv1.weigt", from: .prompt)
    }
    #expect(
      error?.description
        == "\(path) has no tensor 'conv1.weigt' of real numbers; did you mean 'conv1.weight'?")
  }

  /// The same bits are no change, NaN or not; a number that became NaN is the greatest.
  @Test func diffTakesNaNForWhatItIs() throws {
    let a = try file("a.safetensors", [("w", [1, .nan]), ("b", [1, 2])])
    let b = try file("b.safetensors", [("w", [1, .nan]), ("b", [1, .nan])])
    let rows = try table("diff \(a) \(b)").rows
    #expect(rows.map { $0[0] } == [.text("b"), .text("w")])
    #expect(rows[1][4] == .number(0))
  }

  @Test func loadStripsAPrefixAndChoosesAKey() throws {
    let mlp = try CheckpointReader.open(Fixtures.networks + "/mlp.pt").stateDict.tensors
    let path = "\(folder.path)/wrapped.safetensors"
    try SafetensorsWriter.write(
      mlp.map { tensor in
        .init("backbone." + tensor.name, tensor.scalarType, tensor.shape) { try tensor.bytes() }
      }, metadata: [:], to: path)
    for options in ["--strip backbone.", "--key backbone"] {
      let notes = try notes("load \(path) \(options) --as a")
      #expect(notes.contains { $0.contains("recognised as mlp:hidden=32-16") }, "\(notes)")
    }
    let error = #expect(throws: CommandError.self) {
      try session.evaluate("load \(path) --as a", from: .prompt)
    }
    #expect(error?.description.contains("does not say its architecture") == true)
  }

  @Test func filesLoadInNaturalOrder() throws {
    let mlp = Fixtures.networks + "/mlp.pt"
    for epoch in [10, 9, 2, 1, 100] {
      try FileManager.default.copyItem(atPath: mlp, toPath: "\(folder.path)/epoch\(epoch).pt")
    }
    _ = try result("load \(folder.path)/epoch*.pt --as path")
    let set = try #require(session.workspace.values["path"] as? CheckpointSet)
    #expect(
      set.checkpoints.map { $0.name.split(separator: "/").last.map(String.init) ?? "" }
        == ["epoch1", "epoch2", "epoch9", "epoch10", "epoch100"])
  }

  /// A file of bfloat16 computes as its numbers in single precision do.
  @Test func narrowFloatsWidenInEvaluation() throws {
    let mlp = try CheckpointReader.open(Fixtures.networks + "/mlp.pt").stateDict.tensors
    for (name, type) in [("narrow", ScalarType.bfloat16), ("wide", .float32)] {
      try SafetensorsWriter.write(
        mlp.map { tensor in
          .init(tensor.name, type, tensor.shape) {
            try tensor.floats().flatMap { value -> [UInt8] in
              let upper = UInt32(value.bitPattern & 0xffff_0000).littleEndian
              return withUnsafeBytes(of: upper) { Array($0.suffix(type == .float32 ? 4 : 2)) }
            }
          }
        }, metadata: [:], to: "\(folder.path)/\(name).safetensors")
    }
    _ = try result("data digits")
    _ = try result(
      "load \(folder.path)/narrow.safetensors \(folder.path)/wide.safetensors --as both")
    let rows = try table("eval both").rows
    #expect(rows[0][2] == rows[1][2] && rows[0][3] == rows[1][3])
  }

  /// A sharded checkpoint's provenance names every file.
  @Test func shardsAreRecordedOneByOne() throws {
    let index = Fixtures.checkpoints + "/torch-2.13/model.safetensors.index.json"
    let evaluation = try #require(try session.evaluate("inspect \(index)", from: .prompt))
    #expect(evaluation.inputs.count == 3)
  }
}
