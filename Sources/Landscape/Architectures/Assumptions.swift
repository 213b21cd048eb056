extension Architecture {
  /// What the names and shapes of a state dict leave open about an architecture that was recognised by
  /// them.
  public struct Assumption: Sendable, Equatable {
    /// What is not said, what is assumed, and what to type for something else, as one sentence.
    public var sentence: String
    /// The architecture with another choice, as `--arch` takes it.
    public var other: String
  }

  /// What was assumed if the architecture was recognised by names and shapes; `nil` where they say all, or
  /// where they are those of one well-known implementation.
  public var assumption: Assumption? {
    var other = self
    switch family {
    case .mlp(let hidden, _) where !hidden.isEmpty:
      other.family = .mlp(hidden: hidden, activation: .tanh)
      return Assumption(
        "its activation, so ReLU is assumed; for another", other, Self.activations)
    case .cnn(let channels, let batchNorm, _, _):
      other.family = .cnn(
        channels: channels, batchNorm: batchNorm, activation: .tanh, pooling: .avg)
      return Assumption(
        "its activation or its pooling, so ReLU and max pooling are assumed; for others", other,
        Self.activations + "; pooling is max or avg")
    case .imageResNet(var form) where form.stem == .small && form.names == .torchvision:
      form.pooling = .max
      other.family = .imageResNet(form)
      return Assumption(
        "what follows its 3×3 stem, so no pooling is assumed; for another", other,
        "pooling is none or max")
    default: return nil
    }
  }

  private static let activations: String = {
    let words = Activation.allCases.map(\.rawValue)
    return "activation is \(words.dropLast().joined(separator: ", ")) or \(words[words.count - 1])"
  }()
}

extension Architecture.Assumption {
  fileprivate init(_ unsaid: String, _ other: Architecture, _ choices: String) {
    self.init(
      sentence:
        "a state dict does not say \(unsaid), load with --arch \(other.shortText) (\(choices))",
      other: other.shortText)
  }
}
