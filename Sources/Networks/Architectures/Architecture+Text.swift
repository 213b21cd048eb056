extension Architecture {
  /// The architecture as text that ``init(_:input:classes:)-(String,_,_)`` reads.
  public var text: String {
    let shape = "input=\(input.map(String.init).joined(separator: "x")),classes=\(classes)"
    return shortText + (shortText.contains(":") ? "," : ":") + shape
  }

  /// The architecture without its input and classes, where the dataset is plain: for people.
  public var shortText: String {
    let options = [
      frozen.isEmpty ? nil : "freeze=\(frozen.joined(separator: "+"))",
      givesProbabilities ? "outputs=probabilities" : nil,
    ].compactMap(\.self)
    guard !options.isEmpty else { return familyText }
    return familyText + (familyText.contains(":") ? "," : ":") + options.joined(separator: ",")
  }

  private var familyText: String {
    let unusual = openChoices.filter { $0.taken != $0.usual }.map { "\($0.option)=\($0.taken)" }
    guard !unusual.isEmpty else { return sizesText }
    return sizesText + (sizesText.contains(":") ? "," : ":") + unusual.joined(separator: ",")
  }

  // Without what tensors do not tell.
  private var sizesText: String {
    switch family {
    case .mlp(let hidden, let layers):
      "mlp:hidden=\(hidden.isEmpty ? "none" : joined(hidden))"
        + (layers.isEmpty ? "" : ",layers=\(layers.joined(separator: "+"))")
    case .cnn(let channels, let batchNorm):
      "cnn:channels=\(joined(channels)),norm=\(batchNorm ? "batch" : "none")"
    case .resnet(let blocks):
      // resnet50 and resnet152 are torchvision's.
      ImageResNet.Depth(rawValue: 6 * blocks + 2) == nil
        ? "resnet\(6 * blocks + 2)" : "cifar-resnet\(6 * blocks + 2)"
    case .imageResNet(let form): form.text
    case .wideResNet(let blocks, let width): "wide-resnet-\(6 * blocks + 4)-\(width)"
    case .vgg16(let batchNorm): batchNorm ? "vgg16-bn" : "vgg16"
    case .vit(let sizes):
      "vit:patch=\(sizes.patch),dim=\(sizes.dim),depth=\(sizes.depth),heads=\(sizes.heads),"
        + "mlp=\(sizes.mlp)" + (sizes.norm == .afterPooling ? ",norm=fc_norm" : "")
    case .mimoCNN(let heads, let channels, let batchNorm):
      "mimo-cnn:heads=\(heads),channels=\(joined(channels)),norm=\(batchNorm ? "batch" : "none")"
    case .torchScript(let file): file.path
    }
  }

  private func joined(_ numbers: [Int]) -> String {
    numbers.map(String.init).joined(separator: "-")
  }

  // What a text may ask for, since it may come from a file: a size, a depth, a network.
  static let largestSize = 1_000_000
  static let mostLayers = 2_000
  private static let mostParameters = 1_000_000_000

  /// Reads an architecture from text.
  ///
  /// - Parameters:
  ///   - text: For instance `cnn:channels=16-32,norm=batch`; `cnn-bn` is `cnn:norm=batch`.
  ///   - input: The shape of one input where the text does not say it.
  ///   - classes: The number of classes where the text does not say it.
  /// - Throws: ``ArchitectureError`` naming the text and what is wrong in it.
  public init(_ text: String, input: [Int]? = nil, classes: Int? = nil) throws {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    var options = try ArchitectureOptions(parts.count == 2 ? String(parts[1]) : "", of: text)
    family = try Self.family(String(parts[0]), &options, text)
    choices = Choices.usual(in: family)
    try choices.read(&options, for: family)
    let givenInput = try options.shape("input") ?? input
    let givenClasses = try options.count("classes") ?? classes
    frozen = try options.names("freeze") ?? []
    givesProbabilities = false
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

  private static func family(
    _ name: String, _ options: inout ArchitectureOptions, _ text: String
  ) throws -> Family {
    switch name {
    case "mlp":
      let hidden = try options.sizes("hidden") ?? [64, 64]
      let layers = try options.names("layers") ?? []
      guard layers.isEmpty || layers.count == hidden.count + 1, layers.allSatisfy(canBeLayer),
        Set(layers).count == layers.count
      else {
        throw ArchitectureError(
          text,
          "layers=\(layers.joined(separator: "+")) should be \(hidden.count + 1) names with + between them, "
            + "as of nn.Sequential: layers=0+2")
      }
      return .mlp(hidden: hidden, layers: layers)
    case "cnn", "cnn-bn":
      return .cnn(
        channels: try options.sizes("channels") ?? [16, 32, 32],
        batchNorm: try options.choice("norm", ["none": false, "batch": true])
          ?? (name == "cnn-bn"))
    case "mimo-cnn":
      return .mimoCNN(
        heads: try options.count("heads", atMost: 100) ?? 3,
        channels: try options.sizes("channels") ?? [16, 32, 32],
        batchNorm: try options.choice("norm", ["none": false, "batch": true]) ?? false)
    case "vgg16", "vgg16-bn": return .vgg16(batchNorm: name == "vgg16-bn")
    case "vit":
      return .vit(
        VisionTransformer(
          patch: try options.count("patch") ?? 4, dim: try options.count("dim") ?? 192,
          depth: try options.count("depth", atMost: mostLayers) ?? 6,
          heads: try options.count("heads") ?? 3, mlp: try options.count("mlp") ?? 4,
          norm: try options.word("norm") ?? .beforePooling))
    case _ where name.hasPrefix("wide-resnet"):
      let numbers = name.dropFirst("wide-resnet".count).split(
        separator: "-", omittingEmptySubsequences: false)
      guard numbers.count == 3, numbers[0].isEmpty, let depth = Int(numbers[1]),
        (10...mostLayers).contains(depth), depth % 6 == 4, let width = Int(numbers[2]),
        (1...largestSize).contains(width)
      else {
        throw ArchitectureError(
          text,
          "a wide ResNet is written wide-resnet-DEPTH-WIDTH with a depth of 6n + 4 up to "
            + "\(mostLayers): wide-resnet-16-4, wide-resnet-28-10")
      }
      return .wideResNet(blocksPerStage: (depth - 4) / 6, width: width)
    case _ where name.hasPrefix("resnet") || name.hasPrefix("cifar-resnet"):
      let number = Int(name.dropFirst(name.hasPrefix("cifar-") ? 12 : 6))
      if !name.hasPrefix("cifar-"), let depth = number.flatMap({ ImageResNet.Depth(rawValue: $0) })
      {
        return .imageResNet(try ImageResNet(depth, &options))
      }
      guard let depth = number, (8...mostLayers).contains(depth), depth % 6 == 2 else {
        throw ArchitectureError(
          text,
          "the built-in ResNets are torchvision's resnet18, resnet34, resnet50, resnet101 and "
            + "resnet152, and those for CIFAR of depth 6n + 2 up to \(mostLayers): resnet20, resnet32, "
            + "resnet56; others come as a TorchScript file with --trust")
      }
      return .resnet(blocksPerStage: (depth - 2) / 6)
    default:
      throw ArchitectureError(
        text,
        "there is none of the name '\(name)'; `help arch` lists what is built in, and any other comes as a "
          + "TorchScript file with --trust")
    }
  }
}
