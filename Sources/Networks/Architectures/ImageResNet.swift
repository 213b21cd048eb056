extension Architecture {
  /// Which of torchvision's ResNets, and with which start.
  public struct ImageResNet: Sendable, Equatable, Hashable {
    /// Layers with weights, shortcuts' not counted.
    public enum Depth: Int, CaseIterable, Sendable {
      /// Basic blocks, 2-2-2-2.
      case d18 = 18
      /// Basic blocks, 3-4-6-3.
      case d34 = 34
      /// Bottlenecks, 3-4-6-3.
      case d50 = 50
      /// Bottlenecks, 3-4-23-3.
      case d101 = 101
      /// Bottlenecks, 3-8-36-3.
      case d152 = 152

      /// Blocks in each of the four stages.
      public var blocks: [Int] {
        switch self {
        case .d18: [2, 2, 2, 2]
        case .d34, .d50: [3, 4, 6, 3]
        case .d101: [3, 4, 23, 3]
        case .d152: [3, 8, 36, 3]
        }
      }

      /// Whether blocks are bottlenecks of three convolutions, with four times the channels at their
      /// ends.
      public var hasBottlenecks: Bool { rawValue >= 50 }
    }

    /// The first convolution.
    public enum Stem: String, CaseIterable, Sendable {
      /// 7×7 with stride 2: images of some hundred pixels.
      case large = "7x7"
      /// 3×3 with stride 1: CIFAR.
      case small = "3x3"
    }

    /// What follows the stem.
    public enum StemPooling: String, CaseIterable, Sendable {
      /// 3×3 max pooling with stride 2.
      case max
      /// Nothing.
      case none
    }

    /// Whose names the shortcuts and the last layer have.
    public enum Names: String, CaseIterable, Sendable {
      /// `layer2.0.downsample.0` and `fc`.
      case torchvision
      /// `layer2.0.shortcut.0` and `linear`: K. Liu's `pytorch-cifar`.
      case pytorchCIFAR = "pytorch-cifar"
    }

    /// Layers with weights.
    public var depth: Depth
    /// The first convolution.
    public var stem: Stem
    /// What follows it.
    public var pooling: StemPooling
    /// Whose names.
    public var names: Names

    /// Creates a form.
    ///
    /// - Parameter pooling: What follows the stem; maximum after 7×7 and nothing after 3×3 unless given.
    public init(
      depth: Depth, stem: Stem = .large, pooling: StemPooling? = nil, names: Names = .torchvision
    ) {
      (self.depth, self.stem, self.names) = (depth, stem, names)
      self.pooling = pooling ?? Self.usualPooling(after: stem)
    }

    init(_ depth: Depth, _ options: inout ArchitectureOptions) throws {
      self.init(
        depth: depth, stem: try options.word("stem") ?? .large,
        pooling: try options.word("pooling"), names: try options.word("names") ?? .torchvision)
    }

    static func usualPooling(after stem: Stem) -> StemPooling { stem == .large ? .max : .none }

    // `resnet18:stem=3x3`; defaults are not written, and the pooling is among the open choices.
    var text: String {
      let options = [
        stem == .large ? nil : "stem=\(stem.rawValue)",
        names == .torchvision ? nil : "names=\(names.rawValue)",
      ].compactMap(\.self)
      return "resnet\(depth.rawValue)"
        + (options.isEmpty ? "" : ":" + options.joined(separator: ","))
    }
  }
}

extension NetworkPlan {
  /// ResNet-18 to ResNet-152 (He et al., arXiv 1512.03385, Table 1): a stem of 64 channels, four stages
  /// of 64, 128, 256 and 512 channels (four times as many at the ends of bottlenecks), global average
  /// pooling, one linear layer. Shortcuts that change the shape are 1×1 convolutions with batch norm;
  /// a bottleneck's stride is that of its 3×3 convolution, as in torchvision.
  ///
  /// Names and initialisation are those of torchvision's `models.resnet`, or of K. Liu's
  /// `pytorch-cifar`.
  mutating func planImageResNet(
    _ form: Architecture.ImageResNet, _ architecture: Architecture
  ) throws {
    guard architecture.input.count == 3 else {
      throw ArchitectureError(
        architecture.text, "a resnet needs images (input=CHANNELSxHEIGHTxWIDTH)")
    }
    let large = form.stem == .large
    block(
      form, "conv1", "bn1", outputs: 64, kernel: large ? 7 : 3, stride: large ? 2 : 1)
    activate()
    if form.pooling == .max {
      let image = shape()
      line(
        "x = torch.max_pool2d(x, [3, 3], [2, 2], [1, 1], [1, 1], False)",
        shape: [image[0]] + image.dropFirst().map { ($0 - 1) / 2 + 1 })
    }
    for (stage, blocks) in form.depth.blocks.enumerated() {
      for place in 0..<blocks {
        residual(
          form, "layer\(stage + 1).\(place)", channels: 64 << stage,
          stride: stage > 0 && place == 0 ? 2 : 1)
      }
    }
    globalAveragePool()
    linear(form.names == .torchvision ? "fc" : "linear", outputs: architecture.classes)
    line("return x")
  }

  private mutating func residual(
    _ form: Architecture.ImageResNet, _ path: String, channels: Int, stride: Int
  ) {
    let outputs = form.depth.hasBottlenecks ? 4 * channels : channels
    let isProjected = stride > 1 || shape()[0] != outputs
    keep(as: "shortcut")
    if form.depth.hasBottlenecks {
      block(form, "\(path).conv1", "\(path).bn1", outputs: channels, kernel: 1)
      activate()
      block(form, "\(path).conv2", "\(path).bn2", outputs: channels, kernel: 3, stride: stride)
      activate()
      block(form, "\(path).conv3", "\(path).bn3", outputs: outputs, kernel: 1)
    } else {
      block(form, "\(path).conv1", "\(path).bn1", outputs: channels, kernel: 3, stride: stride)
      activate()
      block(form, "\(path).conv2", "\(path).bn2", outputs: channels, kernel: 3)
    }
    if isProjected {
      let name = form.names == .torchvision ? "downsample" : "shortcut"
      block(
        form, "\(path).\(name).0", "\(path).\(name).1", outputs: outputs, kernel: 1, stride: stride,
        of: "shortcut")
    }
    line("x = x + shortcut")
    activate()
  }

  // A convolution that keeps the image's size but for its stride, and batch norm.
  private mutating func block(
    _ form: Architecture.ImageResNet, _ convolution: String, _ norm: String, outputs: Int,
    kernel: Int, stride: Int = 1, of variable: String = "x"
  ) {
    self.convolution(
      convolution, outputs: outputs, kernel: kernel, stride: stride, padding: kernel / 2,
      // PyTorch's own start in `pytorch-cifar`.
      weight: form.names == .torchvision ? Self.he(kernel: kernel, channels: outputs) : nil,
      bias: .none, from: variable, to: variable)
    batchNorm(norm, of: variable)
  }
}
