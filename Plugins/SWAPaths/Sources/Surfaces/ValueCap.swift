/// The highest value that a map shows: values above it look like it.
///
/// A limit below which there is no value would make a map of one colour. It is not used then, and the
/// map goes up to the highest value.
public struct ValueCap: Sendable, Equatable {
  /// The highest value that is shown as it is: the limit, or the highest value where that is lower or
  /// where the limit is not used; `nil` without a finite value.
  public let highest: Double?
  /// The lowest value; `nil` without a finite one.
  public let lowest: Double?
  /// How many finite values are above ``highest``.
  public let above: Int
  /// How many finite values there are.
  public let count: Int
  /// Whether values lie below the limit, so that it is used.
  public let isUsed: Bool

  /// - Parameters:
  ///   - values: Those that are not finite do not count.
  ///   - limit: The highest value to show, if any value is below it.
  public init(of values: [Double], limit: Double) {
    let finite = values.filter(\.isFinite)
    count = finite.count
    lowest = finite.min()
    isUsed = lowest.map { $0 < limit } ?? true
    let used = isUsed
    above = used ? finite.count { $0 > limit } : 0
    highest = finite.max().map { used ? min($0, limit) : $0 }
  }
}
