import BasinKit
import BasinSession
import Foundation
import Landscape
import TestSupport
import Testing

/// Checkpoints as other programs write them; the losses are PyTorch's.
@Suite struct OtherProgramsTests {
  private static let folder = Fixtures.programs
  private let session: Session

  init() throws {
    session = try Session(plugins: [])
    _ = try session.evaluate("data digits", from: .prompt)
  }

  private func accuracy(_ load: String) throws -> String {
    _ = try session.evaluate("load \(load) --as m", from: .prompt)
    let evaluation = try session.evaluate("eval m", from: .prompt)
    return try "\(#require(evaluation).result.items)"
  }

  @Test(
    "Monitored Lightning checkpoints, EMA hooks of OpenMMLab and prefixes of one's own load",
    arguments: [
      ("lightning.ckpt", "0.93"), ("mmcv.pth --ignore ema_*", "0.91"),
      ("net.pt --strip net.", "0.91"),
      ("net.pt --strip net", "0.91"), ("pl_net.pt --strip net.", "0.91"),
    ])
  func loads(file: String, accuracy: String) throws {
    #expect(try self.accuracy("\(Self.folder)/\(file)").contains(accuracy))
  }

  @Test("The remedy that an error names is one that works", arguments: ["net.pt", "pl_net.pt"])
  func remedies(file: String) throws {
    let error = #expect(throws: (any Error).self) { try accuracy("\(Self.folder)/\(file)") }
    #expect("\(error.map { "\($0)" } ?? "")".hasSuffix("pass --strip net. to take it off"))
  }

  @Test("Averages beside the weights are left out by the option that the error names")
  func averagesBeside() throws {
    let file = "\(Self.folder)/mmcv.pth"
    let error = #expect(throws: (any Error).self) { try accuracy(file) }
    #expect(
      "\(error.map { "\($0)" } ?? "")".hasSuffix("; pass --ignore 'ema_*' to take these alone"))
    #expect(try accuracy("\(file) --ignore 'ema_*'").contains("0.91"))
  }

  @Test("Files that mean two things are refused", arguments: ["dupscalar.pt", "dupdict.pt"])
  func contradictions(file: String) throws {
    for key in ["", " --key state_dict"] {
      #expect {
        try session.evaluate("inspect \(Self.folder)/\(file)\(key)", from: .prompt)
      } throws: { "\($0)".contains("has two entries named") }
    }
  }

  @Test("A bracket in a file's name is a letter")
  func brackets() throws {
    let folder = try TemporaryFolder()
    let manager = FileManager.default
    for (name, file) in [("w=8", "net.pt"), ("w=[8]", "lightning.ckpt")] {
      try manager.createDirectory(
        atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
      try manager.copyItem(
        atPath: "\(Self.folder)/\(file)", toPath: "\(folder.path)/\(name)/last.ckpt")
    }
    #expect(try accuracy("'\(folder.path)/w=[8]/last.ckpt'").contains("0.93"))
    #expect(try accuracy("'\(folder.path)/w=[8]/*.ckpt'").contains("0.93"))
    #expect(throws: (any Error).self) { try accuracy("'\(folder.path)/w=[9]/last.ckpt'") }
  }

  @Test("A file that was written over since it was loaded is an error that names it")
  func writtenOver() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/last.pt"
    let old = try Data(contentsOf: URL(fileURLWithPath: "\(Fixtures.own)/cnn-avg.pt"))
    let new = try Data(contentsOf: URL(fileURLWithPath: "\(Fixtures.own)/cnn-tanh.pt"))
    try old.write(to: URL(fileURLWithPath: path))
    _ = try session.evaluate("load \(path) --as m", from: .prompt)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: new)
    try handle.close()
    #expect { try session.evaluate("eval m", from: .prompt) } throws: {
      "\($0)" == "\(path): it has changed since it was opened; load it again"
        || "\($0)" == "\(path): it has become shorter since it was opened; load it again"
    }
    // One that is replaced by renaming stays what was read.
    try old.write(to: URL(fileURLWithPath: path))
    _ = try session.evaluate("load \(path) --as m", from: .prompt)
    try new.write(to: URL(fileURLWithPath: path), options: .atomic)
    #expect(try session.evaluate("eval m", from: .prompt) != nil)
  }
}
