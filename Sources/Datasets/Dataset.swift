// Datasets owns labelled inputs: reading them from files, checking them, and their fixed splits. It
// must not know networks or tensors of libtorch.

import BasinCore

/// Which part of a dataset is meant.
public enum Split: String, Sendable, Equatable, Hashable, Codable, CaseIterable {
  /// Inputs that networks are trained on.
  case train
  /// Inputs held out.
  case test
}

/// Labelled inputs of classes, in a fixed training and a fixed test part.
public struct Dataset: Sendable, SessionValue {
  /// Inputs and labels of one split.
  public struct Part: Sendable {
    /// Class indices, 0 ..< classes.
    public var labels: [Int64]
    /// Where the inputs come from.
    public var source: any InputSource
    /// The number of examples.
    public var count: Int { labels.count }

    /// Creates a part from inputs in memory, row-major `[count, …input shape]`, and labels.
    public init(inputs: [Float], labels: [Int64]) {
      self.init(
        labels: labels,
        source: MemoryInputs(values: inputs, width: inputs.count / max(1, labels.count)))
    }

    /// Creates a part from labels and what gives their inputs.
    public init(labels: [Int64], source: any InputSource) {
      self.labels = labels
      self.source = source
    }

    /// Inputs of a range of examples, row-major `[range.count, …input shape]`, computed now.
    ///
    /// - Throws: ``DatasetError`` when the range is outside the part, or a file cannot be read.
    public func inputs(_ range: Range<Int>) throws -> [Float] {
      guard range.lowerBound >= 0, range.upperBound <= count else {
        throw DatasetError(
          "part",
          "it has \(Counted.text(count, "inputs")), none from \(range.lowerBound) to \(range.upperBound - 1)"
        )
      }
      return try source.inputs(range)
    }

    /// All inputs, row-major.
    ///
    /// - Throws: as ``inputs(_:)`` does.
    public func inputs() throws -> [Float] { try inputs(0..<count) }
  }

  /// The name it was opened by: `digits`, or a path.
  public var name: String
  /// What tells it from any other dataset: SHA-256 of the file it came from, or of all its files and
  /// of what was done to them.
  public var sha256: String
  /// The files it came from, for provenance.
  public var files: [InputFile]
  /// The shape of one input: `[channels, height, width]`, or `[features]`.
  public var inputShape: [Int]
  /// The classes' names, in the order of their indices.
  public var classNames: [String]
  /// The training part.
  public var train: Part
  /// The test part.
  public var test: Part
  /// Where the data comes from, for reports; empty for a user's own file.
  public var attribution: String
  /// What a user should know about how it was read: a split that was made, say.
  public var notes: [String] = []
  /// Whether all inputs are whole numbers by their type: tokens, say, which a TorchScript program gets as
  /// integers.
  public var holdsIntegers = false
  /// Whether labels are known to begin at 0, as CIFAR's are by definition: a class 0 that does not occur has no
  /// inputs then.
  public var countsFromZero = false
  /// What happens to training batches; `nil` for nothing.
  public var augmentation: Augmentation?

  /// Creates a dataset from values that have been checked.
  public init(
    name: String, sha256: String, files: [InputFile], inputShape: [Int], classNames: [String],
    train: Part, test: Part, attribution: String = ""
  ) {
    self.name = name
    self.sha256 = sha256
    self.files = files
    self.inputShape = inputShape
    self.classNames = classNames
    self.train = train
    self.test = test
    self.attribution = attribution
  }

  /// The number of classes.
  public var classes: Int { classNames.count }

  /// The numbers in one input.
  public var inputSize: Int { inputShape.reduce(1, *) }

  /// One of the parts.
  public subscript(split: Split) -> Part { split == .train ? train : test }

  /// Says how many classes there are, where labels do not show all of them; names of the others are
  /// their numbers.
  ///
  /// - Throws: ``DatasetError`` for fewer than the labels have, under 2 or over 100,000.
  public mutating func setClasses(_ count: Int) throws {
    guard (2...100_000).contains(count) else {
      throw DatasetError(name, "--classes is \(count); it must be from 2 to 100000")
    }
    for split in Split.allCases {
      if let index = self[split].labels.firstIndex(where: { $0 >= count }) {
        throw DatasetError(
          name,
          "--classes is \(count), but its \(split.rawValue) split has the label "
            + "\(self[split].labels[index]) at index \(index)")
      }
    }
    classNames = Array(classNames.prefix(count))
    for index in classes..<max(count, classes) {
      let number = String(index)
      classNames.append(classNames.contains(number) ? "class \(number)" : number)
    }
  }

  /// What to do where a network knows the first `known` classes and no more, fewer than the dataset has: a clause.
  public func remedy(forNetworkOf known: Int) -> String {
    let last = [train.labels, test.labels].compactMap { $0.max() }.max() ?? 0
    if last < known {
      return "all labels of \(name) are below \(known): load it with --classes \(known)"
    }
    return
      "\(name) has labels up to \(last), of which the network knows 0 to \(known - 1): leave the "
      + "others out, in Python keep = y < \(known); x, y = x[keep], y[keep]"
  }

  /// Whether each label from 1 to the largest occurs, and 0 does not, as where classes are counted from 1.
  var hasAllLabelsFromOne: Bool {
    labelsFromOne.map { Set(train.labels + test.labels).count == $0 } ?? false
  }

  /// The largest label where labels begin at 1, as if classes were counted from 1; `nil` where class 0 occurs or
  /// the data are known to count from 0.
  public var labelsFromOne: Int? {
    guard !countsFromZero else { return nil }
    let labels = [train.labels, test.labels].filter { !$0.isEmpty }
    guard labels.compactMap({ $0.min() }).min() == 1,
      let last = labels.compactMap({ $0.max() }).max(),
      last > 1
    else { return nil }
    return Int(last)
  }

  /// Takes labels 1 to `count` as classes 0 to `count` − 1, which keep the labels as their names.
  mutating func countLabelsFromZero(_ count: Int) {
    for split in Split.allCases {
      let labels = self[split].labels.map { $0 - 1 }
      if split == .train { train.labels = labels } else { test.labels = labels }
    }
    classNames = Array(classNames.dropFirst().prefix(count))
    sha256 = Self.identity(sha256, "labels from 1")
    notes.append("labels 1 to \(count) are taken as classes 0 to \(count - 1) (--classes \(count))")
  }

  /// `dataset`
  public var kind: String { "dataset" }

  /// A SHA-256 over the name, the content's, the classes' names and the augmentation.
  public var identity: String? {
    var parts = [name, sha256, augmentation?.text ?? "", attribution]
    parts.append(inputShape.map(String.init).joined(separator: "x"))
    if holdsIntegers { parts.append("integers") }
    parts += classNames + ["notes"] + notes + ["files"]
    for file in files { parts += [file.path, file.sha256] }
    return SHA256.hexadecimal(ofParts: parts)
  }

  /// `1197 training and 600 test inputs of 1×8×8, 10 classes`
  public var summary: String {
    let shape = inputShape.map(String.init).joined(separator: "×")
    if train.count == 0 {
      return
        "\(Counted.text(test.count, "test inputs")) of \(shape), no training split, \(classes) classes"
    }
    return
      "\(train.count) training and \(Counted.text(test.count, "test inputs")) of \(shape), \(classes) classes"
  }
}

/// A dataset could not be opened.
public struct DatasetError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The name or file as given.
  public var name: String
  /// What is wrong.
  public var reason: String

  /// Creates the error.
  public init(_ name: String, _ reason: String) {
    self.name = name
    self.reason = reason
  }

  /// `dataset x.npz: y_train has the label 12 at index 3; …`
  public var description: String { "dataset \(name): \(reason)" }
}
