import BasinKit
import Checkpoints

/// `inspect FILE|CHECKPOINT`.
struct Inspect: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "List a checkpoint's tensors: shapes, types, norms, and numbers that are none.")

  @Argument(help: "A file, or a checkpoint such as seeds[0].") var checkpoint: String
  @Option(help: "The state dict's key in a file that holds several things.") var key: String?

  func run(in session: Session, _ context: Context) throws -> Result {
    let named = try NamedStateDict(checkpoint, key: key, in: session, context)
    return try report(named, context)
  }

  private func report(_ named: NamedStateDict, _ context: Context) throws -> Result {
    let (stateDict, metadata) = (named.stateDict, named.metadata)
    var result = Result()
    for note in named.notes { result.add(Note(note)) }
    var table = Table(
      named.label,
      columns: [
        .text("tensor"), .text("shape"), .text("type"), .integer("elements"),
        .number("norm"), .integer("NaN"), .integer("Inf"),
      ])
    var total = 0
    for (index, tensor) in stateDict.tensors.enumerated() {
      try context.cancellation.check()
      context.progress.report(
        ProgressUpdate(
          "reading \(tensor.name)", completed: index, total: stateDict.tensors.count))
      total += tensor.elementCount
      var row: [Table.Cell] = [
        .text(tensor.name), .text(tensor.shape.map(String.init).joined(separator: "×")),
        .text(tensor.scalarType.rawValue), .integer(tensor.elementCount),
      ]
      if tensor.scalarType.isComplex {
        row += [.missing, .missing, .missing]
      } else {
        let values = try tensor.floats()
        let squares = values.reduce(0.0) { $0 + ($1.isFinite ? Double($1) * Double($1) : 0) }
        row += [
          .number(squares.squareRoot()), .integer(values.count { $0.isNaN }),
          .integer(values.count { $0.isInfinite }),
        ]
      }
      table.append(row)
    }
    result.add(table)
    result.add(Scalar("Elements in all", Double(total), format: .fixed(0)))
    if !metadata.isEmpty {
      var about = Table("Metadata", columns: [.text("key"), .text("value")])
      for key in metadata.keys.sorted() {
        about.append([.text(key), .text(metadata[key] ?? "")])
      }
      result.add(about)
    }
    return result
  }
}
