import BasinKit
import Datasets

extension OpenOptions.LabelSet: ExpressibleByArgument {}

extension ImageSize: ExpressibleByArgument {
  /// Reads `32x32`.
  public init?(argument: String) { self.init(argument) }
}

extension Corruption: ExpressibleByArgument {
  /// Reads `gaussian-noise:3`.
  public init?(argument: String) { self.init(argument) }
}

extension Normalization: ExpressibleByArgument {
  /// Reads `training`, or means and standard deviations.
  public init?(argument: String) { self.init(argument) }
}

extension Augmentation: ExpressibleByArgument {
  /// Reads `flip,crop:4`.
  public init?(argument: String) { self.init(argument) }
}

/// How `data` reads files.
struct ReadingArguments: ParsableArguments {
  @Option(help: "Training inputs where the files have no split; 80 % unless given.")
  var trainSize: Int?
  @Option(help: "CIFAR-100's labels; fine unless given.") var labels: OpenOptions.LabelSet?
  @Option(help: "Bring images of a folder to WxH pixels.") var resize: ImageSize?
  @Flag(help: "Read images of a folder as grey ones.") var grey = false
  @Option(help: "The classes' names, separated by commas.") var classNames: String?

  var options: OpenOptions {
    OpenOptions(trainSize: trainSize, labels: labels, resize: resize, isGrey: grey)
  }
}

/// What `data` makes of a dataset.
struct RecipeArguments: ParsableArguments {
  @Option(help: "Keep N training inputs, chosen at random.") var subset: Int?
  @Option(help: "Keep N test inputs, chosen at random.") var testSubset: Int?
  @Option(help: "Replace this fraction of training labels by other classes.")
  var labelNoise: Double?
  @Option(
    help: ArgumentHelp(
      "Corrupt test images: KIND:SEVERITY, from 1 to 5.",
      discussion: "Kinds: " + Corruption.Kind.allCases.map(\.rawValue).joined(separator: ", ")))
  var corrupt: Corruption?
  @Flag(help: "Corrupt training images too.") var corruptTrain = false
  @Option(
    defaultAsFlag: Normalization.training, parsing: .next,
    help: ArgumentHelp(
      "Normalise by channel: by the training split, or by MEANS:DEVIATIONS.",
      valueName: "means:deviations"))
  var normalize: Normalization?
  @Option(help: "Augment training batches: flip, crop:PIXELS, or both with a comma.")
  var augment: Augmentation?
  @Option(help: "Decides all random draws.") var seed: UInt64 = 0

  var recipe: Recipe {
    var recipe = Recipe()
    recipe.subset = subset
    recipe.testSubset = testSubset
    recipe.labelNoise = labelNoise
    recipe.corruption = corrupt
    recipe.corruptsTraining = corruptTrain
    recipe.normalization = normalize
    recipe.seed = seed
    return recipe
  }

  func validate() throws {
    if let labelNoise, !(0...1).contains(labelNoise) {
      throw ValidationError("--label-noise is \(labelNoise); it must be from 0 to 1")
    }
    if corruptTrain, corrupt == nil {
      throw ValidationError("--corrupt-train needs --corrupt KIND:SEVERITY")
    }
  }
}
