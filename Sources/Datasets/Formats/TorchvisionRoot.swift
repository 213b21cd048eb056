import BasinCore

/// A folder that torchvision downloaded datasets to, as in `CIFAR10(root)`: the files are further down,
/// and archives lie beside them.
struct TorchvisionRoot {
  /// The folder that has the dataset's files.
  let dataset: String

  // Folders under a root, and what they hold.
  private static let folders = [
    ["cifar-10-batches-py"], ["cifar-100-python"], ["cifar-10-batches-bin"], ["cifar-100-binary"],
    ["MNIST", "raw"], ["FashionMNIST", "raw"], ["KMNIST", "raw"], ["EMNIST", "raw"],
    ["QMNIST", "raw"], ["stl10_binary"], ["raw"],
  ]

  /// What to do with SVHN's files.
  static let svhn =
    "SVHN's MATLAB files are not read; run in their folder, with SciPy: python3 -c \"import numpy, scipy.io; "
    + "m = {s: scipy.io.loadmat(s + '_32x32.mat') for s in ('train', 'test')}; numpy.savez('svhn.npz', "
    + "**{'x_' + s: m[s]['X'].transpose(3, 2, 0, 1) for s in m}, **{'y_' + s: m[s]['y'].ravel() % 10 for s in m})\" "
    + "and load svhn.npz"

  // Files of datasets that are not read, or not as they are.
  private static let files: [(name: String, answer: String)] = [
    ("cifar-10-python.tar.gz", "CIFAR-10 is in an archive; unpack it with tar xzf"),
    ("cifar-100-python.tar.gz", "CIFAR-100 is in an archive; unpack it with tar xzf"),
    ("cifar-10-binary.tar.gz", "CIFAR-10 is in an archive; unpack it with tar xzf"),
    ("cifar-100-binary.tar.gz", "CIFAR-100 is in an archive; unpack it with tar xzf"),
    ("train_32x32.mat", svhn), ("test_32x32.mat", svhn), ("extra_32x32.mat", svhn),
    ("stl10_binary.tar.gz", "STL-10 is in an archive; unpack it with tar xzf"),
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
      "it has \(name): \(answer)"
        + (answer == Self.svhn
          ? ""
          : "; any data can be saved with numpy.savez(FILE, x_train=…, y_train=…, x_test=…, y_test=…)")
    )
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
