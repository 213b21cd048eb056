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
      "Training inputs where the files have no split; 80 % unless given, 0 for a test split alone.")
  var trainSize: Int?
  @Option(help: "CIFAR-100's labels; fine unless given.") var labels: OpenOptions.LabelSet?
  @Option(
    help: "Bring images of a folder to WxH pixels.",
    transform: { try value(ImageSize($0), "WxH, such as 32x32, each from 1 to 4096") })
  var resize: ImageSize?
  @Flag(help: "Read images of a folder as grey ones.") var grey = false
  @Option(
    help: "Layout of a file's inputs: as-is, channels-last or grey; told by shape unless given.")
  var layout: OpenOptions.Layout?
  @Option(help: "Divide a file's inputs by this; 255 for images of bytes unless given.")
  var divide: Float?
  @Option(help: "The number of classes, where labels do not show all of them.") var classes: Int?
  @Option(help: "The classes' names, separated by commas; more than labels show are accepted.")
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
  @Option(help: "Keep N training inputs, chosen at random.") var subset: Int?
  @Option(help: "Keep N test inputs, chosen at random.") var testSubset: Int?
  @Option(help: "Replace this fraction of training labels by other classes.")
  var labelNoise: Double?
  @Option(
    help: ArgumentHelp(
      "Corrupt test images: KIND:SEVERITY, from 1 to 5.",
      discussion: "Kinds: \(corruptionKinds)."),
    transform: {
      try value(Corruption($0), "KIND:SEVERITY, from 1 to 5; the kinds are \(corruptionKinds)")
    })
  var corrupt: Corruption?
  @Flag(help: "Corrupt training images too.") var corruptTrain = false
  @Option(
    defaultAsFlag: "training", parsing: .next,
    help: ArgumentHelp(
      "Normalise by channel: by the training split, or by MEANS:DEVIATIONS.",
      valueName: "means:deviations"))
  var normalize: String?
  @Option(
    help: "Augment training batches: flip, crop:PIXELS, or both with a comma.",
    transform: { try value(Augmentation($0), "flip, crop:PIXELS from 1 to 64, or flip,crop:4") })
  var augment: Augmentation?
  @Option(help: "Decides all random draws.") var seed: UInt64 = 0

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
