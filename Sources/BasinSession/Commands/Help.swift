import BasinKit

/// `help`, `help COMMAND`.
struct Help: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explain a command, or list all commands.")
  static let task = CommandTask.session
  static let examples = [
    "help plane"
  ]
  static var isPartOfNotebook: Bool { false }

  @Argument(help: "The command to explain.") var command: String?

  func run(in session: Session, _ context: Context) throws -> Result {
    if let command {
      return Result(items: [.text(Session.help(on: try session.registry.command(command).type))])
    }
    return Result(items: [.text(session.overview)])
  }
}

/// `commands`.
struct Commands: SessionCommand {
  static let configuration = CommandConfiguration(abstract: "List commands with their plugins.")
  static let task = CommandTask.session
  static let examples = [
    "commands"
  ]
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
  static let configuration = CommandConfiguration(abstract: "List the plugins.")
  static let task = CommandTask.session
  static let examples = [
    "plugins"
  ]
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
