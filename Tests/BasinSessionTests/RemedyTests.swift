import BasinCore
import BasinKit
import Checkpoints
import Foundation
import TestSupport
import Testing

@testable import BasinSession

/// The options that an error names for files with more, or other, names than a network has.
@Suite struct RemedyTests {
  private let folder: TemporaryFolder
  private let session: Session

  init() throws {
    folder = try TemporaryFolder()
    session = try Session(plugins: [])
    _ = try session.evaluate("data digits", from: .prompt)
  }

  // Names with the shapes that they have in the file.
  private typealias Shapes = [(String, [Int])]

  // 64 inputs, 6 hidden units, 10 classes.
  private static func layers(_ first: String, _ second: String) -> Shapes {
    [
      ("\(first).weight", [6, 64]), ("\(first).bias", [6]), ("\(second).weight", [10, 6]),
      ("\(second).bias", [10]),
    ]
  }

  private func file(_ name: String, _ tensors: Shapes) throws -> String {
    let path = "\(folder.path)/\(name).safetensors"
    var draws = SystemRandomNumberGenerator()
    let stored = tensors.map { name, shape in
      let values = (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &draws) }
      return SafetensorsWriter.Tensor(name, .float32, shape) {
        values.withUnsafeBytes { Array($0) }
      }
    }
    try SafetensorsWriter.write(stored, metadata: [:], to: path)
    return path
  }

  private func load(_ path: String, _ options: String) throws -> [Note] {
    let line = "load \(path) \(options) --as m"
    return try #require(try session.evaluate(line, from: .prompt)).result.items.compactMap {
      if case .note(let note) = $0 { note } else { nil }
    }
  }

  private func refusal(_ path: String, _ options: String) -> String {
    let error = #expect(throws: (any Error).self) { try load(path, options) }
    return error.map { "\($0)" } ?? ""
  }

  @Test(
    "The options that an error names make the file fit when they are typed",
    arguments: [
      "--ignore 'crit.*'", "--ignore 'crit.*' --ignore 'metric.*'", "--ignore temperature",
      "--ignore 'ema_*'", "--key net", "--strip net. --ignore 'crit.*'", "--key fc.net",
    ])
  func namedOptionsWork(remedy: String) throws {
    let extra: Shapes = [("crit.weight", [10])]
    let more = extra + [("metric.total", []), ("metric.count", [3])]
    let sequential = Self.layers("1", "3")
    let named = Self.layers("fc1", "fc2")
    let average = { (layers: Shapes) in layers.map { ("ema_\($0.0)", $0.1) } }
    let inside = { (prefix: String, layers: Shapes) in layers.map { ("\(prefix)\($0.0)", $0.1) } }
    let files: [String: [Shapes]] = [
      "--ignore 'crit.*'": [sequential + extra, named + extra],
      "--ignore 'crit.*' --ignore 'metric.*'": [sequential + more, named + more],
      "--ignore temperature": [
        sequential + [("temperature", [1])], [("temperature", [])] + named,
      ],
      "--ignore 'ema_*'": [sequential + average(sequential), named + average(named)],
      "--key net": [
        inside("net.", sequential) + extra, inside("net.", named) + more,
        inside("net.", sequential) + inside("teacher.", sequential),
      ],
      "--strip net. --ignore 'crit.*'": [
        inside("net.", sequential + extra), inside("net.", named + extra),
      ],
      "--key fc.net": [inside("fc.net.", sequential) + extra, inside("fc.net.", named) + extra],
    ]
    for (place, tensors) in try #require(files[remedy]).enumerated() {
      let path = try file("\(place)", tensors)
      let unknown = refusal(path, "")
      #expect(unknown.hasSuffix("; pass \(remedy) to take these alone"), "\(unknown)")
      let given = refusal(path, "--arch mlp:hidden=6")
      #expect(given.hasSuffix("; it fits with \(remedy)"), "\(given)")
      for arch in ["", "--arch mlp:hidden=6"] {
        #expect(try load(path, "\(remedy) \(arch)")[0].text.contains("of mlp:hidden=6"))
      }
    }
  }

  @Test(
    "A prefix that all names have is named as it is typed, whatever its letters",
    arguments: ["ü.", "层.", "x[0].", "层 [1].", "it's.", "a*b?.", "a\\b.", "\"q\"."])
  func prefixes(prefix: String) throws {
    let path = try file("named", Self.layers("\(prefix)fc1", "\(prefix)fc2"))
    let unknown = refusal(path, "")
    let option = try #require(unknown.firstMatch(of: /pass (--strip .*) to take it off$/)).output.1
    #expect(unknown.contains("all its names begin with '\(prefix)'; "), "\(unknown)")
    #expect(refusal(path, "--arch mlp:hidden=6").hasSuffix("; it fits with \(option)"))
    for arch in ["", "--arch mlp:hidden=6"] {
      #expect(try load(path, "\(option) \(arch)")[0].text.contains("of mlp:hidden=6"))
    }
  }

  @Test("A prefix that no line may have is not named", arguments: ["a\u{202e}b.", "-a."])
  func untypablePrefixes(prefix: String) throws {
    let path = try file("named", Self.layers("\(prefix)fc1", "\(prefix)fc2"))
    #expect(!refusal(path, "").contains("--strip"))
  }

  @Test("The counts that thop leaves are no layers")
  func costs() throws {
    let counts: Shapes = [("total_ops", [1]), ("fc1.total_ops", [1]), ("fc1.total_params", [1])]
    let layers = Self.layers("fc1", "fc2") + counts
    let aux: Shapes = [("aux.weight", [3, 3])]
    let files: [(Shapes, String)] = [
      (layers, "--ignore '*total_ops' --ignore '*total_params'"),
      (layers + aux, "--ignore '*total_ops' --ignore '*total_params' --ignore 'aux.*'"),
    ]
    for (place, (tensors, remedy)) in files.enumerated() {
      let path = try file("\(place)", tensors)
      #expect(refusal(path, "").hasSuffix("; pass \(remedy) to take these alone"))
      #expect(refusal(path, "--arch mlp:hidden=6").hasSuffix("; it fits with \(remedy)"))
      let notes = try load(path, remedy)
      #expect(notes[0].text.contains("of mlp:hidden=6"))
      #expect(!notes.contains { $0.text.contains("another network") })
    }
  }

  @Test("A key is for files, and one that a plain state dict has not is said to be needless")
  func keys() throws {
    let path = try file("a", Self.layers("fc1", "fc2"))
    _ = try load(path, "")
    for line in ["inspect m[0] --key zzz", "convert m[0] \(folder.path)/b.safetensors --key zzz"] {
      let error = #expect(throws: CommandError.self) { try session.evaluate(line, from: .prompt) }
      #expect(
        "\(error.map { "\($0)" } ?? "")"
          == "--key is for files, and m[0] is loaded already: `load FILE --key zzz` reads another part of its file"
      )
    }
    let plain = "\(Fixtures.own)/mlp-tanh.pt"
    #expect(
      refusal(plain, "--key nope")
        == "\(plain): it has no state dict under 'nope'; it is one itself, which is read without --key"
    )
    #expect(try load(plain, "--arch mlp:hidden=32-32")[0].text.contains("of mlp"))
  }

  @Test("No option is named that leaves out a part of the network")
  func partsAreNoExtras() throws {
    let norm: Shapes = [("2.weight", [6]), ("2.bias", [6])]
    let named = Self.layers("fc1", "fc2")
    func without(_ name: String) -> Shapes { named.filter { $0.0 != name } }
    func with(_ name: String, _ shape: [Int]) -> Shapes {
      named.map { $0.0 == name ? (name, shape) : $0 }
    }
    let files: [Shapes] = [
      Self.layers("1", "4") + norm,
      Self.layers("1", "4") + norm + [("2.running_mean", [6]), ("2.running_var", [6])],
      named + [("bn.running_mean", [6]), ("bn.running_var", [6])],
      named + [("ln.weight", [6]), ("ln.bias", [6])],
      named + [("conv.weight", [6, 1, 3, 3])],
      Self.layers("encoder.fc1", "head.fc2"),
      without("fc2.bias"), without("fc2.weight"), without("fc1.weight"),
      with("fc2.weight", [0, 6]), with("fc2.weight", [0]), with("fc2.bias", [0]),
      with("fc1.weight", [0, 64]),
    ]
    for (place, tensors) in files.enumerated() {
      let path = try file("\(place)", tensors)
      for arch in ["", "--arch mlp:hidden=6"] {
        let said = refusal(path, arch)
        #expect(!["--ignore", "--key", "--strip"].contains(where: said.contains), "\(said)")
        #expect(!said.contains("is not a size"), "\(said)")
      }
    }
  }

  @Test("An empty tensor of a layer is named")
  func emptyTensors() throws {
    let path = try file("a", [("fc1.weight", [0, 64]), ("fc1.bias", [0])])
    #expect(
      refusal(path, "")
        == "\(path) does not say its architecture; its tensor 'fc1.weight' is empty (0×64), which no layer's is; "
        + "save the network's state_dict() again, or pass --arch, for instance a TorchScript file with --trust"
    )
    // One that is no layer's may be left out.
    let extra = try file("b", Self.layers("fc1", "fc2") + [("buf", [0])])
    #expect(refusal(extra, "").hasSuffix("; pass --ignore buf to take these alone"))
    #expect(try load(extra, "--ignore buf")[0].text.contains("of mlp:hidden=6"))
  }

  @Test("A pattern that matches no tensor is warned of, with the nearest that does")
  func patternsWithoutTensors() throws {
    let first = try file("a", Self.layers("fc1", "fc2") + [("crit.weight", [10])])
    let second = try file("b", Self.layers("fc1", "fc2"))
    func warnings(_ path: String, _ options: String) throws -> [String] {
      try load(path, options).filter { $0.level == .warning }.map(\.text)
        .filter { $0.contains("--ignore") }
    }
    #expect(
      try warnings(first, "--ignore 'crit.*' --ignore 'fx1.*' --ignore 'optimizer*'") == [
        "--ignore 'fx1.*' matches no tensor of \(first); did you mean 'fc1.*'?",
        "--ignore 'optimizer*' matches no tensor of \(first); there are 'fc1.*', 'fc2.*'",
      ])
    #expect(try warnings("\(first) \(second)", "--ignore 'crit.*'").isEmpty)
    #expect(
      try warnings("\(first) \(second)", "--ignore 'crit.*' --ignore ema").map { $0.prefix(52) }
        == ["--ignore 'ema' matches no tensor of any of 2 checkpo"])
  }
}
