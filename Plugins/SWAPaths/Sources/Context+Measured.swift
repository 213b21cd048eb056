import BasinKit
import Datasets
import Landscape
import Torch

extension Context {
  /// `Measured on the 1197 training and 600 test inputs of digits`: what captions say.
  func inputs(of splits: Set<Split>) throws -> String {
    let dataset = try dataset()
    let parts = [Split.train, .test].filter(splits.contains).map { split in
      "\(dataset[split].count) \(split == .train ? "training" : "test")"
    }
    return "Measured on the \(parts.joined(separator: " and ")) inputs of \(dataset.name)"
  }

  /// The directions of a file for a checkpoint's parameters, where its network is.
  ///
  /// - Throws: `CommandError` where the file does not fit.
  func directions(in path: String, for one: SelectedCheckpoint) throws -> [Tensor] {
    let file = try open(vectors: path)
    for own in file.files { record(own) }
    let network = try evaluator(for: one.architecture).network
    do {
      return try DirectionFile.directions(in: file, for: network.parameterLayout)
        .map { try $0.to(device: network.device) }
    } catch let error as DirectionFileError { throw CommandError(error.description) }
  }
}
