/// What the shapes of a state dict say about an architecture, family by family.
struct TensorShapes {
  /// An architecture that some of the tensors speak for; whether all fit is not checked here.
  struct Candidate {
    var family: Architecture.Family
    var input: Input
    var classes: Int

    /// The architecture as `--arch` takes it, without input and classes.
    var text: String { Architecture(family, input: [], classes: 0).shortText }
  }

  /// What is known of one input.
  enum Input {
    /// All of it; an `mlp` reads its inputs flat.
    case exactly([Int])
    /// An image's channels, with one size of image that gives tensors of these shapes.
    case images(channels: Int, example: [Int])

    /// An input that gives tensors of these shapes.
    var example: [Int] {
      switch self {
      case .exactly(let shape): shape
      case .images(let channels, let size): [channels] + size
      }
    }

    /// For messages: `inputs of 64 numbers`.
    var text: String {
      switch self {
      case .exactly(let shape): "inputs of \(shape.map(String.init).joined(separator: "x"))"
      case .images(let channels, _): "images of \(channels) channel\(channels == 1 ? "" : "s")"
      }
    }
  }

  private let shapes: [String: [Int]]

  // Linear layers that have numbers for names.
  private let numbered: [String]?

  init(_ tensors: [(name: String, shape: [Int])]) {
    numbered = Self.linearLayers(tensors)
    shapes = Dictionary(tensors.map { ($0.name, $0.shape) }) { first, _ in first }
  }

  /// One candidate for each family whose first tensors are there.
  var candidates: [Candidate] {
    [mlp, cnn, resnet, imageResNet, wideResNet, vgg, vit].compactMap(\.self)
  }

  private var mlp: Candidate? {
    if let numbered, let features = size("\(numbered[0]).weight", 1) {
      let widths = numbered.compactMap { size("\($0).weight", 0) }
      return Candidate(
        family: .mlp(hidden: Array(widths.dropLast()), layers: numbered),
        input: .exactly([features]),
        classes: widths[widths.count - 1])
    }
    let widths = count("fc#.weight", from: 1)
    guard let features = size("fc1.weight", 1), let classes = size("fc\(widths).weight", 0) else {
      return nil
    }
    return Candidate(
      family: .mlp(hidden: (1..<widths).compactMap { size("fc\($0).weight", 0) }),
      input: .exactly([features]), classes: classes)
  }

  private var cnn: Candidate? {
    let layers = count("conv#.weight", from: 1)
    guard let inputs = size("conv1.weight", 1), let classes = size("fc.weight", 0),
      let features = size("fc.weight", 1), resnet == nil, imageResNet == nil, wideResNet == nil
    else { return nil }
    let channels = (1...layers).compactMap { size("conv\($0).weight", 0) }
    return Candidate(
      family: .cnn(channels: channels, batchNorm: shapes["bn1.weight"] != nil),
      // Images of one pixel's width are not pooled, so that `fc` reads all their pixels.
      input: .images(channels: inputs, example: [features / max(1, channels.last ?? 1), 1]),
      classes: classes)
  }

  private var resnet: Candidate? {
    let blocks = count("layer1.#.conv1.weight", from: 0)
    guard blocks > 0, shapes["layer4.0.conv1.weight"] == nil,
      let inputs = size("conv1.weight", 1),
      let classes = size("linear.weight", 0) ?? size("fc.weight", 0)
    else { return nil }
    return Candidate(
      family: .resnet(blocksPerStage: blocks),
      input: .images(channels: inputs, example: [32, 32]), classes: classes)
  }

  // Four stages and not three.
  private var imageResNet: Candidate? {
    let blocks = (1...4).map { count("layer\($0).#.conv1.weight", from: 0) }
    guard !blocks.contains(0), let inputs = size("conv1.weight", 1),
      let classes = size("fc.weight", 0) ?? size("linear.weight", 0)
    else { return nil }
    let bottlenecks = shapes["layer1.0.conv3.weight"] != nil
    func distance(_ depth: Architecture.ImageResNet.Depth) -> Int {
      zip(depth.blocks, blocks).reduce(0) { $0 + abs($1.0 - $1.1) }
    }
    let depth = Architecture.ImageResNet.Depth.allCases
      .filter { $0.hasBottlenecks == bottlenecks }.min { distance($0) < distance($1) }
    return Candidate(
      family: .imageResNet(
        Architecture.ImageResNet(
          depth: depth ?? .d18, stem: size("conv1.weight", 2) == 3 ? .small : .large,
          names: shapes["linear.weight"] == nil ? .torchvision : .pytorchCIFAR)),
      input: .images(channels: inputs, example: [32, 32]), classes: classes)
  }

  private var wideResNet: Candidate? {
    let blocks = count("block1.layer.#.conv1.weight", from: 0)
    guard blocks > 0, let inputs = size("conv1.weight", 1), let classes = size("fc.weight", 0),
      let channels = size("block1.layer.0.conv1.weight", 0)
    else { return nil }
    return Candidate(
      family: .wideResNet(blocksPerStage: blocks, width: channels / 16),
      input: .images(channels: inputs, example: [32, 32]), classes: classes)
  }

  private var vgg: Candidate? {
    guard let inputs = size("features.0.weight", 1),
      let classes = size("classifier.6.weight", 0) ?? size("classifier.weight", 0)
    else { return nil }
    return Candidate(
      family: .vgg16(batchNorm: shapes["features.1.weight"] != nil),
      input: .exactly([inputs, 32, 32]), classes: classes)
  }

  private var vit: Candidate? {
    let depth = count("blocks.#.norm1.weight", from: 0)
    guard depth > 0, let dim = size("patch_embed.proj.weight", 0), dim > 0,
      let inputs = size("patch_embed.proj.weight", 1),
      let patch = size("patch_embed.proj.weight", 2), let tokens = size("pos_embed", 1),
      let hidden = size("blocks.0.mlp.fc1.weight", 0), let classes = size("head.weight", 0)
    else { return nil }
    let (width, overflow) = patch.multipliedReportingOverflow(by: max(1, tokens - 1))
    return Candidate(
      family: .vit(
        Architecture.VisionTransformer(
          patch: patch, dim: dim, depth: depth, heads: 1, mlp: hidden / dim,
          norm: shapes["fc_norm.weight"] == nil ? .beforePooling : .afterPooling)),
      input: .images(channels: inputs, example: [patch, overflow ? 1 : width]), classes: classes)
  }

  // How many tensors have the name with # counted up from `first`.
  private func count(_ pattern: String, from first: Int) -> Int {
    let parts = pattern.split(separator: "#")
    var number = first
    while shapes["\(parts[0])\(number)\(parts[1])"] != nil { number += 1 }
    return number - first
  }

  private func size(_ name: String, _ dimension: Int) -> Int? {
    guard let shape = shapes[name], shape.indices.contains(dimension) else { return nil }
    return shape[dimension]
  }
}
