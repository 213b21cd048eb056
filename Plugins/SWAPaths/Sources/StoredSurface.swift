import Landscape

/// Values of a grid, as many as have been computed: a command that was stopped goes on from them when
/// the same line is typed again.
final class StoredSurface {
  /// A value for each point of the grid; `nil` where it has not been computed.
  var values: [LandscapeValues?]

  init(count: Int) { values = [LandscapeValues?](repeating: nil, count: count) }

  /// The points that have no value yet.
  var missing: [Int] { values.indices.filter { values[$0] == nil } }
}

extension LandscapeValues {
  /// Numbers in a row of values.
  static let rowWidth = 5

  /// The values as numbers: which splits there are, then loss and accuracy of each.
  var row: [Double] {
    [Double((train == nil ? 0 : 1) + (test == nil ? 0 : 2))]
      + [train, test].flatMap { [$0?.loss ?? .nan, $0?.accuracy ?? .nan] }
  }

  /// Values from such a row; `nil` where it is none.
  init?(row: [Double]) {
    guard row.count == Self.rowWidth, let splits = Int(exactly: row[0]), (1...3).contains(splits)
    else { return nil }
    self.init(
      train: splits & 1 == 0 ? nil : Metrics(loss: row[1], accuracy: row[2]),
      test: splits & 2 == 0 ? nil : Metrics(loss: row[3], accuracy: row[4]))
  }
}
