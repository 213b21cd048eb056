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
      #expect(dataset.classes == (name == "FashionMNIST" ? 10 : 4))
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
    #expect(message { try Dataset.open(other.path) }.contains("SVHN's .mat files are not read"))
  }
}
