import Checkpoints
import Foundation
import Landscape
import TestSupport
import Testing

@testable import BasinSession

/// Programs with tensors of several types, and those that `load` finds to give no logits.
@Suite struct ProgramTypeTests {
  private let types = Fixtures.types
  private let networks: OwnNetworkTests
  private let losses: [String: Double]

  init() throws {
    networks = try OwnNetworkTests()
    let file = try Data(contentsOf: URL(fileURLWithPath: Fixtures.types + "/expected.json"))
    losses = try JSONDecoder().decode([String: Double].self, from: file)
  }

  @Test("Buffers of float64 and float16 are used and saved as they are: the loss is PyTorch's")
  func mixedTypes() throws {
    let folder = try TemporaryFolder()
    try networks.run("load \(types)/mixed.pt --arch \(types)/mixed.ts --trust --as m")
    let right = try #require(losses["mixed"])
    #expect(abs(try networks.measured("m").loss - right) < 3e-6)
    try networks.run("save checkpoints m \(folder.path)")
    let saved = "\(folder.path)/m-0.safetensors"
    let written = try CheckpointReader.open(saved).stateDict
    let read = try CheckpointReader.open("\(types)/mixed.pt").stateDict
    for name in ["large", "base", "step", "fc.weight"] {
      #expect(written[name]?.scalarType == read[name]?.scalarType, "\(name)")
      #expect(try written[name]?.bytes() == read[name]?.bytes(), "\(name)")
    }
    #expect(written["large"]?.scalarType == .float64)
    try networks.run("load \(saved) --arch \(types)/mixed.ts --trust --as again")
    #expect(abs(try networks.measured("again").loss - right) < 3e-6)
  }

  @Test("A program of float64 runs in float32 as a whole, which a warning says")
  func doublePrograms() throws {
    let loaded = try networks.run(
      "load \(types)/double.pt --arch \(types)/double.ts --trust --as m")
    #expect(
      networks.notes(loaded, .warning) == [
        "\(types)/double.ts is of float64, and Basin computes in float32: 'mean' is rounded with its parameters"
      ])
    let right = try #require(losses["double"])
    #expect(abs(try networks.measured("m").loss - right) < 3e-6)
  }

  @Test("Each name of a tied tensor is saved, as load_state_dict asks for")
  func tiedNames() throws {
    let folder = try TemporaryFolder()
    let own = Fixtures.own
    try networks.run("load \(own)/tied.pt --arch \(own)/tied.ts --trust --as m")
    try networks.run("save checkpoints m \(folder.path)")
    let written = try CheckpointReader.open("\(folder.path)/m-0.safetensors").stateDict
    let read = try CheckpointReader.open("\(own)/tied.pt").stateDict
    #expect(Set(written.tensors.map(\.name)) == Set(read.tensors.map(\.name)))
    #expect(try written["fc3.weight"]?.floats() == read["fc3.weight"]?.floats())
    try networks.run(
      "load \(folder.path)/m-0.safetensors --arch \(own)/tied.ts --trust --as again")
    #expect(try networks.measured("again").loss == networks.measured("m").loss)
  }

  @Test(
    "A program that gives no logits, or does not take the data, is refused when it is loaded",
    arguments: [
      (
        "integers",
        "gives outputs of int64 and not floating-point numbers; return the logits themselves, before argmax or "
          + "rounding, and export it again"
      ),
      (
        "pair",
        "gives a tuple, where it should give one row of logits for each input, [N, classes]; export a module whose "
          + "forward returns the logits alone, such as net(x)[0]"
      ),
      (
        "named",
        "gives a dictionary, where it should give one row of logits for each input, [N, classes]; export a module "
          + "whose forward returns the logits alone, such as net(x)['logits']"
      ),
      (
        "places",
        "gives outputs [2, 10, 1] for 2 inputs, where it should give one row of logits for each input, [N, classes]; "
          + "return z.flatten(1), and export it again"
      ),
      (
        "one",
        "gives outputs [1, 1] for 1 input, where it should give one row of logits for each input, [N, classes]; "
          + "return one logit a class: of the logit z of class 1, torch.cat([0 * z, z], 1)"
      ),
      (
        "bfloat",
        "its parameters are of bfloat16 and are taken as float32: leave conversions to bfloat16 out of its forward, "
          + "call net.float() and export it again"
      ),
      (
        "tokens",
        "takes whole numbers (int64), as tokens are, and inputs [N, 1, 8, 8] of DIGITS are floating-point numbers; "
          + "save them as whole numbers: x = x.astype('int64')"
      ),
      (
        "offset",
        "parameters and inputs are taken as float32: convert what has another type in its forward, as in "
          + "self.mean.float(), and export it again"
      ),
    ])
  func refusedPrograms(name: String, reason: String) {
    let error = #expect(throws: (any Error).self) {
      try networks.run("load \(types)/mixed.pt --arch \(types)/\(name).ts --trust --as m")
    }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.hasPrefix("\(types)/\(name).ts "), "\(text)")
    #expect(
      text.replacing("\(Fixtures.own)/digits.npz", with: "DIGITS").hasSuffix(reason), "\(text)")
  }

  @Test(
    "An index beyond an embedding's rows is said to be one, with the checkpoint and the program")
  func indicesOutOfRange() throws {
    let folder = try TemporaryFolder()
    let weights = "\(folder.path)/w.safetensors"
    try SafetensorsWriter.write(
      [
        .init("embed.weight", .float32, [20, 10]) {
          (0..<200).map { Float($0) / 200 }.withUnsafeBytes { Array($0) }
        }
      ], metadata: [:], to: weights)
    let labels = (0..<30).map { $0 % 10 }
    func data(_ last: Int, at place: Int) throws -> String {
      var tokens = (0..<120).map { $0 % 20 }
      tokens[place] = last
      let path = "\(folder.path)/d\(last)-\(place).npz"
      try ArrayWriter.write(
        [
          .init("x_train", [30, 4], .integers(tokens)), .init("y_train", [30], .integers(labels)),
          .init("x_test", [30, 4], .integers(tokens)), .init("y_test", [30], .integers(labels)),
        ], to: path)
      return path
    }
    let load = "load \(weights) --arch \(types)/tokens.ts --trust --as m"
    let reason =
      "an index is out of range: whole-number inputs, and index tensors of the checkpoint, must be"
    func message(_ line: String) -> String {
      let error = #expect(throws: (any Error).self) { try networks.run(line) }
      return error.map { "\($0)" } ?? ""
    }
    try networks.run("data \(data(19, at: 119))")
    try networks.run(load)
    _ = try networks.measured("m")
    try networks.run("data \(data(20, at: 119))")
    try networks.run(load)
    let evaluated = message("eval m")
    #expect(
      evaluated.hasPrefix(
        "m[0] (\(weights)): \(types)/tokens.ts: forward failed on tensors of 30×4: \(reason)"),
      "\(evaluated)")
    try networks.run("data \(data(20, at: 0))")
    let loaded = message(load)
    #expect(loaded.hasPrefix("\(types)/tokens.ts fails on inputs [N, 4] of "), "\(loaded)")
    #expect(loaded.contains(reason), "\(loaded)")
  }

  private func write(
    _ tensors: [(name: String, type: ScalarType, shape: [Int], bytes: [UInt8])], _ path: String
  ) throws {
    try SafetensorsWriter.write(
      tensors.map { one in
        SafetensorsWriter.Tensor(one.name, one.type, one.shape) { one.bytes }
      }, metadata: [:], to: path)
  }

  @Test("Weights of float64 beyond single precision's range are not called infinite")
  func beyondSingle() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/a.safetensors"
    let large = [Double](repeating: 1e300, count: 640)
    try write(
      [
        ("fc.weight", .float64, [10, 64], large.withUnsafeBytes { Array($0) }),
        ("fc.bias", .float32, [10], [UInt8](repeating: 0, count: 40)),
      ], path)
    let loaded = try networks.run("load \(path) --arch mlp:hidden=none,layers=fc --as m")
    #expect(
      networks.notes(loaded, .warning).contains {
        $0.contains("640 values of fc.weight are beyond float32's range (3.4e38), so nothing can")
      })
    let mixed = large.dropLast(2) + [.infinity, -2]
    try write(
      [
        ("w", .float64, [10, 64], mixed.withUnsafeBytes { Array($0) }),
        ("z", .float64, [2], [1e300, Double.infinity].withUnsafeBytes { Array($0) }),
      ], path)
    // Only what is infinite in the file is counted as such.
    let inspected = try networks.run("inspect \(path)")
    #expect(
      networks.notes(inspected, .warning) == [
        "\(path): 638 values of w are finite in the file and beyond float32's range (3.4e38); no other number "
          + "counts them",
        "\(path): 1 value of z is finite in the file and beyond float32's range (3.4e38); no other number counts it",
      ])
    for (command, tensors) in [("inspect", ["w", "z"]), ("histogram", ["w"])] {
      let result = try networks.run(
        command == "inspect" ? "inspect \(path)" : "histogram \(path) w")
      let table = try #require(
        result.items.compactMap { if case .table(let table) = $0 { table } else { nil } }.first)
      let column = try #require(table.columns.firstIndex { $0.name == "Inf" })
      #expect(table.rows.map { $0[column] } == tensors.map { _ in .integer(1) })
      #expect(networks.notes(result, .warning).count == tensors.count)
    }
  }

  @Test("A prefix with a space is quoted in the option that takes it off")
  func quotedPrefix() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/a.safetensors"
    try write(
      [
        ("net 1.fc1.weight", .float32, [10, 64], [UInt8](repeating: 0, count: 2560)),
        ("net 1.fc1.bias", .float32, [10], [UInt8](repeating: 0, count: 40)),
      ], path)
    let error = #expect(throws: (any Error).self) { try networks.run("load \(path)") }
    #expect(
      error.map { "\($0)" }?.hasSuffix(
        "all its names begin with 'net 1.'; pass --strip 'net 1.' to take it off") == true)
    try networks.run("load \(path) --strip 'net 1.' --as m")
  }
}
