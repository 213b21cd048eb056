import BasinCore
import Foundation

/// How files of a dataset are read, where they leave it open.
public struct OpenOptions: Sendable, Equatable {
  /// Which of CIFAR-100's labels are meant.
  public enum LabelSet: String, Sendable, CaseIterable {
    /// 100 classes.
    case fine
    /// 20 superclasses.
    case coarse
  }

  /// How inputs of a file of arrays are laid out.
  public enum Layout: String, Sendable, CaseIterable {
    /// As networks see them: `[N, channels, height, width]`, `[N, channels, steps]` or `[N, features]`.
    case asIs = "as-is"
    /// Images `[N, height, width, channels]`.
    case channelsLast = "channels-last"
    /// Images of one channel `[N, height, width]`.
    case grey
  }

  /// Training inputs where the files have no split; 80 % of all when `nil`. 0 makes all of them test
  /// inputs.
  public var trainSize: Int?
  /// CIFAR-100's labels; `fine` when `nil`.
  public var labels: LabelSet?
  /// The size that images of a folder are brought to; `nil` leaves them as they are.
  public var resize: ImageSize?
  /// Whether images of a folder are read as grey ones.
  public var isGrey = false
  /// How inputs of a file of arrays are laid out; told by their shape when `nil`.
  public var layout: Layout?
  /// What inputs of a file of arrays are divided by; 255 for images of bytes and 1 for others when `nil`.
  public var divisor: Float?
  /// The number of classes, which may exceed the labels that occur; these decide when `nil`.
  public var classes: Int?
  /// Decides the split of an image folder that has none.
  public var seed: UInt64 = 0

  /// Creates options.
  public init(
    trainSize: Int? = nil, labels: LabelSet? = nil, resize: ImageSize? = nil, isGrey: Bool = false,
    layout: Layout? = nil, divisor: Float? = nil, classes: Int? = nil, seed: UInt64 = 0
  ) {
    self.trainSize = trainSize
    self.labels = labels
    self.resize = resize
    self.isGrey = isGrey
    self.layout = layout
    self.divisor = divisor
    self.classes = classes
    self.seed = seed
  }

  // What was asked for that a kind of dataset has no use for.
  func refuse(_ source: String, _ kind: String, allowing allowed: Set<String>) throws {
    let given = [
      (trainSize != nil, "--train-size"), (labels != nil, "--labels"), (resize != nil, "--resize"),
      (isGrey, "--grey"), (layout != nil, "--layout"), (divisor != nil, "--divide"),
    ]
    for (isGiven, name) in given where isGiven && !allowed.contains(name) {
      throw DatasetError(source, "\(name) has no meaning for \(kind)")
    }
  }
}

/// Width and height of an image in pixels.
public struct ImageSize: Sendable, Equatable {
  /// Pixels in a row.
  public var width: Int
  /// Rows.
  public var height: Int

  /// Creates a size.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// Reads `32x32`, width first, each from 1 to 4096.
  public init?(_ text: String) {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let width = parts[0], let height = parts[1],
      (1...4096).contains(width), (1...4096).contains(height)
    else { return nil }
    self.init(width: width, height: height)
  }

  /// `32x32`
  public var text: String { "\(width)x\(height)" }
}

extension Dataset {
  /// Opens a dataset by name, from a file, or from a folder.
  ///
  /// ```swift
  /// let fashion = try Dataset.open("fashion-mnist")
  /// let digits = try Dataset.open("t10k-images-idx3-ubyte.gz", OpenOptions(trainSize: 8000))
  /// ```
  ///
  /// - Parameter source: `digits`; a path of a .npz or .safetensors file with `x_train`, `y_train`,
  ///   `x_test` and `y_test`, or the last two alone; a folder with the files of MNIST (IDX), CIFAR or
  ///   STL-10, or that torchvision downloaded them to; what the names of EMNIST's or QMNIST's files begin with; an IDX file of images; a folder of images.
  /// - Throws: ``DatasetError`` naming the file and the value that is wrong; `FileError`;
  ///   `CheckpointError`; `Cancelled`.
  public static func open(
    _ source: String, _ options: OpenOptions = OpenOptions(),
    cancellation: Cancellation = Cancellation()
  ) throws -> Dataset {
    var dataset = try opened(source, options, cancellation)
    if let classes = options.classes {
      if dataset.labelsFromOne == classes { dataset.countLabelsFromZero(classes) }
      try dataset.setClasses(classes)
    } else if let last = dataset.labelsFromOne, dataset.classes == last + 1,
      dataset.hasAllLabelsFromOne
    {
      dataset.notes.append(
        "class 0 never occurs: labels run from 1 to \(last); if they are counted from 1, --classes \(last) takes "
          + "them as classes 0 to \(last - 1); if class 0 only has no inputs, --classes \(last + 1) says so"
      )
    }
    dataset.notes += dataset.labelNotes(declared: options.classes != nil)
    guard dataset.classes >= 2 else {
      throw DatasetError(
        source,
        "it has only one class; at least two are needed: --classes N says how many there are")
    }
    if dataset.train.count == 0 {
      dataset.notes.append(
        "it has no training split: networks are evaluated on the \(dataset.test.count) test inputs; "
          + "training and batch-norm statistics need one")
    }
    return dataset
  }

  private static func opened(
    _ source: String, _ options: OpenOptions, _ cancellation: Cancellation
  ) throws -> Dataset {
    if source == "digits" {
      try options.refuse(source, "digits", allowing: [])
      return try digits()
    }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: source, isDirectory: &isFolder) else {
      if let files = try IDXFiles(beginning: source) { return try files.dataset(source, options) }
      throw DatasetError(
        source, "there is no such file, and the only dataset built in is digits")
    }
    if isFolder.boolValue { return try folder(source, options, cancellation) }
    if IDXFiles.isImages(name: Path.last(source)) {
      return try IDXFiles(images: source).dataset(source, options)
    }
    if Path.last(source).lowercased().hasSuffix("_32x32.mat") {
      throw DatasetError(source, TorchvisionRoot.svhn)
    }
    try options.refuse(source, "a file of arrays", allowing: ["--layout", "--divide"])
    return try arrays(source, options)
  }

  private static func folder(
    _ source: String, _ options: OpenOptions, _ cancellation: Cancellation
  ) throws -> Dataset {
    let names = try Path.names(in: source)
    if let files = try IDXFiles(folder: source, names: names) {
      return try files.dataset(source, options)
    }
    let prefixes = IDXFiles.prefixes(of: names)
    if prefixes.count > 1 {
      throw DatasetError(
        source,
        "it holds several datasets; name one: "
          + prefixes.map { Path.join(source, $0) }.joined(separator: ", "))
    }
    if let only = prefixes.first, let files = try IDXFiles(beginning: Path.join(source, only)) {
      return try files.dataset(source, options)
    }
    if let files = try STL10Files(folder: source, names: names) {
      return try files.dataset(source, options)
    }
    if let files = try CIFARFiles(folder: source, names: names) {
      return try files.dataset(source, options)
    }
    if let root = try TorchvisionRoot(folder: source, names: names) {
      return try folder(root.dataset, options, cancellation)
    }
    if let images = try ImageFolder(folder: source, names: names) {
      return try images.dataset(source, options, cancellation)
    }
    throw DatasetError(
      source,
      "it has neither the files of MNIST, CIFAR-10, CIFAR-100 or STL-10, nor folders of images")
  }
}
