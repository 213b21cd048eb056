import BasinCore

/// STL-10 as it is distributed: 96×96 images of three channels, each stored column by column, and labels from 1.
///
/// A. Coates, H. Lee, A. Y. Ng, An Analysis of Single Layer Networks in Unsupervised Feature Learning (2011).
struct STL10Files {
  private var folder: String
  private var names: [String]

  private static let side = 96
  private static let pixels = 3 * side * side

  /// - Returns: `nil` when a folder has not its files.
  /// - Throws: ``DatasetError`` when some of them are missing.
  init?(folder: String, names: [String]) throws {
    let needed = ["train_X.bin", "train_y.bin", "test_X.bin", "test_y.bin"]
    guard names.contains("train_X.bin") || names.contains("test_X.bin") else { return nil }
    if let missing = needed.first(where: { !names.contains($0) }) {
      throw DatasetError(folder, "\(missing) is missing from STL-10's files")
    }
    (self.folder, self.names) = (folder, names)
  }

  /// Reads the files.
  ///
  /// - Throws: ``DatasetError`` naming the file and the value that is wrong.
  func dataset(_ source: String, _ options: OpenOptions) throws -> Dataset {
    try options.refuse(source, "STL-10", allowing: [])
    var files: [InputFile] = []
    let train = try part("train", &files)
    let test = try part("test", &files)
    var classes = (0..<10).map(String.init)
    if names.contains("class_names.txt") {
      let file = try RawFile(Path.join(folder, "class_names.txt"))
      files.append(file.input)
      classes = String(decoding: file.bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        .map(String.init)
      guard classes.count == 10 else {
        throw DatasetError(
          file.path, "it has \(Counted.text(classes.count, "class names")) where 10 are needed")
      }
    }
    var dataset = Dataset(
      name: source, sha256: Dataset.identity(files), files: files,
      inputShape: [3, Self.side, Self.side], classNames: classes, train: train, test: test)
    if names.contains("unlabeled_X.bin") {
      dataset.notes.append("unlabeled_X.bin was left out: its images have no labels")
    }
    return dataset
  }

  private func part(_ half: String, _ files: inout [InputFile]) throws -> Dataset.Part {
    var images = try RawFile(Path.join(folder, half + "_X.bin"))
    let labels = try RawFile(Path.join(folder, half + "_y.bin"))
    guard !images.bytes.isEmpty, images.bytes.count % Self.pixels == 0 else {
      throw DatasetError(
        images.path,
        "it has \(Counted.text(images.bytes.count, "bytes")), no multiple of \(Self.pixels)")
    }
    let count = images.bytes.count / Self.pixels
    guard labels.bytes.count == count else {
      throw DatasetError(
        labels.path,
        "it has \(Counted.text(labels.bytes.count, "labels")) where \(images.path) has \(Counted.text(count, "images"))"
      )
    }
    if let index = labels.bytes.firstIndex(where: { !(1...10).contains($0) }) {
      throw DatasetError(
        labels.path, "it has the label \(labels.bytes[index]) at index \(index), outside 1 to 10")
    }
    files += [images.input, labels.input]
    images.bytes.withUnsafeMutableBufferPointer { bytes in
      let side = Self.side
      for plane in Swift.stride(from: 0, to: bytes.count, by: side * side) {
        for row in 0..<side {
          for column in 0..<row {
            bytes.swapAt(plane + row * side + column, plane + column * side + row)
          }
        }
      }
    }
    return Dataset.Part(
      labels: labels.bytes.map { Int64($0) - 1 },
      source: ByteInputs(
        bytes: images.bytes, offset: 0, stride: Self.pixels, width: Self.pixels))
  }
}
