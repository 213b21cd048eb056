import Datasets
import Landscape

extension Split: ExpressibleByArgument {}

extension CurveKind: ExpressibleByArgument {}

extension Schedule: ExpressibleByArgument {
  /// Reads what `Schedule.init(_:)` reads: `constant`, `cosine`, `plateau`, `step:EPOCHS:FACTOR` or
  /// `cyclical:EPOCHS:LOW[:AFTER]`.
  public init?(argument: String) { self.init(argument) }

  /// What Tab offers.
  public static var defaultCompletionKind: CompletionKind {
    .list(["constant", "cosine", "plateau", "step:", "cyclical:"])
  }

  /// The schedule as it is typed.
  public var defaultValueDescription: String { text }
}

/// Whole numbers as they are typed: `3`, `0..4` (both ends included), `0,2,7`.
public struct NumberList: ExpressibleByArgument, Sendable, Equatable {
  /// The numbers in the order given.
  public var values: [Int]

  /// A list of numbers.
  public init(_ values: [Int]) { self.values = values }

  /// Reads a list; `nil` when a part is no number or no rising range, or there are over 100,000.
  public init?(argument: String) {
    values = []
    for part in argument.split(separator: ",") {
      let ends = part.split(separator: "..", omittingEmptySubsequences: false).map { Int($0) }
      switch ends.count {
      case 1:
        guard let value = ends[0] else { return nil }
        values.append(value)
      case 2:
        guard let first = ends[0], let last = ends[1], first <= last else { return nil }
        let (span, overflow) = last.subtractingReportingOverflow(first)
        guard !overflow, span < 100_000 else { return nil }
        values += Array(first...last)
      default: return nil
      }
    }
    guard !values.isEmpty, values.count <= 100_000 else { return nil }
  }

  /// The numbers as they are typed.
  public var defaultValueDescription: String {
    values.map(String.init).joined(separator: ",")
  }
}
