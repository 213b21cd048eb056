import BasinCore
import Checkpoints

/// CIFAR-10 and CIFAR-100 as they are distributed: 32×32 images of three channels, in files for C
/// ("binary version") or as pickles ("Python version").
///
/// A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images (2009).
struct CIFARFiles {
  private var folder: String
  private var kind: Kind
  private var isPickled: Bool
  private var train: [String]
  private var test: [String]

  private enum Kind { case ten, hundred }

  private static let pixels = 3 * 32 * 32

  /// The files of a folder.
  ///
  /// - Returns: `nil` when they are not CIFAR's.
  /// - Throws: ``DatasetError`` when some of them are missing.
  init?(folder: String, names: [String]) throws {
    self.folder = folder
    let batches = (1...5).map { "data_batch_\($0)" }
    let files = names.filter { !Path.isFolder(Path.join(folder, $0)) }
    if files.contains("data_batch_1.bin") || files.contains("test_batch.bin") {
      (kind, isPickled) = (.ten, false)
      (train, test) = (batches.map { $0 + ".bin" }, ["test_batch.bin"])
    } else if files.contains("train.bin"), files.contains("test.bin") {
      (kind, isPickled) = (.hundred, false)
      (train, test) = (["train.bin"], ["test.bin"])
    } else if files.contains("data_batch_1") || files.contains("test_batch") {
      (kind, isPickled) = (.ten, true)
      (train, test) = (batches, ["test_batch"])
    } else if files.contains("train"), files.contains("test"), files.contains("meta") {
      (kind, isPickled) = (.hundred, true)
      (train, test) = (["train"], ["test"])
    } else {
      return nil
    }
    if let missing = (train + test).first(where: { !files.contains($0) }) {
      throw DatasetError(folder, "\(missing) is missing from CIFAR's files")
    }
  }

  /// Reads the files.
  ///
  /// - Throws: ``DatasetError`` naming the file and the value that is wrong; `CheckpointError` for a
  ///   pickle of another kind than CIFAR's.
  func dataset(_ source: String, _ options: OpenOptions) throws -> Dataset {
    try options.refuse(
      source, kind == .ten ? "CIFAR-10" : "CIFAR-100", allowing: kind == .ten ? [] : ["--labels"])
    let labels = options.labels ?? .fine
    let classes = kind == .ten ? 10 : labels == .fine ? 100 : 20
    var files: [InputFile] = []
    let train = try part(self.train, labels, classes, &files)
    let test = try part(self.test, labels, classes, &files)
    var dataset = Dataset(
      name: source, sha256: Dataset.identity(files), files: files, inputShape: [3, 32, 32],
      classNames: try classNames(labels, classes, &files), train: train, test: test)
    dataset.countsFromZero = true
    if kind == .hundred, labels == .coarse {
      dataset.name += ", coarse labels"
      dataset.sha256 = Dataset.identity(dataset.sha256, "labels coarse")
    }
    dataset.files = files
    return dataset
  }

  private func part(
    _ names: [String], _ set: OpenOptions.LabelSet, _ classes: Int, _ files: inout [InputFile]
  ) throws -> Dataset.Part {
    var labels: [Int64] = []
    var parts: [(source: any InputSource, count: Int)] = []
    for name in names {
      let path = Path.join(folder, name)
      let (own, source, file) =
        isPickled ? try pickled(path, set) : try binary(path, set)
      if let index = own.firstIndex(where: { !(0..<Int64(classes)).contains($0) }) {
        throw DatasetError(
          path, "it has the label \(own[index]) at index \(index), outside 0 to \(classes - 1)")
      }
      labels += own
      parts.append((source, own.count))
      files.append(file)
    }
    return Dataset.Part(labels: labels, source: ConcatenatedInputs(parts: parts))
  }

  // A record is one label, or CIFAR-100's coarse and fine one, and then the pixels.
  private func binary(
    _ path: String, _ set: OpenOptions.LabelSet
  ) throws -> ([Int64], any InputSource, InputFile) {
    let file = try RawFile(path)
    let head = kind == .ten ? 1 : 2
    let record = head + Self.pixels
    guard !file.bytes.isEmpty, file.bytes.count % record == 0 else {
      throw DatasetError(
        path, "it has \(Counted.text(file.bytes.count, "bytes")), no multiple of \(record)")
    }
    let place = kind == .hundred && set == .fine ? 1 : 0
    let labels = stride(from: place, to: file.bytes.count, by: record).map { Int64(file.bytes[$0]) }
    let source = ByteInputs(
      bytes: file.bytes, offset: head, stride: record, width: Self.pixels)
    return (labels, source, file.input)
  }

  private func pickled(
    _ path: String, _ set: OpenOptions.LabelSet
  ) throws -> ([Int64], any InputSource, InputFile) {
    let file = try PickledArrays(path: path)
    let key = kind == .ten ? "labels" : "\(set.rawValue)_labels"
    guard case .array(let data)? = file["data"], data.scalarType == .uint8,
      data.shape.count == 2, data.shape[1] == Self.pixels, data.shape[0] > 0
    else { throw DatasetError(path, "its 'data' is no array [N, \(Self.pixels)] of bytes") }
    guard case .integers(let labels)? = file[key], labels.count == data.shape[0] else {
      throw DatasetError(path, "its '\(key)' is no list of \(data.shape[0]) whole numbers")
    }
    let source = ByteInputs(
      bytes: try data.bytes(), offset: 0, stride: Self.pixels, width: Self.pixels)
    return (
      labels.map { Int64($0) }, source,
      InputFile(path: path, sha256: try file.sha256(), size: file.byteCount)
    )
  }

  // Names are an addition: a folder without them has numbers.
  private func classNames(
    _ set: OpenOptions.LabelSet, _ classes: Int, _ files: inout [InputFile]
  ) throws -> [String] {
    let numbers = (0..<classes).map(String.init)
    let names = try Path.names(in: folder)
    func checked(_ found: [String], _ path: String) throws -> [String] {
      guard found.count == classes else {
        throw DatasetError(
          path, "it has \(Counted.text(found.count, "class names")) where \(classes) are needed")
      }
      return found
    }
    if isPickled {
      let name = kind == .ten ? "batches.meta" : "meta"
      guard names.contains(name) else { return numbers }
      let path = Path.join(folder, name)
      let file = try PickledArrays(path: path)
      let key = kind == .ten ? "label_names" : "\(set.rawValue)_label_names"
      guard case .texts(let found)? = file[key] else {
        throw DatasetError(path, "its '\(key)' is no list of names")
      }
      files.append(InputFile(path: path, sha256: try file.sha256(), size: file.byteCount))
      return try checked(found, path)
    }
    let name = kind == .ten ? "batches.meta.txt" : "\(set.rawValue)_label_names.txt"
    guard names.contains(name) else { return numbers }
    let path = Path.join(folder, name)
    let file = try RawFile(path)
    files.append(file.input)
    let lines = String(decoding: file.bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    return try checked(lines.map(String.init), path)
  }
}
