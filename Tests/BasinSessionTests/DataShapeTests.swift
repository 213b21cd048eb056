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
  private let networks: MeasuredNetworks
  private var session: Session { networks.session }

  init() throws { networks = try MeasuredNetworks(Fixtures.shapes) }

  @Test(
    "What a program makes of the data is what PyTorch makes of them",
    arguments: [
      ("colour", ""), ("series", ""), ("square", " --layout as-is"), ("tokens", ""), ("counts", ""),
      ("few", ""), ("few", " --classes 10"), ("few", " --class-names a,b,c,d,e,f,g,h,i,j"),
    ])
  func programs(name: String, options: String) throws {
    try networks.run("data \(Fixtures.shapes)/\(name).npz\(options)")
    let loaded = try networks.run(
      "load \(Fixtures.shapes)/\(name).pt --arch \(Fixtures.shapes)/\(name).ts --trust --as m")
    try networks.expect("m", is: [name])
    let says = loaded.items.contains {
      "\($0)".contains("the network has 10 classes, of which")
        && "\($0)".contains("has the first 3")
    }
    #expect(says == (name == "few" && options.isEmpty))
  }

  @Test("A built-in network may have more classes than the labels show, recognised or named")
  func builtIn() throws {
    try networks.run("data \(Fixtures.shapes)/few.npz")
    for arch in ["", " --arch mlp:hidden=8"] {
      try networks.run("load \(Fixtures.shapes)/few.pt\(arch) --as m")
      try networks.expect("m", is: ["few"])
    }
  }

  @Test("A program that wants series of square data names --layout")
  func layout() throws {
    try networks.run("data \(Fixtures.shapes)/square.npz")
    #expect(
      networks.message(
        "load \(Fixtures.shapes)/square.pt --arch \(Fixtures.shapes)/square.ts --trust --as m"
      ).hasSuffix(
        "takes inputs [N, 16, 16] and not [N, 1, 16, 16]; load the data with --layout as-is"))
  }

  @Test("What needs a training split says so by name, and everything else works without one")
  func trainingOnly() throws {
    let folder = try TemporaryFolder()
    try networks.run("data digits")
    try networks.run("train mlp:hidden=8 --epochs 1 --seeds 0..2 --out \(folder.path)/runs --as m")
    let test = try Dataset.open("digits").test
    let inputs = try test.inputs(0..<100)
    let path = "\(folder.path)/alone.safetensors"
    try SafetensorsWriter.write(
      [
        .init("x_test", .float32, [100, 1, 8, 8]) { inputs.withUnsafeBytes { Array($0) } },
        .init("y_test", .int64, [100]) { test.labels.prefix(100).withUnsafeBytes { Array($0) } },
      ], metadata: [:], to: path)
    try networks.run("data \(path)")
    for line in [
      "train mlp --out \(folder.path)/more", "eval m --split train", "swa m", "path m[0] m[1]",
      "rays m[0]", "connect m[0] m[1] --epochs 1", "plane m[0] m[1] m[2]",
      "manifold m[0] --target 1", "subspace random m", "barrier m[0] m[1]", "fge m",
      "swag m --samples 2",
    ] {
      let command = line.split(separator: " ")[0]
      #expect(
        networks.message(line).hasSuffix(
          "\(command) needs a training split here, which \(path) has not"),
        "\(line): \(networks.message(line))")
    }
    for line in [
      "eval m", "similarity m", "diversity m --baseline m[0]", "tsne m m", "calibrate m",
      "ensemble m",
      "disagreement m", "divergence m", "cka m",
    ] {
      #expect(networks.message(line) == "no error", "\(line)")
    }
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/more"))
  }
}
