import Torch

/// A batch-norm variance of a checkpoint with values below zero: no pass over data gives such a value, and
/// the outputs are NaN where it is below −ε.
public struct NegativeVariances: Sendable, Equatable, CustomStringConvertible {
  /// The buffer: `bn1.running_var`.
  public var buffer: String
  /// How many of its values are negative.
  public var count: Int
  /// The lowest.
  public var lowest: Double

  /// What was found in a buffer.
  public init(buffer: String, count: Int, lowest: Double) {
    (self.buffer, self.count, self.lowest) = (buffer, count, lowest)
  }

  /// `2 values of bn1.running_var are negative (down to -1.5)`
  public var description: String {
    "\(count) value\(count == 1 ? "" : "s") of \(buffer) \(count == 1 ? "is" : "are") negative "
      + "(\(count == 1 ? "" : "down to ")\(Float(lowest)))"
  }
}

extension Network {
  /// The first batch-norm variance of the present buffers that has negative values; `nil` where none has.
  public func negativeVariances() throws -> NegativeVariances? {
    try withoutGradients {
      for entry in bufferLayout.entries where entry.name.hasSuffix("running_var") {
        let values = try buffers.narrow(0, start: entry.offset, length: entry.count)
          .array(of: Float.self)
        let negative = values.filter { $0 < 0 }
        guard let lowest = negative.min() else { continue }
        return NegativeVariances(
          buffer: entry.name, count: negative.count, lowest: Double(lowest))
      }
      return nil
    }
  }
}
