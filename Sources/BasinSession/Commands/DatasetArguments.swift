import BasinKit
import Datasets

extension OpenOptions.LabelSet: ExpressibleByArgument {}
extension OpenOptions.Layout: ExpressibleByArgument {}

// What a text must look like belongs in the message when it does not.
private func value<Value>(_ made: Value?, _ form: String) throws -> Value {
  guard let made else { throw ValidationError("it takes \(form)") }
  return made
}

/// How `data` reads files.
struct ReadingArguments: ParsableArguments {
  @Option(
    help:
      "Number of training inputs for files without a split; 80 % unless given, 0 for a test split only."
  )
  var trainSize: Int?
  @Option(help: "CIFAR-100's labels: fine unless given.") var labels: OpenOptions.LabelSet?
  @Option(
    help: "Resize images of a folder to WxH pixels.",
    transform: { try value(ImageSize($0), "WxH, such as 32x32, each from 1 to 4096") })
  var resize: ImageSize?
  @Flag(help: "Read images of a folder as greyscale.") var grey = false
  @Option(
    help:
      "Layout of a file's inputs: as-is, channels-last or grey; inferred from the shape unless given."
  )
  var layout: OpenOptions.Layout?
  @Option(help: "Divide a file's inputs by this number; 255 for uint8 images unless given.")
  var divide: Float?
  @Option(help: "Number of classes, if not every class occurs in the labels.") var classes: Int?
  @Option(help: "Class names, separated by commas; there may be more than occur in the labels.")
  var classNames: String?

  func validate() throws {
    if let divide, !(divide > 0 && divide.isFinite) {
      throw ValidationError("--divide is \(divide); it must be a positive number")
    }
  }

  var options: OpenOptions {
    OpenOptions(
      trainSize: trainSize, labels: labels, resize: resize, isGrey: grey, layout: layout,
      divisor: divide, classes: classes)
  }
}

private let corruptionKinds =
  Corruption.Kind.allCases.map(\.rawValue).joined(separator: ", ")

/// What `data` makes of a dataset.
struct RecipeArguments: ParsableArguments {
  @Option(help: "Keep N randomly chosen training inputs.") var subset: Int?
  @Option(help: "Keep N randomly chosen test inputs.") var testSubset: Int?
  @Option(help: "Replace this fraction of training labels with other classes.")
  var labelNoise: Double?
  @Option(
    help: ArgumentHelp(
      "Corrupt test images: KIND:SEVERITY, from 1 to 5.",
      discussion: "Kinds: \(corruptionKinds)."),
    transform: {
      try value(Corruption($0), "KIND:SEVERITY, from 1 to 5; the kinds are \(corruptionKinds)")
    })
  var corrupt: Corruption?
  @Flag(help: "Corrupt the training images too.") var corruptTrain = false
  @Option(
    defaultAsFlag: "training", parsing: .next,
    help: ArgumentHelp(
      "Normalise each channel: by the training split's mean and standard deviation, or by MEANS:DEVIATIONS.",
      valueName: "means:deviations"))
  var normalize: String?
  @Option(
    help: "Augment training batches: flip, crop:PIXELS, or both with a comma.",
    transform: { try value(Augmentation($0), "flip, crop:PIXELS from 1 to 64, or flip,crop:4") })
  var augment: Augmentation?
  @Option(help: "Seed of all random draws.") var seed: UInt64 = 0

  var recipe: Recipe {
    var recipe = Recipe()
    recipe.subset = subset
    recipe.testSubset = testSubset
    recipe.labelNoise = labelNoise
    recipe.corruption = corrupt
    recipe.corruptsTraining = corruptTrain
    recipe.normalization = normalize.flatMap { Normalization($0) }
    recipe.seed = seed
    return recipe
  }

  func validate() throws {
    if let labelNoise, !(0...1).contains(labelNoise) {
      throw ValidationError("--label-noise is \(labelNoise); it must be from 0 to 1")
    }
    if let normalize, Normalization(normalize) == nil {
      throw ValidationError(
        "--normalize is '\(normalize)'; it takes nothing, or means and positive deviations by channel, "
          + "such as 0.49,0.48,0.44:0.24,0.24,0.26, and follows the dataset")
    }
    if corruptTrain, corrupt == nil {
      throw ValidationError("--corrupt-train needs --corrupt KIND:SEVERITY")
    }
  }
}
