import BasinCore

extension Dataset {
  /// What tells a dataset of several files from any other.
  static func identity(_ files: [InputFile]) -> String {
    files.count == 1
      ? files[0].sha256
      : SHA256.hexadecimal(of: files.map(\.sha256).joined(separator: "\n").utf8)
  }

  /// What tells a dataset from the one it was made from.
  static func identity(_ base: String, _ recipe: String) -> String {
    SHA256.hexadecimal(of: "\(base)\n\(recipe)".utf8)
  }
}

extension Dataset.Part {
  /// The first inputs, and the rest.
  func split(
    _ name: String, trainSize: Int?
  ) throws -> (train: Dataset.Part, test: Dataset.Part, note: String) {
    if trainSize == 0, count > 0 {
      return (
        selecting([]), self,
        "all of its \(Counted.text(count, "inputs")) are test inputs (--train-size 0)"
      )
    }
    guard count >= 2 else {
      throw DatasetError(
        name, "it has \(Counted.text(count, "inputs")); a split needs at least two")
    }
    let size = trainSize ?? min(max(1, count * 4 / 5), count - 1)
    guard (1..<count).contains(size) else {
      throw DatasetError(
        name,
        "--train-size is \(size); of its \(Counted.text(count, "inputs")), 0 to \(count - 1) can train"
      )
    }
    return (
      selecting(Array(0..<size)), selecting(Array(size..<count)),
      "it has no split of its own: the first \(size) inputs train, the last \(count - size) test"
    )
  }

  /// Some of the examples, in an order of their own.
  func selecting(_ indices: [Int]) -> Dataset.Part {
    Dataset.Part(
      labels: indices.map { labels[$0] }, source: SelectedInputs(base: source, indices: indices))
  }
}
