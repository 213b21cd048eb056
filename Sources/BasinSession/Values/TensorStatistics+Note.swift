import Checkpoints

extension TensorStatistics {
  /// What is said of numbers beyond single precision's range; `nil` where there are none.
  ///
  /// - Parameters:
  ///   - prefix: The file, with what parts it from the sentence.
  ///   - name: What the numbers are those of.
  func beyondSingleNote(_ prefix: String, of name: String) -> String? {
    Self.beyondSingleNote(beyondSingleCount, prefix, of: name)
  }

  /// The same, of numbers that were counted.
  static func beyondSingleNote(_ count: Int, _ prefix: String, of name: String) -> String? {
    guard count > 0 else { return nil }
    return count == 1
      ? "\(prefix)1 value of \(name) is finite in the file and beyond float32's range (3.4e38); no other number counts it"
      : "\(prefix)\(count) values of \(name) are finite in the file and beyond float32's range (3.4e38); no other "
        + "number counts them"
  }
}
