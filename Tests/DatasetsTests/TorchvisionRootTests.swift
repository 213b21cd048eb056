import Datasets
import Foundation
import TestSupport
import Testing

/// Folders that torchvision downloads datasets to.
@Suite struct TorchvisionRootTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func writeMNIST(in place: String) throws {
    let images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 51, 102, 255]
    let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 3, 1]
    for half in ["train", "t10k"] {
      try write(images, "\(place)/\(half)-images-idx3-ubyte", in: folder)
      try write(labels, "\(place)/\(half)-labels-idx1-ubyte", in: folder)
    }
  }

  @Test("MNIST(root) is root/MNIST/raw", arguments: ["MNIST", "FashionMNIST", "KMNIST"])
  func mnist(name: String) throws {
    try writeMNIST(in: "\(name)/raw")
    for path in [folder.path, "\(folder.path)/\(name)", "\(folder.path)/\(name)/raw"] {
      let dataset = try Dataset.open(path)
      #expect(dataset.inputShape == [1, 1, 2] && dataset.train.labels == [3, 1])
      #expect(try dataset.test.inputs() == [0, 0.2, 0.4, 1])
      #expect(dataset.classes == (name == "MNIST" ? 4 : 10))
    }
  }

  @Test("CIFAR10(root) is root/cifar-10-batches-bin or -py; of two, one has to be named")
  func cifar() throws {
    for batch in 1...5 {
      try write(
        [UInt8(batch)] + [UInt8](repeating: 51, count: 3072),
        "cifar-10-batches-bin/data_batch_\(batch).bin", in: folder)
    }
    try write(
      [9] + [UInt8](repeating: 255, count: 3072), "cifar-10-batches-bin/test_batch.bin", in: folder)
    try write([1], "cifar-10-binary.tar.gz", in: folder)
    let dataset = try Dataset.open(folder.path)
    #expect(dataset.train.labels == [1, 2, 3, 4, 5] && dataset.test.labels == [9])
    try writeMNIST(in: "MNIST/raw")
    #expect(
      message { try Dataset.open(folder.path) }.hasSuffix(
        "it holds several datasets; name one: \(folder.path)/cifar-10-batches-bin, "
          + "\(folder.path)/MNIST/raw"))
  }

  @Test("What is not read is answered by name")
  func answers() throws {
    try write([1], "cifar-10-python.tar.gz", in: folder)
    #expect(
      message { try Dataset.open(folder.path) }.contains(
        "CIFAR-10 is in an archive; unpack it with tar xzf"))
    let other = try TemporaryFolder()
    try write([1], "train_32x32.mat", in: other)
    for path in [other.path, other.path + "/train_32x32.mat"] {
      #expect(
        message { try Dataset.open(path) }.hasSuffix(
          "SVHN's MATLAB files are not read; run in their folder, with SciPy: python3 -c \"import numpy, scipy.io; "
            + "m = {s: scipy.io.loadmat(s + '_32x32.mat') for s in ('train', 'test')}; numpy.savez('svhn.npz', "
            + "**{'x_' + s: m[s]['X'].transpose(3, 2, 0, 1) for s in m}, **{'y_' + s: m[s]['y'].ravel() % 10 for s "
            + "in m})\" and load svhn.npz"))
    }
  }

  private func number(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  // One image of 1×2 pixels for each label.
  private func images(_ count: Int) -> [UInt8] {
    number(0x803) + [count, 1, 2].flatMap(number)
      + (0..<(2 * count)).map { UInt8(truncatingIfNeeded: 51 * $0) }
  }

  private func writeEMNIST(_ split: String, _ labels: [UInt8]) throws {
    for half in ["train", "test"] {
      let place = "EMNIST/raw/emnist-\(split)-\(half)"
      try write(images(labels.count), "\(place)-images-idx3-ubyte", in: folder)
      try write(
        number(0x801) + number(labels.count) + labels, "\(place)-labels-idx1-ubyte", in: folder)
    }
  }

  @Test("EMNIST(root) has splits, which are named by what their files begin with")
  func emnist() throws {
    try writeEMNIST("letters", [1, 26])
    for path in [folder.path, "\(folder.path)/EMNIST", "\(folder.path)/EMNIST/raw/emnist-letters"] {
      let dataset = try Dataset.open(path)
      #expect(dataset.train.labels == [1, 26] && dataset.test.labels == [1, 26])
      #expect(dataset.classNames.count == 27 && dataset.classNames[26] == "z")
      #expect(dataset.classNames[0] == "N/A" && dataset.inputShape == [1, 1, 2])
      #expect(try dataset.train.inputs() == [0, 0.2, 0.4, 0.6])
      #expect(dataset.notes.contains { $0.contains("rows and columns exchanged") })
    }
    try writeEMNIST("balanced", [0, 46])
    try writeEMNIST("byclass", [0, 61])
    let raw = "\(folder.path)/EMNIST/raw"
    #expect(
      message { try Dataset.open(folder.path) }.hasSuffix(
        "it holds several datasets; name one: \(raw)/emnist-balanced, \(raw)/emnist-byclass, "
          + "\(raw)/emnist-letters"))
    // The letters that have two forms in the balanced split (arXiv 1702.05373).
    let balanced = try Dataset.open(raw + "/emnist-balanced")
    #expect(
      balanced.classNames.joined() == "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt")
    #expect(try Dataset.open(raw + "/emnist-byclass").classNames.count == 62)
    #expect(message { try Dataset.open(raw + "/emnist-digits") }.contains("there is no such file"))
  }

  @Test("QMNIST(root)'s labels are the first of eight numbers")
  func qmnist() throws {
    let rest = (1..<8).flatMap { number(1000 + $0) }
    func labels(_ values: [Int]) -> [UInt8] {
      let head = number(0xc02) + number(values.count) + number(8)
      return head + values.flatMap { number($0) + rest }
    }
    for half in ["train", "test"] {
      let place = "QMNIST/raw/qmnist-\(half)"
      try write(images(2), "\(place)-images-idx3-ubyte", in: folder)
      try write(labels([9, 3]), "\(place)-labels-idx2-int", in: folder)
    }
    for path in [folder.path, "\(folder.path)/QMNIST/raw", "\(folder.path)/QMNIST/raw/qmnist"] {
      let dataset = try Dataset.open(path)
      #expect(dataset.train.labels == [9, 3] && dataset.classes == 10)
      #expect(try dataset.test.inputs(1..<2) == [0.4, 0.6])
    }
    let place = "QMNIST/raw/qmnist-test-labels-idx2-int"
    try write(labels([9, -3]), place, in: folder)
    #expect(
      message { try Dataset.open(folder.path) }.hasSuffix(
        "\(place): it has the label -3 at index 1"))
    try write(labels([9, 3]).dropLast(), place, in: folder)
    #expect(
      message { try Dataset.open(folder.path) }.hasSuffix(
        "\(place): its header speaks of 2×8×4 bytes, but 63 follow it"))
  }

  /// Pixel (channel, row, column) of an image lies at 9216·channel + 96·column + row, and labels begin at 1.
  @Test("STL10(root)'s images lie column by column")
  func stl10() throws {
    func value(_ channel: Int, _ column: Int) -> Int { (channel * 80 + column) % 256 }
    var image: [UInt8] = []
    for channel in 0..<3 {
      for column in 0..<96 {
        image += [UInt8](repeating: UInt8(value(channel, column)), count: 96)
      }
    }
    for half in ["train", "test"] {
      try write(image + image.map { $0 ^ 1 }, "stl10_binary/\(half)_X.bin", in: folder)
      try write([10, 1], "stl10_binary/\(half)_y.bin", in: folder)
    }
    try write([0], "stl10_binary/unlabeled_X.bin", in: folder)
    try write(
      Array((0..<10).map { "c\($0)" }.joined(separator: "\n").utf8), "stl10_binary/class_names.txt",
      in: folder)
    for path in [folder.path, folder.path + "/stl10_binary"] {
      let dataset = try Dataset.open(path)
      #expect(dataset.inputShape == [3, 96, 96] && dataset.train.labels == [9, 0])
      #expect(dataset.classNames == (0..<10).map { "c\($0)" })
      #expect(dataset.notes.contains { $0.contains("unlabeled_X.bin was left out") })
      let pixels = try dataset.test.inputs(0..<1)
      // Each row goes through the columns' numbers.
      for (channel, row, column) in [(0, 0, 1), (0, 7, 95), (1, 95, 3), (2, 50, 60)] {
        let pixel = pixels[channel * 9216 + row * 96 + column]
        #expect(pixel == Float(value(channel, column)) / 255)
      }
    }
    try write([10, 0], "stl10_binary/test_y.bin", in: folder)
    #expect(
      message { try Dataset.open(folder.path) }.hasSuffix(
        "test_y.bin: it has the label 0 at index 1, outside 1 to 10"))
    try write([10], "stl10_binary/test_y.bin", in: folder)
    #expect(message { try Dataset.open(folder.path) }.contains("it has 1 label where"))
  }
}
