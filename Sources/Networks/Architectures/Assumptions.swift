extension Architecture {
  /// What the names and shapes of a state dict leave open about an architecture.
  public struct Assumption: Sendable, Equatable {
    /// What is assumed, as options: `activation=relu, bn-eps=1e-05`.
    public var taken: String
    /// The architecture with other choices, as `--arch` takes it.
    public var other: String
    /// What the options can be: `activation is relu, tanh … or leaky-relu; pool is token or mean`.
    public var values: String

    /// What no option changes and tensors do not tell either.
    public var structure: String

    /// The rest of a sentence about names and shapes: `which do not tell activation=relu … (assumed), nor …`
    public var sentence: String {
      let values = values.isEmpty ? "" : " (\(values))"
      return
        "which do not tell \(taken) (assumed), nor \(structure); compare the accuracy of `eval` with the "
        + "training program's: if it differs, load with others, for instance --arch \(other)\(values), or the "
        + "network as TorchScript (--arch net.ts --trust)"
    }
  }

  /// What is assumed where a state dict has the architecture's names and shapes; `nil` where these say all.
  ///
  /// - Parameter options: Options that the user gave, which are not assumed.
  public func assumption(besides options: Set<String> = []) -> Assumption? {
    let open = openChoices.filter { !options.contains($0.option) }
    guard !open.isEmpty else { return nil }
    var plain = self
    plain.choices = .usual(in: family)
    if case .imageResNet(var form) = family {
      form.pooling = ImageResNet.usualPooling(after: form.stem)
      plain.family = .imageResNet(form)
    }
    let base = plain.shortText
    let all = openChoices.map { choice in
      options.contains(choice.option)
        ? (choice.option, choice.taken, choice.usual) : (choice.option, choice.other, choice.usual)
    }
    let others = all.filter { $0.1 != $0.2 }.map { "\($0.0)=\($0.1)" }.joined(separator: ",")
    return Assumption(
      taken: open.map { "\($0.option)=\($0.taken)" }.joined(separator: ", "),
      other: others.isEmpty ? base : base + (base.contains(":") ? "," : ":") + others,
      values: open.compactMap(\.values).joined(separator: "; "), structure: structure)
  }

  private var structure: String {
    let common = "skip connections and the order of operations"
    return if case .mlp = family { common } else { "strides, padding, \(common)" }
  }

  /// What speaks against options of an architecture's text, for tensors of a file that does not say it; `nil` where
  /// nothing does.
  ///
  /// - Parameter options: Those that the user gave.
  public func contradiction(in options: Set<String>) -> String? {
    guard case .vit(let sizes) = family, sizes.norm == .afterPooling, options.contains("pool"),
      choices.tokenPooling == .token
    else { return nil }
    return
      "pool=token contradicts norm=fc_norm: timm's fc_norm is of the mean of the tokens (global_pool=\"avg\"), and "
      + "another network with another loss is evaluated; leave pool out, unless the network was made with "
      + "global_pool=\"token\" and fc_norm=True"
  }

  /// The names of the options in an architecture's text: `hidden` and `activation` of
  /// `mlp:hidden=64,activation=tanh`.
  public static func options(in text: String) -> Set<String> {
    guard let colon = text.firstIndex(of: ":") else { return [] }
    return Set(
      text[text.index(after: colon)...].split(separator: ",").compactMap {
        $0.split(separator: "=", maxSplits: 1).first.map(String.init)
      })
  }
}
