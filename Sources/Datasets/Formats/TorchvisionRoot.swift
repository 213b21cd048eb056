import BasinCore

/// A folder that torchvision downloaded datasets to, as in `CIFAR10(root)`: the files are further down,
/// and archives lie beside them.
struct TorchvisionRoot {
  /// The folder that has the dataset's files.
  let dataset: String

  // Folders under a root, and what they hold.
  private static let folders = [
    ["cifar-10-batches-py"], ["cifar-100-python"], ["cifar-10-batches-bin"], ["cifar-100-binary"],
    ["MNIST", "raw"], ["FashionMNIST", "raw"], ["KMNIST", "raw"], ["raw"],
  ]

  // Files of datasets that are not read, or not as they are.
  private static let files: [(name: String, answer: String)] = [
    ("cifar-10-python.tar.gz", "CIFAR-10 is in an archive; unpack it with tar xzf"),
    ("cifar-100-python.tar.gz", "CIFAR-100 is in an archive; unpack it with tar xzf"),
    ("cifar-10-binary.tar.gz", "CIFAR-10 is in an archive; unpack it with tar xzf"),
    ("cifar-100-binary.tar.gz", "CIFAR-100 is in an archive; unpack it with tar xzf"),
    ("train_32x32.mat", "SVHN's .mat files are not read"),
    ("test_32x32.mat", "SVHN's .mat files are not read"),
    ("stl10_binary", "STL-10's files are not read"),
    ("EMNIST", "EMNIST has several splits: name the images file of one, in EMNIST/raw"),
    ("QMNIST", "QMNIST's labels have eight columns and are not read"),
  ]

  /// - Returns: `nil` when the folder is no such root.
  /// - Throws: ``DatasetError`` where it holds several datasets, or one that is not read.
  init?(folder: String, names: [String]) throws {
    let found = Self.folders.compactMap { parts -> String? in
      guard names.contains(parts[0]) else { return nil }
      let path = parts.reduce(folder) { Path.join($0, $1) }
      return Path.isFolder(path) && Self.isDataset(path, parts) ? path : nil
    }
    if found.count > 1 {
      throw DatasetError(
        folder, "it holds several datasets; name one: \(found.joined(separator: ", "))")
    }
    if let first = found.first {
      dataset = first
      return
    }
    guard let (name, answer) = Self.files.first(where: { names.contains($0.name) }) else {
      return nil
    }
    throw DatasetError(
      folder,
      "it has \(name): \(answer); any data can be saved with "
        + "numpy.savez(FILE, x_train=…, y_train=…, x_test=…, y_test=…)")
  }

  // MNIST's folders are called by names that a class could have.
  private static func isDataset(_ path: String, _ parts: [String]) -> Bool {
    guard let names = try? Path.names(in: path) else { return false }
    guard parts.last == "raw" else {
      return names.contains { $0.hasPrefix("data_batch_1") || $0.hasPrefix("train") }
    }
    return names.contains { IDXFiles.isImages(name: $0) }
  }
}
