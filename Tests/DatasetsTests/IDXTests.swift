import BasinCore
import Datasets
import Foundation
import TestSupport
import Testing

/// Writes bytes into a folder.
func write(_ bytes: [UInt8], _ name: String, in folder: TemporaryFolder) throws {
  let path = "\(folder.path)/\(name)"
  try AtomicFile.makeFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}

/// Replaces a file by its gzip form, made by the program of that name.
func gzip(_ path: String) throws {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["gzip", path]
  try process.run()
  process.waitUntilExit()
  #expect(process.terminationStatus == 0)
}

/// What a body's error says; a failed expectation when it throws none.
func message<Value>(_ body: () throws -> Value) -> String {
  do {
    _ = try body()
    Issue.record("no error was thrown")
    return ""
  } catch {
    let text = "\(error)"
    #expect(!text.contains("\n"))
    return text
  }
}

@Suite struct IDXTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func number(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private func images(_ count: Int, first: UInt8 = 0) -> [UInt8] {
    number(0x803) + number(count) + number(2) + number(3)
      + (0..<(count * 6)).map { first &+ UInt8(truncatingIfNeeded: $0) }
  }

  private func labels(_ labels: [UInt8]) -> [UInt8] {
    number(0x801) + number(labels.count) + labels
  }

  private func writeBoth(dot: String = "-") throws {
    try write(images(3), "train-images\(dot)idx3-ubyte", in: folder)
    try write(labels([0, 1, 2]), "train-labels\(dot)idx1-ubyte", in: folder)
    try write(images(2, first: 100), "t10k-images\(dot)idx3-ubyte", in: folder)
    try write(labels([2, 0]), "t10k-labels\(dot)idx1-ubyte", in: folder)
  }

  @Test(arguments: ["-", "."]) func aFolderIsADataset(dot: String) throws {
    try writeBoth(dot: dot)
    let plain = try Dataset.open(folder.path)
    #expect(plain.inputShape == [1, 2, 3] && plain.classes == 3)
    #expect(plain.train.labels == [0, 1, 2] && plain.test.labels == [2, 0])
    #expect(try plain.train.inputs(1..<2) == (6..<12).map { Float($0) / 255 })
    #expect(try plain.test.inputs() == (100..<112).map { Float($0) / 255 })
    #expect(plain.files.count == 4 && plain.files.allSatisfy { $0.sha256.count == 64 })
    for file in plain.files { try gzip(file.path) }
    let zipped = try Dataset.open(folder.path)
    #expect(try zipped.train.inputs() == plain.train.inputs())
    #expect(zipped.files.allSatisfy { $0.path.hasSuffix(".gz") })
    #expect(zipped.sha256 != plain.sha256)
  }

  @Test func halfOfThemIsSplitInOrder() throws {
    try write(images(10), "t10k-images-idx3-ubyte", in: folder)
    try write(labels([0, 1, 2, 0, 1, 2, 0, 1, 2, 0]), "t10k-labels-idx1-ubyte", in: folder)
    let dataset = try Dataset.open(folder.path)
    #expect(dataset.train.count == 8 && dataset.test.labels == [2, 0])
    #expect(try dataset.test.inputs() == (48..<60).map { Float($0) / 255 })
    #expect(
      dataset.notes
        == ["it has no split of its own: the first 8 inputs train, the last 2 test"])
    let named = try Dataset.open(
      folder.path + "/t10k-images-idx3-ubyte", OpenOptions(trainSize: 4))
    #expect(named.train.count == 4 && named.test.labels.first == 1)
    #expect(named.sha256 != dataset.sha256)
    #expect(
      message { try Dataset.open(folder.path, OpenOptions(trainSize: 10)) }
        == "dataset \(folder.path): --train-size is 10; of its 10 inputs, 0 to 9 can train")
  }

  @Test func fashionHasItsNames() throws {
    try writeBoth()
    let named = folder.path + "/Fashion"
    try FileManager.default.createDirectory(atPath: named, withIntermediateDirectories: true)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where name.hasSuffix("ubyte") {
      try FileManager.default.copyItem(
        atPath: "\(folder.path)/\(name)", toPath: "\(named)/\(name)")
    }
    let dataset = try Dataset.open(named)
    #expect(dataset.classes == 10 && dataset.classNames[9] == "Ankle boot")
    #expect(try Dataset.open(folder.path).classNames == ["0", "1", "2"])
  }

  @Test func whatIsWrongIsSaidWithTheFileAndTheValue() throws {
    func refused(_ name: String, _ bytes: [UInt8]) throws -> String {
      try writeBoth()
      try write(bytes, name, in: folder)
      let text = message { try Dataset.open(folder.path) }
      #expect(text.contains(folder.path))
      return text
    }
    let (image, label) = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
    #expect(try refused(image, [0, 0]).hasSuffix("\(image): it has only 2 bytes"))
    #expect(
      try refused(image, number(0x801) + [0, 0]).hasSuffix(
        "\(image): it starts with the number 2049 where an IDX file of images has 2051"))
    #expect(
      try refused(image, number(0x803) + number(3) + [0]).hasSuffix(
        "it ends within its header, at byte 9"))
    #expect(
      try refused(image, number(0x803) + number(3) + number(0) + number(3)).hasSuffix(
        "its header has the size 0"))
    let huge = number(0x803) + number(0xffff_ffff) + number(0xffff_ffff) + number(0xffff_ffff)
    #expect(
      try refused(image, huge).hasSuffix("its header has the size 4294967295, beyond all bounds"))
    #expect(
      try refused(image, images(3).dropLast()).hasSuffix(
        "its header speaks of 3×2×3 bytes, but 17 follow it"))
    #expect(
      try refused(image, images(3) + [0]).hasSuffix(
        "its header speaks of 3×2×3 bytes, but 19 follow it"))
    #expect(try refused(label, labels([0, 1])).contains("it has 2 labels where"))
    // Classes are those of both splits.
    try writeBoth()
    try write(labels([0, 7]), "t10k-labels-idx1-ubyte", in: folder)
    #expect(try Dataset.open(folder.path).classes == 8)
    try write(labels([0, 0, 0]), label, in: folder)
    try write(labels([0, 0]), "t10k-labels-idx1-ubyte", in: folder)
    #expect(
      message { try Dataset.open(folder.path) }.hasSuffix("--classes N says how many there are"))
    #expect(try Dataset.open(folder.path, OpenOptions(classes: 3)).classes == 3)
    try writeBoth()
    try FileManager.default.removeItem(atPath: "\(folder.path)/\(label)")
    #expect(message { try Dataset.open(folder.path) }.hasSuffix("are not beside it"))
  }

  @Test func damagedGzipIsRefused() throws {
    func refused(_ change: (inout [UInt8]) -> Void) throws -> String {
      try writeBoth()
      let path = "\(folder.path)/train-images-idx3-ubyte"
      try? FileManager.default.removeItem(atPath: path + ".gz")
      try gzip(path)
      var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + ".gz")))
      change(&bytes)
      try write(bytes, "train-images-idx3-ubyte.gz", in: folder)
      return message { try Dataset.open(folder.path) }
    }
    #expect(try refused { $0.removeLast(3) }.hasSuffix("its gzip data is cut off"))
    #expect(try refused { $0.append(0) }.hasSuffix("1 bytes follow its gzip data"))
    #expect(
      try refused { $0[$0.count - 6] ^= 1 }.hasSuffix(
        "its gzip data is damaged: incorrect data check"))
  }

  /// Any byte of a file may be any other: it is read or refused, and nothing else happens.
  @Test func noChangedByteEndsTheProcess() throws {
    try writeBoth()
    let name = "train-images-idx3-ubyte"
    let good = images(3)
    var refusals = 0
    for index in 0..<16 {
      for value in [0, 1, 0x7f, 0x80, 0xff] as [UInt8] where good[index] != value {
        var bytes = good
        bytes[index] = value
        try write(bytes, name, in: folder)
        do { _ = try Dataset.open(folder.path) } catch is DatasetError { refusals += 1 }
      }
    }
    #expect(refusals > 60)
  }
}
