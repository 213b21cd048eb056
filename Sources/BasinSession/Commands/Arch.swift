import BasinKit
import Landscape

/// `arch NAME`.
struct Arch: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "List an architecture's tensors: names, shapes and counts.")

  @Argument(help: "A built-in architecture such as resnet20, or a set in the session.")
  var name: String

  func run(in session: Session, _ context: Context) throws -> Result {
    let architecture: Architecture
    if let set = session.workspace.values[name] as? CheckpointSet {
      architecture = set.architecture
    } else {
      let dataset = session.workspace.dataset
      architecture = try Architecture(
        name, input: dataset?.inputShape, classes: dataset?.classes)
    }
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
          .text(entry.shape.map(String.init).joined(separator: "×")), .text(kind),
          .integer(entry.count),
        ])
      }
    }
    var result = Result(items: [.table(table)])
    result.add(Scalar("Parameters", Double(network.parameterLayout.count), format: .fixed(0)))
    return result
  }
}
