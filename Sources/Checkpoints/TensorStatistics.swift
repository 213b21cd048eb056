/// What can be said of a tensor's numbers in one pass.
public struct TensorStatistics: Sendable, Equatable {
  /// The Euclidean norm of the finite numbers.
  public private(set) var norm = 0.0
  /// The min finite number; `nil` when there is none.
  public private(set) var least: Double?
  /// The max finite number; `nil` when there is none.
  public private(set) var greatest: Double?
  /// How many numbers are NaN.
  public private(set) var nanCount = 0
  /// How many numbers are infinite in the file.
  public private(set) var infiniteCount = 0
  /// How many are finite in the file and beyond single precision's range: no other number here counts them.
  public private(set) var beyondSingleCount = 0

  /// Reads a tensor, a piece at a time; the parts of complex numbers count on their own.
  ///
  /// - Parameter check: Called before each piece, to stop by throwing.
  /// - Throws: `CheckpointError` for 6-bit numbers and damaged files; what `check` throws.
  public init(of tensor: StoredTensor, check: () throws -> Void = {}) throws {
    var squares = 0.0
    var (least, greatest) = (Float.infinity, -Float.infinity)
    var pieces = try tensor.pieces()
    while let piece = try pieces.next() {
      try check()
      for value in piece {
        guard value.isFinite else {
          if value.isNaN { nanCount += 1 } else { infiniteCount += 1 }
          continue
        }
        squares += Double(value) * Double(value)
        least = min(least, value)
        greatest = max(greatest, value)
      }
    }
    if infiniteCount > 0 {
      beyondSingleCount = try tensor.countBeyondSingle()
      infiniteCount -= beyondSingleCount
    }
    norm = squares.squareRoot()
    if least <= greatest { (self.least, self.greatest) = (Double(least), Double(greatest)) }
  }
}
