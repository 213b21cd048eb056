import BasinCore
import BasinKit
import BasinPlugins
import BasinSession
import Checkpoints
import Datasets
import Foundation
import TestSupport
import Testing

/// Data of several shapes and types with networks of one's own: the numbers are PyTorch's.
@Suite struct DataShapeTests {
  private struct Measured: Decodable {
    var loss: Double
    var accuracy: Double
  }

  private let session: Session
  private let expected: [String: Measured]

  init() throws {
    session = try Session(plugins: basinPlugins)
    expected = try JSONDecoder().decode(
      [String: Measured].self,
      from: Foundation.Data(contentsOf: URL(fileURLWithPath: Fixtures.shapes + "/expected.json")))
  }

  @discardableResult
  private func run(_ line: String) throws -> BasinCore.Result {
    try #require(try session.evaluate(line, from: .prompt)).result
  }

  private func message(_ line: String) -> String {
    do {
      _ = try session.evaluate(line, from: .prompt)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  private func expectPyTorchs(_ name: String) throws {
    guard case .table(let table)? = try run("eval m").items.first else {
      Issue.record("no table")
      return
    }
    let right = try #require(expected[name])
    guard case .number(let loss) = table.rows[0][2], case .number(let accuracy) = table.rows[0][3]
    else {
      Issue.record("no numbers")
      return
    }
    #expect(abs(loss - right.loss) < 2e-6 && abs(accuracy - right.accuracy) < 1e-9)
  }

  @Test(
    "What a program makes of the data is what PyTorch makes of them",
    arguments: [
      ("colour", ""), ("series", ""), ("square", " --layout as-is"), ("tokens", ""), ("counts", ""),
      ("few", ""), ("few", " --classes 10"), ("few", " --class-names a,b,c,d,e,f,g,h,i,j"),
    ])
  func programs(name: String, options: String) throws {
    try run("data \(Fixtures.shapes)/\(name).npz\(options)")
    let loaded = try run(
      "load \(Fixtures.shapes)/\(name).pt --arch \(Fixtures.shapes)/\(name).ts --trust --as m")
    try expectPyTorchs(name)
    let says = loaded.items.contains {
      "\($0)".contains("the network has 10 classes, of which")
        && "\($0)".contains("has the first 3")
    }
    #expect(says == (name == "few" && options.isEmpty))
  }

  @Test("A built-in network may have more classes than the labels show, recognised or named")
  func builtIn() throws {
    try run("data \(Fixtures.shapes)/few.npz")
    for arch in ["", " --arch mlp:hidden=8"] {
      try run("load \(Fixtures.shapes)/few.pt\(arch) --as m")
      try expectPyTorchs("few")
    }
  }

  @Test("A program that wants series of square data names --layout")
  func layout() throws {
    try run("data \(Fixtures.shapes)/square.npz")
    #expect(
      message(
        "load \(Fixtures.shapes)/square.pt --arch \(Fixtures.shapes)/square.ts --trust --as m"
      ).hasSuffix(
        "takes inputs [N, 16, 16] and not [N, 1, 16, 16]; load the data with --layout as-is"))
  }

  @Test("What needs a training split says so by name, and everything else works without one")
  func trainingOnly() throws {
    let folder = try TemporaryFolder()
    try run("data digits")
    try run("train mlp:hidden=8 --epochs 1 --seeds 0..2 --out \(folder.path)/runs --as m")
    let test = try Dataset.open("digits").test
    let inputs = try test.inputs(0..<100)
    let path = "\(folder.path)/alone.safetensors"
    try SafetensorsWriter.write(
      [
        .init("x_test", .float32, [100, 1, 8, 8]) { inputs.withUnsafeBytes { Array($0) } },
        .init("y_test", .int64, [100]) { test.labels.prefix(100).withUnsafeBytes { Array($0) } },
      ], metadata: [:], to: path)
    try run("data \(path)")
    for line in [
      "train mlp --out \(folder.path)/more", "eval m --split train", "swa m", "path m[0] m[1]",
      "rays m[0]", "connect m[0] m[1] --epochs 1", "plane m[0] m[1] m[2]",
      "manifold m[0] --target 1", "subspace random m", "barrier m[0] m[1]", "fge m",
      "swag m --samples 2",
    ] {
      let command = line.split(separator: " ")[0]
      #expect(
        message(line).hasSuffix("\(command) needs a training split here, which \(path) has not"),
        "\(line): \(message(line))")
    }
    for line in [
      "eval m", "similarity m", "diversity m --baseline m[0]", "tsne m m", "calibrate m",
      "ensemble m",
      "disagreement m", "divergence m", "cka m",
    ] {
      #expect(message(line) == "no error", "\(line)")
    }
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/more"))
  }
}
