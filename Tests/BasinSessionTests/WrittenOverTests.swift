import BasinKit
import BasinPlugins
import BasinSession
import Checkpoints
import Foundation
import Landscape
import Notebooks
import TestSupport
import Testing

/// Files that are written over in place with the size and the time of the content that was opened, as `cp -p` writes.
@Suite struct WrittenOverTests {
  private let folder: TemporaryFolder
  private let session: Session
  private var path: String { "\(folder.path)/m.safetensors" }

  init() throws {
    folder = try TemporaryFolder()
    session = try Session(plugins: basinPlugins)
    _ = try session.evaluate("data digits", from: .prompt)
  }

  // A network of 64 inputs and 10 classes that chooses one class for all inputs.
  private func network(choosing chosen: Int) throws -> Data {
    let path = "\(folder.path)/made.safetensors"
    let bias = (0..<10).map { $0 == chosen ? Float(1) : 0 }
    let tensors = [
      ("fc1.weight", [4, 64], [Float](repeating: 0.01, count: 256)),
      ("fc1.bias", [4], [Float](repeating: 0, count: 4)),
      ("fc2.weight", [10, 4], [Float](repeating: 0, count: 40)), ("fc2.bias", [10], bias),
    ]
    try SafetensorsWriter.write(
      tensors.map { name, shape, values in
        .init(name, .float32, shape) { values.withUnsafeBytes { Array($0) } }
      }, metadata: ["architecture": "mlp:hidden=4"], to: path)
    return try Data(contentsOf: URL(fileURLWithPath: path))
  }

  // As `cp -p` of another file over it, with the time that it has had.
  private func write(over path: String, _ content: Data) throws {
    let manager = FileManager.default
    let old = try manager.attributesOfItem(atPath: path)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.write(contentsOf: content)
    try handle.close()
    let time = try #require(old[.modificationDate])
    try manager.setAttributes([.modificationDate: time], ofItemAtPath: path)
    let new = try manager.attributesOfItem(atPath: path)
    #expect(new[.size] as? Int == old[.size] as? Int)
  }

  private func run(_ line: String) throws -> [Result.Item]? {
    try session.evaluate(line, from: .prompt)?.result.items
  }

  @Test(
    "Nothing is computed from, listed of or written of another content than what was loaded",
    arguments: [
      "eval m", "inspect m[0]", "convert m[0] FOLDER/c.safetensors",
      "save checkpoints m FOLDER/out",
    ])
  func checkpoints(line: String) throws {
    let line = line.replacing("FOLDER", with: folder.path)
    let (first, second) = (try network(choosing: 3), try network(choosing: 4))
    try first.write(to: URL(fileURLWithPath: path))
    _ = try run("load \(path) --as m")
    try write(over: path, second)
    #expect { try run(line) } throws: {
      "\($0)" == "\(path): it has changed since it was opened; load it again"
    }
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/c.safetensors"))
    // The content that was loaded is the same whenever it was written.
    try write(over: path, first)
    #expect(try run(line) != nil)
  }

  @Test("A file that is only touched, linked or made read-only is the same")
  func touched() throws {
    try network(choosing: 3).write(to: URL(fileURLWithPath: path))
    _ = try run("load \(path) --as m")
    let manager = FileManager.default
    try manager.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 9)], ofItemAtPath: path)
    try manager.setAttributes([.posixPermissions: 0o400], ofItemAtPath: path)
    try manager.linkItem(atPath: path, toPath: path + ".link")
    #expect(try run("eval m") != nil)
    #expect(try run("inspect m[0]") != nil)
  }

  @Test("Nor are a dataset's inputs of another content than its labels")
  func datasets() throws {
    let data = "\(folder.path)/d.safetensors"
    let labels = (0..<20).map { $0 % 10 }
    func write(_ value: Float) throws {
      let inputs = ArrayWriter.Array.Elements.floats([Float](repeating: value, count: 20 * 64))
      try ArrayWriter.write(
        ["train", "test"].flatMap {
          [
            .init("x_\($0)", [20, 1, 8, 8], inputs), .init("y_\($0)", [20], .integers(labels)),
          ]
        }, to: data)
    }
    try write(1)
    let other = try Data(contentsOf: URL(fileURLWithPath: data))
    try write(0.5)
    try network(choosing: 3).write(to: URL(fileURLWithPath: path))
    _ = try run("data \(data)")
    _ = try run("load \(path) --as m")
    try self.write(over: data, other)
    #expect { try run("eval m") } throws: {
      "\($0)" == "\(data): it has changed since it was opened; load it again"
    }
  }

  @Test("The cache keeps nothing of a file that changed between two cells")
  func cache() throws {
    let (first, second) = (try network(choosing: 3), try network(choosing: 4))
    let text = "```basin\ndata digits\nload \(path) --as m\n```\n```basin\neval m\n```\n"
    func run(changing: Bool, cached: Bool = true) throws -> NotebookRun {
      try first.write(to: URL(fileURLWithPath: path))
      var replay = Replay(
        try Notebook(Data(text.utf8), file: "x.md"), with: try Session(plugins: basinPlugins))
      if cached {
        replay.cache = CellCache(folder: folder.path + "/cache", capacity: 1 << 30, program: "test")
      }
      var written: (any Error)?
      let run = try replay.run { event in
        guard changing, case .ended(_, .fine, _, _) = event else { return }
        do { try write(over: path, second) } catch { written = error }
      }
      #expect(written == nil)
      return run
    }
    let changed = try run(changing: true)
    #expect(
      changed.cells.last?.error == "\(path): it has changed since it was opened; load it again")
    let clean = try run(changing: false)
    #expect(clean.status == .fine)
    #expect(clean.cells.last?.computed == nil)
    #expect(
      clean.cells.last?.outputs == (try run(changing: false, cached: false)).cells.last?.outputs)
    #expect(try run(changing: false).cells.last?.computed != nil)
  }
}
