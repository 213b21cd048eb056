import BasinKit

/// `help`, `help COMMAND`.
struct Help: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what there is, or how a command is used.")
  static var isPartOfNotebook: Bool { false }

  @Argument(help: "The command to explain.") var command: String?

  func run(in session: Session, _ context: Context) throws -> Result {
    if let command {
      return Result(items: [
        .text(try session.registry.command(command).type.helpMessage(columns: Session.helpWidth))
      ])
    }
    var result = try Commands().run(in: session, context)
    result.add(
      text: """
        help COMMAND                     how a command is used; so does COMMAND --help
        name = COMMAND …                 keep a result, or rename what the command makes
        seeds[3] path[5..] seeds[-1] a,b choose checkpoints
        Tab completes, \\ continues a line, # starts a comment, Ctrl-C stops a command, Ctrl-D leaves.
        First steps: `data digits`, then
        `train cnn --epochs 5 --seeds 0..2 --out runs/first --as seeds`
        """)
    return result
  }
}

/// `commands`.
struct Commands: SessionCommand {
  static let configuration = CommandConfiguration(abstract: "List all commands.")
  static var isPartOfNotebook: Bool { false }

  func run(in session: Session, _ context: Context) throws -> Result {
    var table = Table("", columns: [.text("command"), .text("what it does"), .text("from")])
    for entry in session.registry.entries {
      table.append([
        .text(entry.name), .text(entry.type.configuration.abstract),
        .text(entry.plugin?.name ?? "basin"),
      ])
    }
    return Result(items: [.table(table)])
  }
}

/// `plugins`.
struct Plugins: SessionCommand {
  static let configuration = CommandConfiguration(abstract: "List the plugins and their commands.")
  static var isPartOfNotebook: Bool { false }

  func run(in session: Session, _ context: Context) throws -> Result {
    var table = Table(
      "",
      columns: [.text("plugin"), .text("version"), .text("what it measures"), .text("commands")]
    )
    for plugin in session.registry.plugins {
      table.append([
        .text(plugin.name), .text(plugin.version), .text(plugin.summary),
        .text(plugin.commands.map { $0.name }.joined(separator: ", ")),
      ])
    }
    return Result(items: [.table(table)])
  }
}
