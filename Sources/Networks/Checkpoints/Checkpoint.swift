import BasinCore
import Checkpoints
import Torch

/// One model's parameters and buffers by PyTorch name, with where they came from.
public struct Checkpoint: Sendable {
  /// Where the numbers are.
  public enum Weights: Sendable {
    /// In a file: copied out when a network loads them.
    case stored(StateDict)
    /// In memory: the flat vectors of a network, batch norm's counters in the network's order, and
    /// all other tensors.
    case vectors(
      parameters: [Float], buffers: [Float], counts: [Int64], fixed: [FixedTensor] = [])
  }

  /// A short name for tables: the file's name without its folder, or how it was made.
  public var name: String
  /// The file it was read from; `nil` for one made in the session.
  public var file: InputFile?
  /// The files that an index of shards leads to.
  public var shards: [InputFile]
  /// What decides its content: the file's SHA-256, or one over the weights.
  public var identity: String
  /// What the file says about itself: epoch, seed, learning rate …
  public var metadata: [String: String]
  /// What was done to read it: wrappers found, prefixes stripped.
  public var notes: [String]
  /// The numbers.
  public var weights: Weights
  /// How the file was read.
  public var reading = Reading()
  /// The keys in the file that lead to its tensors, as `--key` takes them before a dot and the beginning of
  /// names.
  public var place = ""
  /// Of how many networks it is the mean, where its file says so.
  public var averaged: Int?
  /// Patterns of names to leave out that match none of its file's.
  public var unmatched: [UnmatchedPattern] = []
  /// Names and shapes of the tensors that such patterns left out.
  public var leftOut: [(name: String, shape: [Int])] = []

  /// How a file is read, where its user says so.
  public struct Reading: Sendable, Equatable {
    /// The state dict's key.
    public var key: String?
    /// The prefix taken off its names.
    public var strip: String?
    /// Patterns of names that are left out.
    public var ignored: [String]
    /// Which of several checkpoints in the file it is, from 0.
    public var part: Int?
    /// The folder that was named in the file's place.
    public var folder: String?

    /// Says how.
    public init(
      key: String? = nil, strip: String? = nil, ignored: [String] = [], part: Int? = nil,
      folder: String? = nil
    ) {
      (self.key, self.strip, self.ignored) = (key, strip, ignored)
      (self.part, self.folder) = (part, folder)
    }
  }

  /// Creates a checkpoint.
  public init(
    name: String, file: InputFile?, shards: [InputFile] = [], identity: String,
    metadata: [String: String], notes: [String] = [], weights: Weights
  ) {
    self.name = name
    self.file = file
    self.shards = shards
    self.identity = identity
    self.metadata = metadata
    self.notes = notes
    self.weights = weights
  }

  /// All files it came from.
  public var files: [InputFile] { [file].compactMap(\.self) + shards }

  /// The file it came from, or its name: what messages call it.
  public var label: String { file?.path ?? name }
}

/// An ordered, named list of checkpoints of one architecture: independent seeds, or the trajectory
/// of one run.
public struct CheckpointSet: Sendable, SessionValue {
  /// The checkpoints in order.
  public var checkpoints: [Checkpoint]
  /// The function that their weights are for.
  public var architecture: Architecture

  /// Creates a set.
  public init(_ checkpoints: [Checkpoint], of architecture: Architecture) {
    self.checkpoints = checkpoints
    self.architecture = architecture
  }

  /// `checkpoints`
  public var kind: String { "checkpoints" }

  /// A SHA-256 over the architecture and over each checkpoint's name, content, files and metadata.
  public var identity: String? {
    var parts = [architecture.text]
    if case .torchScript(let file) = architecture.family { parts += [file.sha256] }
    for checkpoint in checkpoints {
      parts += ["checkpoint", checkpoint.name, checkpoint.identity]
      parts += checkpoint.files.flatMap { [$0.path, $0.sha256] } + ["metadata"]
      parts += checkpoint.metadata.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
      parts += ["notes"] + checkpoint.notes
      if case .vectors(_, _, let counts, _) = checkpoint.weights {
        parts += ["counts"] + counts.map(String.init)
      }
    }
    return SHA256.hexadecimal(ofParts: parts)
  }

  /// `5 checkpoints of cnn:channels=16-32-32,norm=none: seed0/last … seed4/last`
  public var summary: String {
    let count = checkpoints.count == 1 ? "1 checkpoint" : "\(checkpoints.count) checkpoints"
    let ends = [checkpoints.first, checkpoints.count > 1 ? checkpoints.last : nil]
      .compactMap { $0?.name }.joined(separator: " … ")
    return "\(count) of \(architecture.shortText): \(ends)"
  }
}
