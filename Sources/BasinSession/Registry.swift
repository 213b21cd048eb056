import BasinKit

/// All commands by name: Basin's own, then each plugin's.
struct Registry {
  struct Entry {
    var name: String
    var type: any ParsableCommand.Type
    var plugin: Plugin?

    /// Where `help` lists it.
    var task: CommandTask { (type as? any ExplainedCommand.Type)?.task ?? .other }
  }

  let plugins: [Plugin]
  private(set) var entries: [Entry] = []

  /// - Throws: `CommandError` when two commands have one name.
  init(own: [any SessionCommand.Type], plugins: [Plugin]) throws {
    self.plugins = plugins
    for command in own {
      try add(Entry(name: command._commandName, type: command, plugin: nil))
    }
    for plugin in plugins {
      for command in plugin.commands {
        try add(Entry(name: command.name, type: command, plugin: plugin))
      }
    }
  }

  private mutating func add(_ entry: Entry) throws {
    if let other = entries.first(where: { $0.name == entry.name }) {
      throw CommandError(
        "plugin \(entry.plugin?.name ?? "basin") brings a command '\(entry.name)' that "
          + "\(other.plugin?.name ?? "basin") has already")
    }
    entries.append(entry)
  }

  /// The command of a name.
  ///
  /// - Throws: `CommandError` with the nearest name there is.
  func command(_ name: String) throws -> Entry {
    if let entry = entries.first(where: { $0.name == name }) { return entry }
    let hint = nearest(name, in: entries.map(\.name)).map { "did you mean '\($0)'?" }
    throw CommandError("unknown command '\(name)'; \(hint ?? "`commands` lists them all")")
  }
}
