import BasinKit
import Checkpoints
import Foundation

/// `diff A B`.
struct Diff: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare two checkpoints tensor by tensor, the most changed first.",
    discussion: """
      For tensors that both have with the same shape: the norms ‖a‖ and ‖b − a‖ and their ratio, the \
      relative change. Others are listed as they are.
      """)

  @Argument(help: "A file, or a checkpoint such as seeds[0].") var first: String
  @Argument(help: "Another.") var second: String

  func run(in session: Session, _ context: Context) throws -> Result {
    let a = try NamedStateDict(first, in: session, context)
    let b = try NamedStateDict(second, in: session, context)
    var changes: [(name: String, shape: String, norm: Double, change: Double)] = []
    var result = Result()
    for (index, tensor) in a.stateDict.tensors.enumerated() {
      try context.cancellation.check()
      context.progress.report(
        ProgressUpdate(
          "comparing \(tensor.name)", completed: index, total: a.stateDict.tensors.count))
      guard let other = b.stateDict[tensor.name] else {
        result.add(Note("\(tensor.name) is in \(a.label) only"))
        continue
      }
      guard other.shape == tensor.shape else {
        result.add(
          Note("\(tensor.name) is \(shape(tensor)) in \(a.label), \(shape(other)) in \(b.label)"))
        continue
      }
      let (old, new) = (try tensor.floats(), try other.floats())
      let norm = old.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      let change = zip(old, new).reduce(0.0) { sum, pair in
        let difference = Double(pair.1) - Double(pair.0)
        return sum + difference * difference
      }.squareRoot()
      changes.append((tensor.name, shape(tensor), norm, change))
    }
    for tensor in b.stateDict.tensors where a.stateDict[tensor.name] == nil {
      result.add(Note("\(tensor.name) is in \(b.label) only"))
    }
    result.items.insert(.table(table(changes, a.label, b.label)), at: 0)
    return result
  }

  private func table(
    _ changes: [(name: String, shape: String, norm: Double, change: Double)], _ a: String,
    _ b: String
  ) -> Table {
    var table = Table(
      "\(a) → \(b)",
      columns: [
        .text("tensor"), .text("shape"), .number("norm"), .number("change"),
        .number("relative change"),
      ])
    // Where the first is zero any change is infinitely large; where both are, there is none.
    func relative(_ change: (name: String, shape: String, norm: Double, change: Double)) -> Double {
      change.change == 0 ? 0 : change.change / change.norm
    }
    for change in changes.sorted(by: { (relative($1), $0.name) < (relative($0), $1.name) }) {
      table.append([
        .text(change.name), .text(change.shape), .number(change.norm), .number(change.change),
        .number(relative(change)),
      ])
    }
    return table
  }

  private func shape(_ tensor: StoredTensor) -> String {
    tensor.shape.isEmpty ? "a number" : tensor.shape.map(String.init).joined(separator: "×")
  }
}
