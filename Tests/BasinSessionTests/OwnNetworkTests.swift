import BasinCore
import BasinKit
import DiversityPlane
import Foundation
import Landscape
import SWAPaths
import TestSupport
import Testing

@testable import BasinSession

/// Networks of one's own: what PyTorch makes of them is in `expected.json`.
@Suite struct OwnNetworkTests {
  let session: Session
  let expected: [String: Measured]
  let cosine: Double

  struct Measured: Decodable {
    var loss: Double
    var accuracy: Double
    var logits: [Double]
  }

  private struct Expected: Decodable {
    var networks: [String: Measured] = [:]
    var cosine = 0.0

    struct Key: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      for key in container.allKeys {
        if key.stringValue == "frozen cosine" {
          cosine = try container.decode(Double.self, forKey: key)
        } else {
          networks[key.stringValue] = try container.decode(Measured.self, forKey: key)
        }
      }
    }
  }

  init() throws {
    session = try Session(plugins: [diversityPlane, swaPaths])
    let file = try Data(contentsOf: URL(fileURLWithPath: Fixtures.own + "/expected.json"))
    let all = try JSONDecoder().decode(Expected.self, from: file)
    (expected, cosine) = (all.networks, all.cosine)
    _ = try run("data \(Fixtures.own)/digits.npz")
  }

  @discardableResult
  func run(_ line: String) throws -> BasinCore.Result {
    let evaluation = try session.evaluate(line, from: .prompt)
    return try #require(evaluation).result
  }

  func notes(_ result: BasinCore.Result, _ level: Note.Level? = nil) -> [String] {
    result.items.compactMap {
      if case .note(let note) = $0, level == nil || note.level == level { note.text } else { nil }
    }
  }

  /// Loss and accuracy of `set[0]` on the test split.
  func measured(_ set: String) throws -> (loss: Double, accuracy: Double) {
    let selected = try session.workspace.resolve(#require(CheckpointSelection(argument: set)))
    let context = Context(
      workspace: session.workspace, words: [], progress: SilentProgress(),
      cancellation: Cancellation(), logger: .init(label: "test"))
    let metrics = try context.predictions(selected[0], .test).metrics()
    return (metrics.loss, metrics.accuracy)
  }

  func expect(_ set: String, is name: String) throws {
    let (loss, accuracy) = try measured(set)
    let right = try #require(expected[name])
    #expect(abs(loss - right.loss) < 3e-6 * max(1, right.loss), "\(name): \(loss), \(right.loss)")
    #expect(abs(accuracy - right.accuracy) < 1e-9, "\(name)")
  }

  @Test(
    "Integer, bool and −∞ buffers are the checkpoint's, and are saved with it",
    arguments: ["permuted", "masked", "rows"])
  func buffers(name: String) throws {
    let folder = try TemporaryFolder()
    let own = Fixtures.own
    let loaded = try run("load \(own)/\(name).pt --arch \(own)/\(name).ts --trust --as m")
    try expect("m", is: name)
    let left = notes(loaded).filter { $0.contains("non-persistent") }
    #expect(left.isEmpty == (name != "rows"))
    #expect(name != "rows" || left.contains { $0.contains("'scale'") })
    try run("save checkpoints m \(folder.path)")
    try run("load \(folder.path)/m-0.safetensors --arch \(own)/\(name).ts --trust --as again")
    try expect("again", is: name)
    try run("sample random m[0] --n 2 --scale 0.01 --as drawn")
    _ = try measured("drawn")
    try run("save checkpoints drawn[0] \(folder.path)")
    // Another network in between leaves no buffer behind.
    try expect("m", is: name)
  }

  @Test(
    "A program that holds a network takes state dicts of both", arguments: ["wrapped", "inner"])
  func wrappedNetworks(name: String) throws {
    let folder = try TemporaryFolder()
    let own = Fixtures.own
    let right = try JSONDecoder().decode(
      [String: Double].self,
      from: Foundation.Data(contentsOf: URL(fileURLWithPath: "\(own)/wrapped.json")))
    let said = notes(try run("load \(own)/\(name).pt --arch \(own)/wrapped.ts --trust --as m"))
    #expect(said.contains { $0.hasSuffix("'model.' put before every name, as the program has it") })
    func expectRight(_ set: String) throws {
      let (loss, accuracy) = try measured(set)
      let (wanted, share) = try (#require(right["loss"]), #require(right["accuracy"]))
      #expect(abs(loss - wanted) < 1e-5 && abs(accuracy - share) < 1e-9, "\(loss), \(accuracy)")
    }
    try expectRight("m")
    try run("save checkpoints m \(folder.path)")
    try run("load \(folder.path)/m-0.safetensors --arch \(own)/wrapped.ts --trust --as again")
    try expectRight("again")
    // What does not fit is told in the file's names, and the option that helps takes them.
    #expect {
      try run("load \(own)/masked.pt --arch \(own)/wrapped.ts --trust --as no")
    } throws: { "\($0)".contains("missing model.a.weight") }
  }

  @Test("A program that has wrappers within its names takes a state dict without them")
  func wrappersWithinNames() throws {
    let folder = try TemporaryFolder()
    let own = Fixtures.own
    let right = try JSONDecoder().decode(
      [String: Double].self,
      from: Foundation.Data(contentsOf: URL(fileURLWithPath: "\(own)/checkpointed.json")))
    func expectRight(_ file: String) throws {
      try run("load \(file) --arch \(own)/checkpointed.ts --trust --as m")
      let (loss, accuracy) = try measured("m")
      let (wanted, share) = try (#require(right["loss"]), #require(right["accuracy"]))
      #expect(abs(loss - wanted) < 1e-5 && abs(accuracy - share) < 1e-9, "\(loss), \(accuracy)")
    }
    try expectRight("\(own)/checkpointed.pt")
    // Under the program's names, as Basin writes it.
    try run("save checkpoints m \(folder.path)")
    try expectRight("\(folder.path)/m-0.safetensors")
  }

  @Test("A network of fewer classes than the data is answered with what helps")
  func fewerClasses() throws {
    let own = Fixtures.own
    for line in ["--arch \(own)/three.ts --trust", "--arch mlp:hidden=none,layers=1"] {
      let error = #expect(throws: CommandError.self) { try run("load \(own)/three.pt \(line)") }
      #expect(
        error?.description.hasSuffix(
          "digits.npz has labels up to 9, of which the network knows 0 to 2: leave the others out, in Python "
            + "keep = y < 3; x, y = x[keep], y[keep]") == true, "\(String(describing: error))")
    }
    // Classes that no label shows go again, and come back.
    try run("data \(own)/digits.npz --classes 12")
    let error = #expect(throws: CommandError.self) { try run("load \(own)/cnn-bn.pt") }
    #expect(
      error?.description.hasSuffix(
        "all labels of \(own)/digits.npz are below 10: load it with --classes 10") == true,
      "\(String(describing: error))")
    try run("data \(own)/digits.npz --classes 10")
    try run("load \(own)/cnn-bn.pt")
  }

  @Test("A buffer of another shape or kind is refused by name")
  func misshapenBuffers() throws {
    let own = Fixtures.own
    #expect {
      try run("load \(own)/masked.pt --arch \(own)/permuted.ts --trust --as m")
    } throws: { "\($0)".contains("unexpected mask") }
    try run("load \(own)/permuted.pt --arch \(own)/permuted.ts --trust --as m")
  }

  @Test("Frozen parameters are neither compared nor moved, and must be shared between ends")
  func frozenParameters() throws {
    let own = Fixtures.own
    let loaded = try run("load \(own)/frozen-?.pt --arch \(own)/frozen.ts --trust --as m")
    #expect(notes(loaded).contains { $0.contains("2 parameters are frozen ('body.weight'") })
    for (place, name) in ["frozen-0", "frozen-1", "frozen-2"].enumerated() {
      try expect("m[\(place)]", is: name)
    }
    let selected = try session.workspace.resolve(#require(CheckpointSelection(argument: "m")))
    let network = try Network(selected[0].architecture)
    #expect(network.parameters.count == 48 * 10 + 10)
    let similarity = try run("similarity m[0..1]")
    #expect(similarity.items.contains { "\($0)".contains(String(cosine).prefix(8)) })
    try run("path m[0] m[1] --points 3")
    #expect { try run("path m[0] m[2] --points 3") } throws: {
      "\($0)".contains("'body.weight', which is a buffer or frozen")
    }
    // Samples around one keep its body.
    try run("sample random m[2] --n 1 --scale 0.01 --as still")
  }

  @Test(
    "Activations and pooling are options, are kept in saved files and equal PyTorch's",
    arguments: [
      ("mlp-tanh", "mlp:hidden=32-32,activation=tanh"),
      ("mlp-sigmoid", "mlp:hidden=32-32,activation=sigmoid"),
      ("mlp-elu", "mlp:hidden=32-32,activation=elu"),
      ("mlp-gelu", "mlp:hidden=32-32,activation=gelu"),
      ("mlp-gelu-tanh", "mlp:hidden=32-32,activation=gelu-tanh"),
      ("mlp-silu", "mlp:hidden=32-32,activation=silu"),
      ("mlp-leaky-relu", "mlp:hidden=32-32,activation=leaky-relu"),
      ("cnn-avg", "cnn:channels=8-16,pooling=avg"),
      ("cnn-tanh", "cnn:channels=8-16,activation=tanh"),
    ])
  func activations(name: String, text: String) throws {
    let folder = try TemporaryFolder()
    #expect(
      notes(try run("load \(Fixtures.own)/\(name).pt --arch \(text) --as m"), .warning).isEmpty)
    try expect("m", is: name)
    try run("save checkpoints m \(folder.path)")
    #expect(notes(try run("load \(folder.path)/m-0.safetensors --as again"), .warning).isEmpty)
    try expect("again", is: name)
  }

  @Test("Layers with numbers for names are an mlp, with PyTorch's loss")
  func numberedLayers() throws {
    let file = try Data(contentsOf: URL(fileURLWithPath: Fixtures.own + "/sequential.json"))
    let right = try JSONDecoder().decode([String: Measured].self, from: file)
    func expectSame(_ set: String, _ name: String) throws {
      let (wanted, got) = (try #require(right[name]), try measured(set))
      #expect(abs(got.loss - wanted.loss) < 1e-6 && got.accuracy == wanted.accuracy, "\(name)")
    }
    let warned = notes(try run("load \(Fixtures.own)/list.pt --as m"), .warning)
    #expect(
      warned.first?.contains("mlp:hidden=24-24,layers=layers.0+layers.1+layers.2,input") == true)
    try expectSame("m", "list")
    // Names are taken from the file where the text has none.
    for text in ["mlp:hidden=32,activation=tanh", "mlp:hidden=32,layers=1+4,activation=tanh"] {
      try run("load \(Fixtures.own)/seq.pt --arch \(text) --as s")
      try expectSame("s", "seq")
    }
    let folder = try TemporaryFolder()
    try run("save checkpoints s \(folder.path)")
    try run("load \(folder.path)/s-0.safetensors --as again")
    try expectSame("again", "seq")
  }

  @Test("Labels from 1 are noticed, and --classes takes them from 0")
  func labelsFromOne() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/one.safetensors"
    // x = (1, 0), (0, 1), (1, 0); y = 1, 2, 1.
    let header =
      #"{"x_test":{"dtype":"F32","shape":[3,2],"data_offsets":[0,24]},"#
      + #""y_test":{"dtype":"U8","shape":[3,1],"data_offsets":[24,27]}}"#
    var bytes = Foundation.Data(
      withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) })
    bytes += Foundation.Data(header.utf8)
    for value: Float in [1, 0, 0, 1, 1, 0] {
      bytes += withUnsafeBytes(of: value.bitPattern.littleEndian) { Foundation.Data($0) }
    }
    bytes += [1, 2, 1]
    try bytes.write(to: URL(fileURLWithPath: path))
    let weights = "\(folder.path)/two.safetensors"
    // fc1: weight (2 0; 0 2), bias (0, 0): the loss of each is log(1 + e^-2).
    let other =
      #"{"fc1.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"#
      + #""fc1.bias":{"dtype":"F32","shape":[2],"data_offsets":[16,24]}}"#
    bytes = Foundation.Data(
      withUnsafeBytes(of: UInt64(other.utf8.count).littleEndian) { Array($0) })
    bytes += Foundation.Data(other.utf8)
    for value: Float in [2, 0, 0, 2, 0, 0] {
      bytes += withUnsafeBytes(of: value.bitPattern.littleEndian) { Foundation.Data($0) }
    }
    try bytes.write(to: URL(fileURLWithPath: weights))

    #expect(
      notes(try run("data \(path)")).contains(
        "class 0 never occurs: labels run from 1 to 2; if they are counted from 1, --classes 2 takes them as "
          + "classes 0 to 1; if class 0 only has no inputs, --classes 3 says so"))
    for arch in ["", " --arch mlp:hidden=none"] {
      let error = #expect(throws: CommandError.self) { try run("load \(weights)\(arch)") }
      #expect(
        error?.description.hasSuffix(
          "whose labels run from 1 to 2: if they are counted from 1, `data \(path) --classes 2` takes them as "
            + "classes 0 to 1") == true, "\(String(describing: error))")
    }
    let counted = notes(try run("data \(path) --classes 2"))
    #expect(counted.contains("labels 1 to 2 are taken as classes 0 to 1 (--classes 2)"))
    #expect(session.workspace.dataset?.classNames == ["1", "2"])
    try run("load \(weights) --as two")
    let (loss, accuracy) = try measured("two")
    #expect(abs(loss - log1p(exp(-2.0))) < 1e-7 && accuracy == 1)
    // A class 0 that may occur leaves labels as they are.
    #expect(notes(try run("data \(path) --classes 3")).allSatisfy { !$0.contains("are taken as") })
  }

  @Test("Weights that are tied in the file and apart in the network are warned of by name")
  func tiedWeights() throws {
    let (own, folder) = (Fixtures.own, try TemporaryFolder())
    let text = "mlp:hidden=12-12-12-64"
    let follows =
      "; \(text) has a parameter for each, so that similarities, distances, norms and directions count them "
      + "more than once, and what trains or draws weights moves them apart; a TorchScript file of the "
      + "network (--arch net.ts --trust) keeps them tied"
    #expect(
      notes(try run("load \(own)/tied.pt --arch \(text) --as m"), .warning) == [
        "\(own)/tied.pt: 'fc1.weight' and 'fc4.weight' are one tensor of 768 values (tied); 'fc2.weight' and "
          + "'fc3.weight' are one tensor of 144 values (tied)" + follows
      ])
    #expect(notes(try run("load \(own)/tied.pt"), .warning).contains { $0.contains("(tied)") })
    // A saved copy has several tensors of the same values.
    try run("save checkpoints m \(folder.path)")
    let saved = "\(folder.path)/m-0.safetensors"
    #expect(
      notes(try run("load \(saved) --as n"), .warning) == [
        "\(saved): 'fc1.weight' and 'fc4.weight' have the same 768 values, as tied weights have; 'fc2.weight' "
          + "and 'fc3.weight' have the same 144 values, as tied weights have" + follows
      ])
    let apart = notes(try run("load \(own)/untied.pt --arch \(text) --as u"), .warning)
    #expect(apart.count == 1 && apart[0].contains("768") && !apart[0].contains("144"))
    // The program keeps the one pair tied, and takes no file in which it differs.
    let kept = notes(try run("load \(own)/tied.pt --arch \(own)/tied.ts --trust --as t"), .warning)
    #expect(kept.count == 1 && kept[0].contains("768") && !kept[0].contains("144"))
    let line = "load \(own)/untied.pt --arch \(own)/tied.ts --trust --as t"
    #expect { try run(line) } throws: {
      "\($0)"
        == "\(own)/untied.pt: 'fc2.weight' and 'fc3.weight' differ and are one tensor in the program "
        + "(tied); --ignore 'fc3.weight' takes the first, --ignore 'fc2.weight' the second"
    }
    try run("\(line) --ignore fc3.weight")
    try run("\(line) --ignore fc2.weight")
  }

  @Test("What a state dict does not say is assumed with a warning, and its remedy is right")
  func assumptions() throws {
    let mlp = notes(try run("load \(Fixtures.own)/mlp-tanh.pt --as m"), .warning)
    #expect(
      mlp == [
        "\(Fixtures.own)/mlp-tanh.pt: recognised as mlp:hidden=32-32,input=1x8x8,classes=10 by names and "
          + "shapes, which do not tell activation=relu (assumed), nor skip connections and the order of operations; "
          + "compare the accuracy of `eval` with the training program's: if it differs, load with others, for "
          + "instance --arch mlp:hidden=32-32,activation=tanh (activation is relu, tanh, sigmoid, elu, gelu, "
          + "gelu-tanh, silu or leaky-relu), or the network as TorchScript (--arch net.ts --trust)"
      ])
    try run("load \(Fixtures.own)/mlp-tanh.pt --arch mlp:hidden=32-32,activation=tanh --as m")
    try expect("m", is: "mlp-tanh")
    let cnn = notes(try run("load \(Fixtures.own)/cnn-avg.pt --as c"), .warning)
    #expect(
      cnn.first?.contains(
        "which do not tell activation=relu, pooling=max (assumed), nor strides, padding, skip connections and the "
          + "order of operations; compare the accuracy of `eval` with the training program's: if it differs, load "
          + "with others, for instance --arch "
          + "cnn:channels=8-16,norm=none,activation=tanh,pooling=avg (")
        == true)
  }

  @Test("An accuracy that the file records is compared with the one that is measured")
  func recordedAccuracy() throws {
    let file = "\(Fixtures.own)/mlp-tanh-said.pt"
    // The score takes the place of the warning: `eval` compares it.
    let loaded = try run("load \(file) --as m")
    #expect(notes(loaded, .warning).isEmpty)
    #expect(
      notes(loaded, .information).contains {
        $0.contains("activation=relu (assumed)")
          && $0.hasSuffix(
            "; `eval` on the test split compares test_acc = 97.98994974874373, which the file records"
          )
      }, "\(notes(loaded, .information))")
    let warned = notes(try run("eval m"), .warning)
    #expect(warned.count == 1)
    #expect(
      warned.first?.hasPrefix("m[0]: the file says test_acc = 97.98") == true, "\(warned)")
    #expect(warned.first?.contains("--arch mlp:hidden=32-32,activation=tanh") == true)
    // Of the training split nothing is said.
    #expect(notes(try run("eval m --split train"), .warning).isEmpty)
    try run("load \(file) --arch mlp:hidden=32-32,activation=tanh --as m")
    #expect(notes(try run("eval m"), .warning).isEmpty)
  }

  @Test("--freeze names parameters that are not trained, also of a built-in architecture")
  func freeze() throws {
    let own = Fixtures.own
    try run("load \(own)/dropped.pt --arch mlp:hidden=32 --freeze 'fc1.*' --as m")
    let selected = try session.workspace.resolve(#require(CheckpointSelection(argument: "m")))
    #expect(selected[0].architecture.shortText.hasSuffix("freeze=fc1.*"))
    #expect(try Network(selected[0].architecture).parameters.count == 330)
    try expect("m", is: "dropped")
    #expect {
      try run("load \(own)/dropped.pt --arch mlp:hidden=32 --freeze 'fx*' --as n")
    } throws: {
      "\($0)".contains("'fx*' matches none of its parameters")
    }
  }
}
