extension Architecture {
  /// What an architecture computes with that leaves no trace in its tensors, so that names and shapes do not
  /// tell it.
  public struct Choices: Sendable, Equatable, Hashable {
    /// What stands between layers.
    public var activation: Activation
    /// How a `cnn` or a `vgg16` halves its images.
    public var pooling: Pooling
    /// The ε > 0 that batch or layer normalisation adds to a variance.
    public var epsilon: Double
    /// What a transformer's last layer reads.
    public var tokenPooling: TokenPooling

    /// Creates choices; those of PyTorch's modules unless given.
    public init(
      activation: Activation = .relu, pooling: Pooling = .max, epsilon: Double = 1e-5,
      tokenPooling: TokenPooling = .token
    ) {
      (self.activation, self.pooling) = (activation, pooling)
      (self.epsilon, self.tokenPooling) = (epsilon, tokenPooling)
    }

    /// What the implementations have that the family stands for.
    public static func usual(in family: Family) -> Choices {
      guard case .vit(let sizes) = family else { return Choices() }
      return Choices(
        activation: .gelu, epsilon: 1e-6, tokenPooling: sizes.norm == .afterPooling ? .mean : .token
      )
    }
  }

  /// What the last layer of a transformer reads.
  public enum TokenPooling: String, CaseIterable, Sendable {
    /// The class token.
    case token
    /// The mean of all other tokens (timm's `global_pool="avg"` with `fc_norm=False`).
    case mean
  }

  /// One of the choices, as an option of an architecture's text.
  struct OpenChoice {
    /// The option.
    var option: String
    /// The value that the architecture has.
    var taken: String
    /// The value in the family's usual implementation.
    var usual: String
    /// Another one that is common, for messages.
    var other: String
    /// For messages: `activation is relu, tanh … or leaky-relu`.
    var values: String?
  }

  /// What the family leaves open, in the order of its text.
  var openChoices: [OpenChoice] {
    let usual = Choices.usual(in: family)
    let pooling = OpenChoice.of("pooling", choices.pooling, usual.pooling)
    func activation(other: Activation) -> OpenChoice {
      .of("activation", choices.activation, usual.activation, other: other)
    }
    func epsilon(_ option: String, other: String) -> OpenChoice {
      OpenChoice(
        option: option, taken: "\(choices.epsilon)", usual: "\(usual.epsilon)", other: other)
    }
    let batchNorm = epsilon("bn-eps", other: "0.001")
    switch family {
    case .mlp(let hidden, _): return hidden.isEmpty ? [] : [activation(other: .tanh)]
    case .cnn(_, let hasBatchNorm):
      return [activation(other: .tanh), pooling] + (hasBatchNorm ? [batchNorm] : [])
    case .vgg16(let hasBatchNorm):
      return [activation(other: .silu), pooling] + (hasBatchNorm ? [batchNorm] : [])
    case .resnet, .wideResNet: return [activation(other: .silu), batchNorm]
    case .imageResNet(let form):
      return [
        OpenChoice.of("pooling", form.pooling, ImageResNet.usualPooling(after: form.stem)),
        activation(other: .silu), batchNorm,
      ]
    case .vit:
      return [
        OpenChoice.of("pool", choices.tokenPooling, usual.tokenPooling),
        activation(other: .geluTanh), epsilon("ln-eps", other: "1e-05"),
      ]
    case .mimoCNN, .torchScript: return []
    }
  }
}

extension Architecture.OpenChoice {
  /// One of an enumeration's words; another one stands for others.
  fileprivate static func of<Word: CaseIterable & RawRepresentable<String>>(
    _ option: String, _ taken: Word, _ usual: Word, other: Word? = nil
  ) -> Architecture.OpenChoice {
    let words = Word.allCases.map(\.rawValue)
    return Architecture.OpenChoice(
      option: option, taken: taken.rawValue, usual: usual.rawValue,
      other: other?.rawValue ?? words.first { $0 != usual.rawValue } ?? usual.rawValue,
      values:
        "\(option) is \(words.dropLast().joined(separator: ", ")) or \(words[words.count - 1])")
  }
}

extension Architecture.Choices {
  /// Takes what others have besides what is usual for them: what is usual elsewhere stays so.
  mutating func take(_ others: Self, besides usual: Self) {
    if others.activation != usual.activation { activation = others.activation }
    if others.pooling != usual.pooling { pooling = others.pooling }
    if others.epsilon != usual.epsilon { epsilon = others.epsilon }
    if others.tokenPooling != usual.tokenPooling { tokenPooling = others.tokenPooling }
  }

  /// Takes the options that the family has.
  mutating func read(
    _ options: inout ArchitectureOptions, for family: Architecture.Family
  ) throws {
    // An image ResNet's pooling is a part of its form.
    for choice in Architecture(family, input: [], classes: 0).openChoices {
      switch choice.option {
      case "activation": activation = try options.word("activation") ?? activation
      case "pool": tokenPooling = try options.word("pool") ?? tokenPooling
      case "bn-eps", "ln-eps": epsilon = try options.epsilon(choice.option) ?? epsilon
      case "pooling":
        if case .imageResNet = family { continue }
        pooling = try options.word("pooling") ?? pooling
      default: continue
      }
    }
    // A linear model has no activation, but may be told one.
    if case .mlp(let hidden, _) = family, hidden.isEmpty {
      _ = try options.word("activation") as Architecture.Activation?
    }
  }
}
