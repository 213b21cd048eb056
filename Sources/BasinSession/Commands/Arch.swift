import BasinKit
import Landscape

/// `arch NAME`.
struct Arch: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "List an architecture's layers.",
    discussion: """
      Lists an architecture's layers with their output shapes and parameter counts.

      The built-in architectures are \(Architecture.names.joined(separator: ", ")); docs/architectures.md has their options.

      Output shapes are for one input. The network is not built, so its size does not matter. For a set \
      loaded with a TorchScript file, the tensors are listed instead, because only the program's code defines \
      its layers.
      """)
  static let task = CommandTask.contents
  static let examples = [
    "arch resnet20",
    "arch wide-resnet-28-10:input=3x32x32,classes=10",
    "arch seeds[0]",
  ]

  @Argument(help: "A built-in architecture such as resnet20, or checkpoints in the session.")
  var name: String

  func run(in session: Session, _ context: Context) throws -> Result {
    let architecture: Architecture
    if let selection = CheckpointSelection(argument: name),
      session.workspace.value(selection.terms[0].name) is CheckpointSet
    {
      guard let one = try session.workspace.resolve(selection).first else {
        throw CommandError("'\(name)' has no checkpoints")
      }
      architecture = one.architecture
    } else {
      if let advice = SessionName.advice(onFile: name) { throw CommandError(advice) }
      let dataset = session.workspace.dataset
      architecture = try Architecture(
        name, input: dataset?.inputShape, classes: dataset?.classes)
    }
    if case .torchScript = architecture.family { return try tensors(of: architecture) }
    return try layers(of: architecture)
  }

  private func layers(of architecture: Architecture) throws -> Result {
    let plan = try NetworkPlan(architecture)
    var table = Table(
      architecture.text,
      columns: [.text("layer"), .text("kind"), .text("output shape"), .integer("parameters")])
    for layer in plan.layers {
      table.append([
        .text(layer.path), .text(layer.kind), .text(shape(layer.output)),
        .integer(layer.parameters),
      ])
    }
    return result(table, parameters: plan.parameterCount, buffers: plan.bufferCount)
  }

  private func tensors(of architecture: Architecture) throws -> Result {
    let network = try Network(architecture)
    var table = Table(
      architecture.text,
      columns: [.text("tensor"), .text("shape"), .text("kind"), .integer("elements")])
    for (kind, layout) in [
      ("parameter", network.parameterLayout), ("buffer", network.bufferLayout),
    ] {
      for entry in layout.entries {
        table.append([
          .text(([entry.name] + entry.aliases).joined(separator: " = ")),
          .text(shape(entry.shape)), .text(kind), .integer(entry.count),
        ])
      }
    }
    for one in network.fixed {
      table.append([
        .text(one.name), .text(shape(one.shape)), .text("fixed, \(one.dtype)"),
        .integer(one.shape.reduce(1, *)),
      ])
    }
    return result(
      table, parameters: network.parameterLayout.count, buffers: network.bufferLayout.count)
  }

  private func shape(_ sizes: [Int]) -> String {
    sizes.map(String.init).joined(separator: "×")
  }

  private func result(_ table: Table, parameters: Int, buffers: Int) -> Result {
    var result = Result(items: [.table(table)])
    result.add(Scalar("Parameters", Double(parameters), format: .fixed(0)))
    result.add(Scalar("Buffers", Double(buffers), format: .fixed(0)))
    return result
  }
}
