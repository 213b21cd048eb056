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

  /// Training inputs where the files have no split; 80 % of all when `nil`.
  public var trainSize: Int?
  /// CIFAR-100's labels; `fine` when `nil`.
  public var labels: LabelSet?
  /// The size that images of a folder are brought to; `nil` leaves them as they are.
  public var resize: ImageSize?
  /// Whether images of a folder are read as grey ones.
  public var isGrey = false
  /// Decides the split of an image folder that has none.
  public var seed: UInt64 = 0

  /// Creates options.
  public init(
    trainSize: Int? = nil, labels: LabelSet? = nil, resize: ImageSize? = nil, isGrey: Bool = false,
    seed: UInt64 = 0
  ) {
    self.trainSize = trainSize
    self.labels = labels
    self.resize = resize
    self.isGrey = isGrey
    self.seed = seed
  }

  // What was asked for that a kind of dataset has no use for.
  func refuse(_ source: String, _ kind: String, allowing allowed: Set<String>) throws {
    let given = [
      (trainSize != nil, "--train-size"), (labels != nil, "--labels"), (resize != nil, "--resize"),
      (isGrey, "--grey"),
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
  ///   `x_test` and `y_test`; a folder with the files of MNIST (IDX) or CIFAR; an IDX file of
  ///   images; a folder of images.
  /// - Throws: ``DatasetError`` naming the file and the value that is wrong; `FileError`;
  ///   `CheckpointError`; `Cancelled`.
  public static func open(
    _ source: String, _ options: OpenOptions = OpenOptions(),
    cancellation: Cancellation = Cancellation()
  ) throws -> Dataset {
    if source == "digits" {
      try options.refuse(source, "digits", allowing: [])
      return try digits()
    }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: source, isDirectory: &isFolder) else {
      throw DatasetError(
        source, "there is no such file, and the only dataset built in is digits")
    }
    if isFolder.boolValue { return try folder(source, options, cancellation) }
    if IDXFiles.isImages(name: Path.last(source)) {
      return try IDXFiles(images: source).dataset(source, options)
    }
    try options.refuse(source, "a file of arrays", allowing: [])
    return try arrays(source)
  }

  private static func folder(
    _ source: String, _ options: OpenOptions, _ cancellation: Cancellation
  ) throws -> Dataset {
    let names = try Path.names(in: source)
    if let files = try IDXFiles(folder: source, names: names) {
      return try files.dataset(source, options)
    }
    if let files = try CIFARFiles(folder: source, names: names) {
      return try files.dataset(source, options)
    }
    if let images = try ImageFolder(folder: source, names: names) {
      return try images.dataset(source, options, cancellation)
    }
    throw DatasetError(
      source, "it has neither the files of MNIST, CIFAR-10 or CIFAR-100, nor folders of images")
  }
}
