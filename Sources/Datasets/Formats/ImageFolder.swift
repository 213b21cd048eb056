import BasinCore
import Foundation

/// A folder of images, one folder a class: `train/CLASS/…` and `test/CLASS/…`, or `CLASS/…`.
struct ImageFolder {
  private var folder: String
  private var train: [Entry]
  private var test: [Entry]?
  private var classNames: [String]
  // Names of files beside images that are none, or of kinds that are not read.
  private var leftOut: [String] = []
  // How many images lie beside the folders of classes.
  private var strays = 0
  // That a split has classes which the training split lacks.
  private var classNote: String?
  // Folders beside those of the splits.
  private var otherFolders: [String] = []

  private static let endings = [".png", ".jpg", ".jpeg", ".webp"]
  private static let kinds = ".png, .jpg, .jpeg and .webp"

  private struct Entry {
    var path: String
    var label: Int64
  }

  /// The images of a folder.
  ///
  /// - Returns: `nil` when it has no folders in it.
  /// - Throws: ``DatasetError`` when a class has no images.
  init?(folder: String, names: [String]) throws {
    self.folder = folder
    let folders = names.filter { Path.isFolder(Path.join(folder, $0)) }
    if folders.isEmpty { return nil }
    strays = try Self.strays(in: [folder])
    let training = Self.folder(named: ["train", "training"], among: folders)
    let held =
      Self.folder(named: ["test", "testing"], among: folders)
      ?? Self.folder(named: ["val", "valid", "validation"], among: folders)
    // One split alone: training images are split below, test images are all there is.
    if let only = folders.first, folders.count == 1, only == training || only == held,
      case let classes = try Self.classes(in: Path.join(folder, only)), !classes.isEmpty
    {
      classNames = classes
      strays += try Self.strays(in: [Path.join(folder, only)])
      let entries = try Self.entries(Path.join(folder, only), classes, &leftOut)
      (train, test) = only == training ? (entries, nil) : ([], entries)
      return
    }
    guard let training, let held else {
      classNames = folders
      train = try Self.entries(folder, folders, &leftOut)
      return
    }
    otherFolders = folders.filter { $0 != training && $0 != held }
    let trainFolder = Path.join(folder, training)
    let testFolder = Path.join(folder, held)
    strays += try Self.strays(in: [trainFolder, testFolder])
    let classes = try Self.classes(in: trainFolder)
    let testClasses = try Self.classes(in: testFolder)
    // Networks number classes as their training split did; what only the other split has comes after.
    let others = testClasses.filter { !classes.contains($0) }
    classNames = classes + others
    if !others.isEmpty {
      classNote = Self.note(
        others, after: classes.count, in: (testFolder, trainFolder), of: classNames)
    }
    train = try Self.entries(trainFolder, classes, &leftOut)
    let indices = Dictionary(uniqueKeysWithValues: classNames.enumerated().map { ($1, $0) })
    test = try Self.entries(testFolder, testClasses, &leftOut).map {
      Entry(path: $0.path, label: Int64(indices[testClasses[Int($0.label)]] ?? 0))
    }
  }

  // The first of these names that a folder has, in capitals or not.
  private static func folder(named names: [String], among folders: [String]) -> String? {
    names.lazy.compactMap { name in folders.first { $0.lowercased() == name } }.first
  }

  private static func note(
    _ others: [String], after count: Int, in folders: (test: String, train: String),
    of names: [String]
  ) -> String {
    let listed = others.prefix(8).enumerated().map { "'\($1)' \(count + $0)" }
    let rest = others.count > 8 ? " and \(others.count - 8) more" : ""
    return
      "\(folders.test) has \(others.count) class\(others.count == 1 ? "" : "es") that \(folders.train) lacks: "
      + "index \(listed.joined(separator: ", "))\(rest), after those of the training split, "
      + "'\(names[0])' 0 to '\(names[count - 1])' \(count - 1), whose order networks trained on it have; "
      + "torchvision's ImageFolder numbers each split by itself"
  }

  // `15 files were left out: 3 .bmp, 3 .gif, 9 .tif; .png, .jpg, .jpeg and .webp are read`
  private var leftOutNote: String? {
    guard !leftOut.isEmpty else { return nil }
    let kinds = Dictionary(grouping: leftOut) { name in
      name.lastIndex(of: ".").map { name[$0...].lowercased() } ?? "without an extension"
    }
    let listed = kinds.sorted { $0.key < $1.key }.prefix(8).map { "\($0.value.count) \($0.key)" }
    return
      "\(leftOut.count) file\(leftOut.count == 1 ? " was" : "s were") left out: "
      + listed.joined(separator: ", ") + "; \(Self.kinds) are read"
  }

  private static func strays(in folders: [String]) throws -> Int {
    try folders.reduce(0) { count, folder in
      try count
        + Path.names(in: folder).count { isImage($0) && !Path.isFolder(Path.join(folder, $0)) }
    }
  }

  private static func classes(in folder: String) throws -> [String] {
    try Path.names(in: folder).filter { Path.isFolder(Path.join(folder, $0)) }
  }

  private static func entries(
    _ folder: String, _ classes: [String], _ leftOut: inout [String]
  ) throws -> [Entry] {
    guard !classes.isEmpty else { throw DatasetError(folder, "it has no folders of classes") }
    return try classes.enumerated().flatMap { index, name -> [Entry] in
      let own = Path.join(folder, name)
      let files = try files(below: own)
      let images = files.filter { isImage($0.name) }
      leftOut += files.map(\.name).filter { !isImage($0) }
      guard !images.isEmpty else {
        throw DatasetError(own, noImages(files.map(\.name)))
      }
      return images.map { Entry(path: Path.join($0.folder, $0.name), label: Int64(index)) }
    }
  }

  private static func isImage(_ name: String) -> Bool {
    endings.contains { name.lowercased().hasSuffix($0) }
  }

  // How deep folders within a class are read: links can make circles.
  private static let depth = 16

  // Files in a class's folder and in the folders within it, in the order of torchvision's ImageFolder: by folder, then
  // by name.
  private static func files(
    below folder: String, depth: Int = depth
  ) throws -> [(folder: String, name: String)] {
    let names = try Path.names(in: folder)
    let folders = names.filter { Path.isFolder(Path.join(folder, $0)) }
    guard !folders.isEmpty else { return names.map { (folder, $0) } }
    guard depth > 0 else {
      throw DatasetError(
        folder, "folders lie more than \(Self.depth) deep in a class; a link may lead in a circle")
    }
    let own = names.filter { !folders.contains($0) }.map { (folder: folder, name: $0) }
    let inner = try folders.flatMap { try files(below: Path.join(folder, $0), depth: depth - 1) }
    return own
      + inner.enumerated().sorted { first, second in
        first.element.folder == second.element.folder
          ? first.offset < second.offset
          : first.element.folder.unicodeScalars.lexicographicallyPrecedes(
            second.element.folder.unicodeScalars)
      }.map(\.element)
  }

  // What a class's folder has instead, and how it becomes what is read.
  private static func noImages(_ names: [String]) -> String {
    let found = Set(
      names.compactMap { name in name.lastIndex(of: ".").map { name[$0...].lowercased() } })
    let known = [".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm", ".heic", ".avif", ".jp2", ".tga"]
    guard let kind = known.first(where: found.contains) else {
      return "it has no images: \(kinds) are read"
    }
    return
      "its images are \(kind), and \(kinds) are read; `mogrify -format png *\(kind)` of ImageMagick, "
      + "or Pillow's Image.open(FILE).save('FILE.png'), makes PNG of them"
  }

  /// Reads all headers, and gives the images as a dataset that decodes them when they are needed.
  ///
  /// - Throws: ``DatasetError`` naming the image that is broken or of another size; `Cancelled`.
  func dataset(
    _ source: String, _ options: OpenOptions, _ cancellation: Cancellation
  ) throws -> Dataset {
    try options.refuse(
      source, test == nil ? "a folder of images" : "a folder of images with a split of its own",
      allowing: test == nil
        ? ["--resize", "--grey", "--train-size"] : ["--resize", "--grey"])
    guard classNames.count >= 2 || options.classes != nil else {
      throw DatasetError(
        source,
        "it has only the class '\(classNames[0])'; two are needed, or --classes N says how many there are"
      )
    }
    let all = train + (test ?? [])
    let (shape, file, sums, deep) = try survey(all, source, options, cancellation)
    func part(_ entries: [Entry]) -> Dataset.Part {
      Dataset.Part(
        labels: entries.map(\.label),
        source: ImageInputs(
          paths: entries.map(\.path), sums: sums, shape: shape, isResized: options.resize != nil))
    }
    var name = source
    if let size = options.resize { name += ", \(size.text)" }
    if options.isGrey { name += ", grey" }
    var recipe = "resize \(options.resize?.text ?? "no"), grey \(options.isGrey)"
    var split = (train: part(train), test: part(test ?? []))
    var note: String?
    if test == nil {
      var generator = ExampleGenerator(seed: options.seed, "split")
      let whole = part(train).selecting(generator.permutation(train.count))
      let made = try whole.split(source, trainSize: options.trainSize)
      split = (made.train, made.test)
      recipe += ", train-size \(made.train.count), seed \(options.seed)"
      note =
        "it has no split of its own: \(Counted.text(made.train.count, "images")) at random (seed \(options.seed)) "
        + "train, the other \(made.test.count) test"
    }
    var dataset = Dataset(
      name: name, sha256: Dataset.identity(file.sha256, recipe), files: [file], inputShape: shape,
      classNames: classNames, train: split.train, test: split.test)
    dataset.countsFromZero = true
    if let note { dataset.notes.append(note) }
    if let classNote { dataset.notes.append(classNote) }
    if deep > 0 {
      dataset.notes.append(
        "\(deep) of \(all.count) images have 16 bits a value, divided by 65535; Pillow, which torchvision's "
          + "ImageFolder reads with, clips grey ones at 255 and keeps the upper byte of colours")
    }
    if let leftOutNote { dataset.notes.append(leftOutNote) }
    if strays > 0 {
      dataset.notes.append(
        "\(Counted.text(strays, "images")) beside the folders of classes \(strays == 1 ? "was" : "were") left out"
      )
    }
    if !otherFolders.isEmpty {
      dataset.notes.append(
        "folders beside those of the splits were left out: " + otherFolders.joined(separator: ", "))
    }
    return dataset
  }

  // Input shape, and one record for all files: the checksum is of their names and checksums.
  private func survey(
    _ entries: [Entry], _ source: String, _ options: OpenOptions, _ cancellation: Cancellation
  ) throws -> (shape: [Int], file: InputFile, sums: [String: String], deep: Int) {
    let hash = SHA256()
    var size = 0
    var sums: [String: String] = [:]
    var channels = 1
    // Images of 16 bits.
    var deep = 0
    var first: (path: String, size: ImageSize)?
    for entry in entries {
      try cancellation.check()
      let bytes = try RawFile.read(entry.path)
      let info = try DecodedImage.inspect(bytes, entry.path)
      let own = ImageSize(width: Int(info.width), height: Int(info.height))
      if let first, first.size != own, options.resize == nil {
        throw DatasetError(
          entry.path,
          "it has \(own.text) pixels where \(first.path) has \(first.size.text); --resize WxH brings "
            + "all to one size")
      }
      first = first ?? (entry.path, own)
      channels = max(channels, Int(info.channels))
      if info.bits == 16 { deep += 1 }
      size += bytes.count
      let name = entry.path.dropFirst(folder.count)
      let sum = SHA256.hexadecimal(of: bytes)
      sums[entry.path] = sum
      let line = "\(name)\u{0}\(sum)\n"
      Array(line.utf8).withUnsafeBytes { hash.update($0) }
    }
    let pixels = options.resize ?? first?.size ?? ImageSize(width: 0, height: 0)
    return (
      [options.isGrey ? 1 : channels, pixels.height, pixels.width],
      InputFile(path: source, sha256: SHA256.hexadecimal(hash.finish()), size: size),
      sums, deep
    )
  }
}
