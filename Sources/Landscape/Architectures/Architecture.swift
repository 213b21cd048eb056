// Landscape owns the science that analyses share: architectures, flat parameters, evaluation,
// gradients, batch-norm recalculation, metrics and training. It must not know commands, sessions,
// figures or any one paper's analysis.

import BasinCore

/// The function logits = f(parameters, buffers, x).
///
/// A built-in architecture is written as text: a name, then options after a colon:
///
/// ```
/// mlp:hidden=64-64
/// cnn:channels=16-32-32,norm=batch
/// resnet20
/// ```
///
/// with `input=1x8x8` and `classes=10` where no dataset says them. ``text`` writes it back whole.
public struct Architecture: Sendable, Equatable, Hashable {
  /// Which function it is.
  public enum Family: Sendable, Equatable, Hashable {
    /// Fully connected layers with ReLU between them; no hidden layer is a linear model.
    case mlp(hidden: [Int])
    /// 3×3 convolutions, each with ReLU and 2×2 max pooling while the image is larger than one
    /// pixel, then one linear layer.
    case cnn(channels: [Int], batchNorm: Bool)
    /// The CIFAR form of ResNet (He et al., arXiv 1512.03385, §4.2) with parameter-free shortcuts
    /// (option A), of depth 6n + 2 with n blocks a stage: 20, 32, 44, 56.
    case resnet(blocksPerStage: Int)
    /// A TorchScript file of the user's.
    case torchScript(InputFile)
  }

  /// Which function it is.
  public var family: Family
  /// The shape of one input: `[channels, height, width]`, or `[features]`.
  public var input: [Int]
  /// The number of classes, which is the number of logits.
  public var classes: Int

  /// Creates an architecture.
  public init(_ family: Family, input: [Int], classes: Int) {
    self.family = family
    self.input = input
    self.classes = classes
  }

  /// The architecture as text that ``init(_:input:classes:)-(String,_,_)`` reads.
  public var text: String {
    let shape = "input=\(input.map(String.init).joined(separator: "x")),classes=\(classes)"
    return shortText + (shortText.contains(":") ? "," : ":") + shape
  }

  /// The architecture without its input and classes, where the dataset is plain: for people.
  public var shortText: String {
    switch family {
    case .mlp(let hidden): "mlp:hidden=\(hidden.isEmpty ? "none" : joined(hidden))"
    case .cnn(let channels, let batchNorm):
      "cnn:channels=\(joined(channels)),norm=\(batchNorm ? "batch" : "none")"
    case .resnet(let blocks): "resnet\(6 * blocks + 2)"
    case .torchScript(let file): file.path
    }
  }

  // What a text may ask for, since it may come from a file: a size, an input, a network.
  static let largestSize = 1_000_000
  private static let mostParameters = 1_000_000_000

  private func joined(_ numbers: [Int]) -> String {
    numbers.map(String.init).joined(separator: "-")
  }

  /// The names that ``init(_:input:classes:)-(String,_,_)`` knows.
  public static let names = [
    "mlp", "cnn", "cnn-bn", "resnet20", "resnet32", "resnet44", "resnet56",
  ]

  /// Reads an architecture from text.
  ///
  /// - Parameters:
  ///   - text: For instance `cnn:channels=16-32,norm=batch`; `cnn-bn` is `cnn:norm=batch`.
  ///   - input: The shape of one input where the text does not say it.
  ///   - classes: The number of classes where the text does not say it.
  /// - Throws: ``ArchitectureError`` naming the text and what is wrong in it.
  public init(_ text: String, input: [Int]? = nil, classes: Int? = nil) throws {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    var options = try ArchitectureOptions(parts.count == 2 ? String(parts[1]) : "", of: text)
    switch name {
    case "mlp":
      family = .mlp(hidden: try options.sizes("hidden") ?? [64, 64])
    case "cnn", "cnn-bn":
      let channels = try options.sizes("channels") ?? [16, 32, 32]
      let batchNorm =
        try options.choice("norm", ["none": false, "batch": true]) ?? (name == "cnn-bn")
      family = .cnn(channels: channels, batchNorm: batchNorm)
    case "resnet20", "resnet32", "resnet44", "resnet56":
      family = .resnet(blocksPerStage: ((Int(name.dropFirst("resnet".count)) ?? 20) - 2) / 6)
    default:
      throw ArchitectureError(
        text,
        "unknown architecture '\(name)'; built in are \(Self.names.joined(separator: ", ")), and a "
          + "TorchScript file with --trust")
    }
    let givenInput = try options.shape("input") ?? input
    let givenClasses = try options.count("classes") ?? classes
    try options.finish()
    guard let givenInput, let givenClasses else {
      throw ArchitectureError(
        text, "the input shape is unknown; load a dataset first, or write input=1x8x8,classes=10")
    }
    guard givenInput.count <= 4,
      givenInput.reduce(1, { min($0, Self.largestSize) * $1 }) <= Self.largestSize
    else {
      throw ArchitectureError(text, "its input has over \(Self.largestSize) numbers")
    }
    self.input = givenInput
    self.classes = givenClasses
    let count = try NetworkPlan(self).parameterCount
    guard count <= Self.mostParameters else {
      throw ArchitectureError(text, "it has over \(Self.mostParameters) parameters")
    }
  }
}

/// An architecture's text could not be read, or does not fit its input.
public struct ArchitectureError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The architecture as given.
  public var text: String
  /// What is wrong with it.
  public var reason: String

  init(_ text: String, _ reason: String) {
    self.text = text
    self.reason = reason
  }

  /// `architecture 'cnn:width=3': unknown option 'width'; …`
  public var description: String { "architecture '\(text)': \(reason)" }
}

// The options after the colon; each is taken once, and what is left over is an error.
private struct ArchitectureOptions {
  private let text: String
  private var values: [String: String] = [:]
  private var known: [String] = []

  init(_ options: String, of text: String) throws {
    self.text = text
    for option in options.split(separator: ",") {
      let pair = option.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2 else {
        throw ArchitectureError(text, "'\(option)' is not of the form name=value")
      }
      guard values.updateValue(pair[1], forKey: pair[0]) == nil else {
        throw ArchitectureError(text, "option '\(pair[0])' is given twice")
      }
    }
  }

  private mutating func take(_ name: String) -> String? {
    known.append(name)
    return values.removeValue(forKey: name)
  }

  mutating func count(_ name: String) throws -> Int? {
    try take(name).map { try size($0, in: name) }
  }

  mutating func sizes(_ name: String) throws -> [Int]? {
    guard let value = take(name) else { return nil }
    if value == "none" { return [] }
    return try value.split(separator: "-", omittingEmptySubsequences: false).map {
      try size(String($0), in: name)
    }
  }

  mutating func shape(_ name: String) throws -> [Int]? {
    try take(name)?.split(separator: "x", omittingEmptySubsequences: false).map {
      try size(String($0), in: name)
    }
  }

  mutating func choice<Value>(_ name: String, _ choices: [String: Value]) throws -> Value? {
    guard let value = take(name) else { return nil }
    guard let chosen = choices[value] else {
      let words = choices.keys.sorted().joined(separator: ", ")
      throw ArchitectureError(text, "\(name)=\(value) is not one of \(words)")
    }
    return chosen
  }

  func finish() throws {
    guard let left = values.keys.sorted().first else { return }
    throw ArchitectureError(
      text, "unknown option '\(left)'; it takes \(known.joined(separator: ", "))")
  }

  private func size(_ value: String, in name: String) throws -> Int {
    guard let size = Int(value), (1...Architecture.largestSize).contains(size) else {
      throw ArchitectureError(
        text, "\(name)=\(value) is not a size from 1 to \(Architecture.largestSize)")
    }
    return size
  }
}
