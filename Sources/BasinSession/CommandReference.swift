import BasinKit

extension Session {
  /// All commands with their help, as Markdown: `docs/commands.md` is this text.
  public var commandReference: String {
    var parts = [
      """
      # Commands

      What `help COMMAND` says of each, in the order in which `commands` lists them. This page is
      written by `basin reference`.
      """
    ]
    for (plugin, entries) in sections {
      parts.append(
        plugin.map { "## \($0.name) \($0.version)\n\n\($0.summary)" } ?? "## Basin's own")
      for entry in entries {
        let help = Self.help(on: entry.type)
        let text = help.split(separator: "\n", omittingEmptySubsequences: false)
          .map { String($0.reversed().drop(while: \.isWhitespace).reversed()) }
          .joined(separator: "\n")
        parts.append("### \(entry.name)\n\n```text\n\(text.trimmingNewlines)\n```")
      }
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private var sections: [(Plugin?, [Registry.Entry])] {
    let own = registry.entries.filter { $0.plugin == nil }
    return [(nil, own)]
      + registry.plugins.map { plugin in
        (plugin, registry.entries.filter { $0.plugin?.name == plugin.name })
      }
  }
}

extension String {
  fileprivate var trimmingNewlines: String {
    String(drop(while: \.isNewline).reversed().drop(while: \.isNewline).reversed())
  }
}
