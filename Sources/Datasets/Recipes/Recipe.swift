import BasinCore

/// What is done to a dataset to make another: subset, then label noise, then corruption, then
/// normalisation. Nothing is computed before inputs are asked for, but labels and the statistics of a
/// normalisation.
public struct Recipe: Sendable, Equatable {
  /// Training examples to keep, chosen at random.
  public var subset: Int?
  /// Test examples to keep, chosen at random.
  public var testSubset: Int?
  /// The fraction of training labels that is replaced by a random other class.
  public var labelNoise: Double?
  /// What is done to images of the test split.
  public var corruption: Corruption?
  /// Whether images of the training split are corrupted too.
  public var corruptsTraining = false
  /// How inputs are normalised.
  public var normalization: Normalization?
  /// Seed of all random draws.
  public var seed: UInt64 = 0

  /// Creates a recipe that does nothing.
  public init() {}

  /// Whether nothing is done.
  public var isEmpty: Bool { text.isEmpty }

  /// What is done, in order: `subset:1000, gaussian-noise:3 (seed 0)`; empty for nothing.
  public var text: String {
    var drawn: [String] = []
    if let subset { drawn.append("subset:\(subset)") }
    if let testSubset { drawn.append("test-subset:\(testSubset)") }
    if let labelNoise { drawn.append("label-noise:\(labelNoise)") }
    if let corruption {
      drawn.append(corruption.text + (corruptsTraining ? " on both splits" : ""))
    }
    var text = drawn.joined(separator: ", ")
    if !drawn.isEmpty { text += " (seed \(seed))" }
    if let normalization {
      text += (text.isEmpty ? "" : ", ") + "normalize:\(normalization.text)"
    }
    return text
  }
}

extension Dataset {
  /// The dataset that a recipe makes of this one. Its name says what was done; its checksum is of
  /// this one's and the recipe; its files are this one's.
  ///
  /// ```swift
  /// var recipe = Recipe()
  /// recipe.corruption = Corruption("gaussian-noise:3")
  /// let shifted = try digits.made(by: recipe)
  /// ```
  ///
  /// - Throws: ``DatasetError`` for a number out of range, or a corruption of what is no image in
  ///   [0, 1]; what reading inputs throws; `Cancelled`.
  public func made(
    by recipe: Recipe, cancellation: Cancellation = Cancellation()
  ) throws -> Dataset {
    if recipe.isEmpty { return self }
    var made = self
    if train.count == 0 {
      try requireTraining(for: recipe.subset.map { "--subset \($0)" })
      try requireTraining(for: recipe.labelNoise.map { "--label-noise \($0)" })
      if recipe.normalization == .training {
        try requireTraining(for: "--normalize without MEANS:DEVIATIONS")
      }
    }
    if let size = recipe.subset {
      made.train = try train.subset(size, "--subset", name, "train", recipe.seed)
    }
    if let size = recipe.testSubset {
      made.test = try test.subset(size, "--test-subset", name, "test", recipe.seed)
    }
    if let fraction = recipe.labelNoise {
      made.train.labels = try noisy(made.train.labels, fraction, recipe.seed)
    }
    if let corruption = recipe.corruption {
      made.test.source = try corrupted(made.test, corruption, .test, recipe.seed)
      if recipe.corruptsTraining {
        made.train.source = try corrupted(made.train, corruption, .train, recipe.seed)
      }
    }
    if let normalization = recipe.normalization {
      try made.normalize(normalization, cancellation)
    }
    if recipe.corruption != nil || recipe.normalization != nil { made.holdsIntegers = false }
    made.name = "\(name), \(recipe.text)"
    made.sha256 = Dataset.identity(sha256, recipe.text)
    return made
  }

  private func requireTraining(for option: String?) throws {
    if let option { throw DatasetError(name, "\(option) needs a training split, which it has not") }
  }

  // Exactly round(p·n) labels, chosen without replacement, each to another class.
  private func noisy(_ labels: [Int64], _ fraction: Double, _ seed: UInt64) throws -> [Int64] {
    guard (0...1).contains(fraction) else {
      throw DatasetError(name, "--label-noise is \(fraction); it must be from 0 to 1")
    }
    var labels = labels
    var generator = ExampleGenerator(seed: seed, "label noise")
    let count = Int((fraction * Double(labels.count)).rounded())
    for index in generator.choosing(count, of: labels.count) {
      let other = Int64(generator.below(classes - 1))
      labels[index] = other < labels[index] ? other : other + 1
    }
    return labels
  }

  private func corrupted(
    _ part: Part, _ corruption: Corruption, _ split: Split, _ seed: UInt64
  ) throws -> any InputSource {
    guard inputShape.count == 3 else {
      throw DatasetError(
        name,
        "--corrupt is for images, and its inputs are \(inputShape.map(String.init).joined(separator: "×"))"
      )
    }
    let source = CorruptedInputs(
      base: part.source, name: name, corruption: corruption, shape: inputShape, seed: seed,
      split: split)
    // Inputs that are no pixels are mostly none from the start.
    _ = try source.inputs(0..<min(part.count, 16))
    return source
  }

  private mutating func normalize(
    _ normalization: Normalization, _ cancellation: Cancellation
  ) throws {
    let numbers: (means: [Double], deviations: [Double])
    switch normalization {
    case .given(let means, let deviations):
      guard means.count == inputShape[0] else {
        throw DatasetError(
          name,
          "--normalize has \(Counted.text(means.count, "channels")) where its inputs have \(inputShape[0])"
        )
      }
      numbers = (means, deviations)
    case .training:
      numbers = try Normalization.statistics(of: train, shape: inputShape, cancellation)
      if inputShape[0] <= 4 {
        let format = NumberFormat.significant(4)
        notes.append(
          "normalised by means "
            + numbers.means.map { format.text($0) }.joined(separator: ", ")
            + " and standard deviations "
            + numbers.deviations.map { format.text($0) }.joined(separator: ", "))
      }
    }
    for split in Split.allCases {
      let source = NormalizedInputs(
        base: self[split].source, means: numbers.means, deviations: numbers.deviations,
        shape: inputShape)
      if split == .train { train.source = source } else { test.source = source }
    }
  }
}

extension Dataset.Part {
  // In the order of the whole, which random choice says nothing about.
  fileprivate func subset(
    _ size: Int, _ option: String, _ name: String, _ split: String, _ seed: UInt64
  ) throws -> Dataset.Part {
    guard size >= 1, size <= count else {
      throw DatasetError(
        name, "\(option) is \(size); its \(split) split has \(Counted.text(count, "inputs"))")
    }
    var generator = ExampleGenerator(seed: seed, "subset", split)
    return selecting(generator.choosing(size, of: count).sorted())
  }
}
