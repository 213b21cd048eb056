import BasinKit
import Checkpoints
import Foundation

/// `diff A B`.
struct Diff: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare the tensors of two checkpoints.",
    discussion: """
      Sorts tensors by relative change, largest first.

      For tensors that both checkpoints have with the same shape, shows the norms ‖a‖ and ‖b − a‖ and their \
      ratio, the relative change. Other tensors are listed without a comparison.
      """)
  static let task = CommandTask.contents
  static let examples = [
    "diff seeds[0] seeds[1]",
    "diff path[0] path[-1]",
  ]

  @Argument(help: "A file, or a checkpoint such as seeds[0].") var first: String
  @Argument(help: "Another file or checkpoint.") var second: String
  @Option(help: "Key of the state dict in files that contain several.") var key: String?

  func run(in session: Session, _ context: Context) throws -> Result {
    let a = try NamedStateDict(first, key: key, in: session, context)
    let b = try NamedStateDict(second, key: key, in: session, context)
    var changes: [Change] = []
    var result = Result()
    for note in a.notes { result.add(Note("\(a.label): \(note)")) }
    for note in b.notes { result.add(Note("\(b.label): \(note)")) }
    for (index, tensor) in a.stateDict.tensors.enumerated() {
      context.progress.report(
        ProgressUpdate(
          "comparing \(tensor.name)", completed: index, total: a.stateDict.tensors.count))
      guard let other = b.stateDict[tensor.name] else {
        result.add(Note("\(tensor.name) is in \(a.label) only"))
        continue
      }
      guard other.shape == tensor.shape, other.scalarType.isComplex == tensor.scalarType.isComplex
      else {
        result.add(
          Note("\(tensor.name) is \(shape(tensor)) in \(a.label), \(shape(other)) in \(b.label)"))
        continue
      }
      changes.append(try Change(tensor, other, context))
    }
    for tensor in b.stateDict.tensors where a.stateDict[tensor.name] == nil {
      result.add(Note("\(tensor.name) is in \(b.label) only"))
    }
    result.items.insert(.table(table(changes, a.label, b.label)), at: 0)
    return result
  }

  /// How one tensor differs between two checkpoints.
  private struct Change {
    var name: String
    var shape: [Int]
    var norm = 0.0
    var distance = 0.0
    // Where the first is zero any change is infinitely large; where both are, there is none.
    var relative: Double { distance == 0 ? 0 : distance / norm }

    init(_ old: StoredTensor, _ new: StoredTensor, _ context: Context) throws {
      (name, shape) = (old.name, old.shape)
      var (olds, news) = (try old.pieces(), try new.pieces())
      while let before = try olds.next(), let after = try news.next() {
        try context.cancellation.check()
        for (one, other) in zip(before, after) {
          norm += Double(one) * Double(one)
          // The same bits are no change, also where they are no number.
          guard one.bitPattern != other.bitPattern else { continue }
          let difference = Double(other) - Double(one)
          distance += difference * difference
        }
      }
      (norm, distance) = (norm.squareRoot(), distance.squareRoot())
    }
  }

  private func table(_ changes: [Change], _ a: String, _ b: String) -> Table {
    var table = Table(
      "\(a) → \(b)",
      columns: [
        .text("tensor"), .text("shape"), .number("norm"), .number("change"),
        .number("relative change"),
      ])
    // NaN is the max change.
    func order(_ change: Change) -> Double { change.relative.isNaN ? .infinity : change.relative }
    for change in changes.sorted(by: { (order($1), $0.name) < (order($0), $1.name) }) {
      table.append([
        .text(change.name), .text(change.shape.map(String.init).joined(separator: "×")),
        .number(change.norm), .number(change.distance), .number(change.relative),
      ])
    }
    return table
  }

  private func shape(_ tensor: StoredTensor) -> String {
    let shape =
      tensor.shape.isEmpty ? "a number" : tensor.shape.map(String.init).joined(separator: "×")
    return tensor.scalarType.isComplex ? shape + " (complex)" : shape
  }
}
