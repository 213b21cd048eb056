import BasinKit
import Datasets

/// `data NAME|FILE|FOLDER`.
struct Data: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Load a dataset.",
    discussion: """
      Loads a dataset and makes it the one on which checkpoints are evaluated.

      digits      1,797 handwritten digits, 8×8 pixels, built in: 1,197 training, 600 test
      NAME        a dataset of the session, to derive another one from it
      FILE        .npz or .safetensors with x_train, y_train, x_test and y_test, or only the
                  last two: inputs [N, channels, height, width], [N, channels, steps] or
                  [N, features], labels from 0 to classes − 1; or one IDX file of images with
                  its label file beside it; or the common prefix of EMNIST's files, such as
                  raw/emnist-letters
      FOLDER      MNIST's IDX files, gzipped or not; CIFAR-10 or CIFAR-100 in the C or the
                  Python version; STL-10; the folder torchvision downloaded any of these to;
                  train/CLASS/*.png and test/CLASS/*.png, either of these, or CLASS/*.png;
                  .jpg and .webp also work

      Options are applied in this order: subset, label noise, corruption (of pixels from 0 to
      1), normalisation. Inputs are computed when they are needed; random draws depend only on
      --seed and on the example's index. docs/datasets.md has the definitions.
      """)
  static let task = CommandTask.data
  static let examples = [
    "data cifar-10-batches-bin --normalize --augment flip,crop:4",
    "data few.npz --classes 10",
    "data digits --corrupt gaussian-noise:3 --as shifted",
    "data digits --subset 500 --label-noise 0.2 --seed 1 --as noisy",
  ]

  @Argument(help: "digits, a dataset's session name, a file or a folder.") var source: String?
  @Option(name: .customLong("as"), help: "Session name of the dataset. (default: data)")
  var name: String?
  @OptionGroup var reading: ReadingArguments
  @OptionGroup var making: RecipeArguments

  func run(in session: Session, _ context: Context) throws -> Result {
    guard let source else {
      guard making.recipe.isEmpty, making.augment == nil, reading.options == OpenOptions(),
        reading.classNames == nil
      else { throw CommandError("options of data need a dataset: data NAME|FILE|FOLDER …") }
      guard let dataset = session.workspace.dataset else {
        throw CommandError("no dataset is loaded; load one, for instance `data digits`")
      }
      return Result(items: [.note(Note("\(dataset.name): \(dataset.summary)"))])
    }
    let bound = try name.map(checkedName) ?? "data"
    var dataset = try opened(source, in: session, context)
    for file in dataset.files { context.cite(file) }
    if let list = reading.classNames {
      let names = try classNames(list, of: dataset)
      if names.count > dataset.classes { try dataset.setClasses(names.count) }
      dataset.classNames = names
    }
    dataset = try dataset.made(by: making.recipe, cancellation: context.cancellation)
    if let augmentation = making.augment {
      guard dataset.inputShape.count == 3 else {
        throw CommandError("--augment \(augmentation.text) is for images, which \(source) has not")
      }
      dataset.augmentation = augmentation
    }
    var result = Result()
    result.add(Note("\(dataset.name): \(dataset.summary)"))
    for note in dataset.notes { result.add(Note(note)) }
    if let augmentation = dataset.augmentation {
      result.add(Note("training batches are augmented: \(augmentation.text)"))
    }
    if !dataset.attribution.isEmpty { result.add(Note(dataset.attribution)) }
    result.bind(bound, to: dataset)
    // `train --data NAME` comes here, too.
    session.noteOrigin(
      of: dataset, context.words.first == "data" ? context.words : ["data", source])
    return result
  }

  private func opened(_ source: String, in session: Session, _ context: Context) throws -> Dataset {
    if let known = session.workspace.value(source) as? Dataset {
      var others = reading.options
      others.classes = nil
      guard others == OpenOptions() else {
        throw CommandError(
          "'\(source)' is loaded; --train-size, --labels, --resize, --grey, --layout and --divide say how "
            + "files are read")
      }
      var dataset = known
      if let classes = reading.classes { try dataset.setClasses(classes) }
      return dataset
    }
    var options = reading.options
    options.seed = making.seed
    return try Dataset.open(source, options, cancellation: context.cancellation)
  }

  private func classNames(_ list: String, of dataset: Dataset) throws -> [String] {
    let names = list.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingPrefix { $0 == " " } }.map(String.init)
    let isEnough =
      reading.classes == nil ? names.count >= dataset.classes : names.count == dataset.classes
    guard isEnough, !names.contains("") else {
      throw CommandError(
        "--class-names has \(Counted.text(names.count, "names")) where \(dataset.name) has \(dataset.classes) classes"
      )
    }
    guard Set(names).count == names.count else {
      throw CommandError("--class-names names a class twice")
    }
    return names
  }
}

/// A name that a user gave with `--as`.
///
/// - Throws: `CommandError` when it cannot be one.
func checkedName(_ name: String) throws -> String {
  guard SessionName.isValid(name) else {
    throw CommandError(
      "'\(name)' is no name; a name has letters, digits, _ and -, and begins with a letter or _")
  }
  return name
}
