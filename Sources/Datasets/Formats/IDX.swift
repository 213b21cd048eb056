import BasinCore

/// The files of MNIST and of what is spelled like it: images and labels as IDX, gzipped or not.
struct IDXFiles {
  private var train: Pair?
  private var test: Pair?
  private var prefix = ""

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
  /// - Parameter prefix: What names begin with before `train-images`, such as `emnist-letters-`.
  /// - Returns: `nil` when it has no IDX file of images under MNIST's names.
  /// - Throws: ``DatasetError`` when labels are missing.
  init?(folder: String, names: [String], prefix: String = "") throws {
    func pair(_ half: String) throws -> Pair? {
      // Not gzipped first: it is the one that was made from the other.
      let images = names.filter {
        $0.hasPrefix(prefix + half + "-images") && Self.isImages(name: $0)
      }
      .sorted { $0.utf8.count < $1.utf8.count }
      return try images.first.map {
        try Self.pair(images: Path.join(folder, $0), in: folder, names: names)
      }
    }
    self.prefix = prefix
    train = try pair("train")
    test = try pair("t10k") ?? pair("test")
    if train == nil, test == nil { return nil }
  }

  /// The files of `PREFIX-train-images-idx3-ubyte` and so on, where `path` is their folder and the prefix: EMNIST's
  /// splits and QMNIST are told apart by it.
  ///
  /// - Returns: `nil` where there are none.
  /// - Throws: As for a folder.
  init?(beginning path: String) throws {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let folder = parts.count > 1 ? parts.dropLast().joined(separator: "/") + "/" : "."
    guard let last = parts.last, !last.isEmpty, Path.isFolder(folder) else { return nil }
    try self.init(folder: folder, names: Path.names(in: folder), prefix: last + "-")
  }

  /// What the names of a folder's files begin with where it is not nothing: `emnist-letters`, `qmnist`.
  static func prefixes(of names: [String]) -> [String] {
    Set(
      names.filter(isImages).compactMap {
        $0.firstMatch(of: /^(.+)-(train|test)-images/).map { String($0.1) }
      }
    ).sorted()
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
    // QMNIST's labels are rows of eight numbers.
    for kind in ["idx1-ubyte", "idx2-int"] {
      for ending in ["-" + kind, "." + kind, "-\(kind).gz", ".\(kind).gz"]
      where names.contains(stem + ending) {
        return Pair(
          images: images, labels: folder == "." ? stem + ending : Path.join(folder, stem + ending))
      }
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
      dataset = make(source, files, train, classes, (train.part, test.part))
    } else {
      try options.refuse(source, "IDX files", allowing: ["--train-size"])
      guard let only = train ?? test else { throw DatasetError(source, "it has no IDX files") }
      let half = try Self.read(only, &files)
      let classes = Self.classes(half)
      let split = try half.part.split(source, trainSize: options.trainSize)
      dataset = make(source, files, half, classes, (split.train, split.test))
      dataset.notes.append(split.note)
      dataset.sha256 = Dataset.identity(dataset.sha256, "train-size \(split.train.count)")
    }
    return dataset
  }

  private func make(
    _ source: String, _ files: [InputFile], _ half: Half, _ classes: Int,
    _ parts: (train: Dataset.Part, test: Dataset.Part)
  ) -> Dataset {
    let names = IDXNames.names(near: source, prefix: prefix) ?? []
    var dataset = Dataset(
      name: source, sha256: Dataset.identity(files), files: files,
      inputShape: [1, half.height, half.width],
      classNames: classes <= names.count ? names : (0..<classes).map(String.init),
      train: parts.train, test: parts.test)
    if prefix.hasPrefix("emnist-") {
      dataset.notes.append(
        "EMNIST's images have rows and columns exchanged, here as in its files and in torchvision")
    }
    return dataset
  }

  private static func classes(_ half: Half) -> Int { Int(half.part.labels.max() ?? 0) + 1 }

  private static func read(_ pair: Pair, _ files: inout [InputFile]) throws -> Half {
    let images = try RawFile(pair.images)
    let sizes = try header(images, dimensions: 3)
    let labels = try RawFile(pair.labels)
    let (numbers, count) = try Self.labels(labels)
    guard count == sizes[0] else {
      throw DatasetError(
        pair.labels,
        "it has \(Counted.text(count, "labels")) where \(pair.images) has \(Counted.text(sizes[0], "images"))"
      )
    }
    files += [images.input, labels.input]
    let width = sizes[1] * sizes[2]
    return Half(
      part: Dataset.Part(
        labels: numbers,
        source: ByteInputs(bytes: images.bytes, offset: 16, stride: width, width: width)),
      height: sizes[1], width: sizes[2])
  }

  // Bytes; or QMNIST's rows of eight numbers of four bytes, of which the first is the class.
  private static func labels(_ file: RawFile) throws -> (labels: [Int64], count: Int) {
    guard file.path.contains("idx2-int") else {
      let count = try header(file, dimensions: 1)[0]
      return (file.bytes[8...].map { Int64($0) }, count)
    }
    let sizes = try header(file, dimensions: 2, type: 12, width: 4)
    let labels = (0..<sizes[0]).map { row -> Int64 in
      let start = 12 + 4 * row * sizes[1]
      return Int64(
        Int32(bitPattern: file.bytes[start..<(start + 4)].reduce(0) { $0 << 8 | UInt32($1) }))
    }
    if let index = labels.firstIndex(where: { !(0..<1000).contains($0) }) {
      throw DatasetError(file.path, "it has the label \(labels[index]) at index \(index)")
    }
    return (labels, sizes[0])
  }

  // Big-endian: two zeros, the type (8: unsigned bytes, 12: numbers of four bytes), the number of dimensions, then their sizes.
  private static func header(
    _ file: RawFile, dimensions: Int, type: Int = 8, width: Int = 1
  ) throws -> [Int] {
    let bytes = file.bytes
    let start = 4 + 4 * dimensions
    guard bytes.count >= 4 else {
      throw DatasetError(file.path, "it has only \(Counted.text(bytes.count, "bytes"))")
    }
    let magic = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
    guard magic == type << 8 + dimensions else {
      throw DatasetError(
        file.path,
        "it starts with the number \(magic) where an IDX file of "
          + "\(dimensions == 3 ? "images" : "labels") has \(type << 8 + dimensions)")
    }
    guard bytes.count >= start else {
      throw DatasetError(file.path, "it ends within its header, at byte \(bytes.count)")
    }
    let sizes = (0..<dimensions).map { index in
      bytes[(4 + 4 * index)..<(8 + 4 * index)].reduce(0) { $0 << 8 | Int($1) }
    }
    var total = width
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
        "its header speaks of \(sizes.map(String.init).joined(separator: "×"))\(width > 1 ? "×\(width)" : "") bytes, but "
          + "\(bytes.count - start) follow it")
    }
    return sizes
  }
}
