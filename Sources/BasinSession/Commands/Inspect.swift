import BasinKit
import Checkpoints

/// `inspect FILE|CHECKPOINT`.
struct Inspect: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "List a checkpoint's tensors.",
    discussion: """
      Lists shapes, types and norms, and counts NaN and infinite values.

      Also shows the file's format, the wrappers and prefixes that were found, and the file's metadata. Norm, \
      min and max are over finite values. --names reads no values, so it is fast for a file of any size.
      """)
  static let task = CommandTask.contents
  static let examples = [
    "inspect model.pt",
    "inspect training.ckpt --key state_dict",
    "inspect model.safetensors.index.json --names",
  ]

  @Argument(help: "A file, or a checkpoint such as seeds[0].") var checkpoint: String
  @Option(help: "Key of the state dict in a file that contains several.") var key: String?
  @Flag(help: "Show names, shapes and types only.") var names = false

  func run(in session: Session, _ context: Context) throws -> Result {
    let named = try NamedStateDict(
      checkpoint, key: key, in: session, context, withoutNumbers: names)
    var result = Result()
    result.add(Note(named.about))
    for note in named.notes { result.add(Note(note)) }
    let tensors = named.stateDict.tensors
    var warnings: [String] = []
    result.add(
      names
        ? shapes(tensors, named.label)
        : try numbers(tensors, named.label, context, &warnings))
    for text in warnings.prefix(4) { result.add(Note(text, level: .warning)) }
    result.add(
      Scalar("Tensors", Double(tensors.count), format: .fixed(0)))
    result.add(
      Scalar(
        "Elements in all", Double(tensors.reduce(0) { $0 + $1.elementCount }), format: .fixed(0)))
    if !named.metadata.isEmpty { result.add(metadata(named.metadata)) }
    return result
  }

  private static let columns: [Table.Column] = [
    .text("tensor"), .text("shape"), .text("type"), .integer("elements"),
  ]

  private func cells(_ tensor: StoredTensor) -> [Table.Cell] {
    [
      .text(tensor.name),
      .text(tensor.shape.isEmpty ? "scalar" : tensor.shape.map(String.init).joined(separator: "×")),
      .text(tensor.scalarType.rawValue), .integer(tensor.elementCount),
    ]
  }

  private func shapes(_ tensors: [StoredTensor], _ label: String) -> Table {
    var table = Table(label, columns: Self.columns)
    for tensor in tensors { table.append(cells(tensor)) }
    return table
  }

  private func numbers(
    _ tensors: [StoredTensor], _ label: String, _ context: Context, _ notes: inout [String]
  ) throws -> Table {
    var table = Table(
      label,
      columns: Self.columns + [
        .number("norm"), .number("min"), .number("max"), .integer("NaN"), .integer("Inf"),
      ])
    let total = tensors.reduce(0) { $0 + $1.byteCount }
    var done = 0
    for tensor in tensors {
      context.progress.report(
        ProgressUpdate("reading \(tensor.name)", completed: done, total: max(1, total)))
      done += tensor.byteCount
      guard tensor.scalarType.isReal || tensor.scalarType.isComplex else {
        table.append(cells(tensor) + [.missing, .missing, .missing, .missing, .missing])
        continue
      }
      let statistics = try TensorStatistics(of: tensor) { try context.cancellation.check() }
      table.append(
        cells(tensor) + [
          .number(statistics.norm), statistics.least.map { .number($0) } ?? .missing,
          statistics.greatest.map { .number($0) } ?? .missing, .integer(statistics.nanCount),
          .integer(statistics.infiniteCount),
        ])
      if let note = statistics.beyondSingleNote("\(label): ", of: tensor.name) {
        notes.append(note)
      }
    }
    return table
  }

  private func metadata(_ metadata: [String: String]) -> Table {
    var table = Table("Metadata", columns: [.text("key"), .text("value")])
    for key in metadata.keys.sorted() {
      table.append([.text(key), .text(metadata[key] ?? "")])
    }
    return table
  }
}
