import ArgumentParser
import Checkpoints
import Datasets
import Foundation

/// The kinds of file that readers are tried on: where seeds come from, how a mutant is made, and
/// what reading it means.
enum FileFormat: String, CaseIterable, ExpressibleByArgument {
  case zip, legacy, safetensors, npy, npz, shards, pickle, idx, cifar, png, jpeg, webp

  /// What a mutant is called.
  var fileName: String {
    switch self {
    case .zip, .legacy: "mutant.pt"
    case .safetensors: "mutant.safetensors"
    case .npy: "mutant.npy"
    case .npz: "mutant.npz"
    case .shards: "mutant.index.json"
    case .pickle: "mutant.pickle"
    case .idx: "t10k-images-idx3-ubyte"
    case .cifar: "test_batch.bin"
    case .png: "a/mutant.png"
    case .jpeg: "a/mutant.jpg"
    case .webp: "a/mutant.webp"
    }
  }

  /// The format of a file, by its name.
  static func of(_ path: String) -> FileFormat {
    if path.hasSuffix(".ckpt") || path.hasSuffix(".bin") { return .zip }
    return allCases.first { format in
      format.fileName.split(separator: ".").last.map { path.hasSuffix("." + $0) } ?? false
    } ?? .zip
  }

  /// Puts what a mutant needs beside it into a folder.
  func prepare(_ folder: String, fixtures: String) throws {
    func copy(_ from: String, _ to: String) throws {
      try FileManager.default.copyItem(atPath: from, toPath: "\(folder)/\(to)")
    }
    func write(_ bytes: [UInt8], _ name: String) throws {
      try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    switch self {
    case .shards:
      let shards = "\(fixtures)/checkpoints/torch-2.13"
      for name in try FileManager.default.contentsOfDirectory(atPath: shards)
      where name.contains("-of-") || name == "whole.pt" {
        try copy("\(shards)/\(name)", name)
      }
    case .idx: try write([0, 0, 8, 1, 0, 0, 0, 6, 0, 1, 2, 0, 1, 2], "t10k-labels-idx1-ubyte")
    case .cifar:
      for batch in 1...5 { try write(Self.record(label: UInt8(batch)), "data_batch_\(batch).bin") }
    case .png, .jpeg, .webp:
      for name in ["a", "b"] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
      }
      try copy("\(fixtures)/images/plain/bee/3.png", "b/3.png")
    default: break
    }
  }

  /// A record of CIFAR-10's.
  static func record(label: UInt8) -> [UInt8] {
    [label] + (0..<3072).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ Int(label)) }
  }

  /// Reads a file as a user's command would: names, shapes, and every number.
  func read(_ path: String) throws {
    func numbers(_ tensor: StoredTensor) throws {
      _ = try tensor.bytes()
      if tensor.scalarType.isReal { _ = try tensor.floats() }
    }
    switch self {
    case .npy, .npz:
      for array in try ArrayFile(path: path).arrays { try numbers(array) }
    case .pickle:
      for case .array(let array) in try PickledArrays(path: path).values.values {
        try numbers(array)
      }
    case .idx, .cifar, .png, .jpeg, .webp:
      let folder = String(path.dropLast(fileName.utf8.count + 1))
      let options = OpenOptions(resize: self == .idx || self == .cifar ? nil : ImageSize("9x7"))
      let dataset = try Dataset.open(folder, options)
      _ = try (dataset.train.inputs(), dataset.test.inputs())
    case .zip, .legacy, .safetensors, .shards:
      let file = try CheckpointReader.open(path)
      for one in try file.checkpoints() {
        for tensor in one.stateDict.tensors { try numbers(tensor) }
      }
    }
  }
}
