import BasinKit
import Checkpoints
import Foundation
import Landscape

/// `inspect FILE|CHECKPOINT`.
struct Inspect: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "List a checkpoint's tensors: shapes, types, norms, and numbers that are none.")

  @Argument(help: "A file, or a checkpoint such as seeds[0].") var checkpoint: String
  @Option(help: "The state dict's key in a file that holds several things.") var key: String?

  func run(in session: Session, _ context: Context) throws -> Result {
    if !FileManager.default.fileExists(atPath: checkpoint),
      let selection = CheckpointSelection(argument: checkpoint),
      session.workspace.values[selection.terms[0].name] != nil
    {
      let selected = try context.checkpoints([selection])
      guard selected.count == 1, let one = selected.first else {
        throw CommandError("\(checkpoint) is \(selected.count) checkpoints; inspect takes one")
      }
      switch one.checkpoint.weights {
      case .stored(let stateDict):
        return try report(
          stateDict, one.checkpoint.metadata, one.checkpoint.notes, one.checkpoint.label, context)
      case .vectors:
        throw CommandError("\(one.label) was made in this session; save it first to inspect it")
      }
    }
    let paths = try FileNames.matching(checkpoint)
    guard paths.count == 1 else {
      throw CommandError("\(checkpoint) is \(paths.count) files; inspect takes one")
    }
    let file = try CheckpointReader.open(paths[0], key: key)
    context.record(
      InputFile(path: paths[0], sha256: try file.sha256(), size: file.byteCount))
    return try report(file.stateDict, file.metadata, file.notes, paths[0], context)
  }

  private func report(
    _ stateDict: StateDict, _ metadata: [String: String], _ notes: [String], _ label: String,
    _ context: Context
  ) throws -> Result {
    var result = Result()
    for note in notes { result.add(Note(note)) }
    var table = Table(
      label,
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
