import BasinKit
import Landscape

extension TiedTensors {
  /// The warning of tied weights that a network has apart; `nil` where no checkpoint has any.
  ///
  /// - Parameters:
  ///   - found: What each checkpoint has, by its label.
  ///   - architecture: The network that has them apart.
  static func note(
    _ found: [(label: String, tensors: [TiedTensors])], in architecture: Architecture
  ) -> Note? {
    let some = found.filter { !$0.tensors.isEmpty }
    guard let first = some.first else { return nil }
    let others = some.count > 1 ? " and \(some.count - 1) more" : ""
    let shown = first.tensors.prefix(3).map(\.description).joined(separator: "; ")
    let rest = first.tensors.count > 3 ? "; and \(first.tensors.count - 3) more such groups" : ""
    return Note(
      "\(first.label)\(others): \(shown)\(rest); \(architecture.shortText) has a parameter for each, so that "
        + "similarities, distances, norms and directions count them more than once, and what trains or draws "
        + "weights moves them apart; a TorchScript file of the network (--arch net.ts --trust) keeps them tied",
      level: .warning)
  }

  // `'fc2.weight' and 'fc3.weight' are one tensor of 1024 values`
  private var description: String {
    let quoted = names.map { "'\($0)'" }
    let list = quoted.dropLast().joined(separator: ", ") + " and " + quoted.suffix(1).joined()
    return areOneInFile
      ? "\(list) are one tensor of \(count) values (tied)"
      : "\(list) have the same \(count) values, as tied weights have"
  }
}
