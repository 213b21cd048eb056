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
/// resnet18:stem=3x3
/// wide-resnet-28-10
/// vit:patch=4,dim=192,depth=6,heads=3,mlp=4
/// ```
///
/// with `input=1x8x8` and `classes=10` where no dataset says them. ``text`` writes it back whole.
public struct Architecture: Sendable, Equatable, Hashable {
  /// Which function it is.
  public enum Family: Sendable, Equatable, Hashable {
    /// Fully connected layers with an activation between them; no hidden layer is a linear model.
    ///
    /// The layers are called `fc1`, `fc2` … where they have no names of their own.
    case mlp(hidden: [Int], layers: [String] = [])
    /// 3×3 convolutions, each with an activation and 2×2 pooling while the image is larger than one
    /// pixel, then one linear layer.
    case cnn(channels: [Int], batchNorm: Bool)
    /// The CIFAR form of ResNet (He et al., arXiv 1512.03385, §4.2) with parameter-free shortcuts
    /// (option A), of depth 6n + 2 with n blocks a stage: 20, 32, 44, 56.
    case resnet(blocksPerStage: Int)
    /// ResNet-18 to ResNet-152 as torchvision has them (He et al., arXiv 1512.03385, Table 1), with
    /// projections as shortcuts (option B), and their form for small images.
    case imageResNet(ImageResNet)
    /// The wide ResNet of Zagoruyko & Komodakis (arXiv 1605.07146), of depth 6n + 4 with n blocks a
    /// stage and `width` times the channels of a thin one.
    case wideResNet(blocksPerStage: Int, width: Int)
    /// VGG-16 (Simonyan & Zisserman, arXiv 1409.1556, configuration D) for 32×32 images.
    case vgg16(batchNorm: Bool)
    /// A vision transformer (Dosovitskiy et al., arXiv 2010.11929) with a class token.
    case vit(VisionTransformer)
    /// A `cnn` that reads `heads` images at once, stacked along their channels, and has as many heads
    /// (Havasi et al., arXiv 2010.06610): independent subnetworks in one network.
    case mimoCNN(heads: Int, channels: [Int], batchNorm: Bool)
    /// A TorchScript file of the user's.
    case torchScript(InputFile)
  }

  /// A vision transformer's sizes.
  public struct VisionTransformer: Sendable, Equatable, Hashable {
    /// Pixels along a patch's side.
    public var patch: Int
    /// Numbers in a token.
    public var dim: Int
    /// Blocks, each with attention and a two-layer MLP.
    public var depth: Int
    /// Attention heads; they share `dim` evenly.
    public var heads: Int
    /// Hidden units of a block's MLP, in multiples of `dim`.
    public var mlp: Int
    /// Where the last layer normalisation is.
    public var norm: FinalNorm

    /// Creates sizes.
    public init(
      patch: Int, dim: Int, depth: Int, heads: Int, mlp: Int, norm: FinalNorm = .beforePooling
    ) {
      (self.patch, self.dim, self.depth, self.heads, self.mlp) = (patch, dim, depth, heads, mlp)
      self.norm = norm
    }

    /// Where the last layer normalisation is, by its name in timm.
    public enum FinalNorm: String, CaseIterable, Sendable {
      /// Of every token: `norm`.
      case beforePooling = "norm"
      /// Of the pooled token: `fc_norm`, as timm has it where tokens are averaged.
      case afterPooling = "fc_norm"
    }
  }

  /// Which function it is.
  public var family: Family
  /// What its tensors do not tell: activation, pooling, the ε of normalisation.
  public var choices: Choices
  /// The shape of one input: `[channels, height, width]`, or `[features]`.
  public var input: [Int]
  /// The number of classes, which is the number of logits.
  public var classes: Int
  /// Patterns of names of parameters that are frozen: they are neither trained nor compared nor moved.
  public var frozen: [String]
  /// Whether a TorchScript file's outputs are probabilities, whose logarithms are the logits.
  public var givesProbabilities: Bool

  /// Creates an architecture.
  ///
  /// - Parameter choices: What tensors do not tell; what is usual in the family unless given.
  public init(
    _ family: Family, choices: Choices? = nil, input: [Int], classes: Int, frozen: [String] = [],
    givesProbabilities: Bool = false
  ) {
    self.family = family
    self.choices = choices ?? Choices.usual(in: family)
    self.input = input
    self.classes = classes
    self.frozen = frozen
    self.givesProbabilities = givesProbabilities
  }

  /// How many inputs are read at once, each with a head of its own: 1 but for MIMO networks.
  public var heads: Int {
    if case .mimoCNN(let heads, _, _) = family { heads } else { 1 }
  }

  /// Names that ``init(_:input:classes:)-(String,_,_)`` knows; depths and widths of the residual
  /// networks for CIFAR are free.
  public static let names = [
    "mlp", "cnn", "cnn-bn", "resnet18", "resnet34", "resnet50", "resnet20", "resnet32", "resnet44",
    "resnet56", "wide-resnet-16-4", "wide-resnet-28-10", "vgg16", "vgg16-bn", "vit", "mimo-cnn",
  ]
}
