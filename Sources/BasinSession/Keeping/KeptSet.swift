import BasinKit
import Checkpoints
import Foundation
import Landscape
import Torch

/// A checkpoint set as it is kept: checkpoints of files by path and SHA-256, those made in the
/// session by their vectors.
struct KeptSet: Codable {
  struct Entry: Codable {
    var name: String
    var file: InputFile?
    var shards: [InputFile]
    var identity: String
    var metadata: [String: String]
    var notes: [String]
    var key: String?
    var strip: String?
    var ignored: [String]?
    var part: Int?
    var folder: String?
    /// Where its vectors are; `nil` for one of a file.
    var vectors: Int?
    var counts: [Int64]
    /// Where its other tensors are; `nil` for none.
    var fixed: Int?
  }

  /// The architecture as text, or the TorchScript file with the input shape and the classes.
  var architecture: String?
  var script: InputFile?
  var frozen: [String]?
  var givesProbabilities: Bool?
  var input: [Int]
  var classes: Int
  var entries: [Entry]

  init(_ set: CheckpointSet, _ vectors: inout KeptVectors) {
    (input, classes) = (set.architecture.input, set.architecture.classes)
    if case .torchScript(let file) = set.architecture.family {
      script = file
      frozen = set.architecture.frozen
      givesProbabilities = set.architecture.givesProbabilities
    } else {
      architecture = set.architecture.text
    }
    entries = set.checkpoints.map { checkpoint in
      var entry = Entry(
        name: checkpoint.name, file: checkpoint.file, shards: checkpoint.shards,
        identity: checkpoint.identity, metadata: checkpoint.metadata, notes: checkpoint.notes,
        key: checkpoint.reading.key, strip: checkpoint.reading.strip,
        ignored: checkpoint.reading.ignored, part: checkpoint.reading.part,
        folder: checkpoint.reading.folder, vectors: nil, counts: [])
      if case .vectors(let parameters, let buffers, let counts, let fixed) = checkpoint.weights {
        entry.vectors = vectors.add(parameters, buffers)
        entry.fixed = vectors.add(fixed)
        entry.counts = counts
      }
      return entry
    }
  }

  /// The set; `nil` when a file of it has changed.
  ///
  /// - Throws: what is wrong with the vectors.
  func value(_ vectors: KeptVectors?, _ sums: FileSums) throws -> CheckpointSet? {
    let family: Architecture
    if let script {
      guard sums.sha256(of: script.path) == script.sha256 else { return nil }
      family = Architecture(
        .torchScript(script), input: input, classes: classes, frozen: frozen ?? [],
        givesProbabilities: givesProbabilities ?? false)
    } else {
      family = try Architecture(architecture ?? "", input: input, classes: classes)
    }
    var checkpoints: [Checkpoint] = []
    for entry in entries {
      let files = [entry.file].compactMap(\.self) + entry.shards
      guard files.allSatisfy({ sums.sha256(of: $0.path) == $0.sha256 }) else { return nil }
      guard let weights = try weights(of: entry, vectors) else { return nil }
      var checkpoint = Checkpoint(
        name: entry.name, file: entry.file, shards: entry.shards, identity: entry.identity,
        metadata: entry.metadata, notes: entry.notes, weights: weights)
      checkpoint.reading = .init(
        key: entry.key, strip: entry.strip, ignored: entry.ignored ?? [], part: entry.part,
        folder: entry.folder)
      checkpoints.append(checkpoint)
    }
    return CheckpointSet(checkpoints, of: family)
  }

  private func weights(of entry: Entry, _ vectors: KeptVectors?) throws -> Checkpoint.Weights? {
    if let place = entry.vectors {
      guard let vectors else { return nil }
      let (parameters, buffers) = try vectors.vectors(at: place)
      return .vectors(
        parameters: parameters, buffers: buffers, counts: entry.counts,
        fixed: try entry.fixed.map { try vectors.fixed(at: $0) } ?? [])
    }
    guard let path = entry.folder ?? entry.file?.path,
      let file = try? CheckpointReader.open(
        path, key: entry.key, strip: entry.strip, ignoring: entry.ignored ?? [])
    else { return nil }
    // What was opened is what the sums were of.
    guard
      let files = try? file.files(),
      files.map(\.sha256) == ([entry.file].compactMap(\.self) + entry.shards).map(\.sha256)
    else { return nil }
    guard let part = entry.part else { return .stored(file.stateDict) }
    let parts = (try? file.checkpoints()) ?? []
    return parts.indices.contains(part) ? .stored(parts[part].stateDict) : nil
  }
}

/// The vectors of checkpoints that were made in a session, in one safetensors file.
struct KeptVectors {
  private var pairs: [(parameters: [Float], buffers: [Float])] = []
  // Checkpoints of one set have the same other tensors as a rule, which are kept once.
  private var fixed: [[FixedTensor]] = []

  private static func path(in folder: String) -> String { folder + "/values.safetensors" }

  init() {}

  /// Reads all of them.
  ///
  /// - Throws: `CommandError` when the file is not the one that was written; `CheckpointError`.
  init(in folder: String, sha256: String, _ sums: FileSums) throws {
    let path = Self.path(in: folder)
    guard sums.sha256(of: path) == sha256 else {
      throw CommandError("values.safetensors is not as it was written")
    }
    let stateDict = try CheckpointReader.open(path).stateDict
    while let parameters = stateDict["\(pairs.count).parameters"],
      let buffers = stateDict["\(pairs.count).buffers"]
    {
      pairs.append((try parameters.floats(), try buffers.floats()))
    }
    for tensor in stateDict.tensors where tensor.name.hasPrefix("fixed.") {
      let parts = tensor.name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3, let place = Int(parts[1]),
        (0..<stateDict.tensors.count).contains(place),
        let dtype = DType.allCases.first(where: { $0.scalarType == tensor.scalarType })
      else { throw CommandError("values.safetensors has a tensor '\(tensor.name)'") }
      while place >= fixed.count { fixed.append([]) }
      fixed[place].append(
        FixedTensor(
          name: String(parts[2]), dtype: dtype, shape: tensor.shape, bytes: try tensor.bytes()))
    }
  }

  mutating func add(_ tensors: [FixedTensor]) -> Int? {
    if tensors.isEmpty { return nil }
    if let place = fixed.firstIndex(of: tensors) { return place }
    fixed.append(tensors)
    return fixed.count - 1
  }

  func fixed(at place: Int) throws -> [FixedTensor] {
    guard fixed.indices.contains(place) else {
      throw CommandError("values.safetensors has no tensors \(place)")
    }
    return fixed[place]
  }

  mutating func add(_ parameters: [Float], _ buffers: [Float]) -> Int {
    pairs.append((parameters, buffers))
    return pairs.count - 1
  }

  func vectors(at place: Int) throws -> (parameters: [Float], buffers: [Float]) {
    guard pairs.indices.contains(place) else {
      throw CommandError("values.safetensors has no vectors \(place)")
    }
    return pairs[place]
  }

  /// Writes them; returns the file's SHA-256, or `nil` when there is nothing to write.
  func write(in folder: String) throws -> String? {
    if pairs.isEmpty { return nil }
    let tensors = pairs.enumerated().flatMap { index, pair in
      [("parameters", pair.parameters), ("buffers", pair.buffers)].map { name, values in
        SafetensorsWriter.Tensor("\(index).\(name)", .float32, [values.count]) {
          values.withUnsafeBytes { Array($0) }
        }
      }
    }
    let others = fixed.enumerated().flatMap { index, tensors in
      tensors.map { one in
        SafetensorsWriter.Tensor("fixed.\(index).\(one.name)", one.dtype.scalarType, one.shape) {
          one.bytes
        }
      }
    }
    let path = Self.path(in: folder)
    try SafetensorsWriter.write(tensors + others, metadata: [:], to: path)
    guard let sum = FileSums().sha256(of: path) else {
      throw FileError("cannot read", path, errno)
    }
    return sum
  }
}
