import ArgumentParser
import BasinREPL
import BasinSession

/// `basin reference`: the text of docs/commands.md.
struct Reference: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reference", abstract: "Print the reference of all commands as Markdown.",
    shouldDisplay: false)

  func run() throws {
    let text = try Workbench.session().commandReference
    try Streams.show(TerminalRenderer.neutralised(lines: text))
  }
}
