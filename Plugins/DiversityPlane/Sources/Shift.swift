import BasinKit
import Datasets

/// A corruption as it is typed: `gaussian-noise:3`, or `noise:3` for the same.
struct Shift: ExpressibleByArgument {
  var corruption: Corruption

  init?(argument: String) {
    let full = argument.hasPrefix("noise:") ? "gaussian-" + argument : argument
    guard let corruption = Corruption(full) else { return nil }
    self.corruption = corruption
  }

  static var defaultCompletionKind: CompletionKind {
    .list(Corruption.Kind.allCases.map { $0.rawValue + ":" })
  }
}
