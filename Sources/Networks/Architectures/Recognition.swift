extension Architecture {
  /// Recognises a built-in architecture by the names and shapes of a state dict's tensors.
  ///
  /// Every tensor must have the name and shape that the architecture gives it, and what shapes do not
  /// say (an image's height and width, a transformer's heads) must come from the caller. Without an
  /// input shape, an `mlp` is taken to read flat inputs. Activations and pooling leave no trace in
  /// tensors: the usual ones are taken, and ``Architecture/assumption(besides:)`` says which.
  ///
  /// ```swift
  /// let tensors = file.stateDict.tensors.map { ($0.name, $0.shape) }
  /// let architecture = try Architecture.recognised(in: tensors, input: [3, 32, 32], classes: 10)
  /// ```
  ///
  /// - Parameters:
  ///   - tensors: Names and shapes, as the file has them.
  ///   - place: The keys in the file that lead to them, for what to pass instead.
  ///   - input: The shape of one input of the dataset in use, if there is one.
  ///   - classes: Its number of classes.
  /// - Throws: ``RecognitionError`` saying what to pass instead.
  public static func recognised(
    in tensors: [(name: String, shape: [Int])], under place: String = "", input: [Int]? = nil,
    classes: Int? = nil
  ) throws -> Architecture {
    let attempts = TensorShapes(tensors).candidates.map { Attempt($0, tensors) }
    let fitting = attempts.filter { $0.differenceCount == 0 }
    guard fitting.count <= 1 else {
      throw RecognitionError(
        "its tensors are those of \(fitting.map(\.candidate.text).joined(separator: " and of ")); "
          + "pass --arch with one of them")
    }
    if let found = fitting.first {
      return try found.candidate.architecture(tensors, input: input, classes: classes)
    }
    var taken: (candidate: TensorShapes.Candidate, tensors: Remedy.Tensors)?
    var parts: [String] = []
    let remedy = Remedy.option(
      for: tensors, under: place, refused: { if parts.isEmpty { parts = $0 } }
    ) { rest in
      let found = TensorShapes(rest).candidates.first { Attempt($0, rest).differenceCount == 0 }
      if let found { taken = (found, rest) }
      return found != nil
    }
    if let remedy, let taken {
      let isPrefix = remedy.hasPrefix("--strip ") && !remedy.contains(" --ignore ")
      let prefix = Remedy.unquoted(String(remedy.dropFirst("--strip ".count)))
      let text =
        isPrefix
        ? "all its names begin with '\(prefix)'; pass \(remedy) to take it off"
        : "some of its tensors are those of a built-in architecture; pass \(remedy) to take these alone"
      // What the options alone would be answered with.
      do {
        _ = try taken.candidate.architecture(taken.tensors, input: input, classes: classes)
      } catch {
        throw RecognitionError("\(text); then \(error)")
      }
      throw RecognitionError(text)
    }
    if let empty = tensors.first(where: { $0.shape.contains(0) }) {
      throw RecognitionError(
        "its tensor '\(empty.name)' is empty (\(TensorDifferences.text(empty.shape))), which no layer's is; save "
          + "the network's state_dict() again, or pass --arch, for instance a TorchScript file with --trust"
      )
    }
    let advice = Reparametrization.remedy(in: tensors.map(\.name)).map { "\($0); otherwise " } ?? ""
    let nearest = attempts.min { $0.differenceCount < $1.differenceCount }
    if advice.isEmpty, nearest == nil || nearest?.hasOnlyMore == true {
      if let nearest { parts = nearest.parts }
      if !parts.isEmpty {
        let base = nearest?.candidate.text ?? taken?.candidate.text
        throw RecognitionError(OwnLayers.advice(parts, beside: base ?? "one"))
      }
    }
    guard let nearest else {
      let names = tensors.prefix(3).map(\.name).joined(separator: ", ")
      throw RecognitionError(
        "its tensors (\(names)\(tensors.count > 3 ? " …" : "")) are not those of a built-in "
          + "architecture; \(advice)pass --arch, for instance a TorchScript file with --trust")
    }
    throw RecognitionError(
      "the nearest built-in architecture is \(nearest.candidate.text), but \(nearest.why); \(advice)"
        + "pass --arch, for instance a TorchScript file with --trust")
  }
}

/// A state dict's architecture could not be told from its tensors.
public struct RecognitionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is not known or does not fit, and what to pass: the rest of a sentence about a file.
  public var description: String

  init(_ description: String) { self.description = description }
}

// How the tensors differ from a candidate with an input of its own choice.
private struct Attempt {
  let candidate: TensorShapes.Candidate
  let differenceCount: Int
  let why: String
  /// Whether tensors of the candidate are all there, with others.
  private(set) var hasOnlyMore = false
  /// Those of the others that may compute with them.
  private(set) var parts: [String] = []

  init(_ candidate: TensorShapes.Candidate, _ tensors: [(name: String, shape: [Int])]) {
    self.candidate = candidate
    do {
      let (_, differences) = try candidate.planned(
        tensors, input: candidate.input.example, classes: candidate.classes)
      (differenceCount, why) = (differences.count, differences.text(atMost: 3))
      if differences.missing.isEmpty, differences.misshapen.isEmpty {
        hasOnlyMore = true
        parts = Leftover(named: differences.unexpected, of: tensors).parts
      }
    } catch {
      (differenceCount, why) = (.max, "\(error)")
    }
  }
}

extension TensorShapes.Candidate {
  /// The candidate on some input, and how the tensors differ from it.
  ///
  /// - Throws: ``ArchitectureError`` when there is no such architecture.
  fileprivate func planned(
    _ tensors: [(name: String, shape: [Int])], input: [Int], classes: Int
  ) throws -> (Architecture, TensorDifferences) {
    // Read back from text, which refuses what is out of bounds.
    let architecture = try Architecture(
      Architecture(family, input: input, classes: classes).text)
    let plan = try NetworkPlan(architecture)
    return (architecture, TensorDifferences(tensors, expected: plan.expectedTensors))
  }

  /// The whole architecture of tensors that fit the candidate, as far as tensors and dataset say.
  fileprivate func architecture(
    _ tensors: [(name: String, shape: [Int])], input: [Int]?, classes: Int?
  ) throws -> Architecture {
    if case .vit(let sizes) = family { throw unknownHeads(sizes, datasetIsLoaded: input != nil) }
    guard let input, let classes else {
      guard case .images = self.input else {
        return try planned(tensors, input: self.input.example, classes: self.classes).0
      }
      throw RecognitionError(
        "its tensors are those of \(text) for \(self.input.text) and \(self.classes) classes, which "
          + "do not say the images' height and width; load its dataset first")
    }
    // A network may know classes that the data do not show.
    let known = max(classes, self.classes)
    if let (architecture, differences) = try? planned(tensors, input: input, classes: known),
      differences.isEmpty
    {
      return architecture
    }
    let own =
      "its tensors are those of \(text) for \(self.input.text) and \(self.classes) classes, but the "
    let fits = (try? planned(tensors, input: input, classes: self.classes).1.isEmpty) == true
    if let same = try? planned(tensors, input: input, classes: known).0,
      let features = FlattenedFeatures(tensors, besides: same)
    {
      throw RecognitionError("its tensors are nearly those of \(text), but \(features.advice)")
    }
    guard !fits else {
      throw RecognitionError(
        own
          + "dataset in use has \(classes) classes; a network is evaluated on classes that it knows"
      )
    }
    throw RecognitionError(
      own + "dataset in use has inputs of \(input.map(String.init).joined(separator: "x")) and "
        + "\(classes) classes; load the data that it was trained on with `data`")
  }

  fileprivate static func heads(ofWidth dim: Int) -> Int { dim % 64 == 0 ? dim / 64 : 1 }

  private func unknownHeads(
    _ sizes: Architecture.VisionTransformer, datasetIsLoaded: Bool
  ) -> RecognitionError {
    // Most transformers have heads of 64 numbers: a thing to offer, not to assume.
    let isUsual = sizes.dim % 64 == 0
    var offered = sizes
    offered.heads = Self.heads(ofWidth: sizes.dim)
    let text = Architecture(.vit(offered), input: [], classes: 0).shortText
    return RecognitionError(
      "its tensors are those of a vit, which do not say its number of attention heads; "
        + (datasetIsLoaded ? "pass" : "load its dataset first, then pass") + " --arch \(text) "
        + (isUsual
          ? "(heads of 64 numbers are usual), or the same with the heads it was trained with"
          : "with the heads it was trained with in the place of 1"))
  }
}

extension Architecture {
  /// The built-in architecture that has exactly the tensors, where that is another than this, with this one's
  /// input and, as far as it has them, heads and choices.
  func other(of tensors: [(name: String, shape: [Int])]) -> Architecture? {
    for var candidate in TensorShapes(tensors).candidates {
      if case .vit(var sizes) = candidate.family {
        var heads = TensorShapes.Candidate.heads(ofWidth: sizes.dim)
        if case .vit(let own) = family, own.heads > 0, sizes.dim % own.heads == 0 {
          heads = own.heads
        }
        sizes.heads = heads
        candidate.family = .vit(sizes)
      }
      let known = max(classes, candidate.classes)
      guard
        let (plain, differences) = try? candidate.planned(tensors, input: input, classes: known),
        differences.isEmpty
      else { continue }
      var found = plain
      if openChoices.map(\.option) == found.openChoices.map(\.option) {
        found.choices.take(choices, besides: .usual(in: family))
      }
      if found.family != family { return found }
    }
    return nil
  }
}
