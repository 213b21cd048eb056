import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct CIFARTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let names = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  private func image(_ number: Int) -> [UInt8] {
    (0..<3072).map { UInt8(truncatingIfNeeded: $0 + 7 * number) }
  }

  private func floats(_ number: Int) -> [Float] { image(number).map { Float($0) / 255 } }

  private func writeTen() throws {
    for batch in 1...5 {
      try write(
        [UInt8(batch)] + image(batch) + [0] + image(10 + batch), "data_batch_\(batch).bin",
        in: folder)
    }
    try write([9] + image(99), "test_batch.bin", in: folder)
    try write(
      Array((Self.names.joined(separator: "\n") + "\n\n").utf8), "batches.meta.txt", in: folder)
  }

  @Test func theBinaryFormOfCIFAR10IsADataset() throws {
    try writeTen()
    let dataset = try Dataset.open(folder.path)
    #expect(dataset.inputShape == [3, 32, 32] && dataset.classNames == Self.names)
    #expect(dataset.train.labels == [1, 0, 2, 0, 3, 0, 4, 0, 5, 0])
    #expect(dataset.test.labels == [9])
    #expect(try dataset.train.inputs(2..<4) == floats(2) + floats(12))
    #expect(try dataset.test.inputs() == floats(99))
    #expect(dataset.files.count == 7)
    try InputSourceTests.expectSame(dataset.train, width: 3072)
  }

  /// CIFAR counts from 0, so that a class 0 that does not occur has no inputs.
  @Test func labelsOfCIFARAreNotCountedFromOne() throws {
    let classes = (1..<100).flatMap { [UInt8(1), UInt8($0)] + image($0) }
    try write(classes, "train.bin", in: folder)
    try write([1, 7] + image(3), "test.bin", in: folder)
    let dataset = try Dataset.open(folder.path)
    #expect(dataset.labelsFromOne == nil && dataset.classes == 100 && dataset.notes.isEmpty)
    #expect(dataset.train.labels == (1..<100).map { Int64($0) })
    // Nor does a number of classes move them.
    #expect(throws: DatasetError.self) {
      try Dataset.open(folder.path, OpenOptions(classes: 99))
    }
  }

  @Test func cifar100HasTwoSetsOfLabels() throws {
    try write([3, 44] + image(1) + [19, 99] + image(2), "train.bin", in: folder)
    try write([0, 7] + image(3), "test.bin", in: folder)
    try write(
      Array((0..<20).map { "group\($0)" }.joined(separator: "\n").utf8), "coarse_label_names.txt",
      in: folder)
    let fine = try Dataset.open(folder.path)
    #expect(fine.train.labels == [44, 99] && fine.classes == 100)
    let coarse = try Dataset.open(folder.path, OpenOptions(labels: .coarse))
    #expect(coarse.train.labels == [3, 19] && coarse.classNames[19] == "group19")
    #expect(try coarse.train.inputs() == floats(1) + floats(2))
    #expect(coarse.sha256 != fine.sha256)
  }

  @Test func whatIsWrongIsSaidWithTheFileAndTheValue() throws {
    try writeTen()
    try write([10] + image(0), "data_batch_3.bin", in: folder)
    #expect(
      message { try Dataset.open(folder.path) }
        == "dataset \(folder.path)/data_batch_3.bin: it has the label 10 at index 0, outside 0 to 9"
    )
    try write([1] + image(0) + [1], "data_batch_3.bin", in: folder)
    #expect(
      message { try Dataset.open(folder.path) }.hasSuffix(
        "data_batch_3.bin: it has 3074 bytes, no multiple of 3073"))
    try writeTen()
    try write(Array("one\ntwo".utf8), "batches.meta.txt", in: folder)
    #expect(
      message { try Dataset.open(folder.path) }.hasSuffix(
        "batches.meta.txt: it has 2 class names where 10 are needed"))
    #expect(
      message { try Dataset.open(folder.path, OpenOptions(labels: .fine)) }.hasSuffix(
        "--labels has no meaning for CIFAR-10"))
    try FileManager.default.removeItem(atPath: folder.path + "/data_batch_4.bin")
    #expect(
      message { try Dataset.open(folder.path) }.hasSuffix(
        "data_batch_4.bin is missing from CIFAR's files"))
  }

  // A pickle as Python 2 wrote CIFAR's: protocol 2, byte strings, an array of unsigned bytes.
  private func pickled(_ entries: [(String, [UInt8])]) -> [UInt8] {
    var bytes: [UInt8] = [0x80, 2] + Array("}(".utf8)
    for (key, value) in entries { bytes += text(key) + value }
    return bytes + Array("u.".utf8)
  }

  private func text(_ text: String) -> [UInt8] {
    Array("U".utf8) + [UInt8(text.utf8.count)] + Array(text.utf8)
  }

  private func integers(_ values: [UInt8]) -> [UInt8] {
    Array("](".utf8) + values.flatMap { Array("K".utf8) + [$0] } + Array("e".utf8)
  }

  private func array(_ images: [[UInt8]], width: Int = 3072) -> [UInt8] {
    let pixels = images.flatMap(\.self)
    var bytes = Array("cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\u{0}".utf8)
    bytes += [0x85] + text("b") + [0x87] + Array("R(K\u{1}K".utf8) + [UInt8(images.count)]
    bytes += Array("M".utf8) + [UInt8(width & 0xff), UInt8(width >> 8), 0x86]
    bytes += Array("cnumpy\ndtype\n".utf8) + text("u1") + Array("K\u{0}K\u{1}".utf8) + [0x87]
    bytes += Array("R(K\u{3}".utf8) + text("|") + Array("NNNJ".utf8) + [255, 255, 255, 255]
    bytes += Array("J".utf8) + [255, 255, 255, 255] + Array("K\u{0}tb".utf8) + [0x89]
    bytes += Array("T".utf8) + (0..<4).map { UInt8(truncatingIfNeeded: pixels.count >> (8 * $0)) }
    return bytes + pixels + Array("tb".utf8)
  }

  @Test("CIFAR10(root) and CIFAR100(root) are their Python files")
  func pythonFilesInARoot() throws {
    for batch in 1...5 {
      try write(
        pickled([("labels", integers([UInt8(batch)])), ("data", array([image(batch)]))]),
        "ten/cifar-10-batches-py/data_batch_\(batch)", in: folder)
    }
    try write(
      pickled([("labels", integers([9])), ("data", array([image(99)]))]),
      "ten/cifar-10-batches-py/test_batch", in: folder)
    try write([1], "ten/cifar-10-python.tar.gz", in: folder)
    let ten = try Dataset.open(folder.path + "/ten")
    #expect(ten.train.labels == [1, 2, 3, 4, 5] && ten.test.labels == [9])
    #expect(try ten.train.inputs(3..<4) == floats(4) && ten.test.inputs() == floats(99))

    for (half, labels) in [("train", [UInt8(44), 99]), ("test", [7, 0])] {
      try write(
        pickled([
          ("fine_labels", integers(labels)), ("coarse_labels", integers([3, 19])),
          ("data", array([image(1), image(2)])),
        ]), "hundred/cifar-100-python/\(half)", in: folder)
    }
    let names = (0..<100).map { "n\($0)" }
    try write(
      pickled([
        ("fine_label_names", Array("](".utf8) + names.flatMap { text($0) } + Array("e".utf8)),
        (
          "coarse_label_names",
          Array("](".utf8) + names.prefix(20).flatMap { text($0) } + Array("e".utf8)
        ),
      ]), "hundred/cifar-100-python/meta", in: folder)
    let hundred = try Dataset.open(folder.path + "/hundred")
    #expect(hundred.train.labels == [44, 99] && hundred.classNames == names)
    #expect(try hundred.test.inputs() == floats(1) + floats(2))
    let coarse = try Dataset.open(folder.path + "/hundred", OpenOptions(labels: .coarse))
    #expect(coarse.test.labels == [3, 19] && coarse.classNames.last == "n19")
  }

  @Test func thePythonFormHoldsTheSame() throws {
    for batch in 1...5 {
      try write(
        pickled([
          ("batch_label", text("batch")), ("labels", integers([UInt8(batch), 0])),
          ("data", array([image(batch), image(10 + batch)])),
        ]), "data_batch_\(batch)", in: folder)
    }
    try write(
      pickled([("labels", integers([9])), ("data", array([image(99)]))]), "test_batch", in: folder)
    try write(
      pickled([
        ("label_names", Array("](".utf8) + Self.names.flatMap { text($0) } + Array("e".utf8))
      ]), "batches.meta", in: folder)
    let dataset = try Dataset.open(folder.path)
    #expect(dataset.classNames == Self.names)
    #expect(dataset.train.labels == [1, 0, 2, 0, 3, 0, 4, 0, 5, 0] && dataset.test.labels == [9])
    #expect(try dataset.train.inputs(8..<10) == floats(5) + floats(15))
    #expect(try dataset.test.inputs() == floats(99))

    try write(pickled([("labels", integers([9]))]), "test_batch", in: folder)
    #expect(
      message { try Dataset.open(folder.path) }.hasSuffix(
        "test_batch: its 'data' is no array [N, 3072] of bytes"))
    try write(
      pickled([("labels", integers([9, 9])), ("data", array([image(1)]))]), "test_batch",
      in: folder)
    #expect(
      message { try Dataset.open(folder.path) }.hasSuffix(
        "test_batch: its 'labels' is no list of 1 whole numbers"))
  }
}
