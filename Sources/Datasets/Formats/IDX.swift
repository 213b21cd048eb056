import BasinCore

/// The files of MNIST and of what is spelled like it: images and labels as IDX, gzipped or not.
struct IDXFiles {
  private var train: Pair?
  private var test: Pair?

  private struct Pair {
    var images: String
    var labels: String
  }

  private struct Half {
    var part: Dataset.Part
    var height: Int
    var width: Int
  }

  /// Whether a name is one of an IDX file of images.
  static func isImages(name: String) -> Bool {
    let name = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    return name.contains("images")
      && ["-idx3-ubyte", ".idx3-ubyte"].contains { name.hasSuffix($0) }
  }

  /// The files of a folder.
  ///
  /// - Returns: `nil` when it has no IDX file of images under MNIST's names.
  /// - Throws: ``DatasetError`` when labels are missing.
  init?(folder: String, names: [String]) throws {
    func pair(_ half: String) throws -> Pair? {
      // Not gzipped first: it is the one that was made from the other.
      let images = names.filter { $0.hasPrefix(half + "-images") && Self.isImages(name: $0) }
        .sorted { $0.utf8.count < $1.utf8.count }
      return try images.first.map {
        try Self.pair(images: Path.join(folder, $0), in: folder, names: names)
      }
    }
    train = try pair("train")
    test = try pair("t10k") ?? pair("test")
    if train == nil, test == nil { return nil }
  }

  /// One file of images and the labels beside it.
  ///
  /// - Throws: ``DatasetError`` when there are none; `FileError`.
  init(images: String) throws {
    let parts = images.split(separator: "/", omittingEmptySubsequences: false)
    let folder = parts.count > 1 ? parts.dropLast().joined(separator: "/") + "/" : "."
    test = try Self.pair(images: images, in: folder, names: Path.names(in: folder))
  }

  private static func pair(images: String, in folder: String, names: [String]) throws -> Pair {
    let name = Path.last(images)
    var stem = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    stem = String(stem.dropLast("-idx3-ubyte".utf8.count))
    stem = stem.replacing("images", with: "labels")
    for ending in ["-idx1-ubyte", ".idx1-ubyte", "-idx1-ubyte.gz", ".idx1-ubyte.gz"]
    where names.contains(stem + ending) {
      return Pair(
        images: images, labels: folder == "." ? stem + ending : Path.join(folder, stem + ending))
    }
    throw DatasetError(images, "its labels, \(stem)-idx1-ubyte or with .gz, are not beside it")
  }

  /// Reads the files.
  ///
  /// - Throws: ``DatasetError`` naming the file and the value that is wrong.
  func dataset(_ source: String, _ options: OpenOptions) throws -> Dataset {
    var files: [InputFile] = []
    var dataset: Dataset
    if let train, let test {
      try options.refuse(source, "IDX files with a split of their own", allowing: [])
      let (train, test) = (try Self.read(train, &files), try Self.read(test, &files))
      guard train.height == test.height, train.width == test.width else {
        throw DatasetError(
          source,
          "its training images are \(train.width)x\(train.height) and its test images "
            + "\(test.width)x\(test.height)")
      }
      let classes = max(Self.classes(train), Self.classes(test))
      dataset = Self.make(source, files, train, classes, (train.part, test.part))
    } else {
      try options.refuse(source, "IDX files", allowing: ["--train-size"])
      guard let only = train ?? test else { throw DatasetError(source, "it has no IDX files") }
      let half = try Self.read(only, &files)
      let classes = Self.classes(half)
      let split = try half.part.split(source, trainSize: options.trainSize)
      dataset = Self.make(source, files, half, classes, (split.train, split.test))
      dataset.notes.append(split.note)
      dataset.sha256 = Dataset.identity(dataset.sha256, "train-size \(split.train.count)")
    }
    return dataset
  }

  private static func make(
    _ source: String, _ files: [InputFile], _ half: Half, _ classes: Int,
    _ parts: (train: Dataset.Part, test: Dataset.Part)
  ) -> Dataset {
    let near = source.split(separator: "/").suffix(3)
    let isFashion =
      classes <= fashion.count && near.contains { $0.lowercased().contains("fashion") }
    return Dataset(
      name: source, sha256: Dataset.identity(files), files: files,
      inputShape: [1, half.height, half.width],
      classNames: isFashion ? fashion : (0..<classes).map(String.init), train: parts.train,
      test: parts.test)
  }

  // Fashion-MNIST's classes (Xiao, Rasul & Vollgraf, arXiv 1708.07747, table 2).
  private static let fashion = [
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
    "Ankle boot",
  ]

  private static func classes(_ half: Half) -> Int { Int(half.part.labels.max() ?? 0) + 1 }

  private static func read(_ pair: Pair, _ files: inout [InputFile]) throws -> Half {
    let images = try RawFile(pair.images)
    let sizes = try header(images, dimensions: 3)
    let labels = try RawFile(pair.labels)
    let count = try header(labels, dimensions: 1)[0]
    guard count == sizes[0] else {
      throw DatasetError(
        pair.labels, "it has \(count) labels where \(pair.images) has \(sizes[0]) images")
    }
    files += [images.input, labels.input]
    let width = sizes[1] * sizes[2]
    return Half(
      part: Dataset.Part(
        labels: labels.bytes[8...].map { Int64($0) },
        source: ByteInputs(bytes: images.bytes, offset: 16, stride: width, width: width)),
      height: sizes[1], width: sizes[2])
  }

  // Big-endian: two zeros, the type (8: unsigned bytes), the number of dimensions, then their sizes.
  private static func header(_ file: RawFile, dimensions: Int) throws -> [Int] {
    let bytes = file.bytes
    let start = 4 + 4 * dimensions
    guard bytes.count >= 4 else {
      throw DatasetError(file.path, "it has only \(bytes.count) bytes")
    }
    let magic = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
    guard magic == 0x800 + dimensions else {
      throw DatasetError(
        file.path,
        "it starts with the number \(magic) where an IDX file of "
          + "\(dimensions == 3 ? "images" : "labels") has \(0x800 + dimensions)")
    }
    guard bytes.count >= start else {
      throw DatasetError(file.path, "it ends within its header, at byte \(bytes.count)")
    }
    let sizes = (0..<dimensions).map { index in
      bytes[(4 + 4 * index)..<(8 + 4 * index)].reduce(0) { $0 << 8 | Int($1) }
    }
    var total = 1
    for size in sizes {
      guard size > 0 else { throw DatasetError(file.path, "its header has the size 0") }
      let (product, overflow) = total.multipliedReportingOverflow(by: size)
      guard !overflow, product <= Int.max - start else {
        throw DatasetError(file.path, "its header has the size \(size), beyond all bounds")
      }
      total = product
    }
    guard bytes.count == start + total else {
      throw DatasetError(
        file.path,
        "its header speaks of \(sizes.map(String.init).joined(separator: "×")) bytes, but "
          + "\(bytes.count - start) follow it")
    }
    return sizes
  }
}
